package engine

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestFollowEndsWhenSwitchedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		b := NewBatch(w.project, w.file, fakeDialer{w.src, w.dst}, BatchOptions{Users: w.users})
		b.SetFollow(true)
		ended := make(chan error, 1)
		go func() {
			_, err := b.Run(context.Background())
			ended <- err
		}()
		time.Sleep(time.Minute)
		if s := b.Status(); s.NextPass.IsZero() || !s.Finished.IsZero() {
			t.Fatalf("doesn't wait for the next pass: %+v", s)
		}
		b.SetFollow(false)
		synctest.Wait()
		select {
		case err := <-ended:
			if err != nil {
				t.Fatal(err)
			}
		default:
			t.Fatal("goes on waiting")
		}
	})
}
