package tui

import (
	"context"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
)

// works is what runs longer than a step stays on screen. It outlives the
// screen: close stops it and waits. Its fields are touched by Update only; the
// engine's own types may be asked for a snapshot from anywhere.
type works struct {
	ctx    context.Context
	cancel context.CancelFunc
	all    sync.WaitGroup
	log    *slog.Logger

	probe  *engine.Probe
	batch  *engine.Batch
	verify *verification
	post   *posting
	staff  *staffing
	hand   *engine.Probe // measures for a hand-over
	untold bool          // first passwords were not taken by anybody yet
	on     map[any]int   // of these, how much is running
}

func newWorks(ctx context.Context, log *slog.Logger) *works {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(ctx)
	return &works{ctx: ctx, cancel: cancel, log: log, on: map[any]int{}}
}

// start runs work in the background. wait returns how it ended, and may be
// called by a command; a panic ends as a fault.
func (w *works) start(what any, run func(ctx context.Context) error) (wait func(ctx context.Context) error) {
	w.on[what]++
	ended := make(chan error, 1)
	w.all.Go(func() {
		defer func() {
			if v := recover(); v != nil {
				w.log.Error("panic in the background", "value", mistakeWords(v), "stack", string(debug.Stack()))
				ended <- engine.Recovered(v)
			}
		}()
		ended <- run(w.ctx)
	})
	return func(ctx context.Context) error {
		select {
		case err := <-ended:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// ended notes that work came to its end.
func (w *works) ended(what any) {
	if w.on[what]--; w.on[what] <= 0 {
		delete(w.on, what)
	}
}

// testing, copying and verifying say what is running.
func (w *works) testing() bool   { return w.probe != nil && w.on[w.probe] > 0 }
func (w *works) verifying() bool { return w.verify != nil && w.on[w.verify] > 0 }

func (w *works) posting() bool { return w.post != nil && w.on[w.post] > 0 }

// making says whether users are being made in a tenant.
func (w *works) making() bool { return w.staff != nil && w.on[w.staff] > 0 }

func (w *works) copying() bool { return w.batch != nil && w.on[w.batch] > 0 }

// running says whether anything is.
func (w *works) running() bool { return len(w.on) > 0 }

// close stops everything and waits, at most that long.
func (w *works) close(most time.Duration) {
	if w.batch != nil {
		w.batch.Stop()
	}
	w.cancel()
	done := make(chan struct{})
	go func() {
		w.all.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(most):
		w.log.Warn("work was still ending when the wizard closed")
	}
}

// snapshot is the state of all work at one moment. What doesn't run is nil.
type snapshot struct {
	at     time.Time
	probe  *engine.ProbeStatus
	batch  *engine.BatchStatus
	verify *verifySnap
	post   *postSnap
	staff  *staffSnap
	hand   *engine.ProbeStatus

	probeOf  *engine.Probe
	batchOf  *engine.Batch
	verifyOf *verification
	postOf   *posting
	staffOf  *staffing
	handOf   *engine.Probe
}

// poll makes a command that takes a snapshot after a while. The engine's locks
// are taken in the command, not in Update.
func (w *works) poll(after time.Duration) tea.Cmd {
	s := snapshot{}
	if w.testing() {
		s.probeOf = w.probe
	}
	if w.copying() {
		s.batchOf = w.batch
	}
	if w.verifying() {
		s.verifyOf = w.verify
	}
	if w.posting() {
		s.postOf = w.post
	}
	s.staffOf, s.handOf = w.staff, w.hand
	return tea.Tick(after, func(at time.Time) tea.Msg {
		s := s
		s.at = at
		if s.probeOf != nil {
			st := s.probeOf.Status()
			s.probe = &st
		}
		if s.batchOf != nil {
			st := s.batchOf.Status()
			s.batch = &st
		}
		if s.verifyOf != nil {
			s.verify = s.verifyOf.snap()
		}
		if s.postOf != nil {
			s.post = s.postOf.status()
		}
		if s.staffOf != nil {
			s.staff = s.staffOf.status()
		}
		if s.handOf != nil {
			st := s.handOf.Status()
			s.hand = &st
		}
		return s
	})
}

// takeSnapshot files a snapshot, but for what ended or was replaced since.
func (c *core) takeSnapshot(s snapshot) {
	c.frame++
	w := c.works
	if s.probe != nil && s.probeOf == w.probe && w.testing() {
		c.session.probe = s.probe
	}
	if s.batch != nil && s.batchOf == w.batch && w.copying() {
		c.session.batch = s.batch
	}
	if s.verify != nil && s.verifyOf == w.verify && w.verifying() {
		c.session.verify = s.verify
	}
	if s.post != nil && s.postOf == w.post && w.posting() {
		c.session.posting = s.post
	}
	if s.staff != nil && s.staffOf == w.staff {
		c.session.staffing = s.staff
	}
	if s.hand != nil && s.handOf == w.hand {
		c.session.measured = s.hand
	}
}

// Ticks: often while things move, seldom while a followed batch waits for its
// next pass, never when nothing runs.
const (
	tickFast = 200 * time.Millisecond
	tickSlow = time.Second
)

// tempo is how soon the next look at the work is due; 0: there is none.
func (c *core) tempo() time.Duration {
	switch {
	case !c.works.running() && !c.desk.busy():
		return 0
	case len(c.works.on) == 1 && c.works.copying() && c.session.batch != nil && !c.session.batch.NextPass.IsZero():
		return tickSlow
	}
	return tickFast
}
