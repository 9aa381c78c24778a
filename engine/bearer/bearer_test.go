package bearer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mxodus/engine"
)

// issuer makes numbered tokens that live for an hour, each in a second.
type issuer struct {
	mu    sync.Mutex
	away  bool
	stuck bool
	asked []string // name, and + where a fresh one was asked for
}

func (i *issuer) Ask(ctx context.Context, name string, fresh bool) (Token, error) {
	i.mu.Lock()
	stuck := i.stuck
	i.mu.Unlock()
	if stuck {
		<-ctx.Done()
		return Token{}, ctx.Err()
	}
	time.Sleep(time.Second)
	i.mu.Lock()
	defer i.mu.Unlock()
	if fresh {
		name += "+"
	}
	i.asked = append(i.asked, name)
	if i.away {
		return Token{}, errors.New("away")
	}
	now := time.Now()
	return Token{Secret: engine.Secret("token" + strconv.Itoa(len(i.asked))), Issued: now, Expires: now.Add(time.Hour)}, nil
}

func (*issuer) Stopped(cause error) error { return fmt.Errorf("stopped: %w", cause) }

func (i *issuer) set(away, stuck bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.away, i.stuck = away, stuck
}

// keeping runs a test with a Keeper, in a bubble of its own.
func keeping(t *testing.T, test func(t *testing.T, i *issuer, k *Keeper)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		test(t, i, NewKeeper(i, time.Minute))
	})
}

func must(t *testing.T, k *Keeper, name string) engine.Secret {
	t.Helper()
	got, err := k.Token(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestManyWhoWaitShareOneRequestAndEachNameHasItsOwn(t *testing.T) {
	keeping(t, func(t *testing.T, i *issuer, k *Keeper) {
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { must(t, k, "anna") })
		}
		wg.Wait()
		if must(t, k, "ben") == must(t, k, "anna") || !slices.Equal(i.asked, []string{"anna", "ben"}) {
			t.Errorf("asked for %v", i.asked)
		}
	})
}

func TestALateCallerTakesWhatTheRequestBeforeBrought(t *testing.T) {
	keeping(t, func(t *testing.T, i *issuer, k *Keeper) {
		first := must(t, k, "anna")
		got, err := k.renew(t.Context(), "anna") // whoever looked before the token was there
		if err != nil || got.Secret != first || len(i.asked) != 1 {
			t.Errorf("asked for %v", i.asked)
		}
	})
}

func TestATokenIsRenewedAheadOfItsEndAndNobodyWaits(t *testing.T) {
	keeping(t, func(t *testing.T, i *issuer, k *Keeper) {
		must(t, k, "")
		time.Sleep(56 * time.Minute)
		before := time.Now()
		if got := must(t, k, ""); got != "token1" || time.Since(before) != 0 {
			t.Errorf("somebody waited %v for another token", time.Since(before))
		}
		time.Sleep(2 * time.Second)
		if got := must(t, k, ""); got != "token2" || !slices.Equal(i.asked, []string{"", "+"}) {
			t.Errorf("the token was not renewed ahead of its end: %v", i.asked)
		}
	})
}

func TestAFailedRenewalLeavesTheGoodToken(t *testing.T) {
	keeping(t, func(t *testing.T, i *issuer, k *Keeper) {
		must(t, k, "")
		i.set(true, false)
		time.Sleep(58 * time.Minute)
		if got := must(t, k, ""); got != "token1" {
			t.Error("the good token was not given")
		}
		time.Sleep(2 * time.Minute)
		if _, err := k.Token(t.Context(), ""); err == nil {
			t.Error("a token that has ended was given")
		}
		i.set(false, false)
		if got := must(t, k, ""); !strings.HasPrefix(got.Reveal(), "token") || got == "token1" {
			t.Error("no new token after the issuer came back")
		}
	})
}

func TestARefusedTokenIsReplacedByAFreshOneOnce(t *testing.T) {
	keeping(t, func(t *testing.T, i *issuer, k *Keeper) {
		first := must(t, k, "anna")
		for range 3 { // by as many connections
			k.Invalidate("anna", first)
		}
		second := must(t, k, "anna")
		k.Invalidate("anna", first) // late news of the old one
		if third := must(t, k, "anna"); second == first || third != second || !slices.Equal(i.asked, []string{"anna", "anna+"}) {
			t.Errorf("%v", i.asked)
		}
	})
}

func TestWaitingForATokenCanBeStopped(t *testing.T) {
	keeping(t, func(t *testing.T, i *issuer, k *Keeper) {
		i.set(false, true)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { time.Sleep(time.Second); cancel() }()
		if _, err := k.Token(ctx, ""); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "stopped") {
			t.Error(err)
		}
		time.Sleep(2 * time.Minute) // the request itself ends in its own time
	})
}

func TestWhenATokenIsGoodAndWhenItIsRenewed(t *testing.T) {
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	hour := Token{Secret: "x", Issued: at, Expires: at.Add(time.Hour)}
	brief := Token{Secret: "x", Issued: at, Expires: at.Add(8 * time.Second)}
	for _, c := range []struct {
		t             Token
		after         time.Duration
		fresh, usable bool
	}{
		{hour, 0, true, true}, {hour, 54 * time.Minute, true, true}, {hour, 56 * time.Minute, false, true}, {hour, time.Hour - 5*time.Second, false, false}, {hour, 2 * time.Hour, false, false},
		{brief, 5 * time.Second, true, true}, {brief, 6500 * time.Millisecond, false, true}, {brief, 7500 * time.Millisecond, false, false}, {Token{}, 0, false, false},
	} {
		if now := at.Add(c.after); c.t.fresh(now) != c.fresh || c.t.usable(now) != c.usable {
			t.Errorf("%v of %v: fresh %v, usable %v", c.after, c.t.lifetime(), c.t.fresh(now), c.t.usable(now))
		}
	}
}

func TestNothingOfATokenIsPrinted(t *testing.T) {
	k := NewKeeper(&issuer{}, time.Minute)
	k.have["anna"] = Token{Secret: "canary"}
	for _, s := range []string{fmt.Sprintf("%v %+v %#v %s", k, k, k, k), fmt.Sprintf("%v %+v %#v", k.have["anna"], k.have["anna"], k.have)} {
		if strings.Contains(s, "canary") || strings.Contains(s, "anna\": {") {
			t.Error(s)
		}
	}
}
