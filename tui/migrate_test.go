package tui

import (
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

// atMigrate is a sitting at the migrate step, with users that passed the test.
func atMigrate(t *testing.T, d engine.Dialer, f func(s *sitting, w *fakeWorld)) {
	t.Helper()
	w, o := openAt(sceneProject(), acmeUsers()...)
	w.dialer = d
	sit(t, w, o, func(s *sitting) {
		status := &engine.ProbeStatus{Finished: true}
		for _, u := range acmeUsers() {
			status.Users = append(status.Users, engine.UserCheck{User: u, State: engine.CheckOK})
		}
		s.root.session.probe = status
		s.handle(goMsg{to: stepMigrate})
		s.settle()
		s.sees("Migrate", "2 users", "Enter start copying")
		f(s, w)
	})
}

func TestRunThatFailsSaysWhyAndWhatToDo(t *testing.T) {
	atMigrate(t, deafDialer{}, func(s *sitting, w *fakeWorld) {
		s.press("enter")
		s.wait(time.Minute)
		s.sees("failed", "e problems (1)", "2 users to look at")
		s.press("e")
		s.sees("The old server refused the password.", "Ask for the current password.", "AUTHENTICATIONFAILED", "anna@acme.example; ben@acme.example")
		s.press("esc")
		if s.root.steps[stepVerify].Blocked() == "" {
			t.Error("can be verified though nothing was copied")
		}
		if len(w.files["p"].runs) != 1 || w.files["p"].runs[0].Finished.IsZero() {
			t.Errorf("history: %+v", w.files["p"].runs)
		}
		s.sees("Enter run again")
	})
}

func TestLeavingWhileCopyingAsksAndStops(t *testing.T) {
	atMigrate(t, waitingDialer{}, func(s *sitting, w *fakeWorld) {
		s.press("enter")
		s.wait(time.Second)
		s.sees("connecting", "p pause all")
		s.press("q")
		s.sees("Leave mxodus?", "Nothing is lost")
		s.press("enter") // the harmless answer
		if s.quit {
			t.Fatal("left by Enter alone")
		}
		s.press("ctrl+c", "down", "enter")
		if !s.quit {
			t.Fatal("didn't leave")
		}
		s.root.core.close(patience)
		if b := s.root.works.batch.Status(); b.Finished.IsZero() {
			t.Error("left while the batch was running")
		}
		if !w.files["p"].closed {
			t.Error("the project was left open")
		}
	})
}

func TestPauseResumeAndStop(t *testing.T) {
	atMigrate(t, waitingDialer{}, func(s *sitting, w *fakeWorld) {
		s.press("enter")
		s.wait(time.Second)
		s.press("p")
		s.wait(5 * time.Second)
		s.sees("paused", "p go on")
		s.press("p")
		s.wait(time.Second)
		s.sees("connecting")
		s.press(" ")
		s.wait(5 * time.Second)
		s.sees("paused", "Space let this user go on")
		s.press("x")
		s.sees("Stop anna@acme.example?")
		s.press("down", "enter")
		s.wait(time.Second)
		s.sees("stopped", "connecting")
		s.press("X", "down", "enter")
		s.wait(10 * time.Second)
		s.sees("ended", "stopped before the end")
	})
}

func TestOtherStepsCanBeSeenWhileCopying(t *testing.T) {
	atMigrate(t, waitingDialer{}, func(s *sitting, w *fakeWorld) {
		s.press("enter")
		s.wait(time.Second)
		s.press("ctrl+g", "home", "enter")
		s.sees("Enter go on", "0 of 2 users copied")
		s.press("ctrl+g", "end", "up", "up", "up", "up", "up", "enter")
		s.sees("connecting")
	})
}

func TestFollowGoesOnUntilSwitchedOff(t *testing.T) {
	atMigrate(t, deafDialer{}, func(s *sitting, w *fakeWorld) {
		s.press("f")
		s.wait(time.Minute)
		s.sees("next look in", "f stop following")
		if s.root.tempo() != tickSlow {
			t.Errorf("ticks every %v while it waits", s.root.tempo())
		}
		s.press("f")
		s.wait(time.Second)
		s.sees("ended")
		if s.root.works.running() {
			t.Error("goes on")
		}
	})
}

func TestSameProblemOfManyIsOneProblem(t *testing.T) {
	r := newScene(stepMigrate, 12)
	groups := groupProblems(sceneBatch(r).Users)
	if len(groups) != 2 || groups[0].level != engine.Bad || groups[1].count != 6 || len(groups[1].users) != 2 {
		t.Errorf("%+v", groups)
	}
}

func TestCursorStaysWithItsUserWhenRowsMove(t *testing.T) {
	r := newScene(stepMigrate, 12)
	sceneBatch(r)
	m := r.steps[stepMigrate].(*migrate)
	m.arrange()
	m.table.Go(4)
	want := m.current().User.ID
	m.sort = sortState
	m.arrange()
	if got := m.current(); got == nil || got.User.ID != want || m.table.At() != 0 {
		t.Errorf("on %+v at %d", got, m.table.At())
	}
}

func TestOnlyProblemsFiltersUsers(t *testing.T) {
	r := newScene(stepMigrate, 12)
	sceneBatch(r)
	m := r.steps[stepMigrate].(*migrate)
	m.only = true
	m.arrange()
	if len(m.shown) != 3 {
		t.Errorf("shows %d", len(m.shown))
	}
}

func TestProgressIsWholeOnlyAtTheEnd(t *testing.T) {
	for _, c := range []struct {
		t       engine.Tally
		scanned bool
		whole   bool
	}{
		{engine.Tally{}, false, false},
		{engine.Tally{}, true, true},
		{engine.Tally{Total: 100_000_000, Copied: 99_999_999, TotalBytes: 1 << 50, CopiedBytes: 1 << 50}, true, false},
		{engine.Tally{Total: 3, Copied: 1, Present: 1, Skipped: 1}, true, true},
		{engine.Tally{Total: 3, Copied: 1, Present: 1, Skipped: 1}, false, false},
		{engine.Tally{Total: 3, Copied: 1, Present: 1, Failed: 1}, true, false},
	} {
		whole, bytes := c.t.ToCopy()
		if got := progress(c.t, whole, bytes, c.scanned); (got >= 1) != c.whole {
			t.Errorf("%+v: %v", c.t, got)
		}
	}
}

// BenchmarkViewMigrate is one picture of 50 users at 200x60. Ten of them a
// second should cost less than 3 % of a core: 3 ms each.
func BenchmarkViewMigrate(b *testing.B) {
	r := newScene(stepMigrate, 50)
	sceneBatch(r)
	running(r)
	dyeDark(r)
	r.width, r.height = 200, 60
	m := r.steps[stepMigrate].(*migrate)
	for b.Loop() {
		m.arrange()
		_ = r.View()
	}
}

func TestInterruptedRunIsGoneOnWith(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	w.files["p"].runs = []engine.Run{{ID: 1, Kind: "full", Started: sceneTime}}
	sit(t, w, o, func(s *sitting) {
		s.sees("first run: interrupted", "Enter go on: Migrate")
		s.press("enter")
		s.sees("go on exactly where it stopped", "Enter go on copying")
		s.press("enter")
		s.wait(time.Minute)
		s.sees("ended")
	})
}

// Who opens a project again sees what became of every user, and, of a run that was
// killed, that it was.
func TestLastRunIsSeenAgainAfterReopening(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	f := w.files["p"]
	f.runs = []engine.Run{{ID: 1, Kind: "full", Started: sceneTime}}
	f.kept = map[string][]byte{"run/standing": []byte(`{"at":"2026-11-21T18:40:00Z","started":"2026-11-21T18:02:00Z","pass":1,
		"users":[{"id":1,"state":"copying","scanned":true,"sent":600,"sum":{"Total":1000,"Copied":600}},{"id":2,"state":"failed","sum":{},
		"problems":[{"at":"2026-11-21T18:03:00Z","level":"bad","count":1,"what":"The old server refused the password.","do":"Ask for it."}]}]}`)}
	inbox := countOf(1, 600, 0)
	inbox.Folder.Path = []string{"INBOX"}
	f.counts = []engine.FolderCount{inbox}
	sit(t, w, o, func(s *sitting) {
		s.handle(goMsg{to: stepMigrate})
		s.settle()
		s.sees("interrupted 21 Nov 18:40 UTC", "600 of 1,000 messages", "600 messages copied, 400 still to do; 1 user to look at (e)", "go on exactly where it stopped",
			"stopped", "failed", "Enter go on copying")
		s.press("down", "d")
		s.sees("anna@acme.example", "INBOX", "600 of 1,000 messages")
		s.press("esc", "e")
		s.sees("1 problem", "Ask for it.")
		s.press("esc", "l")
		s.sees("The run that began 21 Nov 18:02 UTC was interrupted")
		s.press("esc", "enter")
		s.wait(time.Minute)
		s.sees("ended")
		if n := len(f.events); n == 0 || !strings.Contains(f.events[0].Text, "was interrupted") {
			t.Errorf("%+v", f.events)
		}
	})
}

func TestProjectThatAnotherProcessRunsIsShownSo(t *testing.T) {
	r := newScene(stepMigrate, 3)
	r.session.holder = &engine.LockedError{Host: "box", PID: 7, Since: sceneTime}
	r.width, r.height = 100, 30
	if view := r.View(); !strings.Contains(view, "Another mxodus is running this project: process 7 on box") {
		t.Error(view)
	}
}

// A verification reads what a run would change: it comes between two deltas, which
// go on afterwards by themselves.
func TestVerificationComesBetweenTwoDeltas(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	w.files["p"].runs = []engine.Run{{ID: 1, Kind: "full", Started: time.Now(), Finished: time.Now(), Summary: engine.Summary{Users: 2}}}
	sit(t, w, o, func(s *sitting) {
		s.handle(goMsg{to: stepFinish})
		s.settle()
		s.press("f")
		s.wait(time.Second)
		s.sees("Following", "Press v to verify between two of them.")
		if why := s.root.steps[stepVerify].Blocked(); why != "deltas go on: v in Finish verifies between two" {
			t.Errorf("blocked by %q", why)
		}
		first := s.root.works.batch
		s.press("v")
		s.wait(3 * time.Second)
		if s.root.at != stepVerify || s.root.session.verify == nil || !s.root.session.verify.Finished {
			t.Fatalf("nothing was verified:\n%s", s.screen())
		}
		m := s.root.steps[stepMigrate].(*migrate)
		if !s.root.works.copying() || s.root.works.batch == first || !m.follow || m.between {
			t.Error("deltas don't go on")
		}
		kinds := ""
		for _, r := range w.files["p"].runs[1:] {
			kinds += r.Kind + " "
		}
		if kinds != "full verify full " {
			t.Errorf("ran %s", kinds)
		}
	})
}
