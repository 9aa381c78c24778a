package google

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"mxodus/engine"
)

// token is one user's access token and when it ends.
type token struct {
	secret  engine.Secret
	issued  time.Time
	expires time.Time
}

// How far ahead of its end a token is renewed. Short lives are renewed in their
// last quarter; what is left must at least suffice to sign in.
const (
	aheadMost  = 5 * time.Minute
	usefulSpan = 10 * time.Second
)

func (t token) lifetime() time.Duration { return t.expires.Sub(t.issued) }
func (t token) fresh(now time.Time) bool {
	return t.secret != "" && now.Before(t.expires.Add(-min(aheadMost, t.lifetime()/4)))
}
func (t token) usable(now time.Time) bool {
	return t.secret != "" && now.Before(t.expires.Add(-min(usefulSpan, t.lifetime()/8)))
}

// Tokens gives access tokens to all connections of one side of a project, one for
// each user. Its methods may be called from any goroutine.
type Tokens struct {
	asker  asker
	flight singleflight.Group // by user

	mu   sync.Mutex
	have map[string]token // by user
}

// NewTokens makes the token source of one side of a project whose endpoint names a
// service account; its key is in the vault. What is missing shows at the first
// Token.
func NewTokens(side engine.Side, e engine.Endpoint, v engine.Vault) *Tokens {
	return &Tokens{asker: asker{side: side, e: e, vault: v}, have: map[string]token{}}
}

// Token returns the token that opens this user's mailbox. Callers for one user
// share one request; while the old token is good, none waits for the next. Its
// errors are *engine.Fault.
func (t *Tokens) Token(ctx context.Context, user string) (engine.Secret, error) {
	user = strings.ToLower(user)
	t.mu.Lock()
	have := t.have[user]
	t.mu.Unlock()
	now := time.Now()
	if have.fresh(now) {
		return have.secret, nil
	}
	done := t.flight.DoChan(user, func() (any, error) { return t.renew(context.WithoutCancel(ctx), user) })
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
		return "", &engine.Fault{Class: engine.Retry, Code: engine.CodeInternal, Side: t.asker.side, Who: "you", Err: context.Cause(ctx),
			What: "mxodus was stopped while it signed in to Google.", Do: "Run again: it goes on where it stopped."}
	}
}

// renew asks Google. It isn't bound to the caller that happened to be first.
func (t *Tokens) renew(ctx context.Context, user string) (token, error) {
	ctx, cancel := context.WithTimeout(ctx, webTime)
	defer cancel()
	got, err := t.asker.ask(ctx, user)
	if err != nil {
		return token{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.have[user] = got
	return got, nil
}

// Invalidate says that a server refused this token. The user may have got a new
// one already: that one stays.
func (t *Tokens) Invalidate(user string, refused engine.Secret) {
	user = strings.ToLower(user)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.have[user].secret == refused {
		delete(t.have, user)
	}
}

// Format prints nothing of what a Tokens knows, whatever the verb.
func (t *Tokens) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "google.Tokens") }
func (t token) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, "google.token") }
func (a asker) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, "google.asker") }
