package tui

import (
	"context"
	"io/fs"
	"net/netip"
	"path/filepath"
	"testing"

	"mxodus/engine"
)

// atHand is a sitting at the hand-over of the test step.
func atHand(t *testing.T, make func(engine.HandOverOptions) (*engine.HandOver, error), f func(s *sitting, w *fakeWorld)) {
	t.Helper()
	w, o := openAt(tenantProject(), acmeUsers()...)
	w.handOver = make
	sit(t, w, o, func(s *sitting) {
		s.root.lookup = func(context.Context, string) []netip.Addr { return nil }
		s.root.session.probe = &engine.ProbeStatus{Finished: true, Done: 2}
		s.handle(goMsg{to: stepTest})
		s.settle()
		s.press("x")
		s.sees("Hand over to Microsoft's own service", "mxodus takes no part in it", "Into the folder")
		f(s, w)
	})
}

// filled goes through the form to its end.
func (s *sitting) filled(dir, pilot, measure string) {
	f := s.root.steps[stepTest].(*test).hand.form
	mustForm(f, "folder", dir, "pilot", pilot, "measure", measure)
	s.press("ctrl+s")
}

func TestRefusedUsersAreNamedWithTheRemedy(t *testing.T) {
	refuse := func(engine.HandOverOptions) (*engine.HandOver, error) {
		return nil, &engine.HandOverError{Refused: []engine.HandOverRefusal{
			{User: "anna@acme.example", What: "The password is missing.", Do: "Type it in."},
			{User: "ben@acme.example", What: "The log-in holds a comma.", Do: "Choose another: --admin-format user"}}}
	}
	atHand(t, refuse, func(s *sitting, w *fakeWorld) {
		s.filled("x", "nobody@acme.example", "no")
		s.sees("nobody@acme.example is not among the users who can be moved.")
		s.filled("x", "", "no")
		s.sees("2 users refused", "Nothing was written.", "anna@acme.example", "The password is missing.", "Type it in.", "ben@acme.example", "in the field It signs in: user")
		s.press("enter")
		s.sees("Into the folder")
		s.press("esc", "down", "enter")
		s.sees("Test", "x hand over to Microsoft")
	})
}

func TestHandOverIsMeasuredShownAndWritten(t *testing.T) {
	var asked []engine.HandOverOptions
	written := map[string]int{}
	made := func(o engine.HandOverOptions) (*engine.HandOver, error) {
		asked = append(asked, o)
		return &engine.HandOver{Batches: []engine.HandOverBatch{{Name: "acme-pilot", File: "mailboxes-1.csv", Users: 1, Pilot: true}, {Name: "acme-1", File: "mailboxes-2.csv", Users: 1}},
			Files: []string{"readme.txt", "hand-over.ps1", "mailboxes-1.csv", "mailboxes-2.csv"},
			Warnings: []engine.Fault{{Class: engine.StopBatch, What: "The old server can't be reached from the internet.",
				Do: "Give its name: --server mail.acme.example"}},
			Write: func(dir string, replace bool) ([]string, error) {
				if written[dir]++; !replace && written[dir] > 1 {
					return nil, &engine.Fault{Class: engine.StopBatch, What: "The folder holds files of these names already: readme.txt.", Do: "Choose.", Err: fs.ErrExist}
				}
				return []string{"mailboxes-9.csv"}, nil
			}}, nil
	}
	atHand(t, made, func(s *sitting, w *fakeWorld) {
		dir := filepath.Join(t.TempDir(), "out")
		s.filled(dir, "ben@acme.example", "yes")
		s.sees("acme-pilot: 1 mailbox, in mailboxes-1.csv; goes first", "can't be reached from the internet", "in the field Old server: mail.acme.example", "passwords in the clear")
		if n := len(asked); n != 2 || len(asked[0].Checks) != 0 || len(asked[1].Checks) != 2 || len(asked[1].Pilot) != 1 || asked[1].Pilot[0] != 2 {
			t.Fatalf("asked %+v", asked)
		}
		if s.root.works.running() {
			t.Error("something still runs")
		}
		if len(written) != 0 {
			t.Fatal("written before it was shown")
		}
		s.press("enter")
		s.sees("Write passwords in the clear?", "1 fault of this page")
		s.press("enter")
		if len(written) != 0 {
			t.Fatal("written although nobody said so")
		}
		s.press("enter", "down", "enter")
		s.sees("written", "for your eyes only", "hold passwords in the clear. Delete them", "mailboxes-9.csv", "Read readme.txt there")
		s.press("esc", "ctrl+s", "enter", "down", "enter")
		s.sees("Replace the files of an earlier hand-over?")
		s.press("enter")
		s.sees("not written yet")
		s.press("enter", "down", "enter", "down", "enter")
		s.sees("for your eyes only")
	})
}

func TestMeasuringIsStopped(t *testing.T) {
	made := func(engine.HandOverOptions) (*engine.HandOver, error) { return &engine.HandOver{}, nil }
	atHand(t, made, func(s *sitting, w *fakeWorld) {
		w.dialer = waitingDialer{}
		s.filled("x", "", "yes")
		s.wait(tickSlow)
		s.sees("Measuring the old mailboxes: 0 of 2.")
		s.press("esc")
		s.sees("Into the folder")
		if s.root.works.running() {
			t.Error("it still runs")
		}
	})
}
