package google

import (
	"context"
	"fmt"
	"io"
	"strings"

	"mxodus/engine"
	"mxodus/engine/bearer"
)

// Tokens gives access tokens to all connections of one side of a project, one for
// each user. Its methods may be called from any goroutine.
type Tokens struct{ keeper *bearer.Keeper }

// NewTokens makes the token source of one side of a project whose endpoint names a
// service account; its key is in the vault. What is missing shows at the first
// Token.
func NewTokens(side engine.Side, e engine.Endpoint, v engine.Vault) *Tokens {
	return &Tokens{bearer.NewKeeper(asker{side: side, e: e, vault: v}, webTime)}
}

// Token returns the token that opens this user's mailbox. Its errors are
// *engine.Fault.
func (t *Tokens) Token(ctx context.Context, user string) (engine.Secret, error) {
	return t.keeper.Token(ctx, strings.ToLower(user))
}

// Invalidate says that a server refused this token.
func (t *Tokens) Invalidate(user string, refused engine.Secret) {
	t.keeper.Invalidate(strings.ToLower(user), refused)
}

// Stopped is the fault of whoever stopped waiting for a token.
func (a asker) Stopped(cause error) error {
	return &engine.Fault{Class: engine.Retry, Code: engine.CodeInternal, Side: a.side, Who: "you", Err: cause,
		What: "mxodus was stopped while it signed in to Google.", Do: "Run again: it goes on where it stopped."}
}

// Format prints nothing of what a Tokens knows, whatever the verb.
func (t *Tokens) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "google.Tokens") }
func (a asker) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, "google.asker") }
