package engine

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestRateIsKeptOverManyMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, began := newPace(1_000_000), time.Now()
		for range 100 {
			if err := p.take(t.Context(), 500_000); err != nil {
				t.Fatal(err)
			}
		}
		// 50 MB at 1 MB/s: all but the last is paid for, less the second that was saved.
		if took := time.Since(began); took < 48*time.Second || took > 50*time.Second {
			t.Errorf("100 messages of 500 kB at 1 MB/s took %s", took)
		}
	})
}

func TestNoRateNeverWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, began := newPace(0), time.Now()
		for range 1000 {
			if err := p.take(t.Context(), 1<<30); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("without a limit it took %s", took)
		}
	})
}

func TestChangedRateFreesWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(1000)
		if err := p.take(t.Context(), 3_600_000); err != nil { // an hour's worth
			t.Fatal(err)
		}
		began := time.Now()
		go func() {
			time.Sleep(10 * time.Second)
			p.setRate(0)
		}()
		if err := p.take(t.Context(), 1000); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("went on after %s, not as soon as the limit was lifted", took)
		}
	})
}

func TestWaitForTheRateEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(1)
		if err := p.take(t.Context(), 1_000_000); err != nil {
			t.Fatal(err)
		}
		why := errors.New("stopped by hand")
		ctx, cancel := context.WithCancelCause(t.Context())
		go cancel(why)
		if err := p.take(ctx, 1); !errors.Is(err, why) {
			t.Errorf("ended with %v", err)
		}
	})
}
