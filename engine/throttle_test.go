package engine

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var (
	asksToWait = &Fault{Class: Retry, Code: CodeThrottled, What: "Slower.", Side: SideDestination, Wait: 2 * time.Second}
	isAway     = &Fault{Class: Retry, Code: CodeUnavailable, What: "Away.", Side: SideDestination, Said: "Server Unavailable. 15"}
)

// TestThrottlingMakesNoMessageSuspect: a message that was often told to wait, and
// then meets a server that is away for a moment, is not taken for one that a full
// mailbox refuses.
func TestThrottlingMakesNoMessageSuspect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.dst.info = &SessionInfo{LiteralPlus: true, UIDPlus: true, Rewrites: true, FoldsCase: true}
		w.dst.onAppend = func(n int, _ *Outgoing) fate {
			switch {
			case n <= 3*(resendMost+2):
				return fate{err: asksToWait}
			case n <= 3*(resendMost+2)+3:
				return fate{err: isAway}
			}
			return fate{}
		}
		if s := w.run(); s.UsersFailed != 0 || s.Sum.Copied != 3 {
			t.Errorf("%+v", s)
		}
	})
}

// TestAWaitOutlivesTheConnection: who loses the connection while it waits does not
// come back before the wait is over.
func TestAWaitOutlivesTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 4)
		var mu sync.Mutex
		var told, back time.Time
		w.dst.onAppend = func(n int, _ *Outgoing) fate {
			mu.Lock()
			defer mu.Unlock()
			switch n {
			case 1:
				told = time.Now()
				return fate{err: &Fault{Class: Retry, Code: CodeThrottled, What: "Slower.", Wait: 8 * time.Second}}
			case 2:
				return fate{cut: true}
			}
			return fate{}
		}
		w.dst.onDial = func(n int) error {
			mu.Lock()
			defer mu.Unlock()
			if n == 2 {
				back = time.Now()
			}
			return nil
		}
		if s := w.run(); s.Sum.Copied != 4 {
			t.Errorf("%+v", s)
		}
		if wait := back.Sub(told); wait < 8*time.Second || wait > 10*time.Second {
			t.Errorf("came back after %v, expected 8 s", wait)
		}
	})
}

// TestAMailboxThatWaitsLeavesItsPlace: with one place, the second mailbox is copied
// while the first is told to wait.
func TestAMailboxThatWaitsLeavesItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 4).manyUsers(2)
		w.project.Limits.Mailboxes = 1
		start := time.Now()
		w.dst.onAppend = func(n int, _ *Outgoing) fate {
			if n == 1 {
				return fate{err: &Fault{Class: Retry, Code: CodeThrottled, What: "Slower.", Wait: 9 * time.Second}}
			}
			return fate{}
		}
		b := w.batch()
		done := make(chan error, 1)
		go func() { _, err := b.Run(t.Context()); done <- err }()
		time.Sleep(5 * time.Second)
		var states []string
		for _, u := range b.Status().Users {
			states = append(states, string(u.State))
		}
		if got := strings.Join(states, ", "); got != "waiting, done" && got != "done, waiting" {
			t.Errorf("after five seconds: %s", got)
		}
		if err := <-done; err != nil || time.Since(start) > 12*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

func TestAFullHouseOfOneMailboxHoldsNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3).manyUsers(6)
		full := w.users[2].Address
		start := time.Now()
		w.dst.onUser = func(u User) error {
			if u.Address == full && time.Since(start) < 20*time.Second {
				return &Fault{Class: Retry, Code: CodeFullHouse, What: "No more."}
			}
			return nil
		}
		b := w.batch()
		if s, err := b.Run(t.Context()); err != nil || s.Sum.Copied+s.Sum.Present != 18 {
			t.Errorf("%v %+v", err, s)
		}
		if n := b.env.dest.allows(); n != b.env.getLimits().DestConns {
			t.Errorf("the host is believed to bear %d connections", n)
		}
	})
}

func TestClimberDoublesWhileThatHelpsAndComesBack(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := newClimber(20)
	c.queued = true
	rate := func() float64 { // the host bears ten
		if c.now > 10 {
			return 40
		}
		return float64(10 * c.now)
	}
	var seen []int
	for range 90 {
		before := c.now
		c.observe(at, rate(), 0)
		if c.now != before {
			seen = append(seen, c.now)
		}
		at = at.Add(time.Second)
	}
	want := []int{8, 16, 8, 9, 10, 11, 10}
	if len(seen) < 3 || seen[0] != want[0] || seen[1] != want[1] || seen[2] != want[2] {
		t.Errorf("%v, expected it to begin as %v", seen, want)
	}
	for _, n := range seen[3:] {
		if n > 11 {
			t.Errorf("%v: it doubles again", seen)
		}
	}
}

func TestClimberDoesNotDoubleWhileNothingFlows(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := newClimber(20)
	c.queued = true
	for range 8 {
		c.observe(at, 0, 0)
		at = at.Add(time.Second)
	}
	if c.now != climbStart+2 {
		t.Errorf("%d, expected one more at a time", c.now)
	}
}
