package tui

import (
	"context"
	"strings"
	"testing"

	"mxodus/engine"
	"mxodus/engine/preset"
)

// openAt is a world whose project is open as soon as the wizard starts.
func openAt(p engine.Project, users ...engine.User) (*fakeWorld, Options) {
	w := newFakeWorld()
	w.passphrase, w.remembered["p"] = "correct horse", "correct horse"
	w.files["p"] = &fakeFile{path: "p", project: p, users: users}
	for _, u := range users {
		w.vault.secrets[engine.SecretName(engine.SideSource, u.ID)] = "old-secret"
		w.vault.secrets[engine.SecretName(engine.SideDestination, u.ID)] = "new-secret"
	}
	return w, Options{Path: "p"}
}

func TestSourceIsFoundFromTheDomain(t *testing.T) {
	w, o := openAt(engine.Project{Company: "Acme", Domain: "acme.example"})
	sit(t, w, o, func(s *sitting) {
		s.root.discover = func(_ context.Context, domain string, _ preset.DiscoverOptions) (preset.Discovery, error) {
			if domain != "acme.example" {
				t.Errorf("looks for %q", domain)
			}
			return sceneDiscovery(), nil
		}
		s.press("enter")
		s.sees("Dovecot", "Likely:", "A guess:")
		s.press("enter")
		s.sees("imaps://mail.acme.example:993", "How users sign in here")
		s.press("enter", "enter")
		s.sees("The server answers, and its certificate is right.")
		if got := w.files["p"].project.Source; got.Host != "mail.acme.example" || got.Preset != "dovecot" {
			t.Errorf("saved %+v", got)
		}
		s.press("enter")
		s.sees("Where does the mail go?")
		s.press("down", "enter")
		s.sees("New server", "An IMAP server where the users' new mailboxes exist already.")
	})
}

func TestWhatDiscoveryAskedCanBeReadWhole(t *testing.T) {
	w, o := openAt(engine.Project{Company: "Acme", Domain: "acme.example"})
	sit(t, w, o, func(s *sitting) {
		s.root.discover = func(context.Context, string, preset.DiscoverOptions) (preset.Discovery, error) {
			return sceneDiscovery(), nil
		}
		s.root.width, s.root.height = 60, 15
		s.press("enter")
		s.sees("3 places where nobody answered: press d")
		s.press("d")
		s.sees("What was asked for acme.example", "imap.acme.example:993")
		s.press("end")
		s.sees("pop.acme.example:993")
		s.press("esc", "enter", "ctrl+n")
		s.sees("How users sign in here", "One log-in for all")
		s.press("esc")
		s.sees("imaps://mail.acme.example:993")
	})
}

func TestNameOnTheCertificateIsOffered(t *testing.T) {
	w, o := openAt(sceneProject())
	w.check = func(e engine.Endpoint) (engine.SessionInfo, error) {
		if e.Host == "box7.hoster.example" {
			return seenInfo(e.Host), nil
		}
		return engine.SessionInfo{Certificate: strings.Repeat("ab", 32), CertNames: []string{"*.hoster.example", "box7.hoster.example"}},
			&engine.Fault{Code: engine.CodeCertificate, What: "The certificate is for other names.", Do: "Use one of them."}
	}
	sit(t, w, o, func(s *sitting) {
		s.press("ctrl+g", "home", "down", "enter")
		s.press("enter")
		s.sees("The certificate is for other names.", "1 use the name box7.hoster.example", "Enter check again")
		if w.files["p"].project.Source.Host != "mail.old-host.example" {
			t.Error("a refused server was saved")
		}
		s.press("1")
		s.sees("The server answers")
		if w.files["p"].project.Source.Host != "box7.hoster.example" {
			t.Errorf("saved %+v", w.files["p"].project.Source)
		}
	})
}

func TestCertificateIsTrustedOnlyWhenAskedFor(t *testing.T) {
	w, o := openAt(sceneProject())
	print := strings.Repeat("ab", 32)
	w.check = func(e engine.Endpoint) (engine.SessionInfo, error) {
		if e.Fingerprint == print {
			return seenInfo(e.Host), nil
		}
		return engine.SessionInfo{Certificate: print}, &engine.Fault{Code: engine.CodeCertificate, What: "Signed by nobody known."}
	}
	sit(t, w, o, func(s *sitting) {
		s.press("ctrl+g", "home", "down", "enter", "enter")
		s.sees("abab abab abab abab", "p trust this certificate")
		s.press("p")
		s.sees("Trust exactly this certificate?")
		s.press("enter") // the harmless answer
		s.sees("Signed by nobody known.")
		s.press("p", "down", "enter")
		s.sees("The server answers")
		if w.files["p"].project.Source.Fingerprint != print {
			t.Errorf("saved %+v", w.files["p"].project.Source)
		}
	})
}

func TestAdministratorsPasswordGoesIntoTheVault(t *testing.T) {
	w, o := openAt(sceneProject())
	sit(t, w, o, func(s *sitting) {
		s.press("ctrl+g", "home", "down", "enter", "e")
		s.press("down", "enter") // one administrator's log-in
		s.write("master", "top secret")
		s.seesNot("top secret")
		s.press("enter")
		s.sees("the administrator's log-in master", "The server answers")
		if got, _ := w.vault.Get(engine.AdminSecretName(engine.SideSource)); got != "top secret" {
			t.Errorf("kept %q", got.Reveal())
		}
	})
	sit(t, w, o, func(s *sitting) { // another day
		s.press("ctrl+g", "home", "down", "enter", "e", "tab", "ctrl+r")
		s.sees("master", "top secret")
	})
}

func TestMicrosoft365IsRefusedWithAReason(t *testing.T) {
	if words := checkServerURL("microsoft365"); !strings.Contains(words, "For Microsoft 365 go back") {
		t.Error(words)
	}
	if words := checkServerURL("mail.acme.example"); words != "" {
		t.Error(words)
	}
	if words := checkServerURL("http://mail.acme.example"); !strings.Contains(words, "not known") {
		t.Error(words)
	}
}

func TestCheckCanBeStopped(t *testing.T) {
	w, o := openAt(sceneProject())
	sit(t, w, o, func(s *sitting) {
		hold := make(chan struct{})
		s.root.adapters.Check = func(ctx context.Context, e engine.Endpoint, _ engine.DialOptions) (engine.SessionInfo, error) {
			select {
			case <-ctx.Done():
			case <-hold:
			}
			return engine.SessionInfo{}, ctx.Err()
		}
		s.press("ctrl+g", "home", "down", "enter", "enter")
		s.sees("Connecting to mail.old-host.example:993")
		s.press("esc")
		s.seesNot("Connecting")
		s.sees("Enter check the connection")
	})
}

func TestUsersOfMicrosoft365NeedNoPasswordThere(t *testing.T) {
	p := person{User: engine.User{Address: "anna@acme.example"}, source: "sun"}
	s := &session{}
	if s.standing(p).ready {
		t.Error("a user without the new password is ready")
	}
	s.project.Destination.Kind = engine.KindMicrosoft365
	if at := s.standing(p); !at.ready {
		t.Errorf("not ready: %s", at.words)
	}
}
