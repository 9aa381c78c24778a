package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"mxodus/engine"
)

// quotaBatch is a run that a full mailbox stopped, after a pilot's.
func quotaBatch(r *root) *engine.BatchStatus {
	b := &engine.BatchStatus{At: sceneTime, Started: sceneTime, Finished: sceneTime, Scanned: true}
	for i, p := range r.session.people {
		u := engine.UserStatus{User: p.User, State: engine.UserDone, Scanned: true, Sum: engine.Tally{Total: 1000, Copied: 1000, TotalBytes: 1000 << 20, CopiedBytes: 1000 << 20}}
		if i == 5 {
			u.State = engine.UserFailed
			u.Sum = engine.Tally{Total: 1000, Copied: 910, Skipped: 1, Failed: 4, TotalBytes: 1042 << 20, CopiedBytes: 910 << 20, SkippedBytes: 42 << 20, FailedBytes: 4 << 20}
			u.Problems = []engine.Problem{
				{At: sceneTime, Level: engine.Attention, Folder: "INBOX", Count: 4, Fault: engine.Fault{Code: engine.CodeQuota, What: "The mailbox is full."}},
				{At: sceneTime, Level: engine.Bad, Count: 1, Fault: engine.Fault{Code: engine.CodeQuota, What: "The new mailbox is full.", Do: "Give it more room."}},
				{At: sceneTime, Level: engine.Info, Folder: "INBOX", Count: 1, Fault: engine.Fault{Code: engine.CodeTooBig, What: "A message is too large."}}}
		}
		b.Users = append(b.Users, u)
		b.Sum.Total += u.Sum.Total
		b.Sum.Copied += u.Sum.Copied
		b.Sum.Skipped += u.Sum.Skipped
		b.Sum.Failed += u.Sum.Failed
		b.Sum.TotalBytes += u.Sum.TotalBytes
		b.Sum.CopiedBytes += u.Sum.CopiedBytes
		b.Sum.SkippedBytes += u.Sum.SkippedBytes
		b.Sum.FailedBytes += u.Sum.FailedBytes
	}
	r.session.batch = b
	m := r.steps[stepMigrate].(*migrate)
	m.ended = &batchEnded{status: *b, summary: engine.Summary{Sent: 5610, UsersFailed: 1, Sum: b.Sum}}
	m.arrange()
	return b
}

func TestFiguresOfARunAddUpAndAgree(t *testing.T) {
	r := newScene(stepMigrate, 6)
	b := quotaBatch(r)
	if got := runAccount(b, 5610); got != "5,610 messages copied, 300 copied earlier, 4 refused, 85 still to do; 1 left out for a reason (42 MB)" {
		t.Error(got) // 5,610 + 300 + 4 + 85 + 1 = 6,000
	}
	m := r.steps[stepMigrate].(*migrate)
	if first := b.Users[m.shown[0]]; first.User.ID != 6 {
		t.Errorf("%s comes first", first.User.Address)
	}
	r.width, r.height = 80, 24
	for _, want := range []string{"▲ 1 user", "1 user to look at (e)", "e problems (1)", "5,910 of 5,999 messages, 5.8 GB of 5.9 GB"} {
		if view := ansi.Strip(r.View()); !strings.Contains(view, want) {
			t.Errorf("no %q in\n%s", want, view)
		}
	}
	m.pane = paneProblems
	if view := ansi.Strip(r.View()); !strings.Contains(view, "1 problem, 1 note") || !strings.Contains(view, "Give it more room.") {
		t.Error(view)
	}
}
