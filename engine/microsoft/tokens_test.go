package microsoft

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"mxodus/engine"
)

func TestOneTokenServesAllConnections(t *testing.T) {
	w := newWorld(t)
	s := w.tokens()
	var all sync.Map
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			got, err := s.Token(t.Context(), "anna@acme.example")
			if err != nil {
				t.Error(err)
			}
			all.Store(got, true)
		})
	}
	wg.Wait()
	if n := w.authority.Granted("client_credentials"); n != 1 {
		t.Errorf("%d tokens were asked for, expected 1", n)
	}
	all.Range(func(k, _ any) bool {
		if !w.authority.Good(k.(engine.Secret).Reveal()) {
			t.Error("the token is not the authority's")
		}
		return true
	})
	if len(w.vault.kept) != 1 {
		t.Errorf("the app's token was kept: %d secrets", len(w.vault.kept))
	}
}

func TestRefusedTokenIsReplacedOnce(t *testing.T) {
	w := newWorld(t)
	s := w.tokens()
	first := mustToken(t, s)
	for range 3 { // by as many connections
		s.Invalidate("anna", first)
	}
	second := mustToken(t, s)
	if second == first {
		t.Error("the refused token was given again")
	}
	s.Invalidate("ben", first) // late news of the old one
	if third := mustToken(t, s); third != second {
		t.Error("a good token was thrown away")
	}
	if n := w.authority.Granted("client_credentials"); n != 2 {
		t.Errorf("%d tokens were asked for, expected 2", n)
	}
}

// numbered makes tokens that live for an hour.
func numberedTokens(n *atomic.Int64, fail *atomic.Bool) *Tokens {
	return &Tokens{acquire: func(context.Context, bool) (token, error) {
		time.Sleep(time.Second)
		if fail.Load() {
			return token{}, errors.New("away")
		}
		now := time.Now()
		return token{secret: engine.Secret("token" + strconv.FormatInt(n.Add(1), 10)), issued: now, expires: now.Add(time.Hour)}, nil
	}}
}

func TestTokenIsRenewedAheadOfItsEndAndNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int64
		var fail atomic.Bool
		s := numberedTokens(&n, &fail)
		mustToken(t, s)
		time.Sleep(56 * time.Minute)
		before := time.Now()
		if got := mustToken(t, s); got != "token1" || time.Since(before) != 0 {
			t.Errorf("somebody waited %v for another token", time.Since(before))
		}
		time.Sleep(2 * time.Second)
		if got := mustToken(t, s); got != "token2" {
			t.Error("the token was not renewed ahead of its end")
		}
	})
}

func TestFailedRenewalLeavesTheGoodToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int64
		var fail atomic.Bool
		s := numberedTokens(&n, &fail)
		mustToken(t, s)
		fail.Store(true)
		time.Sleep(58 * time.Minute)
		if got := mustToken(t, s); got != "token1" {
			t.Error("the good token was not given")
		}
		time.Sleep(2 * time.Minute)
		if _, err := s.Token(t.Context(), "anna"); err == nil {
			t.Error("a token that has ended was given")
		}
		fail.Store(false)
		if got := mustToken(t, s); got != "token2" {
			t.Error("no new token after the authority came back")
		}
	})
}

func TestWaitingForATokenCanBeStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Tokens{acquire: func(ctx context.Context, _ bool) (token, error) {
			<-ctx.Done()
			return token{}, ctx.Err()
		}}
		ctx, cancel := context.WithCancel(t.Context())
		go func() { time.Sleep(time.Second); cancel() }()
		if _, err := s.Token(ctx, "anna"); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		time.Sleep(2 * time.Minute) // the request itself ends in its own time
	})
}
