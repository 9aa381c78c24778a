package tui

import (
	"testing"
	"time"
)

func TestLimitsAreKeptAndHoldAtOnce(t *testing.T) {
	atMigrate(t, waitingDialer{}, func(s *sitting, w *fakeWorld) {
		s.press("enter")
		s.wait(time.Second)
		s.press("c")
		s.sees("Limits", "hold at once", "Mailboxes at once", "MB per second", "no limit", "leave as it was")
		s.press("backspace", "0", "tab")
		s.sees("A number from 1 to 200")
		s.press("up", "backspace", "3", "enter", "enter", "enter")
		s.press("0", ",", "2")
		s.press("enter")
		s.sees("Larger ones are left out and listed")
		s.press("backspace", "backspace", "x", "tab")
		s.sees("A number of megabytes from 1 to 2,000")
		s.press("up", "backspace", "5", "0", "enter")
		s.sees("old mail arrives unchanged", "It holds from the next run on")
		s.press("right", "enter")
		s.wait(time.Second)
		l := w.files["p"].project.Limits
		if !w.files["p"].project.NoReadReceipts {
			t.Error("read receipts: not kept")
		}
		if l.Mailboxes != 3 || l.MaxRate != 209715 || l.MaxMessageBytes != 50<<20 || l.SourceConns != 16 {
			t.Errorf("kept: %+v", l)
		}
		s.press("c")
		s.sees("0.2", "50", "(●) old mail asks for none any more")
		s.seesNot("0.1999")
		s.press("esc")
		s.sees("Migrate", "p pause all")
	})
}

func TestUsersArePutFirstBeforeAnythingRuns(t *testing.T) {
	atMigrate(t, waitingDialer{}, func(s *sitting, w *fakeWorld) {
		s.root.session.project.Limits.Mailboxes = 1
		s.handle(goMsg{to: stepUsers})
		s.settle()
		s.press("down", "+")
		s.sees("ready, first", "This user is copied before all others. Press + to take that back.")
		s.press("+")
		s.seesNot("ready, first")
		s.press("+")
		s.handle(goMsg{to: stepMigrate})
		s.settle()
		s.sees("First ben@acme.example")
		s.press("enter")
		s.wait(time.Second)
		if u := s.root.session.batch.Users[1]; u.State != "connecting" {
			t.Errorf("%s is %s", u.User.Address, u.State)
		}
		s.sees("queued", "+ goes first")
		s.press(" ")
		s.wait(time.Second)
		s.sees("paused", "+ goes first")
		s.press("+")
		s.wait(time.Second)
		s.sees("paused, next")
	})
}

func TestUserIsPutFirst(t *testing.T) {
	atMigrate(t, waitingDialer{}, func(s *sitting, w *fakeWorld) {
		s.root.session.project.Limits.Mailboxes = 1
		s.press("enter")
		s.wait(time.Second)
		s.press("down")
		s.sees("queued", "+ goes first")
		s.press("+")
		s.wait(time.Second)
		for _, u := range s.root.session.batch.Users {
			if u.State != "connecting" {
				t.Errorf("%s is %s", u.User.Address, u.State)
			}
		}
	})
}
