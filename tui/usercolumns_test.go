package tui

import (
	"os"
	"path/filepath"
	"testing"

	"mxodus/engine"
)

func TestFileIsLookedForAndItsColumnsAreSaid(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"staff.csv": "Kürzel;Postfach;Kennwort;Telefon\nanna;anna@acme.example;hush-hush;1\nben;ben@acme.example;hush-too;2\n",
		"photo.jpg": "x",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "more"), 0o700); err != nil {
		t.Fatal(err)
	}
	atUsers(t, nil, func(s *sitting, w *fakeWorld) {
		s.press("i")
		s.root.steps[stepUsers].(*users).form.Set("path", dir+string(filepath.Separator))
		s.press("ctrl+o")
		s.sees("Look for a file", "staff.csv", "more"+string(filepath.Separator))
		s.seesNot("photo.jpg")
		s.press("down", "enter")
		s.sees("Which column is which?", "Kürzel", "Old password", "No column is the address yet.")
		s.seesNot("hush")
		s.press("right", "right") // Kürzel is the old log-in
		s.press("enter")          // not enough yet: said here
		s.sees("Which column is which?", "The address is missing. Go to the column")
		s.press("down", "right") // Postfach is the address
		s.seesNot("The address is missing.")
		s.press("down", "down", "right") // passes over what is taken
		s.sees("Only below this folder")
		s.press("left", "enter")
		s.sees("All 2 users can be taken.", "anna@acme.example", "ben@acme.example", "c which column is which")
		s.press("c", "left", "esc") // back to the rows, as they were
		s.sees("All 2 users can be taken.", "c which column is which")
		s.press("esc", "enter") // the path is still there, and so is what was said
		s.sees("All 2 users can be taken.", "anna@acme.example")
		s.press("enter")
		s.sees("2 users taken.")
		if u := w.files["p"].users; len(u) != 2 || u[0].SourceLogin != "anna" || u[1].Address != "ben@acme.example" {
			t.Errorf("saved %+v", u)
		}
		if got, _ := w.vault.Get(engine.SecretName(engine.SideSource, 1)); got != "hush-hush" {
			t.Error("the password was not kept")
		}
	})
}

func TestManyUsersAreChangedAtOnce(t *testing.T) {
	atUsers(t, acmeUsers(), func(s *sitting, w *fakeWorld) {
		s.press("*")
		s.sees("e change 2")
		s.press("e")
		s.sees("Change 2 users at once")
		s.press("right", "right", "enter", "enter", "enter", "right", "right", "enter", "right", "enter")
		s.sees("2 users changed.")
		for _, u := range w.files["p"].users {
			if u.SourceLogin != u.Address || u.Language != "de" || !u.Shared {
				t.Errorf("saved %+v", u)
			}
		}
		s.press("*", "e", "tab", "end", "backspace", "enter")
		if u := w.files["p"].users[0]; u.Language != "de" || !u.Shared {
			t.Errorf("editing one lost what stands in no field: %+v", u)
		}
	})
}

func TestUsersAreSorted(t *testing.T) {
	atUsers(t, []engine.User{{ID: 1, Address: "zoe@acme.example", SourceLogin: "zoe"}, {ID: 2, Address: "ben@acme.example", SourceLogin: "ben"}},
		func(s *sitting, _ *fakeWorld) {
			first := func() string { return s.root.steps[stepUsers].(*users).current().Address }
			if first() != "zoe@acme.example" {
				t.Errorf("first %s", first())
			}
			s.press("s")
			s.sees("by address")
			if first() != "ben@acme.example" {
				t.Errorf("first by address: %s", first())
			}
		})
}
