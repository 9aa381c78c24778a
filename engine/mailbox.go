package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"mxodus/engine/say"
)

// mailbox is level 2: one user's mailbox in one pass. It connects, plans, runs
// the lanes, looks for what was left open, and starts over when a connection
// dies; the plan outlives connections.
//
// queued, held, stopped, broken, away, again, rank and cancel belong to the batch.
type mailbox struct {
	env   *env
	user  User
	track *track

	queued, held, stopped, broken bool
	away                          *leave // it left a pass, until then; nil: it didn't
	again                         bool   // it ran in this pass already: the counts are older than that
	rank                          int    // higher ones start first; above 0: preferred
	cancel                        context.CancelCauseFunc
	parked                        func(n int) // tells the batch that it waits, or no longer does
	mayLeave                      func(wait time.Duration) bool

	limits Limits
	memory *Share
	fits   map[int64]flagFit // by folder row: what the destination said in this batch
	works  []*folderWork     // nil: no plan yet
	work   workQueue
	hold   hold
	deadly deadly        // folders at the source
	shut   map[int64]int // how often one of them couldn't be opened for now, by row
	late   bool          // late folders are in the queue too
	since  time.Time     // what the journal has as Sending was sent no later than this

	mu        sync.Mutex
	progress  int            // messages settled so far in this pass: resets the back-off
	tries     map[tryKey]int // how often a message's fate became unknown
	stale     bool           // the plan must be made anew
	madeAgain map[int64]int  // how often a folder was, by row
	stars     []star         // to be set again
	day       *dayVolume     // read from the source
	tooBig    tooBig         // what the destination refused for its size
	shun      shun           // refusals of a server that isn't available, it says
}

type tryKey struct {
	folder int64
	uid    uint32
}

func newMailbox(e *env, u User) *mailbox {
	return &mailbox{env: e, user: u, track: newTrack(u), fits: map[int64]flagFit{}, cancel: func(error) {}, parked: func(int) {},
		mayLeave: func(time.Duration) bool { return false }}
}

// queue makes the mailbox run again in this pass.
func (m *mailbox) queue() {
	m.queued = true
	m.track.begin()
}

// runSafely turns a panic into a fault.
func (m *mailbox) runSafely(ctx context.Context) error {
	err := safely(func() error { return m.run(ctx) })
	var p *panicError
	if errors.As(err, &p) {
		m.env.log.Error("panic in a mailbox", "user", m.user.Address, "value", p.value, "stack", p.stack)
	}
	return err
}

// run makes attempt after attempt until the mailbox is done, stopped, or a
// fault says that waiting won't help.
func (m *mailbox) run(ctx context.Context) error {
	m.limits = m.env.getLimits()
	m.memory = m.env.budget.Share(max(m.limits.MemoryBytes/2, min(m.limits.MaxMessageBytes, tenantUsual)))
	m.works, m.stale, m.since = nil, m.again, m.env.alive
	m.again = false
	m.tries, m.madeAgain, m.tooBig, m.deadly, m.shut = map[tryKey]int{}, map[int64]int{}, tooBig{}, nil, map[int64]int{}
	if err := m.loadDay(ctx); err != nil {
		return err
	}
	m.shun = shun{}
	m.track.set(UserConnecting, "", time.Time{})
	var retry backoff
	for {
		before := m.settled()
		err := m.attempt(ctx)
		if kept := m.keepDay(context.WithoutCancel(ctx), 0); kept != nil {
			return kept
		}
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		f := AsFault(err)
		if f.Class >= StopMailbox {
			return f
		}
		if full := m.shunned(); full != nil {
			return full
		}
		wait, ok := retry.next(f, m.settled() > before || f.Folder != "") // what a folder is to blame for happens twice
		if !ok {
			return gaveUp(f)
		}
		wait = m.heldFor(f, wait)
		m.env.log.Info("waiting before another attempt", "user", m.user.Address, "why", f.Error(), "wait", wait)
		m.track.set(UserWaiting, f.What, time.Now().Add(wait))
		if m.mayLeave(wait) {
			return &leave{time.Now().Add(wait), f}
		}
		if !m.park(ctx, wait) {
			return context.Cause(ctx)
		}
	}
}

// heldFor is the wait before another attempt. One that a server asked for counts
// from when it did: that may have been a while before a lane ended.
func (m *mailbox) heldFor(f *Fault, wait time.Duration) time.Duration {
	if !f.Until.IsZero() {
		wait = time.Until(f.Until)
	}
	left, _, _ := m.hold.left()
	return max(wait, left)
}

// attempt is one pair of connections' worth of work.
func (m *mailbox) attempt(ctx context.Context) error {
	m.track.set(UserConnecting, "", time.Time{})
	p, err := m.connect(ctx, m.likelyIdle())
	if err != nil {
		return err
	}
	defer p.close()
	if err := m.forgetStale(ctx); err != nil {
		return err
	}
	if m.works == nil {
		m.track.set(UserScanning, "", time.Time{})
		if err := m.plan(ctx, p); err != nil {
			m.works = nil
			return err
		}
	}
	if len(m.works) == 0 || m.idle() {
		return nil
	}
	if err := p.needDest(ctx); err != nil {
		return err
	}
	if err := m.copy(ctx, p); err != nil {
		return err
	}
	if err := m.copyLate(ctx, p); err != nil {
		return err
	}
	return m.finishFolders(ctx, p)
}

// forgetStale drops a plan that no longer fits the servers, and reads again
// what the journal holds.
func (m *mailbox) forgetStale(ctx context.Context) error {
	m.mu.Lock()
	stale := m.stale
	m.stale = false
	m.mu.Unlock()
	if !stale {
		return nil
	}
	m.works, m.since = nil, time.Now()
	return m.env.recount(ctx)
}

// copyLate copies what the late folders hold beyond all others, once those are
// done.
func (m *mailbox) copyLate(ctx context.Context, p *pair) error {
	if m.late {
		return nil
	}
	var chunks []chunk
	for _, w := range m.works {
		if !w.late() || len(w.todo) == 0 {
			continue
		}
		if err := w.dropElsewhere(ctx, p.src); err != nil {
			return err
		}
		if len(w.todo) > 0 && w.mayStand() {
			if err := w.findPresent(ctx, p); err != nil {
				return err
			}
		}
		chunks = append(chunks, w.cut()...)
	}
	m.late = true
	m.work.reset(chunks)
	return m.copy(ctx, p)
}

// copy alternates between sending and looking for what is unknown until
// nothing is left.
func (m *mailbox) copy(ctx context.Context, p *pair) error {
	for {
		if err := m.reconcile(ctx, p.dst); err != nil {
			return err
		}
		if m.work.empty() {
			until, open := m.quietUntil()
			if !open {
				return nil
			}
			m.track.set(UserWaiting, m.openWords(), until)
			if !m.park(ctx, time.Until(until)) {
				return context.Cause(ctx)
			}
			continue
		}
		if f := m.dayOver(); f != nil {
			return f
		}
		m.track.set(UserCopying, "", time.Time{})
		if err := m.runLanes(ctx, p); err != nil {
			return err
		}
	}
}

// openWords says what is waited for while the fate of messages is open.
func (m *mailbox) openWords() string {
	n := 0
	for _, w := range m.works {
		n += len(w.open)
	}
	return say.Either(n, "message was", "messages were") + " on the way when the connection ended. The new server may store them late: mxodus looks again before it sends anything twice."
}

// park waits, and leaves its place in the batch to another mailbox meanwhile.
func (m *mailbox) park(ctx context.Context, d time.Duration) bool {
	m.parked(+1)
	defer m.parked(-1)
	return sleep(ctx, d)
}

// idle says that the plan holds no work of any kind.
func (m *mailbox) idle() bool {
	for _, w := range m.works {
		if len(w.todo) > 0 || len(w.open) > 0 || len(w.changes) > 0 || w.dirty {
			return false
		}
	}
	return true
}

// finish files a mailbox that ran to its end.
func (m *mailbox) finish() {
	st := m.track.snapshot(time.Now())
	bad := st.Sum.Failed > 0
	for _, f := range st.Folders {
		bad = bad || f.Err != nil
	}
	if bad {
		m.track.set(UserAttention, "", time.Time{})
		return
	}
	m.track.set(UserDone, "", time.Time{})
}

// fail files a mailbox that a fault stopped.
func (m *mailbox) fail(f *Fault) {
	m.track.problem("", Bad, f)
	m.track.set(UserFailed, f.What, time.Time{})
	m.event(Bad, f.What, f.Said)
}

func (m *mailbox) event(level Level, text, said string) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := m.env.file.Event(ctx, Event{At: time.Now(), UserID: m.user.ID, Level: level, Text: text, Said: said})
	if err != nil {
		m.env.log.Warn("an event could not be written down", "error", err)
	}
}

func (m *mailbox) settled() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.progress
}

func (m *mailbox) countProgress(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.progress += n
}

// tried counts another time that a message's fate became unknown, and says how
// often that was.
func (m *mailbox) tried(w *folderWork, uid uint32, by int) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := tryKey{w.rec.ID, uid}
	m.tries[k] += by
	return m.tries[k]
}

// backoff spaces attempts: a quarter of a second, doubled up to a minute, and
// from the start again whenever something got through.
type backoff struct{ failures int }

const backoffMost = 12 // attempts in a row without any progress: about six minutes

func (b *backoff) next(f *Fault, progress bool) (time.Duration, bool) {
	if progress {
		b.failures = 0
	}
	if f.Wait > 0 { // the server said how long: that is no failure
		return f.Wait, true
	}
	b.failures++
	if b.failures > backoffMost {
		return 0, false
	}
	d := 250 * time.Millisecond << min(b.failures-1, 8)
	return jitter(min(d, time.Minute)), true
}

func gaveUp(f *Fault) *Fault {
	g := *f
	g.Class = StopMailbox
	g.What = fmt.Sprintf("%s mxodus tried %d times and gave up for now.", f.What, backoffMost)
	g.Do = strings.TrimSpace("Run again later: it goes on where it stopped. " + afterNothing(f.Do))
	if g.Who == "" || g.Who == "nobody" {
		g.Who = "you"
	}
	g.Err = errors.Join(f.Err, errTemporary)
	return &g
}

// afterNothing is what is left of an advice without its first sentence, when that
// says that nothing is to be done: mxodus does nothing more either.
func afterNothing(do string) string {
	if !strings.HasPrefix(do, "Nothing") {
		return do
	}
	_, rest, _ := strings.Cut(do, ". ")
	if rest == "" {
		return "If that happens again, look at the server's log and its state."
	}
	return rest
}

// errTemporary marks faults that another run may well get past.
var errTemporary = errors.New("temporary")

// IsTemporary says that the same run may well work later.
func IsTemporary(err error) bool {
	var f *Fault
	return errors.Is(err, errTemporary) || errors.As(err, &f) && f.Class < SkipMessage
}
