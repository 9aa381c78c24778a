package tui

import (
	"os"
	"path/filepath"
	"testing"

	"mxodus/engine"
)

func TestServiceAccountsKeyIsTakenFromItsFile(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"key.json": "mover's key", "other.json": "{}", "note.txt": "x"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w, o := openAt(engine.Project{Company: "Acme", Domain: "acme.example", Source: engine.Endpoint{Kind: engine.KindIMAP, Host: "imap.gmail.com", Port: 993, Security: engine.TLS}}, acmeUsers()...)
	sit(t, w, o, func(s *sitting) {
		source := s.root.steps[stepSource].(*source)
		app := engine.AppSecretName(engine.SideSource)
		s.handle(goMsg{to: stepSource})
		s.settle()
		s.press("e")
		s.seesNot("Key file")
		s.press("right", "right", "enter")
		s.sees("Key file", "Ctrl-O look for it")
		source.form.Set("key", filepath.Join(dir, "other.json"))
		s.press("enter", "enter")
		s.sees("This is no key of a service account.")
		s.press("ctrl+o")
		s.sees("Look for a file", "key.json")
		s.seesNot("note.txt")
		s.press("down", "enter")
		s.sees("key.json")
		s.press("enter", "enter")
		s.sees("the service account mover@acme.iam.example", "Client ID 1030001", "https://mail.google.com/")
		key, _ := w.vault.Get(app)
		if p := w.files["p"].project; key != "mover's key" || p.Source.ServiceAccount != "mover@acme.iam.example" || p.Source.Auth != engine.AuthXOAuth2 {
			t.Fatalf("kept %q and %+v", key.Reveal(), p.Source)
		}
		s.press("e") // the key stays where no other is given
		s.sees("that of mover@acme.iam.example stays")
		s.press("enter", "enter", "enter")
		if key, _ := w.vault.Get(app); key != "mover's key" {
			t.Error("the key went")
		}
		s.press("e", "left", "left", "enter", "enter")
		s.sees("each user's own password")
		if key, _ := w.vault.Get(app); key != "" || w.files["p"].project.Source.ServiceAccount != "" {
			t.Error("a key that is no longer used stays")
		}
	})
}

// Whatever asks for a file can look for it.
func TestFilesAreLookedForWhereverOneIsAskedFor(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"ca.pem", "cloud.json", "logo.png", "acme.mxodus", "note.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, x := range []struct {
		at    stepID
		open  func(r *root) (field string)
		wants string
	}{
		{stepSource, func(r *root) string {
			s := r.steps[stepSource].(*source)
			s.openForm(engine.Endpoint{})
			s.form.Set("trust", trustFile)
			return "ca"
		}, "ca.pem"},
		{stepDestination, func(r *root) string {
			atMicrosoft(r).openForm()
			r.steps[stepDestination].(*destination).tenant.form.Set("cloud", cloudFile)
			return "file"
		}, "cloud.json"},
		{stepTell, func(r *root) string { r.steps[stepTell].(*letters).openFacts(); return "Logo" }, "logo.png"},
		{stepProject, func(r *root) string { r.steps[stepProject].(*project).choose(projectPath); return "path" }, "acme.mxodus"},
	} {
		w, o := openAt(sceneProject(), acmeUsers()...)
		sit(t, w, o, func(s *sitting) {
			s.root.at = x.at
			field := x.open(s.root)
			f := s.root.steps[x.at].(formHolder).asking()
			f.FocusOn(field)
			f.Set(field, dir+string(filepath.Separator))
			s.press("ctrl+o")
			s.sees("Look for a file", x.wants)
			s.seesNot("note.txt")
			s.press("down", "enter")
			if got := f.Get(field); got != filepath.Join(dir, x.wants) {
				t.Errorf("%s: the field holds %q", x.wants, got)
			}
		})
	}
}
