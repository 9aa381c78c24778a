package imapconn

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"mxodus/engine"
)

// Append stores messages. Its writer (append_write.go) runs in a goroutine of
// its own and keeps the pipe full; the caller's goroutine reads the replies
// (append_read.go) and calls done.
//
// With LITERAL+ nothing is waited for; with MULTIAPPEND too, small messages to
// one folder share a command. Without LITERAL+ one message at a time is sent,
// each waiting for the server's go-ahead, so that an early refusal costs nothing.
//
// A BAD that is no refusal (append_suspect.go) means that the server took our
// command for something else, and may take the lines of a message for commands:
// the connection is closed at once, and whatever was in flight is unknown. The
// message that drew it carries engine.CodeRefused.
func (s *session) Append(ctx context.Context, in <-chan *engine.Outgoing, done func(*engine.Outgoing, engine.Appended)) error {
	// The context ends the taking; what is in flight gets a little longer.
	flight, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(appendGrace, func() { cut(context.Cause(ctx)) })
		context.AfterFunc(flight, func() { timer.Stop() })
	})
	defer stop()
	a := newAppending(ctx, s, in, done)
	if ctx.Err() == nil {
		a.err = s.watched(flight, "store messages", s.alone(a.run)) // each message hears of a wait by itself
	}
	a.sweep()
	if a.err == nil {
		return context.Cause(ctx)
	}
	return a.err
}

// appendGrace is how long replies are waited for after the context ended. It is
// short: the engine's context has lingered for seconds already by then, and
// whoever stops a run waits five at most.
const appendGrace = 800 * time.Millisecond

// How much may be in flight. A slow server gets less: what is in flight is
// unknown when the connection dies.
const (
	windowMost  = 1024 // messages
	windowMulti = 4096 // messages, where they share commands
	windowLeast = 16
	// windowThrottler is where it begins at a server that is known to throttle: what
	// is in flight when it does has to be sent again.
	windowThrottler = 64
	windowThrottled = 4 // least of it after a server throttled
	// plusMost is the largest message that Exchange is given without asking: what it
	// refuses for its size then costs nothing.
	plusMost    = 32 << 20
	windowBytes = 32 << 20

	multiMessages = 256 // in one command
	multiBytes    = 2 << 20
	multiSize     = 256 << 10 // of a message that shares a command
)

// appending is one call of Append.
type appending struct {
	ctx  context.Context // ended: take nothing more
	s    *session
	r    *rawIO
	in   <-chan *engine.Outgoing // nil once it is closed or nothing more is taken
	done func(*engine.Outgoing, engine.Appended)
	err  error // why the connection ended

	plus, multi bool
	most        int64     // APPENDLIMIT (RFC 7889); 0 when the server names none
	open        *shipment // the writer's: a command that isn't ended yet
	landed      chan struct{}

	mu     sync.Mutex
	change *sync.Cond // for the reader
	flying []*shipment
	count  int                // messages in flight
	bytes  int64              // theirs
	window int                // of messages
	growth int                // replies that have come since it grew; -1: it grows by every one
	rests  time.Time          // until then the server asked us to wait
	redo   []*engine.Outgoing // to be sent by themselves
	ready  []fate             // settled without the server
	doubt  []fate             // drew a BAD
	// suspects drew one that may be a refusal; proof is the tag of the NOOP that
	// tells, strangers says that a reply came to what we never sent.
	suspects  []suspect
	proof     string
	strangers bool
	busy      bool // the reader settles a shipment: redo may grow
	over      bool // the writer has ended
}

// shipment is one APPEND command.
type shipment struct {
	tag     string
	wire    string
	msgs    []*engine.Outgoing
	whole   int // how many messages were written wholly
	bytes   int64
	ended   bool  // the writer is done with it
	upTo    int64 // where it ends in what is written to the connection
	waits   bool  // its message waits for the server's go-ahead
	suspect bool  // it drew a BAD that may be a refusal
	replied bool
	since   time.Time
}

// fate is what became of a message.
type fate struct {
	o *engine.Outgoing
	engine.Appended
}

func newAppending(ctx context.Context, s *session, in <-chan *engine.Outgoing, done func(*engine.Outgoing, engine.Appended)) *appending {
	a := &appending{ctx: ctx, s: s, in: in, done: done, landed: make(chan struct{}, 1),
		plus: s.info.LiteralPlus, multi: s.info.LiteralPlus && s.info.MultiAppend && s.info.UIDPlus}
	a.change = sync.NewCond(&a.mu)
	a.most = s.appendLimit()
	switch {
	case !a.plus:
		a.window = 1
	case a.multi:
		a.window = windowMulti
	case s.info.Rewrites:
		a.window = windowThrottler
	default:
		a.window = windowMost
	}
	a.growth = -1
	return a
}

// appendLimit is the largest message that the server says it takes (RFC 7889).
func (s *session) appendLimit() int64 {
	for c := range s.caps() {
		if value, ok := strings.CutPrefix(c, "APPENDLIMIT="); ok {
			n, _ := strconv.ParseInt(value, 10, 64)
			return n
		}
	}
	return 0
}

func (a *appending) run(r *rawIO) error {
	a.r = r
	if a.s.info.Rewrites {
		r.plusMost = plusMost
	}
	r.stranger = a.stranger
	a.s.guard.tolerate(a.mayBeRefusal)
	defer a.s.guard.tolerate(nil)
	var wg sync.WaitGroup
	wg.Go(a.write)
	err := a.read()
	if err == nil && len(a.suspects) > 0 { // we were stopped before they were proven
		err = errBadAppend
	}
	if err != nil {
		a.s.guard.fail(err) // the writer must not wait any longer
	}
	wg.Wait()
	return err
}

// sweep reports what has no reply when nothing more can come.
func (a *appending) sweep() {
	a.report()
	var lost error
	if a.err != nil {
		lost = a.s.fault("store messages", a.err)
	}
	for _, s := range a.suspects { // nobody could tell any more
		a.doubtful(s.sh, s.f)
	}
	for _, f := range a.doubt {
		a.done(f.o, f.Appended)
	}
	for _, sh := range a.flying {
		sent := !slices.Contains(a.r.waiting, sh.tag)
		for i, o := range sh.msgs {
			outcome := engine.Unsent
			if sent && i < sh.whole {
				outcome = engine.Unknown
			}
			a.done(o, engine.Appended{Outcome: outcome, Err: lost})
		}
	}
	for _, o := range a.redo {
		a.done(o, engine.Appended{Outcome: engine.Unsent, Err: lost})
	}
}
