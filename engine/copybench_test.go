package engine_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/imapconn"
	"mxodus/engine/journal"
	"mxodus/engine/lab"
	"mxodus/engine/lab/real"
)

// roundTrips are the distances that are measured.
var roundTrips = []time.Duration{0, 20 * time.Millisecond, 80 * time.Millisecond}

const benchPassword = "bench-secret"

// mailSets are what is copied.
var mailSets = []struct {
	name    string
	folders []rawFolder
}{
	{"2000x32KB", []rawFolder{{"INBOX", mixedSizes(1200)}, {"Sent", mixedSizes(500)}, {"Archive", mixedSizes(300)}}},
	{"20000x4KB", []rawFolder{{"INBOX", evenSizes(12_000, 4096)}, {"Sent", evenSizes(5000, 4096)}, {"Archive", evenSizes(3000, 4096)}}},
}

// mixedSizes are sizes as mailboxes have them: most small, few large, about 32 KB
// on average.
func mixedSizes(n int) []int {
	sizes := make([]int, n)
	for i := range sizes {
		switch {
		case i%100 == 7:
			sizes[i] = 1_500_000
		case i%10 == 3:
			sizes[i] = 100_000
		default:
			sizes[i] = 4000 + i%50*100
		}
	}
	return sizes
}

func evenSizes(n, size int) []int {
	sizes := make([]int, n)
	for i := range sizes {
		sizes[i] = size
	}
	return sizes
}

// BenchmarkCopy moves a mailbox between two private Dovecots, in turn with
// mxodus and with a program that does nothing but pipeline FETCH and APPEND.
// ratio is mxodus's rate divided by that program's.
func BenchmarkCopy(b *testing.B) {
	for _, set := range mailSets {
		for _, rtt := range roundTrips {
			b.Run(fmt.Sprintf("%s/rtt=%s", set.name, rtt), func(b *testing.B) { benchCopy(b, set.folders, rtt) })
		}
	}
}

func benchCopy(b *testing.B, set []rawFolder, rtt time.Duration) {
	w := newBenchWorld(b, rtt)
	messages, names := 0, make([]string, len(set))
	for i, f := range set {
		messages += len(f.sizes)
		names[i] = f.name
	}
	if err := rawFill(b.Context(), w.direct, set); err != nil {
		b.Fatal(err)
	}
	var raw, ours time.Duration
	for b.Loop() {
		start := time.Now()
		if n, err := rawCopy(b.Context(), w.from, w.to(w.freshUser()), names); err != nil || n != messages {
			b.Fatalf("the raw program copied %d of %d: %v", n, messages, err)
		}
		raw += time.Since(start)
		d, s := w.run(w.freshUser(), "")
		if s.Sum.Copied != messages {
			b.Fatalf("mxodus copied %d of %d: %+v", s.Sum.Copied, messages, s)
		}
		ours += d
	}
	b.ReportMetric(float64(messages*b.N)/raw.Seconds(), "raw-msg/s")
	b.ReportMetric(float64(messages*b.N)/ours.Seconds(), "msg/s")
	b.ReportMetric(raw.Seconds()/ours.Seconds(), "ratio")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkNoChange is a second pass over 14 folders with nothing to do.
func BenchmarkNoChange(b *testing.B) {
	for _, rtt := range roundTrips {
		b.Run(fmt.Sprintf("rtt=%s", rtt), func(b *testing.B) {
			w := newBenchWorld(b, rtt)
			set := []rawFolder{{"INBOX", evenSizes(50, 4096)}}
			for i := range 13 {
				set = append(set, rawFolder{fmt.Sprintf("Folder %d", i), evenSizes(50, 4096)})
			}
			if err := rawFill(b.Context(), w.direct, set); err != nil {
				b.Fatal(err)
			}
			user, path := w.freshUser(), filepath.Join(b.TempDir(), "bench.mxodus")
			w.run(user, path)
			var took time.Duration
			for b.Loop() {
				d, s := w.run(user, path)
				if s.Sent != 0 {
					b.Fatalf("a pass with nothing new sent %d messages", s.Sent)
				}
				took += d
			}
			b.ReportMetric(took.Seconds()*1000/float64(b.N), "ms/pass")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// benchWorld is two Dovecots and what lies between them and us.
type benchWorld struct {
	b                *testing.B
	src, dst         *real.Server
	srcPort, dstPort int
	direct, from     rawSide
	users            int
}

const benchUsers = 40

func newBenchWorld(b *testing.B, rtt time.Duration) *benchWorld {
	users := map[string]string{}
	for i := range benchUsers {
		users[fmt.Sprintf("user%d", i)] = benchPassword
	}
	o := real.Options{Users: users, InMemory: true, Format: "sdbox"}
	w := &benchWorld{b: b, src: real.Dovecot(b, o), dst: real.Dovecot(b, o)}
	w.srcPort, w.dstPort = w.away(w.src, rtt), w.away(w.dst, rtt)
	w.direct = rawSide{address: w.src.Address(), tls: w.src.TLSConfig(), user: "user0", password: benchPassword}
	w.from = w.direct
	w.from.address = fmt.Sprintf("127.0.0.1:%d", w.srcPort)
	return w
}

// away is the port at which a server seems to be a round trip away.
func (w *benchWorld) away(s *real.Server, rtt time.Duration) int {
	if rtt == 0 {
		return s.TLSPort
	}
	p, err := lab.Delay(s.Address(), rtt)
	if err != nil {
		w.b.Fatal(err)
	}
	w.b.Cleanup(func() { _ = p.Close() })
	return p.Port()
}

// freshUser is one without mail at the destination.
func (w *benchWorld) freshUser() string {
	if w.users++; w.users >= benchUsers {
		w.b.Fatal("out of users: lower -benchtime")
	}
	return fmt.Sprintf("user%d", w.users)
}

func (w *benchWorld) to(user string) rawSide {
	return rawSide{address: fmt.Sprintf("127.0.0.1:%d", w.dstPort), tls: w.dst.TLSConfig(), user: user, password: benchPassword}
}

// run is one whole run of mxodus into user's mailbox, from opening the project
// to closing it. An empty path is a project made for this run.
func (w *benchWorld) run(user, path string) (time.Duration, engine.Summary) {
	src, dst := w.src.Endpoint(), w.dst.Endpoint()
	src.Port, dst.Port = w.srcPort, w.dstPort
	p := engine.Project{Company: "Bench", Domain: "bench.example", Source: src, Destination: dst}
	fresh := path == ""
	if fresh {
		path = filepath.Join(w.b.TempDir(), user+".mxodus")
	}
	ctx := w.b.Context()
	f, err := journal.Open(ctx, path)
	if err != nil {
		if f, err = journal.Create(ctx, path, p); err != nil {
			w.b.Fatal(err)
		}
		if _, err = f.SaveUsers(ctx, []engine.User{{Address: user, SourceLogin: "user0"}}); err != nil {
			w.b.Fatal(err)
		}
	}
	users, err := f.Users(ctx)
	if err != nil {
		w.b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	start := time.Now()
	s, err := engine.NewBatch(p, f, imapconn.NewDialer(p, benchVault{}, engine.DialOptions{}), engine.BatchOptions{Users: users}).Run(ctx)
	if err != nil {
		w.b.Fatal(err)
	}
	took := time.Since(start)
	w.tell(f, s)
	return took, s
}

// tell logs a few of the messages that did not arrive.
func (w *benchWorld) tell(f engine.ProjectFile, s engine.Summary) {
	if s.Sum.Skipped+s.Sum.Failed == 0 {
		return
	}
	counts, err := f.Counts(w.b.Context())
	if err != nil {
		w.b.Fatal(err)
	}
	for _, c := range counts {
		told := 0
		_ = f.Records(w.b.Context(), c.Folder.ID, func(r engine.Record) error {
			if told++; told < 4 {
				w.b.Logf("%s, UID %d: %s, %s: %s", c.Folder.Source, r.UID, r.State, r.Reason, r.Said)
			}
			return nil
		}, engine.Skipped, engine.Failed)
	}
}

type benchVault struct{}

func (benchVault) Get(string) (engine.Secret, bool) { return benchPassword, true }

func (benchVault) Set(context.Context, map[string]engine.Secret) error { return nil }
