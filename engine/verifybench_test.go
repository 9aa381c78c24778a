package engine_test

import (
	"path/filepath"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/imapconn"
	"mxodus/engine/journal"
)

// BenchmarkVerify accounts for a mailbox of 20,000 messages on two private
// Dovecots: by headers, and deep by bytes.
func BenchmarkVerify(b *testing.B) {
	for _, deep := range []bool{false, true} {
		b.Run(map[bool]string{false: "plain", true: "deep"}[deep], func(b *testing.B) {
			w := newBenchWorld(b, 0)
			if err := rawFill(b.Context(), w.direct, mailSets[1].folders); err != nil {
				b.Fatal(err)
			}
			path := filepath.Join(b.TempDir(), "bench.mxodus")
			w.run(w.freshUser(), path)
			f, err := journal.Open(b.Context(), path)
			if err != nil {
				b.Fatal(err)
			}
			defer f.Close()
			p, err := f.Project(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			users, err := f.Users(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			messages, took := 0, time.Duration(0)
			for b.Loop() {
				start := time.Now()
				r, err := engine.NewVerify(p, f, imapconn.NewDialer(p, benchVault{}, engine.DialOptions{}), engine.VerifyOptions{Users: users, Deep: deep}).Run(b.Context())
				if err != nil || !r.OK {
					b.Fatalf("%v %+v", err, r.Sum)
				}
				messages += r.Sum.Source
				took += time.Since(start)
			}
			b.ReportMetric(float64(messages)/took.Seconds(), "msg/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}
