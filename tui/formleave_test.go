package tui

import (
	"log/slog"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
)

// Every step with a form says which one is open: so the rule holds for all.
var _ = []formHolder{(*project)(nil), (*server)(nil), (*destination)(nil), (*users)(nil), (*test)(nil), (*letters)(nil), (*migrate)(nil), (*cutover)(nil),
	(*finish)(nil), (*reporting)(nil)}

func TestWhatWasTypedIsNotThrownAwayUnasked(t *testing.T) {
	atTell(t, letterProject(), func(s *sitting, _ *fakeWorld, _ *fakePost, file *fakeFile) {
		for _, x := range []struct {
			at         stepID
			open, form string
			typed      string
		}{
			{stepTell, "e", "What letters tell", "Zoe"},
			{stepTell, "s", "Files that only you can read", "zz"},
			{stepProject, "e", "When is the cut-over?", "1"},
			{stepUsers, "a", "A new user", "zoe"},
			{stepUsers, "i", "CSV file", "zoe.csv"},
		} {
			s.handle(goMsg{to: x.at})
			s.settle()
			s.press(x.open)
			s.sees(x.form)
			s.press("esc") // nothing is typed yet
			s.seesNot(x.form)
			s.press(x.open)
			if x.at == stepTell {
				s.press("tab", "tab", "tab", "tab")
			}
			for _, r := range x.typed {
				s.press(string(r))
			}
			s.press("esc")
			s.sees("Leave the form?", "not kept")
			s.press("enter")
			s.sees(x.typed)
			s.press("esc", "down", "enter")
			s.seesNot("Leave the form?", x.form)
		}
		if file.project.Letters.HelpName != "Carla" {
			t.Error("kept what was left")
		}
	})
}

func TestAFormSaysHowToChoose(t *testing.T) {
	atTell(t, letterProject(), func(s *sitting, _ *fakeWorld, _ *fakePost, _ *fakeFile) {
		s.press("s")
		s.sees("Left/Right choose")
		s.press("tab")
		s.seesNot("Left/Right choose")
	})
}

func TestDatesAreHeldAgainstEachOther(t *testing.T) {
	p := letterProject()
	p.Letters.LastDay = p.CutOver.AddDate(0, 0, -10)
	atTell(t, p, func(s *sitting, _ *fakeWorld, _ *fakePost, file *fakeFile) {
		s.press("e", "ctrl+s")
		s.sees("The old mailboxes would be closed before the move.")
	})
}

func TestLeavingPracticeSaysThatItIsGone(t *testing.T) {
	r := newScene(stepMigrate, 2)
	r.session.practice = true
	running(r)
	r.quit()
	if words := r.question.Text[0]; !strings.Contains(words, "the made-up company goes away") || strings.Contains(words, "go on exactly there") {
		t.Error(words)
	}
	g := newGuard(brokenModel{}, Options{Practice: &engine.Practice{}, Log: slog.New(slog.DiscardHandler)})
	if g.note("x"); !strings.Contains(g.mistake.Do, "mxodus demo") {
		t.Error(g.mistake.Do)
	}
}

func TestAfterTheChangeVerifyLeadsBackToFinish(t *testing.T) {
	r := newScene(stepVerify, 2)
	sceneVerify(r)
	r.session.project.CutOverDone, r.session.practice = true, true
	v := r.steps[stepVerify].(*verify)
	v.arrange()
	if view := v.View(100, 30); strings.Contains(view, "Next comes the change") || !strings.Contains(view, "Enter goes to Finish") {
		t.Error(view)
	}
	if msg, ok := v.key(tea.KeyMsg{Type: tea.KeyEnter})().(goMsg); !ok || msg.to != stepFinish {
		t.Errorf("%+v", msg)
	}
}
