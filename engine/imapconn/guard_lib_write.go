package imapconn

import (
	"bytes"
	"strings"
)

// libWriter is what go-imap's commands go through. go-imap has one goroutine
// writing at a time.
type libWriter struct {
	line []byte // the current line, as far as it came
	lit  int64  // bytes of a literal that still come
	mid  bool   // the line goes on a command behind a literal
	buf  []byte // not sent yet
}

// Write takes commands from go-imap. It sends when a command is whole, when
// go-imap waits for the server, or when much has gathered. A literal that
// go-imap would wait with is announced as one that nobody waits for (LITERAL+,
// RFC 7888) where the server offers that, and go-imap is told to go ahead.
func (g *guard) Write(p []byte) (int, error) {
	w := &g.libOut
	total := len(p)
	for len(p) > 0 {
		n, err := g.take(w, p)
		if err != nil {
			return total - len(p), err
		}
		p = p[n:]
	}
	return total, nil
}

// take takes bytes of one literal, or of one line.
func (g *guard) take(w *libWriter, p []byte) (int, error) {
	if w.lit > 0 {
		n := int(min(w.lit, int64(len(p)), writeMost))
		w.lit -= int64(n)
		w.buf = append(w.buf, p[:n]...)
		if len(w.buf) < writeMost {
			return n, nil
		}
		return n, g.drain(w)
	}
	i := bytes.IndexByte(p, '\n')
	if i < 0 {
		w.line = append(w.line, p...)
		return len(p), nil
	}
	w.line = append(w.line, p[:i+1]...)
	err := g.sendLine(w)
	w.line = w.line[:0]
	return i + 1, err
}

// sendLine sends a whole line, rewriting its literal's mark.
func (g *guard) sendLine(w *libWriter) error {
	text := chomp(w.line[:len(w.line)-1])
	if !w.mid {
		g.noteCommand(text)
	}
	size := literalMark(text)
	if w.mid = size >= 0; !w.mid {
		g.trace.client(text, false)
		w.buf = append(w.buf, w.line...)
		return g.drain(w)
	}
	w.lit = size
	waits := !bytes.HasSuffix(text, []byte("+}"))
	if waits && g.literalPlus.Load() {
		text = append(text[:len(text)-1:len(text)-1], "+}"...)
		g.inject()
		waits = false
	}
	g.trace.client(text, false)
	w.buf = append(append(w.buf, text...), "\r\n"...)
	if waits {
		g.mu.Lock()
		g.plusDue++
		g.mu.Unlock()
	}
	if waits || len(w.buf) >= writeMost {
		return g.drain(w)
	}
	return nil
}

func (g *guard) drain(w *libWriter) error {
	err := g.out.send(w.buf)
	if w.buf = w.buf[:0]; cap(w.buf) > 4*writeMost {
		w.buf = nil
	}
	return err
}

// inject owes go-imap a continuation.
func (g *guard) inject() {
	g.mu.Lock()
	g.injects++
	g.mu.Unlock()
	g.feed.mu.Lock()
	g.feed.data.Broadcast()
	g.feed.mu.Unlock()
}

// noteCommand notes that a command of go-imap is on its way.
func (g *guard) noteCommand(text []byte) {
	tag, rest, _ := strings.Cut(string(text), " ")
	verb, rest, _ := strings.Cut(rest, " ")
	verb = strings.ToUpper(verb)
	if verb == "UID" {
		sub, tail, _ := strings.Cut(rest, " ")
		verb, rest = verb+" "+strings.ToUpper(sub), tail
	}
	f := flight{verb: verb}
	if strings.HasSuffix(verb, "FETCH") {
		f.asks = askedIn(rest)
	}
	g.takeOff(tag, f)
}
