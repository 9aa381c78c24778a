// Package bearer keeps access tokens for all connections of one side of a project:
// each is asked for once, renewed ahead of its end while nobody waits, and replaced
// when a server refuses it. It knows no provider, writes nothing down, and prints
// nothing of what it holds.
package bearer

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"mxodus/engine"
)

// Token is an access token and when it ends.
type Token struct {
	Secret  engine.Secret
	Issued  time.Time
	Expires time.Time
}

// How far ahead of its end a token is renewed: early enough that no session is
// opened with one that is about to end. Short lives are renewed in their last
// quarter; what is left must at least suffice to sign in.
const (
	aheadMost  = 5 * time.Minute
	usefulSpan = 10 * time.Second
)

func (t Token) lifetime() time.Duration { return t.Expires.Sub(t.Issued) }

// fresh says that nothing need be done about t yet.
func (t Token) fresh(now time.Time) bool {
	return t.Secret != "" && now.Before(t.Expires.Add(-min(aheadMost, t.lifetime()/4)))
}

// usable says that a session may still be opened with t.
func (t Token) usable(now time.Time) bool {
	return t.Secret != "" && now.Before(t.Expires.Add(-min(usefulSpan, t.lifetime()/8)))
}

// Asker gets tokens from whoever issues them.
type Asker interface {
	// Ask gets the token that goes by a name: a user's, or "" where one opens all.
	// fresh asks for one that was never handed out before. Its errors are
	// *engine.Fault.
	Ask(ctx context.Context, name string, fresh bool) (Token, error)
	// Stopped is the fault of whoever stopped waiting for a token, for that cause.
	Stopped(cause error) error
}

// Keeper keeps an Asker's tokens. Its methods may be called from any goroutine.
type Keeper struct {
	asker  Asker
	most   time.Duration
	flight singleflight.Group // by name

	mu      sync.Mutex
	have    map[string]Token // by name
	refused map[string]bool  // a server refused the last one
}

// NewKeeper makes a Keeper that has no token yet. One request takes most at most.
func NewKeeper(a Asker, most time.Duration) *Keeper {
	return &Keeper{asker: a, most: most, have: map[string]Token{}, refused: map[string]bool{}}
}

// Token returns the token that goes by a name. While one request for it is on its
// way, all callers wait for it together, and none needs to while the old token is
// good. Its errors are the Asker's.
func (k *Keeper) Token(ctx context.Context, name string) (engine.Secret, error) {
	k.mu.Lock()
	have := k.have[name]
	k.mu.Unlock()
	now := time.Now()
	if have.fresh(now) {
		return have.Secret, nil
	}
	done := k.flight.DoChan(name, func() (any, error) { return k.renew(context.WithoutCancel(ctx), name) })
	if have.usable(now) {
		return have.Secret, nil
	}
	select {
	case r := <-done:
		if r.Err != nil {
			return "", r.Err
		}
		return r.Val.(Token).Secret, nil
	case <-ctx.Done():
		return "", k.asker.Stopped(context.Cause(ctx))
	}
}

// renew asks for a token. It isn't bound to the caller that happened to be first.
func (k *Keeper) renew(ctx context.Context, name string) (Token, error) {
	ctx, cancel := context.WithTimeout(ctx, k.most)
	defer cancel()
	k.mu.Lock()
	have := k.have[name]
	fresh := k.refused[name] || have.Secret != ""
	k.mu.Unlock()
	if have.fresh(time.Now()) { // the request before this one has brought it
		return have, nil
	}
	got, err := k.asker.Ask(ctx, name, fresh)
	if err != nil {
		return Token{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.have[name] = got
	delete(k.refused, name)
	return got, nil
}

// Invalidate says that a server refused this token. Others may have got a new one
// already: that one stays.
func (k *Keeper) Invalidate(name string, refused engine.Secret) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.have[name].Secret == refused {
		delete(k.have, name)
		k.refused[name] = true
	}
}

// Format prints nothing of what a Keeper knows, whatever the verb.
func (k *Keeper) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "bearer.Keeper") }

// Format prints nothing of a Token.
func (t Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "bearer.Token") }
