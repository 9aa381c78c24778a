package tui

import (
	"testing"
	"time"

	"mxodus/engine"
)

// atTest is a sitting at the test step with a test that is over.
func atTest(t *testing.T, states []engine.CheckState, f func(s *sitting, w *fakeWorld)) {
	t.Helper()
	w, o := openAt(sceneProject(), acmeUsers()...)
	sit(t, w, o, func(s *sitting) {
		status := &engine.ProbeStatus{Finished: true, Done: 2}
		for i, u := range acmeUsers() {
			c := engine.UserCheck{User: u, State: states[i]}
			if states[i] == engine.CheckWarning {
				c.Warnings = []engine.Fault{{What: "2 messages are too big."}}
			}
			status.Users = append(status.Users, c)
		}
		s.root.session.probe = status
		s.handle(goMsg{to: stepTest})
		s.settle()
		f(s, w)
	})
}

func TestGreenTestLeadsOn(t *testing.T) {
	atTest(t, []engine.CheckState{engine.CheckOK, engine.CheckOK}, func(s *sitting, w *fakeWorld) {
		s.press("enter", "enter") // past the letters
		s.sees("Enter start copying")
	})
}

func TestWarningsAreAcceptedAfterAskingAndRecorded(t *testing.T) {
	atTest(t, []engine.CheckState{engine.CheckOK, engine.CheckWarning}, func(s *sitting, w *fakeWorld) {
		s.press("enter")
		s.sees("1 user with warnings", "ben@acme.example: 2 messages are too big.")
		s.press("enter") // look at them first
		if s.root.at != stepTest {
			t.Fatal("went on without an answer")
		}
		s.press("enter", "down", "enter", "enter")
		s.sees("Enter start copying")
		e := w.files["p"].events
		if len(e) != 1 || e[0].UserID != 2 || e[0].Text != "Accepted: 2 messages are too big." {
			t.Errorf("recorded %+v", e)
		}
	})
}

func TestOneWarningIsAcceptedByItself(t *testing.T) {
	atTest(t, []engine.CheckState{engine.CheckWarning, engine.CheckWarning}, func(s *sitting, w *fakeWorld) {
		s.press("w")
		s.sees("accepted", "1 warning")
		if ok, why := s.root.session.tested(); ok || why != "warnings to accept" {
			t.Errorf("%v, %q", ok, why)
		}
	})
}

func TestFailedUserIsLeftOutOfTheRun(t *testing.T) {
	atTest(t, []engine.CheckState{engine.CheckFailed, engine.CheckOK}, func(s *sitting, w *fakeWorld) {
		s.press("enter")
		s.sees("1 user failed the test", "Go on without")
		s.press("enter") // stays
		if s.root.at != stepTest || s.root.steps[stepTest].Done() {
			t.Errorf("at %d", s.root.at)
		}
		s.press("enter", "down", "enter")
		if e := w.files["p"].events; len(e) == 0 || e[len(e)-1].UserID != 1 || s.root.at != stepTell {
			t.Errorf("at %d, %+v", s.root.at, e)
		}
		s.press("enter")
		s.sees("1 user whose test failed")
		if got := s.root.session.passed(); len(got) != 1 || got[0].ID != 2 {
			t.Errorf("passed %+v", got)
		}
	})
}

func TestNobodyPassedBlocksTheRun(t *testing.T) {
	atTest(t, []engine.CheckState{engine.CheckFailed, engine.CheckFailed}, func(s *sitting, w *fakeWorld) {
		s.press("enter")
		if s.root.at != stepTest || s.root.steps[stepMigrate].Blocked() != "no user passed the test" {
			t.Errorf("at %d, blocked by %q", s.root.at, s.root.steps[stepMigrate].Blocked())
		}
	})
}

func TestChangedUsersMustBeTestedAgain(t *testing.T) {
	atTest(t, []engine.CheckState{engine.CheckOK, engine.CheckOK}, func(s *sitting, w *fakeWorld) {
		s.press("esc", "o")
		if ok, why := s.root.session.tested(); ok || why != "not tested yet" {
			t.Errorf("%v, %q", ok, why)
		}
	})
}

func TestWrongPasswordIsMendedFromTheTestAndTestedAgain(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	sit(t, w, o, func(s *sitting) {
		s.handle(goMsg{to: stepTest})
		s.wait(time.Second)
		s.sees("2 of 2 done", "refused", "e mend this user")
		before := s.root.works.probe
		s.press("e")
		s.sees("Edit a user", "anna@acme.example")
		s.press("down", "down", "down", "end", "!", "ctrl+s")
		s.wait(time.Second)
		s.sees("Test", "2 of 2 done")
		if got, _ := w.vault.Get(engine.SecretName(engine.SideSource, 1)); got != "old-secret!" {
			t.Errorf("kept %q", got.Reveal())
		}
		if s.root.works.probe != before || s.root.steps[stepTest].(*test).retested != 1 {
			t.Error("not only this user was tested again")
		}
		s.press("e", "esc")
		s.sees("Test", "2 of 2 done")
	})
}
