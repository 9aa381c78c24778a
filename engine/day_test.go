package engine

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestAMailboxIsReadWithinItsDailyVolume: day after day as much as is allowed, also
// across a new start, while other mailboxes are copied at once.
func TestAMailboxIsReadWithinItsDailyVolume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		w.project.Limits.MaxPerDay = 10 * (int64(len(letter(1))) + 2 + dayOverhead) // about ten messages
		start := time.Now()
		var mu sync.Mutex
		var at []time.Duration
		sent := func() int {
			mu.Lock()
			defer mu.Unlock()
			return len(at)
		}
		w.dst.onAppend = func(int, *Outgoing) fate {
			mu.Lock()
			defer mu.Unlock()
			at = append(at, time.Since(start))
			return fate{}
		}
		b := w.batch()
		done := make(chan Summary, 1)
		go func() { s, _ := b.Run(t.Context()); done <- s }()
		time.Sleep(2 * time.Hour)
		first := sent()
		if u := b.Status().Users[0]; u.State != UserWaiting || !strings.Contains(u.Why, "in a day") || time.Until(u.Until) < 21*time.Hour || time.Until(u.Until) > 22*time.Hour+time.Minute {
			t.Errorf("%s, %q until %v", u.State, u.Why, u.Until)
		}
		if first < 8 || first > 12 {
			t.Errorf("%d messages on the first day", first)
		}
		b.Stop()
		<-done
		done2 := make(chan Summary, 1)
		b2 := w.batch()
		go func() { s, _ := b2.Run(t.Context()); done2 <- s }()
		time.Sleep(time.Hour)
		if n := sent(); n != first {
			t.Errorf("a new start began a new day: %d messages more", n-first)
		}
		if s := <-done2; s.Sum.Copied != 30 || s.UsersFailed != 0 {
			t.Errorf("%+v", s)
		}
		if took := time.Since(start); took < 48*time.Hour || took > 73*time.Hour {
			t.Errorf("took %v", took)
		}
		perDay := map[int]int{}
		for _, d := range at {
			perDay[int(d/(24*time.Hour))]++
		}
		for day, n := range perDay {
			if n > 12 {
				t.Errorf("%d messages on day %d", n, day)
			}
		}
	})
}

func TestTheEstimateCountsTheDays(t *testing.T) {
	p := &Probe{limits: Limits{MaxPerDay: 2_250_000_000}.WithDefaults(), source: newGate(8), dest: newGate(8)}
	u := &probed{check: UserCheck{User: User{Address: "anna@acme.example"}, Messages: 1000, Bytes: 6_000_000_000}, sample: speedSample{bytes: 8 << 20, took: time.Second}}
	u.check.Source.State, u.check.Destination.State = CheckOK, CheckOK
	p.users = []*probed{u}
	e := p.estimate()
	if e.Min < 48*time.Hour || e.Likely > 72*time.Hour || !strings.Contains(e.LimitedBy, "3 days") {
		t.Errorf("%v to %v, by %s", e.Min, e.Likely, e.LimitedBy)
	}
}

func TestAMessageLargerThanADayPassesAlone(t *testing.T) {
	d := &dayVolume{}
	now := time.Now()
	today, later := d.fits(1000, now, []todo{{uid: 1, size: 5000}, {uid: 2, size: 10}})
	if len(today) != 1 || len(later) != 1 {
		t.Fatalf("%v, %v", today, later)
	}
	if today, _ = d.fits(1000, now.Add(23*time.Hour), later); len(today) != 0 {
		t.Error("the day isn't over")
	}
	if today, _ = d.fits(1000, now.Add(24*time.Hour), later); len(today) != 1 {
		t.Error("the day is over")
	}
}
