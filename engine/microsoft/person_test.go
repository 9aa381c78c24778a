package microsoft

import (
	"errors"
	"strings"
	"testing"

	"mxodus/engine"
)

func TestBrowserSignInLastsOverRestarts(t *testing.T) {
	w := newWorld(t)
	w.authority.AddApp(appID, "")
	w.endpoint.SignIn = engine.SignInBrowser
	if _, err := w.tokens().Token(t.Context(), "anna"); !engine.IsCode(err, engine.CodeAuth) || !strings.Contains(engine.AsFault(err).Do, "signin") {
		t.Errorf("before anybody signed in: %v", err)
	}
	who, err := w.signIn(t, w.browse(t))
	if err != nil || who != "boss@acme.example" {
		t.Fatalf("%q, %v", who, err)
	}
	s := w.tokens()
	first := mustToken(t, s)
	if !w.authority.Good(first.Reveal()) {
		t.Error("the token is not the authority's")
	}
	s.Invalidate("anna", first)
	second := mustToken(t, s)
	if second == first || !w.authority.Good(second.Reveal()) {
		t.Error("the refused token was not replaced by the refresh token")
	}
	third := mustToken(t, w.tokens()) // as after a restart
	if third != second {
		t.Error("the vault doesn't hold the newest token")
	}
	w.authority.ForgetSignIns()
	s.Invalidate("anna", second)
	if _, err := s.Token(t.Context(), "anna"); !engine.IsCode(err, engine.CodeAuth) || !strings.Contains(engine.AsFault(err).What, "is over") {
		t.Errorf("after the sign-in ended: %v", err)
	}
}

func TestDeviceCodeIsShownFirst(t *testing.T) {
	w := newWorld(t)
	w.endpoint.SignIn = engine.SignInDevice
	shown := 0
	who, err := w.signIn(t, func(p engine.SignInPage) error {
		shown++
		if p.Code == "" || !strings.HasPrefix(p.URL, w.authority.URL()) || !w.authority.EnterCode(p.Code) {
			t.Errorf("shown: %q", p.Code)
		}
		return nil
	})
	if err != nil || who != "boss@acme.example" || shown != 1 {
		t.Fatalf("%q, %v, shown %d times", who, err, shown)
	}
	mustToken(t, w.tokens())
}

func TestBlockedDeviceCodeNamesTheWayOut(t *testing.T) {
	for number, want := range map[string][2]string{
		"530035": {"security defaults", "browser"},
		"53003":  {"conditional access", "policy"},
		"70020":  {"not in time", "new code"},
		"70019":  {"not in time", "new code"},
	} {
		w := newWorld(t)
		w.endpoint.SignIn = engine.SignInDevice
		_, err := w.signIn(t, func(p engine.SignInPage) error {
			w.authority.EnterCode(p.Code)
			w.authority.Fail(number, 1)
			return nil
		})
		f := engine.AsFault(err)
		if f.Code != engine.CodeAuth || !strings.Contains(f.What, want[0]) || !strings.Contains(f.Do, want[1]) || !strings.Contains(f.Said, number) {
			t.Errorf("%s: %+v", number, f)
		}
	}
}

// TestWhatTheBrowsersPageRefusesIsNamed: the page sends the refusal back to mxodus, by
// the same way as a code.
func TestWhatTheBrowsersPageRefusesIsNamed(t *testing.T) {
	for number, want := range map[string][3]string{
		"53003":  {"conditional access", "policy", tenantAdmin},
		"90094":  {"agreed", "Grant admin consent", tenantAdmin},
		"65004":  {"not agreed to", "Sign in again", you},
		"50105":  {"isn't assigned to the app", "Assign the account", tenantAdmin},
		"50020":  {"doesn't know this account", "account of the tenant", you},
		"50011":  {"comes back to", "http://localhost", tenantAdmin},
		"50076":  {"second proof", "mxodus microsoft signin FILE", you},
		"700016": {"no app with that client ID", "client ID", you},
	} {
		w := newWorld(t)
		w.endpoint.SignIn = engine.SignInBrowser
		_, err := w.signIn(t, func(p engine.SignInPage) error {
			w.authority.Fail(number, 1)
			return w.browse(t)(p)
		})
		f := faultOf(t, err)
		if f.Code != engine.CodeAuth || !strings.Contains(f.What, want[0]) || !strings.Contains(f.Do, want[1]) || f.Who != want[2] || !strings.Contains(f.Said, number) {
			t.Errorf("%s: %+v", number, f)
		}
		if len(w.vault.kept) != 1 {
			t.Errorf("%s: something was kept", number)
		}
	}
}

func TestDeclinedAndStoppedSignIns(t *testing.T) {
	w := newWorld(t)
	w.endpoint.SignIn = engine.SignInBrowser
	w.authority.Seat("")
	if _, err := w.signIn(t, w.browse(t)); !strings.Contains(engine.AsFault(err).What, "not agreed") {
		t.Errorf("declined: %v", err)
	}
	closed := errors.New("no browser here")
	if _, err := w.signIn(t, func(engine.SignInPage) error { return closed }); err == nil {
		t.Error("a page that can't be shown was waited for")
	}
}
