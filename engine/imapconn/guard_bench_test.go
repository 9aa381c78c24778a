package imapconn

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// looped is a played socket that gives the same reply n times, then an end.
type looped struct {
	played
	reply []byte
	end   []byte
	n, at int
}

func (l *looped) Read(b []byte) (int, error) {
	<-l.begin
	if l.n == 0 {
		if len(l.end) == 0 {
			return 0, io.EOF
		}
		n := copy(b, l.end)
		l.end = l.end[n:]
		return n, nil
	}
	n := copy(b, l.reply[l.at:])
	if l.at += n; l.at == len(l.reply) {
		l.at = 0
		l.n--
	}
	return n, nil
}

// repeat is a conn whose server sends reply n times and then answers tag.
func repeat(reply string, n int, tag string) *conn {
	c, _ := play(nil, 1)
	_ = c.guard.Close()
	src := &looped{reply: []byte(reply), end: []byte(tag + " OK done\r\n"), n: n}
	src.begin = make(chan struct{})
	c.limits.literal = 64 << 20
	c.guard = newGuard(src, src, c.limits, c.guard.silence, c.side, nil, newSpare())
	close(src.begin)
	return c
}

func body(size int) string {
	return fmt.Sprintf("* 1 FETCH (UID 1 BODY[] {%d}\r\n%s)\r\n", size, strings.Repeat("x", size))
}

// scanLines is a thousand lines of a scan.
func scanLines() string {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "* %d FETCH (UID %d FLAGS (\\Seen \\Answered) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 44827)\r\n", i+1, i+1)
	}
	return b.String()
}

// pastGoIMAP reads all replies with raw.
func pastGoIMAP(b *testing.B, c *conn) {
	buf := make([]byte, 32<<10)
	err := c.raw(b.Context(), "read", func(r *rawIO) error {
		tag := r.command("UID FETCH", " 1:* (UID)")
		if err := r.flush(); err != nil {
			return err
		}
		_, err := r.wait(tag, func(rep *reply) error {
			return rep.fetch(func(_ []byte, v *value) error {
				if v.kind == valLiteral {
					for {
						if _, err := v.rep.Read(buf); err == io.EOF {
							return nil
						} else if err != nil {
							return err
						}
					}
				}
				v.number()
				return nil
			})
		})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// throughGoIMAP reads all replies with go-imap.
func throughGoIMAP(b *testing.B, c *conn, o *imap.FetchOptions) {
	buf := make([]byte, 32<<10)
	cmd := c.client.Fetch(imap.UIDSet{{Start: 1, Stop: 0}}, o)
	c.guard.yield()
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		for it := m.Next(); it != nil; it = m.Next() {
			if s, ok := it.(imapclient.FetchItemDataBodySection); ok {
				for {
					if _, err := s.Literal.Read(buf); err != nil {
						break
					}
				}
			}
		}
	}
	if err := cmd.Close(); err != nil {
		b.Fatal(err)
	}
}

func (c *conn) signedIn() *conn {
	c.guard.lib.out = []byte(c.libGreeting())
	c.client = imapclient.New(c.guard, nil)
	return c
}

func BenchmarkBodiesPastGoIMAP(b *testing.B) {
	for _, size := range []int{4 << 10, 1 << 20} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			pastGoIMAP(b, repeat(body(size), b.N, "x1"))
		})
	}
}

func BenchmarkBodiesThroughGoIMAP(b *testing.B) {
	for _, size := range []int{4 << 10, 1 << 20} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			c := repeat(body(size), b.N, "T1").signedIn()
			throughGoIMAP(b, c, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
		})
	}
}

// One operation is a line.
func BenchmarkScanPastGoIMAP(b *testing.B) {
	b.ReportAllocs()
	pastGoIMAP(b, repeat(scanLines(), b.N/1000+1, "x1"))
}

// One operation is a line.
func BenchmarkScanThroughGoIMAP(b *testing.B) {
	b.ReportAllocs()
	c := repeat(scanLines(), b.N/1000+1, "T1").signedIn()
	throughGoIMAP(b, c, &imap.FetchOptions{UID: true, Flags: true, InternalDate: true, RFC822Size: true})
}
