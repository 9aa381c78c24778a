package imapconn

import (
	"errors"
	"io"
	"sync/atomic"
	"time"
)

// libReader is what go-imap's reading goroutine uses: replies, one after the
// other, as bytes that go-imap can read.
type libReader struct {
	g    *guard
	rep  reply
	out  []byte   // ready for go-imap
	tail [][]byte // and what follows
	mid  bool     // a literal is being passed on; the reply goes on behind it
	fe   libFetch
	flat []byte // scratch
	lent int64  // of spare: bytes in out and tail that came before their UID
}

// spare bounds the bodies that are held back because their UID comes behind
// them, over all connections that share it. Bytes.
type spare struct{ left atomic.Int64 }

// spareMost is what one dialer holds back at most.
const spareMost = 48 << 20

func newSpare() *spare {
	s := &spare{}
	s.left.Store(spareMost)
	return s
}

// take takes n bytes; false when they aren't there.
func (s *spare) take(n int64) bool {
	if s.left.Add(-n) < 0 {
		s.left.Add(n)
		return false
	}
	return true
}

func (s *spare) give(n int64) { s.left.Add(n) }

func (l *libReader) init(g *guard, lim limits) {
	l.g = g
	l.rep = reply{src: g.feed, lim: lim, follows: -1, sees: g.trace.server()}
}

// Read gives go-imap the next bytes. It gives no part of a reply before it is
// known to be readable, but for literals, which are streamed.
func (g *guard) Read(p []byte) (int, error) {
	l := &g.lib
	for len(l.out) == 0 {
		if err := l.refill(); err != nil {
			return 0, g.readError(err)
		}
		if l.mid && len(l.out) == 0 {
			n, err := l.rep.Read(p)
			if n > 0 {
				return n, nil
			}
			if err != io.EOF {
				return 0, g.readError(err)
			}
			l.mid = false
			if err := l.resumeFetch(); err != nil {
				return 0, g.readError(err)
			}
		}
	}
	n := copy(p, l.out)
	l.out = l.out[n:]
	return n, nil
}

// refill makes something ready, unless a literal is being passed on.
func (l *libReader) refill() error {
	if len(l.tail) > 0 {
		l.out, l.tail = l.tail[0], l.tail[1:]
		return nil
	}
	if l.mid {
		return nil
	}
	l.tail = nil
	l.g.spare.give(l.lent)
	l.lent = 0
	inject, err := l.g.turn()
	if err != nil {
		return err
	}
	if inject {
		l.out = append(l.out[:0], goOn...)
		return nil
	}
	if err := l.rep.next(); err != nil {
		return err
	}
	l.g.heed(&l.rep)
	return l.repair()
}

// goOn is the continuation request that go-imap gets.
const goOn = "+ \r\n"

// turn waits until go-imap may take a reply, or is owed a continuation.
func (g *guard) turn() (inject bool, err error) {
	f := g.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	if g.isBusy() { // else what is held is raw's, whose turn came before go-imap's first
		f.release()
	}
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

// setBusy notes that go-imap is in the middle of a reply. The caller holds
// feed.mu, or nobody waits yet.
func (g *guard) setBusy(b bool) {
	g.mu.Lock()
	changed := g.busy != b
	g.busy = b
	g.mu.Unlock()
	if changed {
		g.feed.data.Broadcast()
	}
}

// readError is what a reader gets: why the connection ended, if it is known. A
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
