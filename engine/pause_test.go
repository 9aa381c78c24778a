package engine

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// What was being sent when a pause came is looked for, and sent, in the same run;
// what was copied before it still counts.
func TestPauseInMidRunLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 300)
		b := w.batch()
		once := false
		w.dst.onAppend = func(n int, o *Outgoing) fate {
			if n == 100 && !once {
				once = true
				b.Pause()
				time.AfterFunc(10*time.Second, func() { b.Resume() })
			}
			return fate{}
		}
		if _, err := b.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		if u := b.Status().Users[0]; u.State != UserDone || u.Sum.Settled() != u.Sum.Total || u.Sum.Total < 300 {
			t.Fatalf("%v %+v", u.State, u.Sum)
		}
		w.same()
	})
}
