package tui

import (
	"testing"

	"mxodus/engine"
)

func TestNewProjectIsMadeFromAFewAnswers(t *testing.T) {
	w := newFakeWorld()
	sit(t, w, Options{}, func(s *sitting) {
		s.sees("Start a new project", "The old server is never changed")
		s.press("enter")
		s.press("enter") // nothing typed yet: said beside the field
		s.sees("This needs the company's name.")
		s.press("up")
		s.write("Acme Ltd", "acme")
		s.sees("This is not a domain. It looks like acme.example.")
		s.press("up")
		s.write(".example")
		s.sees("acme.mxodus") // suggested
		s.press("enter")
		s.write("correct horse", "correct hors")
		s.sees("The two differ.")
		s.seesNot("correct hors")
		s.press("up", "ctrl+r")
		s.sees("correct horse")
		s.press("e", "enter", "down", "enter")
		f := w.files["acme.mxodus"]
		if f == nil || f.project.Company != "Acme Ltd" || f.project.Domain != "acme.example" || w.passphrase != "correct horse" {
			t.Fatalf("made %+v with %q", w.files, w.passphrase.Reveal())
		}
		if len(w.remembered) != 0 {
			t.Error("remembered without being told to")
		}
		s.sees("Acme Ltd", "Enter go on")
	})
}

func TestExistingFileIsNotReplaced(t *testing.T) {
	w := newFakeWorld()
	w.files["acme.mxodus"] = &fakeFile{path: "acme.mxodus"}
	sit(t, w, Options{}, func(s *sitting) {
		s.press("enter")
		s.write("Acme", "acme.example", "", "correct horse", "correct horse", "")
		s.sees("There is a file of this name already. Choose another name.")
	})
}

func TestWrongPassphraseCanBeTriedAgain(t *testing.T) {
	w := newFakeWorld()
	w.passphrase = "correct horse"
	w.files["p"] = &fakeFile{path: "p", project: sceneProject(), users: []engine.User{{ID: 1, Address: "anna@acme.example"}}}
	sit(t, w, Options{Path: "p"}, func(s *sitting) {
		s.sees("is sealed")
		s.write("wrong", "")
		s.sees("This passphrase does not open the project. Try again")
		s.write("correct horse", "")
		s.sees("1 user", "mail.old-host.example")
		if w.remembered["p"] != "correct horse" {
			t.Error("not remembered, though told to")
		}
	})
}

func TestKeyringOpensWithoutAsking(t *testing.T) {
	w := newFakeWorld()
	w.passphrase, w.remembered["p"] = "correct horse", "correct horse"
	w.files["p"] = &fakeFile{path: "p", project: sceneProject()}
	sit(t, w, Options{Path: "p"}, func(s *sitting) {
		s.sees("Old server", "Enter go on")
	})
	if !w.files["p"].closed {
		t.Error("the project was left open")
	}
}

func TestMissingFileLeadsBackToTheChoice(t *testing.T) {
	sit(t, newFakeWorld(), Options{Path: "nowhere.mxodus"}, func(s *sitting) {
		s.sees("There is no such file.", "Start a new project")
	})
}

func TestPracticeFillsEverythingIn(t *testing.T) {
	w := newFakeWorld()
	practice := &engine.Practice{Project: sceneProject(), Users: []engine.UserRow{{User: engine.User{Address: "anna@acme.example", SourceLogin: "anna"}, SourcePassword: "a", DestinationPassword: "b"}}}
	sit(t, w, Options{Practice: practice, PracticePath: "practice", Passphrase: "x"}, func(s *sitting) {
		s.sees("This is practice.", "practice: nothing here is real", "1 user")
		s.press("enter")
		s.sees("Old server", "Enter check the connection")
		s.press("enter")
		s.sees("The server answers, and its certificate is right.", "TLS 1.3")
		s.press("enter", "enter", "enter")
		s.sees("anna@acme.example", "ready")
	})
}

func TestProjectThatStayedSealedIsClosed(t *testing.T) {
	for _, back := range []bool{false, true} {
		w := newFakeWorld()
		w.passphrase = "correct horse"
		w.files["p"] = &fakeFile{path: "p", project: sceneProject()}
		sit(t, w, Options{Path: "p"}, func(s *sitting) {
			s.sees("is sealed")
			if back {
				s.press("esc")
				s.sees("Start a new project")
			}
		})
		if !w.files["p"].closed {
			t.Errorf("left open (back: %v)", back)
		}
	}
}

// Between the key and the answer the screen is drawn as well.
func TestBackFromThePassphraseLeadsToTheChoice(t *testing.T) {
	w := newFakeWorld()
	w.passphrase = "correct horse"
	w.files["p"] = &fakeFile{path: "p", project: sceneProject()}
	sit(t, w, Options{Path: "p"}, func(s *sitting) {
		s.sees("is sealed")
		s.press("esc")
		s.sees("Start a new project", "Enter choose")
		s.seesNot("is sealed")
		s.press("down", "enter")
		s.sees("Type or paste the path")
		s.press("esc")
		s.sees("Start a new project")
	})
}
