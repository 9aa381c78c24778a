package imapconn

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
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
	// plusMost is the largest literal that is sent without asking, where the server
	// allows that at all (RFC 7888); 0: any. Who sets it reads replies meanwhile.
	plusMost int64
	ask      bool         // every literal asks
	handed   atomic.Int64 // bytes that were given to the socket, or are being given

	// Reading.
	rep reply
	// stranger is told of tagged replies to commands that we never sent; its error
	// ends the connection. It may be nil.
	stranger func() error

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
	return c.do(ctx, what, c.alone(f))
}

// alone has f run as raw runs it.
func (c *conn) alone(f func(r *rawIO) error) func() error {
	return func() error {
		if err := c.guard.seize(); err != nil {
			return err
		}
		defer c.guard.yield()
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
		return err
	}
}

// finish leaves the stream at the end of a reply, or closes the connection.
func (r *rawIO) finish() error {
	if r.g.isDue() || len(r.waiting) > 0 || len(r.line) > 0 {
		r.g.fail(errAbandoned)
		return errAbandoned
	}
	if err := r.fatal(r.rep.skip()); err != nil {
		return err
	}
	return r.g.over()
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
			if r.stranger == nil {
				continue
			}
			if err := r.fatal(r.stranger()); err != nil {
				return nil, err
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
