package letter

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab/real"
)

// TestBrowserShowsAndPrintsLetters opens every letter in every language, to a
// person and to a shared mailbox, and what is printed of them, in Chromium,
// where that is installed.
func TestBrowserShowsAndPrintsLetters(t *testing.T) {
	b := real.NewBrowser(t)
	dir := t.TempDir()
	letters, papers := allLetters(t, dir)
	for _, name := range append(letters, papers...) {
		b.Look(filepath.Join(dir, name))
		if title := b.Eval("document.title && document.documentElement.lang && document.querySelectorAll('h1').length > 0"); title != "true" {
			t.Errorf("%s has no title, language or heading", name)
		}
	}
	for _, name := range papers {
		b.Open(filepath.Join(dir, name), 794)
		want := b.Eval("document.querySelectorAll('article').length")
		pages := len(regexp.MustCompile(`/Type\s*/Page[^s]`).FindAll(b.PDF(8.27, 11.69), -1))
		if n, err := strconv.Atoi(want); err != nil || n == 0 || pages < n {
			t.Errorf("%s: %d pages of paper for %s letters", name, pages, want)
		}
	}
	pictures(t, b, dir, append(letters, papers...))
	t.Run("accessibility", func(t *testing.T) {
		axe := real.NewAxe(t, b)
		for _, name := range append(letters, papers...) {
			wrong, rules := axe.Find(filepath.Join(dir, name))
			if rules < 8 {
				t.Errorf("%s: axe held it against %d rules only", name, rules)
			}
			for _, w := range slices.Compact(wrong) {
				t.Errorf("%s: %s", name, w)
			}
		}
	})
}

// allLetters writes every kind to a person and to a shared mailbox in each
// language, as a file each and as one print file, and a sheet of passwords.
func allLetters(t *testing.T, dir string) (letters, papers []string) {
	t.Helper()
	f := sampleFacts(t)
	base := f.Users[0].ID
	f.Users = nil
	for i, l := range Languages() {
		person := engine.User{ID: int64(10 + i), Address: l.Code + "@acme.example", DisplayName: "Anna Archer", Language: l.Code}
		shared := engine.User{ID: int64(20 + i), Address: "office-" + l.Code + "@acme.example", DisplayName: "Office", Language: l.Code, Shared: true}
		f.Users = append(f.Users, person, shared)
		for _, u := range []engine.User{person, shared} {
			f.stands[u.ID], f.known[u.ID] = f.stands[base], f.known[base]
			f.proof.Users = append(f.proof.Users, engine.ProvenUser{ID: u.ID, At: f.Project.CutOver, OK: true})
		}
	}
	f.Project.Letters.Logo = logoFile(t)
	vault := keys{}
	for _, u := range f.Users {
		vault[engine.SecretName(engine.SideDestination, u.ID)] = "Correct-Horse-7"
	}
	for _, k := range Kinds() {
		var list []Letter
		for _, u := range f.Users {
			if k.ToOwner() {
				f.Project.Letters.OwnerLanguage = u.Language
			}
			m, err := NewMaker(f)
			if err != nil {
				t.Fatal(err)
			}
			l, err := m.Make(k, u)
			if err != nil {
				t.Fatal(err)
			}
			if l.Language.Code != u.Language {
				t.Fatalf("%s to %s is written in %s", k, u.Address, l.Language.Code)
			}
			list = append(list, l)
			if k.ToOwner() && u.Shared {
				list = list[:len(list)-1]
			}
		}
		m, err := NewMaker(f)
		if err != nil {
			t.Fatal(err)
		}
		names, err := m.Write(dir, list, []Form{HTML, Print}, time.Now())
		if err != nil || len(names) != len(list)+1 {
			t.Fatal(names, err)
		}
		letters, papers = append(letters, names[:len(list)]...), append(papers, names[len(list)])
	}
	m, err := NewMaker(f)
	if err != nil {
		t.Fatal(err)
	}
	html, n, err := m.PasswordSheet(vault, f.Users)
	if err != nil || n != len(f.Users) {
		t.Fatal(n, err)
	}
	name, err := WriteSheet(dir, html)
	if err != nil {
		t.Fatal(err)
	}
	return letters, append(papers, name)
}

// logoFile is a picture of one dot.
func logoFile(t *testing.T) string {
	t.Helper()
	png, err := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "logo.png")
	if err := os.WriteFile(file, png, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// pictures keeps what was seen, for eyes, where MXODUS_PICTURES says.
func pictures(t *testing.T, b *real.Browser, dir string, names []string) {
	t.Helper()
	to := os.Getenv("MXODUS_PICTURES")
	if to == "" {
		return
	}
	keep := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(to, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range names {
		flat := regexp.MustCompile(`[/.]`).ReplaceAllString(name, "-")
		for label, width := range map[string]int{"phone": 360, "desktop": 1280} {
			b.Open(filepath.Join(dir, name), width)
			keep("letter-"+flat+"-"+label+".png", b.Screenshot())
			b.Dark(true)
			keep("letter-"+flat+"-"+label+"-dark.png", b.Screenshot())
			b.Dark(false)
		}
		keep("letter-"+flat+".pdf", b.PDF(8.27, 11.69))
	}
}
