package imapconn

import (
	"context"
	"errors"
	"io"
	"strconv"
	"sync"
	"time"
)

// rawIO sends commands and reads their replies past go-imap. One goroutine may
// write while another one reads; each of them alone.
//
// Writing: begin, then text, astring and literal as the command needs them, then
// end. Nothing is on its way before flush, but for what no longer fits into the
// buffer; flush before you wait for a reply. Errors of writing are sticky, and
// those of flush, end and literal are the same: the connection is done for.
//
// Reading: next gives the head of each reply; what is not read of it is skipped
// by the following next. A command is in flight until next has given its tagged
// reply. Continuations ("+") that literal waits for are not shown.
//
// As many commands as you like may be in flight. A literal without LITERAL+
// waits for the server, so somebody must be reading meanwhile.
type rawIO struct {
	c *conn
	g *guard

	// Writing.
	tag     string
	line    []byte   // of the command being written
	buf     []byte   // not sent yet
	waiting []string // tags of the commands in buf, with their verbs
	verbs   []flight
	secret  bool // the rest of the line is not traced
	err     error
	over    bool // the command ended before its end: refused before a literal

	// Reading.
	rep reply

	mu      sync.Mutex
	asking  string      // the command that waits for its continuation
	answers chan answer // to it
}

// answer is what became of a synchronising literal.
type answer uint8

const (
	goAhead answer = iota + 1
	refusedIt
)

// errRefused says that the server answered a command before it took its
// literal. The tagged reply is read as usual; the command is over.
var errRefused = errors.New("refused before the literal")

// errAbandoned says that replies were left unread.
var errAbandoned = errors.New("replies were left unread")

// raw gives f the connection for itself. go-imap must have no command in
// flight. It is watched like do, and its error is do's. When f returns, every
// command must have been answered and flushed; if not, the connection is closed,
// for nobody could tell whose the next reply is. Whoever leaves early should
// read the replies to what is in flight when that is cheap.
func (c *conn) raw(ctx context.Context, what string, f func(r *rawIO) error) error {
	return c.do(ctx, what, func() error {
		if err := c.guard.seize(); err != nil {
			return err
		}
		r := &rawIO{c: c, g: c.guard, answers: make(chan answer, 1)}
		r.rep = reply{src: c.guard.feed, lim: c.limits, follows: -1, sees: c.guard.trace.server()}
		err := f(r)
		if err == nil {
			err = r.flush()
		}
		if r.err != nil {
			r.lastWords()
		}
		if skipErr := r.finish(); err == nil {
			err = skipErr
		}
		c.guard.yield()
		return err
	})
}

// finish leaves the stream at the end of a reply, or closes the connection.
func (r *rawIO) finish() error {
	if r.g.isDue() || len(r.waiting) > 0 || len(r.line) > 0 {
		r.g.fail(errAbandoned)
		return errAbandoned
	}
	return r.fatal(r.rep.skip())
}

// lastWords reads on for a moment after writing failed: the server may have said
// why before it hung up.
func (r *rawIO) lastWords() {
	if r.g.why() != nil {
		return
	}
	_ = r.g.sock.SetReadDeadline(time.Now().Add(time.Second))
	for r.rep.next() == nil {
		r.g.heed(&r.rep)
	}
	r.g.fail(errHungUp)
}

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
	plus := r.c.info.LiteralPlus || r.c.capSet["LITERAL-"] && size <= 4096
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
	if r.err == nil && len(r.buf) > 0 {
		r.err = r.g.out.send(r.buf)
	}
	if r.buf = r.buf[:0]; cap(r.buf) > 4*writeMost {
		r.buf = nil
	}
}

// next gives the next reply. It is valid until the following next. Errors end
// the connection.
func (r *rawIO) next() (*reply, error) {
	for {
		if err := r.fatal(r.rep.next()); err != nil {
			return nil, err
		}
		r.g.heed(&r.rep)
		switch r.rep.tag {
		case "":
			return &r.rep, nil
		case "+":
			if !r.answer("", goAhead) {
				return &r.rep, nil
			}
		default:
			if r.g.land(&r.rep) {
				r.answer(r.rep.tag, refusedIt)
				return &r.rep, nil
			}
		}
	}
}

// answer tells a waiting literal; false when none waits.
func (r *rawIO) answer(tag string, a answer) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.asking == "" || tag != "" && tag != r.asking {
		return false
	}
	r.asking = ""
	r.answers <- a
	return true
}

// wait reads until the tagged reply to tag; each gets the untagged replies
// before it and may be nil. The error is *imap.Error when the server refused.
func (r *rawIO) wait(tag string, each func(*reply) error) (status, error) {
	for {
		rep, err := r.next()
		if err != nil {
			return status{}, err
		}
		if rep.tag == tag {
			s := statusOf(rep.line)
			return s, statusError(rep.kind, s)
		}
		if rep.tag == "" && each != nil {
			if err := each(rep); err != nil {
				return status{}, err
			}
		}
	}
}

// fatal makes an error of reading the connection's end.
func (r *rawIO) fatal(err error) error { return r.g.readError(err) }

// seize takes replies away from go-imap, once it has read the one it reads.
func (g *guard) seize() error {
	f := g.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	g.setOwner(ownedByRaw)
	for g.isBusy() {
		if f.err != nil && g.isDead() {
			return f.err
		}
		f.data.Wait()
	}
	return nil
}

// yield gives them back.
func (g *guard) yield() {
	f := g.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	f.release()
	g.setOwner(ownedByLib)
	f.data.Broadcast()
}

func (g *guard) setOwner(o owner) {
	g.mu.Lock()
	g.owner = o
	g.mu.Unlock()
}

func (g *guard) isBusy() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.busy
}

func (g *guard) isDead() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.dead
}
