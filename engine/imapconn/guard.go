package imapconn

import (
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"mxodus/engine"
)

// guard stands between a socket and those who use it: go-imap, for which it is
// the net.Conn, and raw. It bounds what the server sends, repairs replies that
// would end go-imap, keeps the words of BYE and ALERT, counts bytes, and closes
// the socket when a due reply makes no progress.
type guard struct {
	sock    net.Conn // closed to end everything at once; never waits
	feed    *feed
	out     writer
	silence time.Duration
	side    engine.Side
	trace   *tracer
	// asks is told of every refusal, whoever takes it: it may ask to wait.
	asks func(kind string, s status)

	sent   atomic.Int64
	closed chan struct{}

	mu      sync.Mutex
	cause   error // why the connection ended, if it was us or the server's BYE
	dead    bool
	bye     string            // cleaned
	alert   string            // the last one, cleaned
	flights map[string]flight // commands without their tagged reply, by tag
	owner   owner
	// tolerates says of a BAD to an APPEND that it may be a refusal; nil: none is.
	tolerates func(tag string, s status) bool
	busy      bool // go-imap is in the middle of a reply
	injects   int  // continuations that we owe go-imap
	plusDue   int  // continuations that the server owes go-imap

	spare *spare

	// literalPlus says that the server takes {n+} of any size.
	literalPlus atomic.Bool
	// saysBad says that it is Exchange, which says BAD where others say NO.
	saysBad atomic.Bool
	lib     libReader // go-imap's reading
	libOut  libWriter // and writing
}

// owner says who takes replies.
type owner uint8

const (
	ownedByRaw owner = iota
	ownedByLib
)

// flight is one command whose tagged reply hasn't come.
type flight struct {
	verb string // upper case, UID included: "UID FETCH"
	asks asked  // of a FETCH by go-imap
}

// newGuard starts the guard of a connection. conn carries IMAP, sock is the
// socket below it (the same without TLS).
func newGuard(conn, sock net.Conn, lim limits, silence time.Duration, side engine.Side, tr *tracer, sp *spare) *guard {
	g := &guard{
		sock: sock, feed: newFeed(conn), silence: silence, side: side, trace: tr, spare: sp,
		closed: make(chan struct{}), flights: map[string]flight{}, asks: func(string, status) {},
	}
	g.out.init(g, conn)
	g.lib.init(g, lim)
	go g.feed.pump()
	go g.watch()
	return g
}

// fail ends the connection: everybody who waits gets cause. The first cause
// stays.
func (g *guard) fail(cause error) {
	g.mu.Lock()
	if g.cause == nil {
		g.cause = cause
	}
	first := !g.dead
	g.dead = true
	g.mu.Unlock()
	if first {
		close(g.closed)
		_ = g.sock.Close() // nothing is left to be said
	}
	g.feed.stop(cause)
}

// why is the cause of the connection's end: ours, or the server's BYE; nil when
// neither is known.
func (g *guard) why() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.bye != "" && (g.cause == nil || g.cause == errHungUp) {
		return &byeError{g.bye}
	}
	return g.cause
}

// over is why, when the connection has ended; nil while it lives.
func (g *guard) over() error {
	if !g.isDead() {
		return nil
	}
	return g.why()
}

// byeError is the server's own farewell.
type byeError struct{ said string }

func (e *byeError) Error() string { return "the server closed the connection: " + e.said }

// errBadAppend says that the server answered BAD to an APPEND, and that this is no
// refusal of a kind known. It may take the message that follows for commands, so the connection is closed at once; what
// was in flight is unknown.
var errBadAppend = errors.New("the server did not understand an APPEND")

// errSilent says that a due reply made no progress.
var errSilent = errors.New("the server fell silent")

// slowest is the rate in bytes per second that an upload must have not to count
// as silence: what we wrote may still be on its way.
const slowest = 64 << 10

// watch ends the connection when a reply is due and nothing moves.
func (g *guard) watch() {
	tick := time.NewTicker(max(min(g.silence/8, 5*time.Second), 5*time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-g.closed:
			return
		case now := <-tick.C:
			if g.isSilent(now) {
				g.fail(errSilent)
				return
			}
		}
	}
}

func (g *guard) isSilent(now time.Time) bool {
	if g.out.stuckFor(now) > g.silence {
		return g.feed.listens() // or it waits for us to take what it sent
	}
	if !g.isDue() {
		return false
	}
	return g.feed.quietFor(now) > g.silence+g.out.grace()
}

// isDue says that the server owes a reply.
func (g *guard) isDue() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.flights) > 0
}

// takeOff notes that a command is in flight.
func (g *guard) takeOff(tag string, f flight) {
	g.mu.Lock()
	first := len(g.flights) == 0
	g.flights[tag] = f
	g.mu.Unlock()
	if first {
		g.feed.touch()
	}
}

// land notes a tagged reply; false when no such command is in flight.
func (g *guard) land(r *reply) bool {
	g.mu.Lock()
	f, ok := g.flights[r.tag]
	delete(g.flights, r.tag)
	tolerates := g.tolerates
	g.mu.Unlock()
	if ok && (r.kind == "NO" || r.kind == "BAD") {
		g.asks(r.kind, statusOf(r.line))
	}
	if ok && r.kind == "BAD" && f.verb == "APPEND" {
		if s := statusOf(r.line); !g.isItsNo(s) && (tolerates == nil || !tolerates(r.tag, s)) {
			g.fail(errBadAppend)
		}
	}
	return ok
}

// tolerate has f decide on BADs to APPENDs from now on.
func (g *guard) tolerate(f func(tag string, s status) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tolerates = f
}

// isItsNo says that a BAD is this server's way to say NO: Exchange answers so
// when it throttles, for one. It has understood the command.
func (g *guard) isItsNo(s status) bool {
	if !g.saysBad.Load() {
		return false
	}
	f := lookUp(s.code, s.text)
	return f != nil && f.Code != engine.CodeRefused && f.Code != engine.CodeProtocol && f.Class != engine.Reconnect
}

// heed keeps what matters of any reply, whoever takes it.
func (g *guard) heed(r *reply) {
	if r.tag != "" || !r.isStatus() {
		return
	}
	s := statusOf(r.line)
	if r.kind == "BYE" {
		g.asks(r.kind, s)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case r.kind == "BYE":
		g.bye = engine.Clean(s.words(), maxSaid)
	case s.code == "ALERT":
		g.alert = engine.Clean(s.text, maxSaid)
	}
}

// maxSaid bounds a server's words in a fault, runes.
const maxSaid = 500

func (g *guard) traffic() engine.Traffic {
	return engine.Traffic{In: g.feed.in.Load(), Out: g.sent.Load()}
}

// The rest makes guard the net.Conn of go-imap. Its deadlines are ignored: the
// watch keeps better ones.

func (g *guard) Close() error {
	g.fail(net.ErrClosed) // also what go-imap does when it can't read something
	return nil
}
func (g *guard) LocalAddr() net.Addr              { return g.sock.LocalAddr() }
func (g *guard) RemoteAddr() net.Addr             { return g.sock.RemoteAddr() }
func (g *guard) SetDeadline(time.Time) error      { return nil }
func (g *guard) SetReadDeadline(time.Time) error  { return nil }
func (g *guard) SetWriteDeadline(time.Time) error { return nil }

// isEnd says that a read ended because the server closed the connection.
func isEnd(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
