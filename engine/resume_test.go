package engine

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAResumedRunSaysWhatItWaitsFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9)
		w.file.onPut = func(n int) error {
			if n > 1 {
				return &Fault{Class: StopBatch, Code: CodeJournal, What: "crash"}
			}
			return nil
		}
		w.dst.onAppend = func(int, *Outgoing) fate { return fate{cut: true} }
		_, _ = w.batch().Run(t.Context())
		w.dst.onAppend, w.file.onPut = nil, nil
		if w.file.states()[Sending] == 0 {
			t.Fatal("nothing was left open")
		}
		b := w.batch()
		done := make(chan error, 1)
		go func() { _, err := b.Run(t.Context()); done <- err }()
		time.Sleep(10 * time.Second)
		u := b.Status().Users[0]
		if left := time.Until(u.Until); u.State != UserWaiting || !strings.Contains(u.Why, "may store them late") || left <= 0 || left > 30*time.Second {
			t.Errorf("%s %q until %v", u.State, u.Why, u.Until)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		w.same()
	})
}
