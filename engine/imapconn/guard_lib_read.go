package imapconn

import (
	"errors"
	"io"
	"strconv"
	"time"
)

// libReader is what go-imap's reading goroutine uses: replies, one after the
// other, as bytes.
type libReader struct {
	g   *guard
	rep reply
	out []byte // ready for go-imap
	mid bool   // a literal is being passed on; the reply goes on behind it
}

func (l *libReader) init(g *guard, lim limits) {
	l.g = g
	l.rep = reply{src: g.feed, lim: lim, follows: -1}
	l.rep.sees = g.trace.server()
}

// Read gives go-imap the next bytes. It never gives a part of a reply before
// the reply is known to be readable, but for literals, which are streamed.
func (g *guard) Read(p []byte) (int, error) {
	l := &g.lib
	for len(l.out) == 0 {
		if l.mid {
			n, err := l.rep.Read(p)
			if n > 0 || err != io.EOF {
				return n, g.readError(err)
			}
			if err := l.resume(); err != nil {
				return 0, g.readError(err)
			}
			continue
		}
		if err := l.more(); err != nil {
			return 0, g.readError(err)
		}
	}
	n := copy(p, l.out)
	l.out = l.out[n:]
	return n, nil
}

// more waits for go-imap's turn and makes the next reply ready.
func (l *libReader) more() error {
	inject, err := l.g.turn()
	if err != nil {
		return err
	}
	if inject {
		l.out = []byte("+ \r\n")
		return nil
	}
	if err := l.rep.next(); err != nil {
		return err
	}
	l.g.heed(&l.rep)
	return l.pass()
}

// turn waits until go-imap may take a reply, or is owed a continuation.
func (g *guard) turn() (inject bool, err error) {
	f := g.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	f.release()
	if f.w == f.r {
		f.moved = time.Now()
	}
	g.setBusy(false)
	for {
		g.mu.Lock()
		mine := g.owner == ownedByLib
		if inject = mine && g.injects > 0; inject {
			g.injects--
		}
		g.mu.Unlock()
		switch {
		case inject:
			g.setBusy(true)
			return true, nil
		case mine && f.w > f.r && !f.cut:
			g.setBusy(true)
			return false, nil
		case f.err != nil && (f.w == f.r || f.cut):
			return false, f.err
		}
		f.data.Wait()
	}
}

func (g *guard) setBusy(b bool) {
	g.mu.Lock()
	changed := g.busy != b
	g.busy = b
	g.mu.Unlock()
	if changed {
		g.feed.data.Broadcast()
	}
}

// pass makes the reply ready for go-imap: as it is, for now.
func (l *libReader) pass() error {
	r := &l.rep
	if r.tag != "" && r.tag != "+" {
		if !l.g.land(r) {
			return r.skip() // nobody asked
		}
	}
	switch {
	case r.tag == "":
		l.out = append(l.out[:0], "* "...)
	default:
		l.out = append(append(l.out[:0], r.tag...), ' ')
	}
	if r.hasNum {
		l.out = append(strconv.AppendUint(l.out, uint64(r.num), 10), ' ')
	}
	if r.kind != "" {
		l.out = append(append(l.out, r.kind...), ' ')
	}
	l.rest()
	return nil
}

// rest hands on what is left of the line.
func (l *libReader) rest() {
	l.out = append(append(l.out, l.rep.line...), "\r\n"...)
	if l.rep.follows >= 0 {
		l.rep.enter()
		l.mid = true
	}
}

// resume goes on behind a literal.
func (l *libReader) resume() error {
	l.mid = false
	if err := l.rep.leave(); err != nil {
		return err
	}
	l.out = l.out[:0]
	l.rest()
	return nil
}

// readError is what go-imap gets: why the connection ended, if it is known. A
// limit that was passed ends it.
func (g *guard) readError(err error) error {
	switch {
	case err == nil:
		return nil
	case isEnd(err):
		err = errHungUp
	}
	g.fail(err)
	return g.why()
}

// errHungUp says that the server closed the connection without a word.
var errHungUp = errors.New("the server closed the connection")
