package engine

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestOthersFollowWhileAMailboxWaitsForLong: their deltas go on, no run that leaves
// somebody out counts as one that found nothing, and who waited comes to its end.
func TestOthersFollowWhileAMailboxWaitsForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 6).manyUsers(2)
		start := time.Now()
		slow := w.users[0].Address
		var signIns atomic.Int64
		w.dst.onUser = func(u User) error {
			if u.Address == slow {
				signIns.Add(1)
			}
			if left := 3*time.Hour - time.Since(start); u.Address == slow && left > 0 {
				return &Fault{Class: Retry, Code: CodeThrottled, What: "Slower.", Side: SideDestination, Wait: left}
			}
			return nil
		}
		b := w.batch()
		b.SetFollow(true)
		ended := make(chan Summary, 1)
		go func() { s, _ := b.Run(t.Context()); ended <- s }()
		time.Sleep(time.Hour)
		st := b.Status()
		if u := st.Users[0]; u.State != UserWaiting || u.Why != "Slower." || time.Until(u.Until).Round(time.Minute) != 2*time.Hour {
			t.Errorf("%s, %q until %v", u.State, u.Why, u.Until)
		}
		if u := st.Users[1]; u.State != UserDone || st.Pass < 10 {
			t.Errorf("the other is %s in pass %d", u.State, st.Pass)
		}
		w.src.mu.Lock()
		w.src.folder("INBOX").add(letter(100), nil, testDate)
		w.src.mu.Unlock()
		time.Sleep(10 * time.Minute)
		if u := b.Status().Users[1]; u.Sum.Settled() != 7 {
			t.Errorf("the other's new letter: %+v", u.Sum)
		}
		if n := signIns.Load(); n != 1 {
			t.Errorf("%d sign-ins within the wait", n)
		}
		w.emptyDeltas(0)
		time.Sleep(2 * time.Hour)
		if u := b.Status().Users[0]; u.State != UserDone || u.Sum.Settled() != 7 {
			t.Errorf("afterwards %s %+v", u.State, u.Sum)
		}
		time.Sleep(time.Hour)
		b.SetFollow(false)
		if s := <-ended; s.UsersWaiting+s.UsersFailed+s.UsersAttention != 0 {
			t.Errorf("%+v", s)
		}
		w.emptyDeltas(10)
	})
}

// emptyDeltas fails unless at least so many deltas count as having found nothing, or
// with 0 none do.
func (w *world) emptyDeltas(least int) {
	w.t.Helper()
	runs, err := w.file.Runs(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	n := 0
	for _, r := range runs {
		if !r.Finished.IsZero() && foundNothing(r) {
			n++
		}
	}
	if n < least || least == 0 && n > 0 {
		w.t.Errorf("%d of %d runs found nothing, expected %d", n, len(runs), least)
	}
}

// TestWhoWaitsForLongStillEndsWhenDeltasAreSwitchedOff: the batch goes on for that
// mailbox alone.
func TestWhoWaitsForLongStillEndsWhenDeltasAreSwitchedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		w.project.Limits.MaxPerDay = 10 * (int64(len(letter(1))) + 2 + dayOverhead) // about ten messages
		start := time.Now()
		b := w.batch()
		b.SetFollow(true)
		ended := make(chan Summary, 1)
		go func() { s, _ := b.Run(t.Context()); ended <- s }()
		time.Sleep(2 * time.Hour)
		b.SetFollow(false)
		synctest.Wait()
		if u := b.Status().Users[0]; u.State != UserWaiting || u.Sum.Copied == 0 || u.Sum.Copied > 12 {
			t.Errorf("%s %+v", u.State, u.Sum)
		}
		if s := <-ended; s.Sum.Copied != 30 || s.UsersFailed+s.UsersWaiting != 0 || time.Since(start) > 73*time.Hour {
			t.Errorf("%+v after %v", s, time.Since(start))
		}
		w.same()
	})
}

// TestStoppingAndPausingReachWhoIsAway: a mailbox that left a pass is nowhere to be
// cancelled, and does as it is told all the same.
func TestStoppingAndPausingReachWhoIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.dst.onUser = func(User) error {
			return &Fault{Class: Retry, Code: CodeThrottled, What: "Slower.", Side: SideDestination, Wait: 3 * time.Hour}
		}
		b := w.batch()
		b.SetFollow(true)
		ended := make(chan error, 1)
		go func() { _, err := b.Run(t.Context()); ended <- err }()
		state := func() UserState {
			time.Sleep(time.Minute)
			return b.Status().Users[0].State
		}
		id := w.users[0].ID
		steps := []struct {
			do   func()
			want UserState
		}{{func() {}, UserWaiting}, {func() { b.Pause(id) }, UserPaused}, {func() { b.Resume(id) }, UserWaiting}, {func() { b.Stop() }, UserStopped}}
		for i, step := range steps {
			if step.do(); state() != step.want {
				t.Errorf("step %d: %s, expected %s", i, b.Status().Users[0].State, step.want)
			}
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
