package engine

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"
)

// TestAnyMixOfFaultsEndsWithEveryMessageOnce throws seeded random faults at runs
// that are interrupted at random, then lets one finish.
func TestAnyMixOfFaultsEndsWithEveryMessageOnce(t *testing.T) {
	for seed := range uint64(150) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { soak(t, rand.New(rand.NewPCG(seed, 1))) })
		})
	}
}

func soak(t *testing.T, r *rand.Rand) {
	w := newWorld(t, 20+r.IntN(300))
	for range r.IntN(20) { // twins
		w.src.folder("INBOX").add(letter(r.IntN(5)), nil, testDate)
	}
	for range r.IntN(20) { // sent by an earlier attempt
		n := 3 * r.IntN(6)
		if w.dst.bodies()["INBOX\n"+letter(n)] == 0 {
			w.dst.folder("INBOX").add(letter(n), nil, testDate)
		}
	}
	w.dst.onAppend = func(int, *Outgoing) fate { return randomFate(r) }
	w.dst.onDial = func(int) error {
		if r.IntN(8) == 0 {
			return &Fault{Class: Retry, Code: CodeConnLimit, What: "Too many connections."}
		}
		return nil
	}
	crash := errors.New("crash")
	for range r.IntN(5) {
		limit := r.IntN(30)
		w.file.puts = 0
		w.file.onPut = func(n int) error {
			if n > limit {
				return &Fault{Class: StopBatch, Code: CodeJournal, What: "crash", Err: crash}
			}
			return nil
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(r.IntN(90))*time.Second)
		_, _ = w.batch().Run(ctx) // ends as it likes
		cancel()
	}
	w.file.onPut, w.dst.onAppend, w.dst.onDial = nil, nil, nil
	w.run()
	time.Sleep(time.Minute)
	w.same()
	if s := w.file.states(); s[Sending] != 0 || s[Failed] != 0 {
		t.Fatalf("states %v", s)
	}
	appends := w.dst.appends
	if w.run(); w.dst.appends != appends {
		t.Fatal("a run with nothing new sent something")
	}
}

func randomFate(r *rand.Rand) fate {
	switch r.IntN(40) {
	case 0:
		return fate{cut: true}
	case 1:
		return fate{cut: true, store: true}
	case 2:
		return fate{cut: true, store: true, late: time.Duration(r.IntN(29_000)) * time.Millisecond}
	case 3:
		return fate{err: &Fault{Class: Retry, Code: CodeThrottled, What: "Throttled.", Wait: time.Duration(r.IntN(20)) * time.Second}}
	case 4:
		return fate{err: &Fault{Class: Retry, Code: CodeUnavailable, What: "Server unavailable."}}
	}
	return fate{}
}
