package tui

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/report"
)

// atReport is a person at the last step of a project that was copied.
func atReport(t *testing.T, f func(s *sitting, file *fakeFile)) {
	t.Helper()
	w, o := openAt(letterProject(), acmeUsers()...)
	o.Program = "mxodus of the test"
	dir := t.TempDir()
	sit(t, w, o, func(s *sitting) {
		file := s.root.session.file.(*fakeFile)
		file.path = filepath.Join(dir, "acme.mxodus")
		at := time.Now().Add(-30 * time.Hour)
		file.runs = []engine.Run{{ID: 1, Kind: "full", Started: at, Finished: at.Add(time.Minute), Summary: engine.Summary{Sent: 9000, Users: 2}}}
		s.root.session.runs = file.runs
		s.handle(goMsg{to: stepReport})
		s.settle()
		f(s, file)
	})
}

func TestTheReportIsWrittenBesideTheProject(t *testing.T) {
	atReport(t, func(s *sitting, file *fakeFile) {
		s.sees("not written yet", "Not verified yet", "What is left to do")
		if s.root.steps[stepReport].Done() {
			t.Error("done before it was written")
		}
		s.press("enter", "enter")
		dir := filepath.Join(filepath.Dir(file.path), "acme-report")
		s.sees("written 1 Jan", "report.html")
		for _, name := range report.Files() {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil || len(text) == 0 {
				t.Errorf("%s: %v", name, err)
			}
			if name == report.JSONFile && !strings.Contains(string(text), "mxodus of the test") {
				t.Error("the report doesn't say which mxodus made it")
			}
		}
		opened := ""
		s.root.browse = func(path string) error { opened = path; return nil }
		if s.press("o"); opened != filepath.Join(dir, report.HTMLFile) {
			t.Errorf("opened %q", opened)
		}
		if !s.root.steps[stepReport].Done() {
			t.Error("not done")
		}
		s.press("enter")
		s.sees("The move is not over yet", "The step Finish says when it is safe to stop")
		s.press("esc")
		s.sees("What is left to do")
		s.press("enter", "enter")
		if !s.quit {
			t.Error("the last Enter doesn't leave")
		}
	})
}

func TestAReportThatCantBeWrittenSaysWhy(t *testing.T) {
	atReport(t, func(s *sitting, file *fakeFile) {
		if err := os.WriteFile(filepath.Join(filepath.Dir(file.path), "acme-report"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		s.press("enter", "enter")
		s.sees("Into the folder", "✗")
		if _, ok := s.root.session.post.written[reportDoc]; ok {
			t.Error("it is noted as written")
		}
		s.press("esc")
		s.root.browse = func(string) error { return errors.New("none") }
		s.press("enter")
		for range 200 {
			s.press("backspace")
		}
		for _, r := range filepath.Join(filepath.Dir(file.path), "elsewhere") {
			s.press(string(r))
		}
		s.press("enter")
		s.sees("written 1 Jan")
		s.press("o")
		s.sees("No browser could be opened from here.", "Open this file in one:")
	})
}

func TestTheOwnersLetterIsReadAtTheReport(t *testing.T) {
	atReport(t, func(s *sitting, file *fakeFile) {
		s.press("m")
		s.sees("Hand-over", "for the owner")
		s.press("e")
		s.write("Olga")
		s.press("ctrl+s")
		if file.project.Letters.OwnerName != "Olga" {
			t.Errorf("kept: %+v", file.project.Letters)
		}
		s.press("p")
		s.sees("Hello Olga", "English")
		s.press("esc", "esc")
		s.sees("What is left to do")
	})
}

func TestInPracticeFilesBesideItsProjectAreNotPromised(t *testing.T) {
	r := newScene(stepReport, 2)
	r.session.practice = true
	r.session.post.written = map[string]written{reportDoc: {Dir: "/home/admin/acme-report"}}
	if words := r.farewell(); strings.Contains(words, "acme-report") {
		t.Errorf("%q", words)
	}
	r.session.post.written = map[string]written{reportDoc: {Dir: "/home/other/report"}, "welcome": {Dir: "/home/other/letters"}}
	if words := r.farewell(); !strings.Contains(words, filepath.FromSlash("/home/other/letters and /home/other/report")) && filepath.Separator == '/' {
		t.Errorf("%q", words)
	}
}
