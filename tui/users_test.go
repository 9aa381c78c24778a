package tui

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
)

func acmeUsers() []engine.User {
	return []engine.User{{ID: 1, Address: "anna@acme.example", SourceLogin: "anna"}, {ID: 2, Address: "ben@acme.example", SourceLogin: "ben"}}
}

// atUsers is a sitting at the users step.
func atUsers(t *testing.T, users []engine.User, f func(s *sitting, w *fakeWorld)) {
	t.Helper()
	w, o := openAt(sceneProject(), users...)
	sit(t, w, o, func(s *sitting) {
		s.press("ctrl+g", "home", "down", "down", "down", "enter")
		s.sees("Users")
		f(s, w)
	})
}

func TestUserIsTypedIn(t *testing.T) {
	atUsers(t, nil, func(s *sitting, w *fakeWorld) {
		s.sees("Nobody yet.")
		if why := s.root.steps[stepTest].Blocked(); why != "no user is ready yet" {
			t.Errorf("the test is blocked by %q", why)
		}
		s.press("enter")
		s.write("anna")
		s.sees("This needs an address, like anna@acme.example.")
		s.press("up")
		s.write("@acme.example", "Anna Ash", "", "old secret", "", "new secret", "")
		s.sees("anna@acme.example is saved.", "1 user", "ready")
		s.seesNot("old secret", "new secret")
		if u := w.files["p"].users; len(u) != 1 || u[0].SourceLogin != "anna@acme.example" || u[0].DisplayName != "Anna Ash" {
			t.Fatalf("saved %+v", u)
		}
		if got, _ := w.vault.Get(engine.SecretName(engine.SideDestination, 1)); got != "new secret" {
			t.Errorf("kept %q", got.Reveal())
		}
		s.press("ctrl+r")
		s.sees("old secret")
		s.press("ctrl+r")
		s.seesNot("old secret")
	})
}

func TestPastedPasswordsAreStarsOnceTheyWereSeen(t *testing.T) {
	atUsers(t, nil, func(s *sitting, _ *fakeWorld) {
		s.handle(tea.KeyMsg{Type: tea.KeyRunes, Paste: true, Runes: []rune("dora@acme.example\tdora\t\"hush;\"\"hush\"\tfresh\r\nnobody\tq\tolder\tnewer\r")})
		s.settle()
		s.sees("fresh", "newer")
		s.press("ctrl+d")
		s.sees("1 user can be taken")
		s.press("esc")
		s.sees("Paste users", "dora@acme.example", "nobody")
		s.seesNot("hush", "fresh", "older", "newer")
		s.press("ctrl+r")
		s.sees("hush", "fresh", "older", "newer", "hide passwords")
		s.press("esc", "v")
		s.sees("Paste users", "dora@acme.example")
		s.seesNot("hush", "fresh", "older", "newer")
	})
}

func TestLineThatCannotBeTakenIsShownInTheWordsOfTheScreen(t *testing.T) {
	atUsers(t, nil, func(s *sitting, _ *fakeWorld) {
		s.handle(tea.KeyMsg{Type: tea.KeyRunes, Paste: true, Runes: []rune("Address\tUser\tPassword\tNew user\tName\rdora@acme.example\tdora\thush\td\t\u202eDora\rnot an address\teli\thush\te\tEli\r")})
		s.settle()
		s.press("ctrl+d")
		s.sees("No line can be taken", "dora@acme.example", "not an address", "eli",
			"Line 2: Name: has an invisible mark in it that turns the direction of writing.")
		s.press("down")
		s.sees("Line 3: Address: this is no address")
		s.seesNot("EmailAddress", "DisplayName", "hush")
	})
}

// A Windows console sends pasted text as single keys, line ends as Enter.
func TestPasteAsSingleKeysNeverSubmitsItself(t *testing.T) {
	atUsers(t, nil, func(s *sitting, w *fakeWorld) {
		s.press("v")
		for _, r := range "dora@acme.example\tdora\tq?secret\tnew" {
			if r == '\t' {
				s.press("tab")
				continue
			}
			s.press(string(r))
		}
		s.press("enter")
		s.write("nobody")
		if s.quit || len(w.files["p"].users) != 0 {
			t.Fatal("something was done by itself")
		}
		s.sees("2 lines")
		s.press("ctrl+d")
		s.sees("1 user can be taken; 1 line cannot", "Line 2:", "no address")
		s.seesNot("q?secret")
		s.press("enter")
		s.sees("1 user taken.", "dora@acme.example")
		if got, _ := w.vault.Get(engine.SecretName(engine.SideSource, 1)); got != "q?secret" {
			t.Errorf("kept %q", got.Reveal())
		}
	})
}

func TestBracketedPasteKeepsTabsAndOpensTheSheet(t *testing.T) {
	atUsers(t, nil, func(s *sitting, w *fakeWorld) {
		s.handle(tea.KeyMsg{Type: tea.KeyRunes, Paste: true, Runes: []rune("dora@acme.example\tdora\tsecret\tnew\r\nqq@acme.example\tq\tsecret\tnew\r")})
		s.settle()
		s.sees("Paste users", "2 lines")
		s.press("ctrl+d", "enter")
		if u := w.files["p"].users; len(u) != 2 || u[1].SourceLogin != "q" {
			t.Fatalf("took %+v", u)
		}
	})
}

func TestKnownUserIsBroughtUpToDateByPasting(t *testing.T) {
	atUsers(t, acmeUsers(), func(s *sitting, w *fakeWorld) {
		s.press("v")
		s.write("anna@acme.example,anna,fresh,new", "ben@acme.example,benjamin,x,y")
		s.press("ctrl+d")
		s.sees("1 user can be taken; 1 line cannot", "with the old log-in ben")
		s.press("enter")
		if got, _ := w.vault.Get(engine.SecretName(engine.SideSource, 1)); got != "fresh" || len(w.files["p"].users) != 2 {
			t.Errorf("kept %q, users %+v", got.Reveal(), w.files["p"].users)
		}
	})
}

func TestDeletingAsksAndHarmlessIsTheDefault(t *testing.T) {
	atUsers(t, acmeUsers(), func(s *sitting, w *fakeWorld) {
		s.press("d", "enter")
		if len(w.files["p"].users) != 2 {
			t.Fatal("deleted by Enter alone")
		}
		s.press("d")
		s.sees("Delete anna@acme.example?", "Mail at both servers stays as it is.")
		s.press("down", "enter")
		s.sees("deleted from the project")
		if u := w.files["p"].users; len(u) != 1 || u[0].ID != 2 {
			t.Errorf("left %+v", u)
		}
		if _, ok := w.vault.Get(engine.SecretName(engine.SideSource, 1)); ok {
			t.Error("the password was kept")
		}
	})
}

func TestMarkedUsersAreLeftOutTogether(t *testing.T) {
	atUsers(t, acmeUsers(), func(s *sitting, w *fakeWorld) {
		s.press(" ", " ", "o")
		s.sees("2 users left out.")
		if u := w.files["p"].users; !u[0].LeftOut || !u[1].LeftOut {
			t.Errorf("saved %+v", u)
		}
	})
}

func TestFilterIsTypedKeptAndTakenAway(t *testing.T) {
	atUsers(t, acmeUsers(), func(s *sitting, w *fakeWorld) {
		s.press("/", "b", "e", "n")
		s.sees("1 of 2 shown", "ben@acme.example")
		s.seesNot("anna@")
		s.press("enter", "e")
		s.sees("Edit a user", "ben")
		s.press("esc", "esc")
		s.sees("anna@", "ben@")
	})
}

func TestMissingPasswordIsSaidAndUserLeftOut(t *testing.T) {
	atUsers(t, acmeUsers(), func(s *sitting, w *fakeWorld) {
		delete(w.vault.secrets, engine.SecretName(engine.SideSource, 1))
		s.press("o", "o") // saved and read again
		s.sees("no old password", "1 to mend", "The password for the old server is missing.")
		if got := s.root.session.chosen(); len(got) != 1 || got[0].ID != 2 {
			t.Errorf("chosen %+v", got)
		}
	})
}
