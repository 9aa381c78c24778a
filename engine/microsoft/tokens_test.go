package microsoft

import (
	"sync"
	"testing"

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
