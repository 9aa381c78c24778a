package engine

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestOtherProcessesSeeWhatIsWaitedFor: what a server asked for stands in the
// project until it is over.
func TestOtherProcessesSeeWhatIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 4).manyUsers(2)
		w.dst.onAppend = func(n int, _ *Outgoing) fate {
			if n == 2 {
				return fate{err: &Fault{Class: Retry, Code: CodeThrottled, Side: SideDestination, What: "Slower.", Wait: time.Minute}}
			}
			return fate{}
		}
		done := make(chan error, 1)
		go func() { _, err := w.batch().Run(t.Context()); done <- err }()
		time.Sleep(10 * time.Second)
		list, err := Waits(t.Context(), w.file)
		if err != nil || len(list) != 1 || list[0].Why != "Slower." || time.Until(list[0].Until).Round(time.Second) != 50*time.Second {
			t.Errorf("%v, %+v", err, list)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if list, err := Waits(t.Context(), w.file); err != nil || len(list) != 0 {
			t.Errorf("afterwards: %v, %+v", err, list)
		}
	})
}
