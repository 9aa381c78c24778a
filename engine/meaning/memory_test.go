package meaning

import (
	"io"
	"runtime"
	"strings"
	"testing"
)

// stream is a message that is made as it is read: a head, and one piece many times.
type stream struct {
	head, piece string
	times       int
}

func (s stream) WriteTo(w io.Writer) (n int64, err error) {
	piece := []byte(s.piece)
	_, _ = w.Write([]byte(s.head))
	for range s.times {
		k, _ := w.Write(piece)
		n += int64(k)
	}
	return n + int64(len(s.head)), nil
}

// large are messages of 5 to 35 MB.
func large() map[string]stream {
	const mib = 1 << 20
	fill := func(line string, size int) (string, int) {
		piece := strings.Repeat(line, 64<<10/len(line))
		return piece, size / len(piece)
	}
	base, n := fill(strings.Repeat("QUJD", 19)+"\r\n", 35*mib)
	text, m := fill("Ein Wort, noch ein Wort und ein langer Gru\u00df am Ende der Zeile.\r\n", 5*mib)
	quoted, k := fill("Ein Wort, noch ein Wort und ein langer Gru=C3=9F am Ende der Ze=\r\n", 5*mib)
	html, l := fill("<p class=\"x\">Ein Wort &amp; noch <b>ein</b> Wort</p>\r\n", 5*mib)
	return map[string]stream{
		"base64":           {head + "Content-Type: application/pdf; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n", base, n},
		"plain":            {head + "Content-Type: text/plain; charset=utf-8\r\n\r\n", text, m},
		"latin-1":          {head + "Content-Type: text/plain; charset=iso-8859-1\r\n\r\n", text, m},
		"quoted-printable": {head + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", quoted, k},
		"HTML":             {head + "Content-Type: text/html; charset=utf-8\r\n\r\n", html, l},
		"one line":         {head + "\r\n", strings.Repeat("x", 64<<10), 80},
		"within others":    {strings.Repeat("Content-Type: message/rfc822\r\n\r\n", 20) + "\r\n", text, m},
	}
}

func TestALargeMessageTakesLittleMemory(t *testing.T) {
	for name, s := range large() {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if got := Read(s); got == nil {
			t.Fatal("nothing")
		}
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
			t.Errorf("%s: %d bytes allocated", name, took)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for name, s := range large() {
		b.Run(name, func(b *testing.B) {
			n, _ := s.WriteTo(io.Discard)
			b.SetBytes(n)
			for b.Loop() {
				Read(s)
			}
		})
	}
}
