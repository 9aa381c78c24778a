package lab_test

import (
	"strings"
	"testing"

	"mxodus/engine"
	"mxodus/engine/lab"
)

// quirky is a trip from a server with quirks, with Anna on both sides.
func quirky(t *testing.T, from lab.Options, preset string) (*lab.Server, *lab.Server, *trip) {
	t.Helper()
	a, b := pairOfServers(t, from, lab.Options{UIDPlus: true})
	e := a.Endpoint()
	e.Preset = preset
	return a, b, newTrip(t, e, b.Endpoint(), annaRow())
}

// TestFolderThatEndsTheConnectionIsSetApart is Zimbra's: what somebody shared whose
// mailbox is gone brings BYE when it is opened.
func TestFolderThatEndsTheConnectionIsSetApart(t *testing.T) {
	from, to, w := quirky(t, lab.Options{}, "zimbra")
	for i, f := range []string{"INBOX", "Ben's calendar", "Clara's mail", "Sent"} {
		fill(from, f, 10*i, 10*i+5)
	}
	from.OnCommand(func(c lab.Command) error {
		if c.Name == "EXAMINE" && strings.Contains(c.Folder, "'s") {
			return lab.Bye("Zimbra IMAP server terminating connection")
		}
		return nil
	})
	p := engine.NewProbe(w.project, w.users, w.dialer())
	if err := p.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c := p.Status().Users[0]; c.State != engine.CheckWarning || c.Messages != 10 || len(c.Warnings) < 2 {
		t.Errorf("tested: %s, %d messages, %v", c.State, c.Messages, c.Warnings)
	}
	b := w.batch()
	s, err := b.Run(t.Context())
	if err != nil || s.Sum.Copied != 10 || s.UsersFailed != 0 || s.UsersAttention != 1 {
		t.Errorf("%v, %+v", err, s)
	}
	apart := 0
	for _, x := range b.Status().Users[0].Problems {
		if strings.Contains(x.Fault.What, "it is set apart") {
			apart++
		}
	}
	if apart != 2 || len(to.Messages("anna", "Sent")) != 5 {
		t.Errorf("%d folders set apart: %v", apart, b.Status().Users[0].Problems)
	}
	v := engine.NewVerify(w.project, w.file, w.dialer(), engine.VerifyOptions{Users: w.users})
	if res, err := v.Run(t.Context()); err != nil || res.Sum.Copied != 10 || res.OK {
		t.Errorf("verify: %v, %+v", err, res.Sum)
	}
	from.OnCommand(nil)
	if s := w.run(); s.Sum.Copied != 20 {
		t.Errorf("once they can be opened: %+v", s.Sum)
	}
}

// TestNumbersWithoutMessagesAreAccountedFor is iCloud's: what it lists and doesn't
// have is neither lost nor asked for again.
func TestNumbersWithoutMessagesAreAccountedFor(t *testing.T) {
	from, _, w := quirky(t, lab.Options{}, "icloud")
	fill(from, "INBOX", 0, 30)
	for uid := uint32(5); uid < 12; uid++ {
		from.Hollow("anna", "INBOX", uid)
	}
	if s := w.run(); s.Sum.Copied != 23 || s.Sum.Skipped != 7 || s.Sum.Failed != 0 || s.UsersAttention != 0 {
		t.Errorf("%+v", s)
	}
	for _, r := range w.records() {
		if r.State == engine.Skipped && r.Reason != engine.ReasonHollow {
			t.Errorf("skipped for %s", r.Reason)
		}
	}
	v := engine.NewVerify(w.project, w.file, w.dialer(), engine.VerifyOptions{Users: w.users})
	if res, err := v.Run(t.Context()); err != nil || !res.OK || res.Sum.Skipped != 7 {
		t.Errorf("verify: %v, %+v", err, res.Sum)
	}
	from.ResetCounters()
	w.run()
	if n := from.Counters().Commands["FETCH"]; n > 1 {
		t.Errorf("the next run asked %d times", n)
	}
}

// TestElsewhereAMessageThatDoesNotComeIsNoNumber: other servers have no such excuse.
func TestElsewhereAMessageThatDoesNotComeIsNoNumber(t *testing.T) {
	from, _, w := quirky(t, lab.Options{}, "dovecot")
	fill(from, "INBOX", 0, 3)
	from.Hollow("anna", "INBOX", 2)
	if s := w.run(); s.Sum.Copied != 2 || s.Sum.Failed != 1 {
		t.Errorf("%+v", s.Sum)
	}
}
