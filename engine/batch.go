package engine

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// BatchOptions are about one batch, not about the project.
type BatchOptions struct {
	Users  []User // only these, in this order, less those left out
	Follow bool   // deltas every Limits.FollowEvery until stopped
	Log    *slog.Logger
}

// Batch is level 1: which mailboxes run, how many at once, pause and back-off.
// Its methods may be called from any goroutine.
type Batch struct {
	env *env

	mu        sync.Mutex
	follow    bool
	boxes     []*mailbox
	slots     climber
	running   int
	preferred int // how often somebody was put first
	waiting   int // of those running: they wait, and hold nobody's place
	pass      int
	kind      string // of the pass, for the history
	started   time.Time
	finished  time.Time
	nextPass  time.Time
	paused    bool
	stopping  bool
	again     bool // somebody asked for another pass now
	err       error
	speed     meter
	waits     []byte    // as other processes were told
	stood     time.Time // when they were told last how the run stands
	runSpeed  meter     // of this pass alone, for the history
	cancel    context.CancelCauseFunc
	wake      chan struct{}
}

// Why a mailbox ended early, as the cause of its context.
var (
	errPaused  = errors.New("paused")
	errStopped = errors.New("stopped")
)

// NewBatch makes a batch that is not yet running.
func NewBatch(p Project, f ProjectFile, d Dialer, o BatchOptions) *Batch {
	limits := p.Bounds()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	b := &Batch{follow: o.Follow, wake: make(chan struct{}, 1), slots: newClimber(limits.Mailboxes),
		env: &env{project: p, file: f, dialer: d, log: o.Log, limits: limits,
			source: newGate(limits.SourceConns), dest: newGate(limits.DestConns), budget: NewBudget(limits.MemoryBytes), pace: newPace(limits.MaxRate)}}
	b.env.cutOver.Store(p.CutOverDone)
	for _, u := range o.Users {
		if !u.LeftOut {
			m := newMailbox(b.env, u)
			m.parked, m.mayLeave = b.parked, b.mayLeave
			b.boxes = append(b.boxes, m)
		}
	}
	return b
}

// Run runs the batch until it is finished, stopped, or ctx is done. On cancel
// it stops within five seconds, with everything written down. It holds the
// project's lock; a *LockedError says who else does. It is called once.
func (b *Batch) Run(ctx context.Context) (Summary, error) {
	alive, err := b.env.file.LastAlive(ctx)
	if err != nil {
		return Summary{}, err
	}
	unlock, err := b.env.file.Lock(ctx)
	if err != nil {
		return Summary{}, err
	}
	defer unlock()
	if now := time.Now(); alive.After(now) { // the clock was set back
		alive = now
	}
	b.env.alive = alive
	if err := NoteInterrupted(ctx, b.env.file); err != nil {
		return Summary{}, err
	}
	defer func() { b.keepStanding(context.WithoutCancel(ctx), time.Now(), true) }()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	b.mu.Lock()
	b.cancel, b.started = cancel, time.Now()
	stopped := b.stopping
	b.mu.Unlock()
	if stopped {
		cancel(errStopped)
	}
	return b.passes(ctx)
}

// passes runs pass after pass and writes each into the history of runs.
func (b *Batch) passes(ctx context.Context) (Summary, error) {
	var sum Summary
	for {
		id, err := b.beginPass(ctx)
		if err != nil {
			return sum, b.end(err)
		}
		b.noteBegin()
		b.runPass(ctx)
		sum = b.summary(ctx)
		b.noteEnd(sum)
		if err := b.env.file.FinishRun(context.WithoutCancel(ctx), id, sum); err != nil {
			return sum, b.end(err)
		}
		if err := b.keepSpeed(context.WithoutCancel(ctx), id, sum); err != nil {
			return sum, b.end(err)
		}
		if err := b.failure(ctx); err != nil {
			return sum, b.end(err)
		}
		if !b.waitForNext(ctx) {
			return sum, b.end(b.failure(ctx))
		}
	}
}

// beginPass reads what the journal holds and queues every mailbox.
func (b *Batch) beginPass(ctx context.Context) (int64, error) {
	if err := b.env.recount(ctx); err != nil {
		return 0, err
	}
	b.kind = "full"
	if b.env.hasDone() {
		b.kind = "delta"
	}
	tested, err := ReadTested(ctx, b.env.file)
	if err != nil {
		return 0, err
	}
	before := b.env.tallies()
	b.mu.Lock()
	b.pass++
	b.runSpeed = meter{}
	b.env.setPass(b.pass)
	for _, m := range b.boxes {
		m.track.remember(before[m.user.ID], tested.Users[m.user.ID])
	}
	b.enqueue(time.Now())
	b.nextPass, b.again = time.Time{}, false
	b.mu.Unlock()
	return b.env.file.StartRun(ctx, b.kind)
}

// runPass launches mailboxes until none is queued or running.
func (b *Batch) runPass(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	defer func() { b.keepWaits(context.WithoutCancel(ctx), time.Now()) }()
	b.sample(time.Now())
	for b.launch(ctx) {
		select {
		case <-b.wake:
		case now := <-tick.C:
			b.sample(now)
			b.keepWaits(ctx, now)
			b.keepStanding(ctx, now, false)
		case <-ctx.Done():
			b.drain()
			return
		}
	}
}

// launch starts what may start and says whether the pass is still on.
func (b *Batch) launch(ctx context.Context) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	waiting := 0
	for _, m := range b.inTurn() {
		if !m.queued {
			continue
		}
		if m.held && m.track.get() != UserPaused {
			m.track.set(UserPaused, "", time.Time{})
		}
		if m.held || b.running-b.waiting >= b.places(m) || ctx.Err() != nil {
			waiting++
			continue
		}
		m.queued = false
		b.running++
		box, cancel := context.WithCancelCause(ctx)
		m.cancel = cancel
		go b.runBox(box, m)
	}
	b.slots.queued = waiting > 0
	return b.running > 0 || waiting > 0
}

// parked counts mailboxes that wait: another may run in their place.
func (b *Batch) parked(n int) {
	b.mu.Lock()
	b.waiting += n
	b.mu.Unlock()
	b.poke()
}

// runBox runs one mailbox and files how it ended.
func (b *Batch) runBox(ctx context.Context, m *mailbox) {
	err := m.runSafely(ctx)
	cause := context.Cause(ctx)
	m.cancel(nil)
	if err == nil {
		m.noteFinish()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running--
	defer b.poke()
	f := AsFault(err)
	switch {
	case err == nil:
		m.finish()
	case errors.Is(cause, errPaused) && m.held:
		m.queued, m.again = true, true
		m.track.set(UserPaused, "", time.Time{})
	case errors.Is(cause, errPaused): // resumed before it had stopped
		m.queued, m.again = true, true
		m.track.set(UserQueued, "", time.Time{})
	case cause != nil:
		m.track.set(UserStopped, "", time.Time{})
	case left(err) != nil:
		m.away = left(err)
	case f.Class == StopBatch:
		m.fail(f)
		b.err = f
		b.cancel(f)
	default:
		m.broken = !IsTemporary(f)
		m.fail(f)
	}
}

// drain waits for running mailboxes after the batch was told to end; each ends
// by itself within seconds.
func (b *Batch) drain() {
	for {
		b.mu.Lock()
		running := b.running
		for _, m := range b.boxes {
			if m.queued {
				m.queued = false
				m.track.set(UserStopped, "", time.Time{})
			}
		}
		b.mu.Unlock()
		if running == 0 {
			return
		}
		<-b.wake
	}
}

// waitForNext waits for the next delta; false when there is none.
func (b *Batch) waitForNext(ctx context.Context) bool {
	b.mu.Lock()
	if b.again && ctx.Err() == nil {
		b.mu.Unlock()
		return true
	}
	b.mu.Unlock()
	ended, every := time.Now(), b.env.getLimits().FollowEvery
	for {
		wait, on := b.untilNext(ended, every)
		if !on || wait <= 0 {
			return on
		}
		b.keepStanding(ctx, time.Now(), true)
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return false
		case <-timer.C:
			return true
		case <-b.wake: // perhaps somebody asked for something
			timer.Stop()
		}
	}
}

// untilNext is how long it is to the next pass; false when there is none.
func (b *Batch) untilNext(ended time.Time, every time.Duration) (time.Duration, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.again {
		return 0, true
	}
	b.nextPass = b.next(ended, every)
	return time.Until(b.nextPass), !b.nextPass.IsZero()
}

// failure is why the batch can't go on, if it can't.
func (b *Batch) failure(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return b.err
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, errStopped) {
		return cause
	}
	return nil
}

func (b *Batch) end(err error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.finished, b.err = time.Now(), err
	for _, m := range b.boxes {
		if m.away != nil {
			m.track.set(UserStopped, "", time.Time{})
		}
	}
	return err
}

func (b *Batch) poke() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}
