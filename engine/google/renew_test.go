package google

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
)

type oneKey struct{ key engine.Secret }

func (o oneKey) Get(string) (engine.Secret, bool)                  { return o.key, true }
func (oneKey) Set(context.Context, map[string]engine.Secret) error { return nil }

func TestATokenIsRenewedAheadOfItsEndAndNobodyWaitsForIt(t *testing.T) {
	w, err := lab.NewWorkspace(time.Hour, "anna@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, w.Certificate(), 0o600); err != nil {
		t.Fatal(err)
	}
	tokens := NewTokens(engine.SideSource, engine.Endpoint{CAFile: ca}, oneKey{w.KeyFile()})
	now := time.Now()
	old := token{secret: "old-token", issued: now.Add(-57 * time.Minute), expires: now.Add(3 * time.Minute)}
	tokens.have["anna@acme.example"] = old
	got, err := tokens.Token(t.Context(), "anna@acme.example")
	if err != nil || got != old.secret {
		t.Fatalf("the old token, still good, was not given: %v", err)
	}
	for got == old.secret { // until the renewed one is there
		if got, err = tokens.Token(t.Context(), "anna@acme.example"); err != nil {
			t.Fatal(err)
		}
	}
	if !w.Opens("anna@acme.example", got.Reveal()) || w.Issued("anna@acme.example") != 1 {
		t.Errorf("%d tokens were issued", w.Issued("anna@acme.example"))
	}
}

func TestWhenATokenIsGoodAndWhenItIsRenewed(t *testing.T) {
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	hour := token{secret: "x", issued: at, expires: at.Add(time.Hour)}
	brief := token{secret: "x", issued: at, expires: at.Add(8 * time.Second)}
	for _, c := range []struct {
		t             token
		after         time.Duration
		fresh, usable bool
	}{
		{hour, 0, true, true}, {hour, 54 * time.Minute, true, true}, {hour, 56 * time.Minute, false, true}, {hour, time.Hour - 5*time.Second, false, false}, {hour, 2 * time.Hour, false, false},
		{brief, 5 * time.Second, true, true}, {brief, 6500 * time.Millisecond, false, true}, {brief, 7500 * time.Millisecond, false, false}, {token{}, 0, false, false},
	} {
		if now := at.Add(c.after); c.t.fresh(now) != c.fresh || c.t.usable(now) != c.usable {
			t.Errorf("%v of %v: fresh %v, usable %v", c.after, c.t.lifetime(), c.t.fresh(now), c.t.usable(now))
		}
	}
}
