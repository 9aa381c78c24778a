package lab_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"mxodus/engine"
	"mxodus/engine/lab"
	"mxodus/engine/preset"
)

// provided is a trip from a provider's server, with the limits that its preset
// gives.
func provided(t *testing.T, from lab.Options, name string) (*lab.Server, *lab.Server, *trip) {
	t.Helper()
	p, ok := preset.ByName(name)
	if !ok {
		t.Fatalf("no preset is called %s", name)
	}
	a, b, w := quirky(t, from, name)
	w.project.Limits = p.Apply(w.project.Limits)
	w.project.Source.AdminStyle = p.AdminStyle
	return a, b, w
}

// accountedFor fails unless so many messages are copied, and no other is missing.
func (w *trip) accountedFor(copied int) {
	w.t.Helper()
	v := engine.NewVerify(w.project, w.file, w.dialer(), engine.VerifyOptions{Users: w.users})
	if res, err := v.Run(w.t.Context()); err != nil || !res.OK || res.Sum.Copied != copied {
		w.t.Errorf("verify: %v, %+v", err, res.Sum)
	}
}

// refusal is the fault of Anna's sign-in at the source.
func (w *trip) refusal() *engine.Fault {
	w.t.Helper()
	s, err := w.dialer().Source(w.t.Context(), w.users[0])
	if err == nil {
		_ = s.Close()
		w.t.Fatal("it let Anna in")
	}
	f := engine.AsFault(err)
	if f.What == "" || f.Do == "" || f.Who == "" {
		w.t.Errorf("no words: %+v", f)
	}
	return f
}

// TestAFastmailLabelIsAFolder: with labels on, one message stands in two folders, and
// arrives in both, once each; one that is labelled later arrives there as well.
func TestAFastmailLabelIsAFolder(t *testing.T) {
	from, to, w := provided(t, lab.Options{}, "fastmail")
	fill(from, "INBOX", 0, 20)
	fill(from, "Customers", 5, 15) // ten of them
	if s := w.run(); s.Sum.Copied != 30 || s.Sum.Failed != 0 {
		t.Errorf("%+v", s.Sum)
	}
	same(t, from, to)
	fill(from, "Offers", 8, 10)
	if s := w.run(); s.Sum.Copied != 32 || s.Sent != 2 {
		t.Errorf("after two got another label: %+v, %d sent", s.Sum, s.Sent)
	}
	same(t, from, to)
	w.accountedFor(32)
	from.OnCommand(func(c lab.Command) error {
		if c.Name == "LOGIN" {
			return lab.No("AUTHENTICATIONFAILED", "Incorrect username, password or access token, or wrong access protocol.")
		}
		return nil
	})
	if f := w.refusal(); f.Code != engine.CodeAuth || !strings.Contains(f.Do, "app password") {
		t.Errorf("%+v", f)
	}
}

// TestCPanelsNamesAndItsLimitOfConnections: folders below INBOX with dots, and a user
// whose phone holds some of the ten connections.
func TestCPanelsNamesAndItsLimitOfConnections(t *testing.T) {
	from, to, w := provided(t, lab.Options{Separator: ".", Prefix: "INBOX.", MaxConns: 10}, "cpanel")
	if n := w.project.Bounds().ConnsPerMailbox; n > 10 {
		t.Fatalf("the preset lets %d connections be opened", n)
	}
	fill(from, "INBOX", 0, 40)
	fill(from, "INBOX.Sent", 40, 60)
	fill(from, "INBOX.Projects.2019", 60, 80)
	for range 9 {
		signedIn(t, from.Endpoint())
	}
	if s := w.run(); s.Sum.Copied != 80 || s.UsersFailed != 0 {
		t.Errorf("%+v", s)
	}
	if got := to.Folders("anna"); !slices.Contains(got, "Projects/2019") || slices.Contains(got, "INBOX/Projects/2019") {
		t.Errorf("folders: %q", got)
	}
	w.accountedFor(80)
	signedIn(t, from.Endpoint())
	if f := w.refusal(); f.Code != engine.CodeFullHouse || f.Class != engine.Retry {
		t.Errorf("with all ten taken: %+v", f)
	}
}

// TestYandexIsNeverSearched: its searches by date can't be relied on, and its refusal
// leaves open what is wrong.
func TestYandexIsNeverSearched(t *testing.T) {
	from, to, w := provided(t, lab.Options{}, "yandex")
	var searches atomic.Int32
	from.OnCommand(func(c lab.Command) error {
		if c.Name == "SEARCH" {
			searches.Add(1)
		}
		return nil
	})
	fill(from, "INBOX", 0, 20)
	w.run()
	fill(from, "INBOX", 20, 25)
	w.run()
	w.accountedFor(25)
	same(t, from, to)
	if n := searches.Load(); n > 0 {
		t.Errorf("it was searched %d times", n)
	}
	from.OnCommand(func(c lab.Command) error {
		if c.Name == "LOGIN" {
			return lab.No("AUTHENTICATIONFAILED", "LOGIN invalid credentials or IMAP is disabled sc=Ab1")
		}
		return nil
	})
	if f := w.refusal(); f.Code != engine.CodeAuth || !strings.Contains(f.What, "or IMAP is switched off") || !strings.Contains(f.Do, "app password") || f.Who != "the user" {
		t.Errorf("%+v", f)
	}
}

// TestZohoSaysThatIMAPIsOff, and refuses a right password in a region that isn't the
// account's.
func TestZohoSaysThatIMAPIsOff(t *testing.T) {
	from, to, w := provided(t, lab.Options{}, "zoho")
	fill(from, "INBOX", 0, 10)
	for text, want := range map[string][2]string{
		"[ALERT] You are yet to enable IMAP for your account. Please contact your administrator.": {"IMAP is switched off", "Switch IMAP on"},
		"[AUTHENTICATIONFAILED] Invalid credentials(Failure)":                                     {"refused the password of anna", "app password"},
	} {
		code, words, _ := strings.Cut(strings.TrimPrefix(text, "["), "] ")
		from.OnCommand(func(c lab.Command) error {
			if c.Name == "LOGIN" {
				return lab.No(code, words)
			}
			return nil
		})
		if f := w.refusal(); f.Code != engine.CodeAuth || !strings.Contains(f.What, want[0]) || !strings.Contains(f.Do, want[1]) {
			t.Errorf("%s: %+v", text, f)
		}
	}
	from.OnCommand(nil)
	w.run()
	same(t, from, to)
	p, _ := preset.ByName("zoho")
	if e := p.Connect("acme.example", "mx.zoho.in"); len(e) != 5 || e[0].Host != "imap.zoho.in" {
		t.Errorf("the region: %+v", e)
	}
}

// TestGoDaddysOwnServerTakesPasswords; what it calls Microsoft 365 is told apart by
// the domain's MX.
func TestGoDaddysOwnServerTakesPasswords(t *testing.T) {
	from, to, w := provided(t, lab.Options{NoLiteralPlus: true, NoSpecialUse: true, NoListStatus: true}, "godaddy")
	fill(from, "INBOX", 0, 15)
	fill(from, "Sent Items", 15, 20)
	if s := w.run(); s.Sum.Copied != 20 || s.UsersFailed != 0 {
		t.Errorf("%+v", s.Sum)
	}
	w.accountedFor(20)
	if got := to.Folders("anna"); !slices.Contains(got, "Sent") && !slices.Contains(got, "Sent Items") {
		t.Errorf("folders: %q", got)
	}
	w.vault.secrets[engine.SecretName(engine.SideSource, w.users[0].ID)] = "moon"
	if f := w.refusal(); f.Code != engine.CodeAuth || !strings.Contains(f.What, "refused the password of anna") {
		t.Errorf("%+v", f)
	}
	for mx, want := range map[string]string{"smtp.secureserver.net": "godaddy", "acme-example.mail.protection.outlook.com": "microsoft365"} {
		if p, ok := preset.ByMX(mx); !ok || p.Name != want {
			t.Errorf("%s is %s", mx, p.Name)
		}
	}
}

// TestOutlookComTakesNoPasswords: it is said so before anything is connected, and by a
// server that was written by hand as well.
func TestOutlookComTakesNoPasswords(t *testing.T) {
	opens := func(string, string) bool { return false }
	for name, auth := range map[string]engine.AuthMethod{"by the preset": engine.AuthXOAuth2, "by hand": engine.AuthAuto} {
		from, _, w := quirky(t, lab.Options{Opens: opens}, "outlookcom")
		w.project.Source.Auth = auth
		from.ResetCounters()
		f := w.refusal()
		if f.Code != engine.CodeAuth || !strings.Contains(f.What, "The old server takes no passwords") || !strings.Contains(f.Do, "mxodus set FILE --source microsoft365") || !strings.Contains(f.Do, "owner") {
			t.Errorf("%s: %+v", name, f)
		}
		if n := from.Counters().Commands["AUTHENTICATE"] + from.Counters().Commands["LOGIN"]; n > 0 {
			t.Errorf("%s: a password was sent", name)
		}
	}
}
