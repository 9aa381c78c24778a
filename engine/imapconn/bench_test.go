package imapconn

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab/real"
)

// sets are the two sets of messages that are measured.
var sets = []struct {
	name  string
	sizes []int
}{
	{"63MB", mixedSizes(2000)},
	{"4KB", sameSizes(20000, 4096)},
}

func sameSizes(n, size int) []int {
	sizes := make([]int, n)
	for i := range sizes {
		sizes[i] = size
	}
	return sizes
}

// mixedSizes are like a real mailbox's: most small, a few large; 31.5 KB on
// average.
func mixedSizes(n int) []int {
	sizes := make([]int, n)
	for i := range sizes {
		switch {
		case i%100 == 0:
			sizes[i] = 1_200_000
		case i%10 == 0:
			sizes[i] = 120_000
		default:
			sizes[i] = 8_500
		}
	}
	return sizes
}

func benchMessage(i, size int) string {
	head := fmt.Sprintf("From: Anna <anna%d@old.example>\r\nSubject: Offer %d\r\nMessage-ID: <%d.%d@old.example>\r\nDate: Mon, 02 Jan 2023 10:00:00 +0000\r\n\r\n", i%50, i, i, size)
	const line = "The quick brown fox jumps over the lazy dog, and then once more, at work.\r\n"
	return (head + strings.Repeat(line, size/len(line)+1))[:size-2] + "\r\n"
}

// benchServer is a Dovecot with storage in memory, reached through a delay.
func benchServer(b *testing.B, rtt time.Duration) (*real.Server, access) {
	srv := real.Dovecot(b, real.Options{Users: map[string]string{"anna": "sun"}, InMemory: true, Format: "maildir"})
	e := srv.Endpoint()
	if rtt > 0 {
		e.Port = delayProxy(b, srv.Address(), rtt)
	}
	return srv, access{e, "anna", "sun"}
}

// delayProxy forwards connections, each direction half the round trip later.
func delayProxy(tb testing.TB, target string, rtt time.Duration) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s, err := net.Dial("tcp", target)
			if err != nil {
				_ = c.Close()
				continue
			}
			go delayed(s, c, rtt/2)
			go delayed(c, s, rtt/2)
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

type parcel struct {
	at time.Time
	b  []byte
}

func delayed(dst, src net.Conn, by time.Duration) {
	ch := make(chan parcel, 4096)
	go func() {
		for p := range ch {
			<-time.After(time.Until(p.at))
			_, _ = dst.Write(p.b)
		}
		_ = dst.Close()
	}()
	for {
		buf := make([]byte, 64<<10)
		n, err := src.Read(buf)
		if n > 0 {
			ch <- parcel{time.Now().Add(by), buf[:n]}
		}
		if err != nil {
			break
		}
	}
	close(ch)
}

// bound is a program that only pipelines: it checks and survives nothing.
type bound struct {
	net.Conn
	r *bufio.Reader
	w *bufio.Writer
}

func dialBound(b *testing.B, srv *real.Server, port int) *bound {
	conn, err := tls.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port), srv.TLSConfig())
	if err != nil {
		b.Fatal(err)
	}
	c := &bound{conn, bufio.NewReaderSize(conn, 256<<10), bufio.NewWriterSize(conn, 256<<10)}
	_, _ = fmt.Fprint(c.w, "a LOGIN anna sun\r\n")
	c.until(b, "a ")
	return c
}

func (c *bound) until(b *testing.B, tag string) {
	if err := c.w.Flush(); err != nil {
		b.Fatal(err)
	}
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			b.Fatal(err)
		}
		if strings.HasPrefix(string(line), tag) {
			return
		}
	}
}

func (c *bound) appendAll(b *testing.B, folder string, bodies []string) {
	_, _ = fmt.Fprintf(c.w, "b CREATE %s\r\n", folder)
	done := make(chan struct{})
	go func() {
		for range bodies {
			if _, err := c.r.ReadSlice('\n'); err != nil {
				b.Error(err)
				break
			}
		}
		close(done)
	}()
	for _, m := range bodies {
		_, _ = fmt.Fprintf(c.w, "c APPEND %s (\\Seen) \"01-Mar-2021 09:00:00 +0000\" {%d+}\r\n", folder, len(m))
		_, _ = c.w.WriteString(m)
		_, _ = c.w.WriteString("\r\n")
	}
	_ = c.w.Flush()
	<-done
	_, _ = c.r.ReadSlice('\n')
}

func (c *bound) fetchAll(b *testing.B, folder string) {
	_, _ = fmt.Fprintf(c.w, "d EXAMINE %s\r\ne UID FETCH 1:* (BODY.PEEK[])\r\n", folder)
	_ = c.w.Flush()
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			b.Fatal(err)
		}
		if n := literalMark(chomp(line[:len(line)-1])); n >= 0 {
			if _, err := io.CopyN(io.Discard, c.r, n); err != nil {
				b.Fatal(err)
			}
		} else if strings.HasPrefix(string(line), "e ") {
			return
		}
	}
}

// BenchmarkPipes compares sessions with the bound: messages per second.
func BenchmarkPipes(b *testing.B) {
	for _, set := range sets {
		bodies := make([]string, len(set.sizes))
		for i, size := range set.sizes {
			bodies[i] = benchMessage(i, size)
		}
		for _, rtt := range []time.Duration{0, 20 * time.Millisecond, 80 * time.Millisecond} {
			srv, l := benchServer(b, rtt)
			raw := dialBound(b, srv, l.endpoint.Port)
			name := fmt.Sprintf("%s/%dms/", set.name, rtt.Milliseconds())
			n := 0
			run := func(what string, f func(folder string)) {
				b.Run(name+what, func(b *testing.B) {
					start := time.Now()
					for b.Loop() {
						n++
						f(fmt.Sprintf("F%d", n))
					}
					b.ReportMetric(float64(b.N*len(bodies))/time.Since(start).Seconds(), "msg/s")
				})
			}
			dst := l.open(b, engine.SideDestination, engine.Limits{})
			single := l.open(b, engine.SideDestination, engine.Limits{})
			single.info.MultiAppend = false
			run("append/bound", func(f string) { raw.appendAll(b, f, bodies) })
			run("append/session", func(f string) { benchAppend(b, single, f, bodies) })
			run("append/multi", func(f string) { benchAppend(b, dst, f, bodies) })
			src := l.open(b, engine.SideSource, engine.Limits{})
			run("fetch/bound", func(string) { raw.fetchAll(b, "F1") })
			run("fetch/session", func(string) { benchFetch(b, src, set.sizes) })
		}
	}
}

func benchAppend(b *testing.B, dst *session, folder string, bodies []string) {
	_, _, _ = dst.Create(b.Context(), []engine.CreateRequest{{Wire: folder, Create: true}})
	in := make(chan *engine.Outgoing, 64)
	go func() {
		defer close(in)
		for _, m := range bodies {
			in <- mail{folder, m, []string{`\Seen`}, time.Date(2021, 3, 1, 9, 0, 0, 0, time.UTC)}.outgoing(b, nil)
		}
	}()
	stored := 0
	err := dst.Append(b.Context(), in, func(o *engine.Outgoing, a engine.Appended) {
		if a.Outcome == engine.Stored && a.UID != 0 {
			stored++
		}
		o.Body.Release()
	})
	if err != nil || stored != len(bodies) {
		b.Fatal(stored, err)
	}
}

// benchFetch asks as the engine does: newest first, at most 1,000 messages or
// 16 MB a request.
func benchFetch(b *testing.B, src *session, sizes []int) {
	reqs := make(chan engine.FetchRequest)
	go func() {
		defer close(reqs)
		var uids []uint32
		bytes := 0
		for i := len(sizes) - 1; i >= 0; i-- {
			uids = append(uids, uint32(i+1))
			bytes += sizes[i]
			if i == 0 || len(uids) == 1000 || bytes > 16<<20 {
				reqs <- engine.FetchRequest{Folder: folder("F1"), UIDs: uids}
				uids, bytes = nil, 0
			}
		}
	}()
	n := 0
	err := src.Fetch(b.Context(), reqs, budget.Alloc, func(f engine.Fetched) error {
		if f.Err != nil {
			return f.Err
		}
		n++
		f.Body.Release()
		return nil
	})
	if err != nil || n != len(sizes) {
		b.Fatal(n, err)
	}
}
