package journal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

func newFile(t testing.TB) *File {
	t.Helper()
	f, err := Create(context.Background(), filepath.Join(t.TempDir(), "acme.mxodus"), engine.Project{Company: "Acme"})
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, f)
	return f
}

func reopen(t testing.TB, path string) *File {
	t.Helper()
	f, err := Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, f)
	return f
}

func closeAfter(t testing.TB, f *File) {
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error("close:", err)
		}
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newUser adds one user, and newFolder one folder of a new user.
func newUser(t testing.TB, f *File, address string) int64 {
	t.Helper()
	users, err := f.SaveUsers(context.Background(), []engine.User{{Address: address}})
	must(t, err)
	return users[0].ID
}

func newFolder(t testing.TB, f *File) engine.FolderRecord {
	t.Helper()
	r, err := f.Folder(context.Background(), newUser(t, f, ""), "INBOX")
	must(t, err)
	return r
}

// wantFault says what a person reads.
func wantFault(t *testing.T, err error, words string) {
	t.Helper()
	fault, ok := errors.AsType[*engine.Fault](err)
	if !ok {
		t.Fatalf("%v is no fault", err)
	}
	if fault.Code != engine.CodeJournal || fault.Class != engine.StopBatch || fault.Do == "" || fault.Who == "" || !strings.Contains(fault.What, words) {
		t.Errorf("%+v, want %q", *fault, words)
	}
}

func TestProjectSurvivesClosing(t *testing.T) {
	for _, name := range []string{"acme.mxodus", "50% of ?a=b #1 & ü +.mxodus", "file:x"} {
		if runtime.GOOS == "windows" {
			name = strings.NewReplacer("?", "", ":", "").Replace(name)
		}
		path := filepath.Join(t.TempDir(), name)
		p := engine.Project{Company: "Acme", Domain: "acme.example", CutOver: time.Date(2026, 5, 1, 18, 0, 0, 0, time.UTC),
			Source: engine.Endpoint{Kind: engine.KindIMAP, Host: "old.acme.example", Port: 993, Security: engine.TLS},
			Limits: engine.Limits{QuietTime: time.Minute}, Rules: engine.FolderRules{Exclude: []string{"Spam"}}}
		f, err := Create(t.Context(), path, p)
		must(t, err)
		must(t, f.Close())
		must(t, f.Close())
		f = reopen(t, path)
		got, err := f.Project(t.Context())
		if err != nil || got.Source != p.Source || got.Limits != p.Limits || !got.CutOver.Equal(p.CutOver) || got.Rules.Exclude[0] != "Spam" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if f.Path() != path {
			t.Errorf("path %q, want %q", f.Path(), path)
		}
		if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 3 {
			t.Errorf("%q: want the file, -wal and -shm, got %v", name, entries)
		}
	}
}

func TestSettingsTolerateUnknownFields(t *testing.T) {
	f := newFile(t)
	must(t, f.writer.do(t.Context(), anybody, 1, func(tx *tx) error {
		return tx.exec(`UPDATE project SET settings = '{"Company":"Acme","FromTheFuture":{"a":1}}'`)
	}))
	if p, err := f.Project(t.Context()); err != nil || p.Company != "Acme" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestFileIsForItsOwnerOnly(t *testing.T) {
	f := newFile(t)
	newFolder(t, f)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(f.path + suffix)
		must(t, err)
		if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v", suffix, info.Mode())
		}
	}
}

func TestOpenTakesAFileFromAllButItsOwner(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // it knows no such permissions
	}
	f := newFile(t)
	must(t, f.Close())
	must(t, os.Chmod(f.path, 0o644))
	again, err := Open(t.Context(), f.path)
	must(t, err)
	newFolder(t, again)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(f.path + suffix)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v", suffix, info.Mode())
		}
	}
	must(t, again.Close())
}

func TestCreateTouchesNothingThatExists(t *testing.T) {
	path := filepath.Join(t.TempDir(), "letter.txt")
	must(t, os.WriteFile(path, []byte("dear"), 0o644))
	_, err := Create(t.Context(), path, engine.Project{})
	wantFault(t, err, "exists already")
	if got, _ := os.ReadFile(path); string(got) != "dear" {
		t.Errorf("the file is now %q", got)
	}
	_, err = Create(t.Context(), filepath.Join(t.TempDir(), "no", "such.mxodus"), engine.Project{})
	wantFault(t, err, "The folder")
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v is not os.ErrNotExist", err)
	}
}

func TestFailedCreateLeavesNothingBehind(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if _, err := Create(ctx, filepath.Join(dir, "acme.mxodus"), engine.Project{}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	made := func(name string, statements ...string) string {
		f, err := Create(t.Context(), filepath.Join(dir, name), engine.Project{})
		must(t, err)
		for _, s := range statements {
			_, err := f.writer.conn.ExecContext(t.Context(), s)
			must(t, err)
		}
		must(t, f.Close())
		return f.path
	}
	for _, c := range []struct{ path, words string }{
		{filepath.Join(dir, "none"), "There is no project file"},
		{dir, "is not a project file"},
		{file("empty", ""), "is not a project file"},
		{file("text", strings.Repeat("From: a@example.org\n", 100)), "is not a project file"},
		{file("head", "SQLite format 3\x00"), "is not a project file"},
		{made("other", "PRAGMA application_id = 1"), "is not a project file"},
		{made("newer", "PRAGMA user_version = 1000"), "made by a newer mxodus"},
		{made("broken", "DELETE FROM project"), "was broken off"},
	} {
		f, err := Open(t.Context(), c.path)
		if err == nil {
			t.Errorf("%s was opened", f.Path())
			continue
		}
		wantFault(t, err, c.words)
	}
}

func TestOpenSaysThatAFileIsDamaged(t *testing.T) {
	f := newFile(t)
	r := newFolder(t, f)
	must(t, f.Put(t.Context(), r.ID, manyRecords(1, 5000)))
	must(t, f.Close())
	h, err := os.OpenFile(f.path, os.O_RDWR, 0)
	must(t, err)
	for page := int64(1); page < 60; page++ {
		_, err := h.WriteAt([]byte("damage damage damage"), page*4096)
		must(t, err)
	}
	must(t, h.Close())
	_, err = Open(t.Context(), f.path)
	wantFault(t, err, "is damaged")
}

func TestClosedFileAnswers(t *testing.T) {
	f := newFile(t)
	r := newFolder(t, f)
	must(t, f.Close())
	wantFault(t, f.Put(t.Context(), r.ID, manyRecords(1, 1)), "could not be used")
	_, err := f.Has(t.Context(), 1, 2, engine.Identity{1})
	wantFault(t, err, "could not be used")
	_, err = f.Users(t.Context())
	wantFault(t, err, "could not be used")
}
