package lab_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
)

func TestMailArrivesOnceAndASecondRunSendsNothing(t *testing.T) {
	from, to := pairOfServers(t, lab.Options{Separator: ".", Prefix: "INBOX."}, lab.Options{UIDPlus: true})
	fill(from, "INBOX", 0, 120)
	fill(from, "INBOX.Kunden.Nord & Süd", 120, 149)
	from.Put("anna", "INBOX", letter(149), time.Unix(0, 0).UTC()) // a date, if an odd one
	w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
	if s := w.run(); s.Sent != 150 || s.Sum.Copied != 150 {
		t.Errorf("first run: %+v", s)
	}
	same(t, from, to)
	to.ResetCounters()
	if s := w.run(); s.Sent != 0 || s.Sum.Copied != 150 {
		t.Errorf("second run: %+v", s)
	}
	if c := to.Counters(); c.Appends != 0 {
		t.Errorf("the second run sends %d APPENDs", c.Appends)
	}
}

// TestConnectionCutInAppendLosesNothingAndSendsNothingTwice is rows 3 and 4 of
// what must hold: cut at every stage, in order and by reset, and stored at once,
// late or never.
func TestConnectionCutInAppendLosesNothingAndSendsNothingTwice(t *testing.T) {
	for _, plus := range []bool{true, false} {
		for _, stage := range lab.Stages() {
			for _, reset := range []bool{false, true} {
				for _, commit := range commitsAt(stage) {
					name := fmt.Sprintf("%s/reset=%v/commit=%s/literal+=%v", stage, reset, commit, plus)
					t.Run(name, func(t *testing.T) {
						t.Parallel()
						from, to := pairOfServers(t, lab.Options{}, lab.Options{UIDPlus: plus, NoLiteralPlus: !plus})
						fill(from, "INBOX", 0, 40)
						cut := lab.Cut{Stage: stage, RST: reset, Commit: commit}
						one, two := cut, cut
						one.Append, two.Append = 7, 23
						to.Cut(one, two)
						w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
						w.run()
						to.WaitLate()
						w.run()
						same(t, from, to)
						if to.CutsLeft() != 0 {
							t.Errorf("%d cuts didn't happen", to.CutsLeft())
						}
					})
				}
			}
		}
	}
}

func commitsAt(s lab.Stage) []time.Duration {
	if s < lab.AfterCRLF {
		return []time.Duration{0}
	}
	return []time.Duration{0, 100 * time.Millisecond, lab.Never}
}

// TestTwinsArriveAsManyWithOneUnknown is row 5.
func TestTwinsArriveAsManyWithOneUnknown(t *testing.T) {
	for _, commit := range commitsAt(lab.AfterCRLF) {
		from, to := pairOfServers(t, lab.Options{}, lab.Options{UIDPlus: true})
		for range 3 {
			from.Put("anna", "INBOX", letter(1), letterDate(1), `\Seen`)
		}
		to.Cut(lab.Cut{Append: 2, Stage: lab.AfterCRLF, Commit: commit})
		w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
		w.run()
		to.WaitLate()
		w.run()
		same(t, from, to)
	}
}

// TestRefusalCostsOnlyItself is row 8.
func TestRefusalCostsOnlyItself(t *testing.T) {
	from, to := pairOfServers(t, lab.Options{}, lab.Options{UIDPlus: true})
	fill(from, "INBOX", 0, 20)
	fill(from, "Bad", 20, 25)
	fill(from, "Good", 25, 30)
	refuse := true
	to.OnCommand(func(c lab.Command) error {
		switch {
		case refuse && c.Name == "CREATE" && strings.HasPrefix(c.Folder, "Bad"):
			return lab.No("CANNOT", "Folder name is reserved")
		case refuse && c.N == 5:
			return lab.No("", "Message contains what it must not")
		}
		return nil
	})
	w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
	s := w.run()
	if s.Sum.Copied != 24 || s.Sum.Failed != 6 || s.UsersAttention != 1 {
		t.Errorf("%+v", s.Sum)
	}
	said := map[string]int{}
	for _, r := range w.records() {
		if r.State == engine.Failed {
			said[r.Said]++
		}
	}
	if len(said) == 0 {
		t.Error("nobody wrote down what the server said")
	}
	refuse = false
	w.run()
	same(t, from, to)
}

// records is all that the journal holds of the first user.
func (w *trip) records() (out []engine.Record) {
	w.t.Helper()
	folders, err := w.file.Folders(w.t.Context(), w.users[0].ID)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range folders {
		if err := w.file.Records(w.t.Context(), f.ID, func(r engine.Record) error { out = append(out, r); return nil }); err != nil {
			w.t.Fatal(err)
		}
	}
	return out
}

// TestThrottlingIsObeyed is row 10: as long as it was told to wait, and then on.
func TestThrottlingIsObeyed(t *testing.T) {
	from, to := pairOfServers(t, lab.Options{}, lab.Options{UIDPlus: true})
	fill(from, "INBOX", 0, 30)
	const wait = 700 * time.Millisecond
	var mu sync.Mutex
	var asked time.Time
	var sinceAsked []time.Duration
	to.OnCommand(func(c lab.Command) error {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case c.Name == "APPEND" && asked.IsZero() && c.N >= 10:
			asked = time.Now()
			return lab.Throttled(wait)
		case !asked.IsZero():
			sinceAsked = append(sinceAsked, time.Since(asked))
		}
		return nil
	})
	w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
	w.project.Limits.ConnsPerMailbox = 1
	w.run()
	same(t, from, to)
	// What was in flight already comes at once; then there is a silence.
	gap := time.Duration(0)
	for i := 1; i < len(sinceAsked); i++ {
		gap = max(gap, sinceAsked[i]-sinceAsked[i-1])
	}
	if len(sinceAsked) == 0 || gap < wait/2 || sinceAsked[len(sinceAsked)-1] < wait {
		t.Errorf("told to wait %s, it goes on after %v", wait, sinceAsked)
	}
}

func TestByeIsSurvived(t *testing.T) {
	from, to := pairOfServers(t, lab.Options{}, lab.Options{UIDPlus: true})
	fill(from, "INBOX", 0, 60)
	to.OnCommand(func(c lab.Command) error {
		if c.N == 10 || c.N == 30 {
			return lab.Bye("Session invalidated - AccessTokenExpired")
		}
		return nil
	})
	w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
	w.run()
	w.run()
	same(t, from, to)
}

func TestSilenceIsSurvived(t *testing.T) {
	from, to := pairOfServers(t, lab.Options{}, lab.Options{UIDPlus: true})
	fill(from, "INBOX", 0, 40)
	to.OnCommand(func(c lab.Command) error {
		if c.N == 10 {
			return lab.Silence()
		}
		return nil
	})
	w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
	w.project.Limits.Silence = time.Second
	w.run()
	w.run()
	same(t, from, to)
}

// TestFullQuotaStopsCleanly is row 12.
func TestFullQuotaStopsCleanly(t *testing.T) {
	from, to := pairOfServers(t, lab.Options{}, lab.Options{UIDPlus: true, Quota: 20_000})
	fill(from, "INBOX", 0, 60)
	w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
	s := w.run()
	if s.UsersFailed+s.UsersAttention != 1 || s.Sum.Copied == 60 {
		t.Errorf("with a full mailbox: %+v", s)
	}
	to.SetQuota(0)
	w.run()
	same(t, from, to)
}

func TestFewConnectionsAreEnough(t *testing.T) {
	from, to := pairOfServers(t, lab.Options{MaxConns: 1}, lab.Options{UIDPlus: true, MaxConns: 1})
	fill(from, "INBOX", 0, 300)
	fill(from, "Archive", 300, 500)
	w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
	w.run()
	same(t, from, to)
}

// TestRenumberedFoldersBringNoSecondCopies is row 6.
func TestRenumberedFoldersBringNoSecondCopies(t *testing.T) {
	from, to := pairOfServers(t, lab.Options{}, lab.Options{UIDPlus: true})
	fill(from, "INBOX", 0, 30)
	fill(from, "Archive", 30, 50)
	w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
	w.run()
	from.Renumber("anna", "INBOX")
	to.Renumber("anna", "Archive")
	fill(from, "INBOX", 50, 52)
	fill(from, "Archive", 52, 54)
	w.run()
	same(t, from, to)
}

func TestSecondRunOnOneProjectIsRefused(t *testing.T) {
	from, to := pairOfServers(t, lab.Options{}, lab.Options{UIDPlus: true})
	fill(from, "INBOX", 0, 5)
	w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
	unlock, err := w.file.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.batch().Run(t.Context()); err == nil {
		t.Error("a second run was let in")
	}
	unlock()
	w.run()
	same(t, from, to)
}
