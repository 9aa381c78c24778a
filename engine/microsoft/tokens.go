package microsoft

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"mxodus/engine"
)

// token is an access token and when it ends.
type token struct {
	secret  engine.Secret
	issued  time.Time
	expires time.Time
}

// How far ahead of its end a token is renewed: early enough that no session is
// opened with one that is about to end. Short lives are renewed in their last
// quarter.
const (
	aheadMost  = 5 * time.Minute
	usefulSpan = 10 * time.Second // what is left must at least suffice to sign in
)

func (t token) lifetime() time.Duration { return t.expires.Sub(t.issued) }
func (t token) renewAt() time.Time      { return t.expires.Add(-min(aheadMost, t.lifetime()/4)) }
func (t token) usable(now time.Time) bool {
	return t.secret != "" && now.Before(t.expires.Add(-min(usefulSpan, t.lifetime()/8)))
}

// Tokens gives access tokens to all connections of one side of a project. Its
// methods may be called from any goroutine.
type Tokens struct {
	// acquire gets a token from the authority. fresh asks for one that was never
	// handed out before.
	acquire func(ctx context.Context, fresh bool) (token, error)
	flight  singleflight.Group

	mu      sync.Mutex
	now     token
	refused bool // a server refused the last one
}

// NewTokens makes the token source for one side of a project: by the app's own
// credential, or by the sign-in of a person that is kept in the vault. What is
// missing shows at the first Token.
func NewTokens(side engine.Side, e engine.Endpoint, v engine.Vault) *Tokens {
	s := &signer{side: side, e: e, vault: v}
	return &Tokens{acquire: s.acquire}
}

// Token returns the token that opens every mailbox of the project that the app,
// or the person, may open. While one request to the authority is on its way, all
// callers wait for it together, and none needs to while the old token is good.
// Its errors are *engine.Fault.
func (t *Tokens) Token(ctx context.Context, _ string) (engine.Secret, error) {
	t.mu.Lock()
	have := t.now
	t.mu.Unlock()
	now := time.Now()
	if have.usable(now) && now.Before(have.renewAt()) {
		return have.secret, nil
	}
	done := t.flight.DoChan("", func() (any, error) { return t.renew(context.WithoutCancel(ctx)) })
	if have.usable(now) {
		return have.secret, nil
	}
	select {
	case r := <-done:
		if r.Err != nil {
			return "", r.Err
		}
		return r.Val.(token).secret, nil
	case <-ctx.Done():
		return "", cancelledFault(context.Cause(ctx))
	}
}

// renew asks the authority. It isn't bound to the caller that happened to be
// first.
func (t *Tokens) renew(ctx context.Context) (token, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*webTime)
	defer cancel()
	t.mu.Lock()
	before, refused := t.now, t.refused
	t.mu.Unlock()
	got, err := t.acquire(ctx, refused || before.secret != "")
	if err != nil {
		return token{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now, t.refused = got, false
	return got, nil
}

// Invalidate says that a server refused this token. Others may have got a new one
// already: that one stays.
func (t *Tokens) Invalidate(_ string, refused engine.Secret) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now.secret == refused {
		t.now, t.refused = token{}, true
	}
}

// Format prints nothing of what a Tokens knows, whatever the verb.
func (t *Tokens) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "microsoft.Tokens") }
func (t token) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, "microsoft.token") }
