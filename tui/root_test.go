package tui

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
)

func TestReplyThatNobodyWaitsForIsDropped(t *testing.T) {
	d := newDesk(context.Background(), nil)
	l := lane{stepSource, "check"}
	first := d.ask(l, func(ctx context.Context) (any, error) { return "first", ctx.Err() })
	second := d.ask(l, func(ctx context.Context) (any, error) { return "second", ctx.Err() })
	old, fresh := first().(reply), second().(reply)
	if !errors.Is(old.err, context.Canceled) {
		t.Error("the earlier question was not cancelled")
	}
	if d.take(old) {
		t.Error("the earlier reply was taken")
	}
	if !d.take(fresh) || fresh.value != "second" {
		t.Errorf("the reply that is waited for was dropped: %+v", fresh)
	}
	if d.take(fresh) || d.busy() {
		t.Error("a reply was taken twice")
	}
}

func TestPanicInACommandIsAFault(t *testing.T) {
	d := newDesk(context.Background(), nil)
	r := d.ask(lane{stepSource, "check"}, func(context.Context) (any, error) { panic("oh") })().(reply)
	if f := engine.AsFault(r.err); f.Code != engine.CodeInternal || strings.Contains(f.What, "oh") {
		t.Errorf("%+v", f)
	}
}

// brokenModel panics where it is told to.
type brokenModel struct{ view bool }

func (brokenModel) Init() tea.Cmd { return nil }
func (b brokenModel) Update(tea.Msg) (tea.Model, tea.Cmd) {
	if !b.view {
		panic("oh")
	}
	return b, nil
}
func (brokenModel) View() string { panic("oh") }

func TestMistakeOfTheWizardEndsInASentence(t *testing.T) {
	for _, inView := range []bool{false, true} {
		g := newGuard(brokenModel{inView}, Options{Log: slog.New(slog.DiscardHandler), LogFile: "/home/admin/wizard.log"})
		_, cmd := g.Update(nil)
		g.View()
		if inView {
			_, cmd = g.Update(nil)
		}
		if cmd == nil {
			t.Fatal("goes on")
		}
		if _, ok := cmd().(tea.QuitMsg); !ok || !strings.Contains(g.mistake.Do, "nothing is lost") || !strings.Contains(g.mistake.Do, "send /home/admin/wizard.log to") {
			t.Errorf("ends with %v", g.mistake)
		}
	}
}

func TestNothingTicksWhenNothingRuns(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	sit(t, w, o, func(s *sitting) {
		s.wait(2 * tickFast) // of the question that opened the project
		if s.root.ticking || s.root.tempo() != 0 {
			t.Error("ticks though nothing runs")
		}
		frame := s.root.frame
		s.wait(time.Minute)
		if s.root.frame != frame {
			t.Error("something moved in an idle minute")
		}
	})
}

func TestHelpAndStepsLieOverTheStepAndGoAway(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	sit(t, w, o, func(s *sitting) {
		s.press("?")
		s.sees("A project is one file.", "go to step")
		s.press("esc")
		s.sees("Enter go on")
		s.press("ctrl+g", "end", "enter")
		s.sees("Go to step", "not yet: ") // a blocked step can't be chosen
		s.press("esc", "q")
		if !s.quit {
			t.Error("q doesn't leave")
		}
	})
}

func TestStepsOpenUpWhileTheirListIsOnScreen(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	sit(t, w, o, func(s *sitting) {
		open := s.root.session
		s.root.session = session{}
		s.press("ctrl+g")
		s.sees("not yet: open a project first")
		s.root.session = open
		s.press("home", "down", "enter")
		if s.root.at != stepSource || s.root.over != overNothing {
			t.Errorf("at %d with %d over it", s.root.at, s.root.over)
		}
	})
}

func TestEscLeadsBackThroughTheSteps(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	sit(t, w, o, func(s *sitting) {
		s.press("ctrl+g", "home", "down", "down", "down", "enter")
		for _, want := range []stepID{stepDestination, stepSource, stepProject} {
			s.press("esc")
			if s.root.at != want {
				t.Fatalf("at %d, not %d", s.root.at, want)
			}
		}
		s.press("esc")
		if !s.quit {
			t.Error("Esc on the first step doesn't leave")
		}
	})
}

func TestLettersAreTextWhileTyping(t *testing.T) {
	sit(t, newFakeWorld(), Options{}, func(s *sitting) {
		s.press("enter", "q", "?")
		if s.quit || s.root.over != overNothing {
			t.Fatal("a letter was a command")
		}
		s.sees("q?")
		s.press("ctrl+c")
		if !s.quit {
			t.Error("Ctrl-C doesn't leave")
		}
	})
}

func TestCloseWaitsForWorkButNotForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorks(context.Background(), nil)
		obeys := false
		w.start("a", func(ctx context.Context) error {
			<-ctx.Done()
			time.Sleep(3 * time.Second)
			obeys = true
			return nil
		})
		began := time.Now()
		w.close(patience)
		if !obeys || time.Since(began) > patience {
			t.Errorf("waited %v, finished %v", time.Since(began), obeys)
		}
		w = newWorks(context.Background(), nil)
		w.start("b", func(context.Context) error { time.Sleep(time.Hour); return nil })
		began = time.Now()
		w.close(patience)
		if d := time.Since(began); d != patience {
			t.Errorf("waited %v", d)
		}
		time.Sleep(time.Hour)
	})
}

func TestPanicInTheBackgroundIsAFault(t *testing.T) {
	w := newWorks(context.Background(), nil)
	wait := w.start("a", func(context.Context) error { panic("oh") })
	if f := engine.AsFault(wait(context.Background())); f.Code != engine.CodeInternal {
		t.Errorf("%+v", f)
	}
}
