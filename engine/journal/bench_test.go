package journal

import (
	"fmt"
	"sync"
	"testing"

	"mxodus/engine"
)

// BenchmarkPut is the load of a run: eight goroutines, 500 messages each time,
// every message written as sending and again as copied.
func BenchmarkPut(b *testing.B) {
	const goroutines, batch = 8, 500
	for _, per := range []int{2_500, 62_500} {
		b.Run(fmt.Sprint(goroutines*per), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				f := newFile(b)
				r := newFolder(b, f)
				b.StartTimer()
				var all sync.WaitGroup
				for g := range goroutines {
					all.Go(func() {
						for at := 0; at < per; at += batch {
							recs := manyRecords(uint32(g*per+at+1), batch)
							for _, s := range []engine.State{engine.Sending, engine.Copied} {
								for i := range recs {
									recs[i].State = s
								}
								if err := f.Put(b.Context(), r.ID, recs); err != nil {
									b.Error(err)
									return
								}
							}
						}
					})
				}
				all.Wait()
			}
			b.ReportMetric(float64(2*goroutines*per*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// bigFolder has half a million messages.
func bigFolder(b *testing.B) (*File, engine.FolderRecord) {
	b.Helper()
	f := newFile(b)
	r := newFolder(b, f)
	const n, batch = 500_000, 10_000
	for at := 0; at < n; at += batch {
		must(b, f.Put(b.Context(), r.ID, manyRecords(uint32(at+1), batch)))
	}
	return f, r
}

func BenchmarkRecords(b *testing.B) {
	f, r := bigFolder(b)
	n := 0
	for b.Loop() {
		must(b, f.Records(b.Context(), r.ID, func(engine.Record) error { n++; return nil }))
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkCounts(b *testing.B) {
	f, _ := bigFolder(b)
	for b.Loop() {
		if _, err := f.Counts(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHas(b *testing.B) {
	f, r := bigFolder(b)
	uid := uint32(0)
	for b.Loop() {
		uid = uid*1_664_525 + 1_013_904_223
		if has, err := f.Has(b.Context(), r.UserID, 0, identityOf(uid%500_000+1)); err != nil || !has {
			b.Fatal(has, err)
		}
	}
}
