package microsoft

import (
	"context"
	"fmt"
	"io"

	"mxodus/engine"
	"mxodus/engine/bearer"
)

// Tokens gives access tokens to all connections of one side of a project. Its
// methods may be called from any goroutine.
type Tokens struct{ keeper *bearer.Keeper }

// NewTokens makes the token source for one side of a project: by the app's own
// credential, or by the sign-in of a person that is kept in the vault. What is
// missing shows at the first Token.
func NewTokens(side engine.Side, e engine.Endpoint, v engine.Vault) *Tokens {
	return tokensOf(&signer{side: side, e: e, vault: v})
}

func tokensOf(s *signer) *Tokens { return &Tokens{bearer.NewKeeper(asker{s}, 2*webTime)} }

// Token returns the token that opens every mailbox of the project that the app,
// or the person, may open. Its errors are *engine.Fault.
func (t *Tokens) Token(ctx context.Context, _ string) (engine.Secret, error) {
	return t.keeper.Token(ctx, "")
}

// Invalidate says that a server refused this token.
func (t *Tokens) Invalidate(_ string, refused engine.Secret) { t.keeper.Invalidate("", refused) }

// Format prints nothing of what a Tokens knows, whatever the verb.
func (t *Tokens) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "microsoft.Tokens") }

// asker is a signer as what keeps tokens asks it: one token opens all mailboxes.
type asker struct{ *signer }

func (a asker) Ask(ctx context.Context, _ string, fresh bool) (bearer.Token, error) {
	return a.acquire(ctx, fresh)
}

func (a asker) Stopped(cause error) error { return cancelledFault(cause) }
