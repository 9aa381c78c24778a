package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
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

func TestRunKeepsItsRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 400)
		w.project.Limits.MaxRate = 2000
		began := time.Now()
		s := w.run()
		w.same()
		least := time.Duration(float64(s.SentBytes)/2000*float64(time.Second)) - 5*time.Second // a second is saved, the last is not paid for
		if took := time.Since(began); s.SentBytes < 20_000 || took < least {
			t.Errorf("%d bytes at 2,000 a second took %s", s.SentBytes, took)
		}
	})
}

func TestRunWritesItsChronicle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		w.run()
		if all := fmt.Sprint(w.file.events); !strings.Contains(all, "A run begins: 1 user.") || !strings.Contains(all, "Done: 30 messages copied, 0 left out.") ||
			!strings.Contains(all, "30 messages copied, 30 of 30 settled.") {
			t.Errorf("the history tells: %s", all)
		}
	})
}
