package google_test

import (
	"context"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/google"
	"mxodus/engine/imapconn"
	"mxodus/engine/lab"
)

const anna = "anna@acme.example"

// safe is a vault in memory.
type safe map[string]engine.Secret

func (s safe) Get(name string) (engine.Secret, bool) { v, ok := s[name]; return v, ok }
func (safe) Set(context.Context, map[string]engine.Secret) error {
	return nil
}

// workspace is a practice sign-in with Anna, and an endpoint that trusts it.
func workspace(t *testing.T, lifetime time.Duration) (*lab.Workspace, engine.Endpoint, safe) {
	t.Helper()
	w, err := lab.NewWorkspace(lifetime, anna, "ben@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	e := engine.Endpoint{Kind: engine.KindIMAP, CAFile: trust(t, w.Certificate())}
	return w, e, safe{engine.AppSecretName(engine.SideSource): w.KeyFile()}
}

func certificatePEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func trust(t *testing.T, certificates ...[]byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(name, slices.Concat(certificates...), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestKeyFilesAreReadAndWhatIsWrongIsTold(t *testing.T) {
	w, _, _ := workspace(t, time.Hour)
	good := w.KeyFile()
	a, err := google.Account(good)
	if err != nil || a.ClientID != "103000000000000000001" || a.Scope != "https://mail.google.com/" || !strings.HasPrefix(a.Address, "mover@") {
		t.Fatalf("%+v %v", a, err)
	}
	for what, change := range map[string][2]string{
		"another kind": {`"service_account"`, `"authorized_user"`},
		"https://":     {`"https://`, `"http://`},
		"private key":  {`PRIVATE KEY-----\n`, `PRIVATE KEY-----\nAAAA`},
		"missing":      {`"client_email"`, `"client_mail"`},
		"as JSON":      {`{`, ``},
	} {
		bad := strings.Replace(good.Reveal(), change[0], change[1], 1)
		if bad == good.Reveal() {
			t.Fatalf("%s: nothing was changed", what)
		}
		_, err := google.Account(engine.Secret(bad))
		f := engine.AsFault(err)
		if err == nil || !strings.Contains(f.What, what) || f.Do == "" || strings.Contains(fmt.Sprintf("%+v", f), "BEGIN") {
			t.Errorf("%s: %+v", what, f)
		}
	}
}

func TestEachUserGetsATokenThatIsKeptAndSharedAndRenewedWhenRefused(t *testing.T) {
	w, e, v := workspace(t, time.Hour)
	tokens := google.NewTokens(engine.SideSource, e, v)
	var wg sync.WaitGroup
	got := make([]engine.Secret, 20)
	for i := range got {
		wg.Go(func() {
			user := anna
			if i%2 == 1 {
				user = "Anna@ACME.example"
			}
			var err error
			if got[i], err = tokens.Token(t.Context(), user); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if slices.ContainsFunc(got, func(s engine.Secret) bool { return s != got[0] || s == "" }) || w.Issued(anna) != 1 {
		t.Errorf("%d tokens for 20 callers", w.Issued(anna))
	}
	ben, err := tokens.Token(t.Context(), "ben@acme.example")
	if err != nil || ben == got[0] || !w.Opens("ben@acme.example", ben.Reveal()) || w.Opens(anna, ben.Reveal()) {
		t.Errorf("Ben's token is not his own: %v", err)
	}
	tokens.Invalidate(anna, ben) // not hers: nothing happens
	tokens.Invalidate(anna, got[0])
	again, err := tokens.Token(t.Context(), anna)
	if err != nil || again == got[0] || w.Issued(anna) != 2 {
		t.Errorf("a refused token was given again: %v, %d issued", err, w.Issued(anna))
	}
	if s := fmt.Sprintf("%v %+v %#v", tokens, tokens, tokens); strings.Contains(s, again.Reveal()) || strings.Contains(s, "PRIVATE") {
		t.Error("tokens print what they know")
	}
}

func TestEveryRefusalNamesCauseRemedyAndWho(t *testing.T) {
	w, e, v := workspace(t, time.Hour)
	const admin = "the administrator of Google Workspace"
	for _, c := range []struct {
		code, words    string
		what, do, who  string
		class          engine.Class
		arrange, after func()
		user           string
	}{
		{arrange: func() { w.Delegate() }, after: func() { w.Delegate(google.Scope) }, what: "not delegated", do: "client ID 103000000000000000001, OAuth scope https://mail.google.com/", who: admin, class: engine.StopBatch},
		{arrange: func() { w.Delegate("https://www.googleapis.com/auth/gmail.readonly") }, after: func() { w.Delegate(google.Scope) }, what: "not for mail", do: "domain-wide delegation", who: admin, class: engine.StopBatch},
		{user: "nobody@acme.example", what: "no user nobody@acme.example", do: "primary address", who: "you", class: engine.StopMailbox},
		{user: "anna", what: "anna is none", do: "UserName", who: "you", class: engine.StopMailbox},
		{code: "access_denied", words: "Requested client not authorized.", what: "not delegated", do: "Manage domain-wide delegation", who: admin, class: engine.StopBatch},
		{code: "invalid_scope", words: "Some requested scopes cannot be shown", what: "scope", do: google.Scope, who: admin, class: engine.StopBatch},
		{code: "invalid_grant", words: "Invalid JWT Signature.", what: "no longer knows this key", do: "new key", who: "you", class: engine.StopBatch},
		{code: "invalid_grant", words: "Invalid grant: account not found", what: "no longer knows this key", do: "--source-service-account", who: "you", class: engine.StopBatch},
		{code: "invalid_grant", words: "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.", what: "clock", do: "time zone", who: "you", class: engine.StopBatch},
		{code: "invalid_grant", words: "User is suspended", what: "suspended", do: "leave the user out", who: admin, class: engine.StopMailbox},
		{code: "admin_policy_enforced", words: "x", what: "policy", do: "103000000000000000001", who: admin, class: engine.StopBatch},
		{code: "permission_denied", words: "Gmail API has not been used in project 1 before or it is disabled.", what: "Gmail API", do: "Enable", who: admin, class: engine.StopBatch},
		{code: "something_new", words: "Never seen.", what: "status 400", do: "Google's words", who: "you", class: engine.StopBatch},
		{arrange: func() { w.Busy(7 * time.Second) }, after: func() { w.Busy(0) }, what: "busy", do: "tries again", who: "nobody", class: engine.Retry},
	} {
		w.Fail(c.code, c.words)
		if c.arrange != nil {
			c.arrange()
		}
		user := c.user
		if user == "" {
			user = anna
		}
		_, err := google.NewTokens(engine.SideSource, e, v).Token(t.Context(), user)
		f := engine.AsFault(err)
		if err == nil || !strings.Contains(f.What, c.what) || !strings.Contains(f.Do, c.do) || f.Who != c.who || f.Class != c.class || f.Side != engine.SideSource {
			t.Errorf("%s %q: %+v", c.code, c.words, f)
		}
		if c.words != "" && !strings.Contains(f.Said, c.words) {
			t.Errorf("%q is not told: %q", c.words, f.Said)
		}
		if c.what == "busy" && f.Wait != 7*time.Second {
			t.Errorf("the wait is %v", f.Wait)
		}
		if s := fmt.Sprintf("%+v %v", f, f.Err); strings.Contains(s, "PRIVATE") || strings.Contains(s, "eyJ") {
			t.Errorf("a secret is told: %s", s)
		}
		if c.after != nil {
			c.after()
		}
	}
}

func TestWhatIsMissingOrInTheWayIsTold(t *testing.T) {
	w, e, v := workspace(t, time.Hour)
	fault := func(e engine.Endpoint, v safe) *engine.Fault {
		t.Helper()
		_, err := google.NewTokens(engine.SideSource, e, v).Token(t.Context(), anna)
		if err == nil {
			t.Fatal("a token came")
		}
		return engine.AsFault(err)
	}
	if f := fault(e, safe{}); f.Code != engine.CodeSecret || !strings.Contains(f.Do, "--source-service-account") {
		t.Errorf("no key: %+v", f)
	}
	stranger := e
	stranger.CAFile = ""
	if f := fault(stranger, v); f.Code != engine.CodeCertificate {
		t.Errorf("unknown authority: %+v", f)
	}
	stranger.CAFile = filepath.Join(t.TempDir(), "none.pem")
	if f := fault(stranger, v); f.Code != engine.CodeCertificate || !strings.Contains(f.Do, "none.pem") {
		t.Errorf("no file of authorities: %+v", f)
	}
	w.Close()
	if f := fault(e, v); f.Code != engine.CodeDial || f.Class != engine.Retry {
		t.Errorf("nobody there: %+v", f)
	}
}

func TestAnAssertionIsCarriedNowhereElse(t *testing.T) {
	w, _, v := workspace(t, time.Hour)
	caught := false
	other := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { caught = true }))
	defer other.Close()
	moved := httptest.NewTLSServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer moved.Close()
	uri := strings.Split(strings.Split(w.KeyFile().Reveal(), `"token_uri": "`)[1], `"`)[0]
	v[engine.AppSecretName(engine.SideSource)] = engine.Secret(strings.Replace(w.KeyFile().Reveal(), uri, moved.URL, 1))
	e := engine.Endpoint{CAFile: trust(t, certificatePEM(moved.Certificate().Raw), certificatePEM(other.Certificate().Raw))}
	if _, err := google.NewTokens(engine.SideSource, e, v).Token(t.Context(), anna); err == nil || caught {
		t.Errorf("a redirect was followed: %v, %v", err, caught)
	}
}

func TestAMailboxIsOpenedByARealConnection(t *testing.T) {
	w, _, v := workspace(t, time.Hour)
	s, err := lab.New(lab.Options{Opens: w.Opens})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.AddUser(anna, "nobody knows it")
	s.AddUser("ben@acme.example", "nobody knows it")
	s.Put(anna, "INBOX", []byte("Subject: x\r\n\r\ny\r\n"), time.Now())
	e := s.Endpoint()
	e.Fingerprint, e.CAFile, e.ServiceAccount, e.Auth = "", trust(t, s.Certificate(), w.Certificate()), "mover@x.example", engine.AuthXOAuth2
	tokens := google.NewTokens(engine.SideSource, e, v)
	d := imapconn.NewDialer(engine.Project{Source: e}, v, engine.DialOptions{})
	d.UseTokens(engine.SideSource, tokens)
	open := func() error {
		src, err := d.Source(t.Context(), engine.User{SourceLogin: anna})
		if err != nil {
			return err
		}
		defer src.Close()
		l, err := src.Folders(t.Context())
		if err == nil && len(l.Folders) == 0 {
			err = fmt.Errorf("no folders")
		}
		return err
	}
	if err := open(); err != nil {
		t.Fatal(err)
	}
	w.ExpireAll() // the server refuses what was good: another token is got, once
	if err := open(); err != nil || w.Issued(anna) != 2 {
		t.Errorf("%v, %d tokens", err, w.Issued(anna))
	}
	s.OnCommand(func(c lab.Command) error {
		if c.Name == "AUTHENTICATE" {
			return lab.No("ALERT", "Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)")
		}
		return nil
	})
	if f := engine.AsFault(open()); !strings.Contains(f.What, "IMAP is switched off") {
		t.Errorf("IMAP off: %+v", f)
	}
}
