package tui

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
)

// atWork runs a test that never ends by itself, for a while.
func atWork(t *testing.T, o Options, long time.Duration, f func(s *sitting, bell *bytes.Buffer)) {
	t.Helper()
	w, opened := openAt(sceneProject(), acmeUsers()...)
	w.dialer = waitingDialer{}
	o.Path = opened.Path
	sit(t, w, o, func(s *sitting) {
		bell := &bytes.Buffer{}
		s.root.terminal = bell
		s.handle(goMsg{to: stepTest})
		s.settle()
		if s.root.titled != "mxodus: testing" {
			t.Errorf("the title is %q while a test runs", s.root.titled)
		}
		s.wait(long)
		s.root.works.cancel()
		s.wait(time.Second)
		if s.root.titled != `mxodus: Acme \x1b[31mLtd` {
			t.Errorf("the title is %q afterwards", s.root.titled)
		}
		f(s, bell)
	})
}

func TestBellTellsOfLongWorkOnly(t *testing.T) {
	for _, x := range []struct {
		long time.Duration
		off  bool
		want string
	}{{30 * time.Second, false, "\a"}, {5 * time.Second, false, ""}, {30 * time.Second, true, ""}} {
		atWork(t, Options{NoBell: x.off}, x.long, func(s *sitting, bell *bytes.Buffer) {
			if bell.String() != x.want {
				t.Errorf("after %s (off: %v) the terminal got %q", x.long, x.off, bell)
			}
		})
	}
}

// Following ends when somebody ends it: the bell tells of the first copy.
func TestBellTellsOfTheFirstCopyWhileItFollows(t *testing.T) {
	r := newScene(stepMigrate, 12)
	b := sceneBatch(r)
	running(r)
	bell := &bytes.Buffer{}
	r.terminal = bell
	r.notify()
	for _, pass := range []int{1, 2, 3} {
		r.now = r.now.Add(time.Hour)
		b.Pass, b.NextPass = pass, time.Time{}
		r.notify()
		r.now = r.now.Add(time.Hour)
		b.NextPass = r.now
		if cmd := r.notify(); cmd != nil {
			ringOut(cmd())
		}
		if bell.String() != "\a" {
			t.Fatalf("after pass %d the terminal got %q", pass, bell)
		}
	}
}

// ringOut carries out commands that came together.
func ringOut(msg tea.Msg) {
	if all, ok := msg.(tea.BatchMsg); ok {
		for _, cmd := range all {
			ringOut(cmd())
		}
	}
}

func TestTerminalGetsItsTitleBack(t *testing.T) {
	var out bytes.Buffer
	k := &titleKeeper{out: &out}
	for _, msg := range []tea.Msg{tea.WindowSizeMsg{}, enterKey, tea.QuitMsg{}} {
		if got := k.filter(nil, msg); got == nil {
			t.Errorf("%T is swallowed", msg)
		}
	}
	if got, want := out.String(), "\x1b[22;2t\x1b]2;\a\x1b[23;2t"; got != want {
		t.Errorf("the terminal got %q, want %q", got, want)
	}
}

func TestTitleTellsHowFarTheCopyingIs(t *testing.T) {
	r := newScene(stepMigrate, 12)
	b := sceneBatch(r)
	running(r)
	if got := r.title(); got != "mxodus: copying, 3 of 12 done" {
		t.Errorf("%q", got)
	}
	b.NextPass = b.At.Add(time.Minute)
	if got := r.title(); got != "mxodus: following" {
		t.Errorf("%q", got)
	}
}

func TestNextStartOffersTheLastProject(t *testing.T) {
	dir := t.TempDir()
	list, path, gone := filepath.Join(dir, "settings", "recent.json"), filepath.Join(dir, "acme.mxodus"), filepath.Join(dir, "gone.mxodus")
	for _, p := range []string{gone, path} {
		if err := os.WriteFile(p, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w := newFakeWorld()
	w.passphrase = "correct horse"
	for _, p := range []string{path, gone} {
		w.remembered[p] = "correct horse"
		w.files[p] = &fakeFile{path: p, project: sceneProject(), users: []engine.User{{ID: 1, Address: "anna@acme.example"}}}
		sit(t, w, Options{Path: p, Recent: list}, func(s *sitting) { s.sees("What is next") })
	}
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	sit(t, w, Options{Recent: list}, func(s *sitting) {
		s.sees("Go on with", "acme.mxodus", "Open last 1 Jan")
		s.seesNot("gone.mxodus")
		s.press("enter") // the cursor stands on it
		s.sees("What is next", "1 user")
	})
	if got := readRecent(list); len(got) != 2 || got[0].Path != path {
		t.Errorf("%+v", got)
	}
	if info, err := os.Stat(list); err != nil || info.Size() == 0 {
		t.Error(err)
	}
}

func TestListOfProjectsStaysShort(t *testing.T) {
	list := filepath.Join(t.TempDir(), "recent.json")
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "b"} {
		if err := noteRecent(list, name); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	for _, r := range readRecent(list) {
		names = append(names, filepath.Base(r.Path))
	}
	if !slices.Equal(names, []string{"b", "f", "e", "d", "c"}) {
		t.Errorf("%v", names)
	}
	if err := os.WriteFile(list, []byte("nonsense"), 0o600); err != nil || readRecent(list) != nil {
		t.Error("a list that can't be read is not as if there were none")
	}
}
