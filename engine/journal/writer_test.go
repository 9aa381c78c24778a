package journal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"mxodus/engine"
)

// countTransactions counts what the writer begins from here on.
func countTransactions(f *File) *int {
	n, guard := new(int), f.writer.guard
	f.writer.guard = func(t *tx) (standing, error) {
		*n++
		return guard(t)
	}
	return n
}

// busy keeps the writer within a transaction until goOn is called.
func busy(t *testing.T, f *File) (goOn func()) {
	stop, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- f.writer.do(context.Background(), anybody, 0, func(*tx) error {
			<-stop
			return nil
		})
	}()
	synctest.Wait()
	return func() {
		close(stop)
		must(t, <-ended)
	}
}

func TestWaitingWritesShareACommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFile(t)
		r := newFolder(t, f)
		n := countTransactions(f)
		goOn := busy(t, f)
		var all sync.WaitGroup
		const callers = 20
		for i := range callers {
			all.Go(func() {
				if err := f.Put(t.Context(), r.ID, manyRecords(uint32(i*10+1), 10)); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		goOn()
		all.Wait()
		if *n != 2 {
			t.Errorf("%d writes took %d transactions, want 1", callers, *n-1)
		}
		if got := collect(t, f, r.ID); len(got) != callers*10 {
			t.Errorf("%d records", len(got))
		}
	})
}

func TestNobodyFailsForAnothersFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFile(t)
		r := newFolder(t, f)
		goOn := busy(t, f)
		var all sync.WaitGroup
		var bad error
		for i := range 5 {
			all.Go(func() {
				if err := f.Put(t.Context(), r.ID, manyRecords(uint32(i+1), 1)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Go(func() { bad = f.Put(t.Context(), r.ID+1, manyRecords(1, 1)) })
		synctest.Wait()
		goOn()
		all.Wait()
		wantFault(t, bad, "could not be used")
		if got := collect(t, f, r.ID); len(got) != 5 {
			t.Errorf("%d records", len(got))
		}
	})
}

func TestCancelledWriteIsNotMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFile(t)
		r := newFolder(t, f)
		goOn := busy(t, f)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- f.Put(ctx, r.ID, manyRecords(1, 1)) }()
		synctest.Wait()
		cancel()
		// It returns while the writer is still busy with another's work.
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		goOn()
		if got := collect(t, f, r.ID); len(got) != 0 {
			t.Errorf("%d records", len(got))
		}
	})
}

func TestFullDiskStopsCleanlyAndCanBeResumed(t *testing.T) {
	f := newFile(t)
	r := newFolder(t, f)
	limit := func(pages int) {
		must(t, f.writer.do(t.Context(), anybody, 0, func(tx *tx) error {
			var now int
			return tx.queryRow(fmt.Sprintf("PRAGMA max_page_count = %d", pages)).Scan(&now)
		}))
	}
	limit(200)
	put := uint32(0)
	var err error
	for err == nil {
		if err = f.Put(t.Context(), r.ID, manyRecords(put+1, 500)); err == nil {
			put += 500
		}
	}
	wantFault(t, err, "no room left")
	if put == 0 {
		t.Fatal("nothing fitted")
	}
	if got := collect(t, f, r.ID); len(got) != int(put) {
		t.Errorf("%d records, %d were acknowledged", len(got), put)
	}
	// Small things are refused or kept, but never lost.
	if err := f.Event(t.Context(), engine.Event{Level: engine.Bad, Text: "full"}); err == nil {
		if events, _ := f.Events(t.Context(), 0, 0); len(events) != 1 {
			t.Errorf("an event was acknowledged and isn't there: %v", events)
		}
	}
	limit(1 << 30)
	must(t, f.Put(t.Context(), r.ID, manyRecords(put+1, 500)))
	must(t, f.Close())
	checkIntegrity(t, reopen(t, f.path))
}

func checkIntegrity(t *testing.T, f *File) {
	t.Helper()
	var says string
	must(t, f.readers.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&says))
	if says != "ok" {
		t.Errorf("integrity_check: %s", says)
	}
}
