package imapconn

import (
	"io"
	"strconv"
)

// The writing half of rawIO.

// begin starts a command: a fresh tag, a space and verb ("UID FETCH", "APPEND").
// It returns the tag.
func (r *rawIO) begin(verb string) string {
	r.tag, r.over = r.c.mark+strconv.FormatInt(r.c.tags.Add(1), 10), false
	r.line = append(append(append(r.line[:0], r.tag...), ' '), verb...)
	r.waiting = append(r.waiting, r.tag)
	r.verbs = append(r.verbs, flight{verb: verb})
	return r.tag
}

// text adds text as it is, the space before it included. It must hold no CR, LF
// or NUL and nothing that comes from outside unchecked.
func (r *rawIO) text(s string) { r.line = append(r.line, s...) }

// hidden adds text that is not traced.
func (r *rawIO) hidden(s string) {
	r.secret = true
	r.line = append(r.line, s...)
}

// astring adds a space and a string argument: quoted, or a literal when it holds
// bytes that a quoted string can't (RFC 3501 section 9). It takes any bytes.
func (r *rawIO) astring(s string) {
	if r.over {
		return
	}
	if quotable(s) {
		r.line = append(r.line, ' ')
		r.line = appendQuoted(r.line, s)
		return
	}
	r.line = append(r.line, ' ')
	_ = r.literalBytes([]byte(s)) // sticky
}

func quotable(s string) bool {
	for i := range len(s) {
		if c := s[i]; c == 0 || c == '\r' || c == '\n' || c > 0x7e {
			return false
		}
	}
	return len(s) < 1000
}

func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}

// literalBytes adds a literal.
func (r *rawIO) literalBytes(b []byte) error {
	if err := r.announce(int64(len(b))); err != nil {
		return err
	}
	r.put(b)
	return r.err
}

// literal adds a literal of size bytes from src; the space before it is text's.
// With LITERAL+ nothing is waited for. Without, it sends what there is and waits:
// errRefused means that the server answered instead; the command is over then,
// without end. If src gives too few bytes the connection is done for.
func (r *rawIO) literal(size int64, src io.Reader) error {
	if err := r.announce(size); err != nil {
		return err
	}
	for size > 0 && r.err == nil {
		if len(r.buf) >= writeMost {
			r.send()
		}
		n := int(min(size, int64(writeMost)))
		at := len(r.buf)
		r.buf = append(r.buf, make([]byte, n)...)
		if _, err := io.ReadFull(src, r.buf[at:]); err != nil {
			r.err = err
			r.g.fail(errAbandoned)
		}
		size -= int64(n)
	}
	return r.err
}

// announce ends the line with the literal's mark and waits if it must.
func (r *rawIO) announce(size int64) error {
	if r.err != nil {
		return r.err
	}
	plus := r.goesAhead(size)
	r.line = strconv.AppendInt(append(r.line, '{'), size, 10)
	if plus {
		r.line = append(r.line, '+')
	}
	r.line = append(r.line, '}')
	if plus {
		r.endLine()
		return r.err
	}
	r.mu.Lock()
	r.asking = r.tag
	r.mu.Unlock()
	r.endLine()
	if r.send(); r.err != nil {
		return r.err
	}
	select {
	case a := <-r.answers:
		if a == refusedIt {
			r.line, r.over = r.line[:0], true
			return errRefused
		}
	case <-r.g.closed:
		r.err = r.g.why()
	}
	return r.err
}

// goesAhead says that a literal of this size is sent without asking.
func (r *rawIO) goesAhead(size int64) bool {
	return !r.ask && (r.c.info.LiteralPlus && (r.plusMost == 0 || size <= r.plusMost) || r.c.capSet["LITERAL-"] && size <= 4096)
}

// written is how many bytes were written so far, sent or not.
func (r *rawIO) written() int64 { return r.handed.Load() + int64(len(r.buf)) }

// end ends the command.
func (r *rawIO) end() error {
	r.endLine()
	return r.err
}

// command is begin, text and end.
func (r *rawIO) command(verb, rest string) (tag string) {
	tag = r.begin(verb)
	r.text(rest)
	r.endLine()
	return tag
}

// flush sends all that was written.
func (r *rawIO) flush() error {
	r.send()
	return r.err
}

func (r *rawIO) endLine() {
	r.g.trace.client(r.line, r.secret)
	r.secret = false
	r.line = append(r.line, "\r\n"...)
	r.put(r.line)
	r.line = r.line[:0]
}

func (r *rawIO) put(b []byte) {
	if r.err != nil {
		return
	}
	if len(r.buf)+len(b) > writeMost {
		r.send()
	}
	r.buf = append(r.buf, b...)
}

// send sends the buffer; its commands are in flight from now on.
func (r *rawIO) send() {
	for i, tag := range r.waiting {
		r.g.takeOff(tag, r.verbs[i])
	}
	r.waiting, r.verbs = r.waiting[:0], r.verbs[:0]
	r.handed.Add(int64(len(r.buf)))
	if r.err == nil && len(r.buf) > 0 {
		r.err = r.g.out.send(r.buf)
	}
	if r.buf = r.buf[:0]; cap(r.buf) > 4*writeMost {
		r.buf = nil
	}
}
