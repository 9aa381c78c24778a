package tui

import (
	"testing"

	"mxodus/engine"
)

func TestGivenPassphraseOpensWithoutAsking(t *testing.T) {
	w := newFakeWorld()
	w.passphrase = "correct horse"
	w.files["p"] = &fakeFile{path: "p", project: sceneProject()}
	sit(t, w, Options{Path: "p", Passphrase: "correct horse"}, func(s *sitting) {
		s.sees("Old server", "Enter go on")
	})
}

func TestGivenPassphraseThatIsWrongIsSaid(t *testing.T) {
	w := newFakeWorld()
	w.passphrase = "correct horse"
	w.files["p"] = &fakeFile{path: "p", project: sceneProject()}
	sit(t, w, Options{Path: "p", Passphrase: "another"}, func(s *sitting) {
		s.sees("is sealed", "given beforehand (MXODUS_PASSPHRASE or --passphrase-file) does not open this project")
		s.write("correct horse", "")
		s.sees("Old server")
	})
}

func TestGivenPassphraseSealsANewProject(t *testing.T) {
	w := newFakeWorld()
	sit(t, w, Options{Passphrase: "correct horse"}, func(s *sitting) {
		s.press("enter")
		s.write("Acme", "acme.example", "", "", "", "")
		s.sees("Acme", "Enter go on")
		if w.passphrase != "correct horse" {
			t.Errorf("sealed with %q", w.passphrase.Reveal())
		}
	})
}

func TestComputerWithoutKeyringIsSaidAndNotOfferedAgain(t *testing.T) {
	w := newFakeWorld()
	w.noKeyring = engine.ErrNoKeyring
	sit(t, w, Options{}, func(s *sitting) {
		s.press("enter")
		s.write("Acme", "acme.example", "", "correct horse", "correct horse", "")
		s.sees("keyring did not take the passphrase: you will be asked for it again next time")
	})
	w.files["acme.mxodus"].closed = false
	sit(t, w, Options{Path: "acme.mxodus"}, func(s *sitting) {
		s.sees("is sealed")
		s.write("correct horse")
		s.sees("This computer has no keyring that takes it")
		s.press("enter")
		s.sees("Enter go on")
		s.seesNot("did not take the passphrase")
	})
}
