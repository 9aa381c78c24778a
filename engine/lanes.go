package engine

import (
	"context"
	"errors"
	"sync"
	"time"
)

// runLanes runs the first lane on the open pair and, where more connections
// into one mailbox help, more beside it. It returns when all have ended.
func (m *mailbox) runLanes(ctx context.Context, p *pair) error {
	var more crew
	var mu sync.Mutex
	var worst error
	run := func(ctx context.Context, q *pair, extra bool) {
		err := newLane(m, q.src, q.dst).run(ctx)
		if extra {
			q.close()
			if err != nil && AsFault(err).Class < StopMailbox {
				return // what it left is in the queue for the others
			}
		}
		mu.Lock()
		defer mu.Unlock()
		worst = worse(worst, err)
	}
	extraCtx, stop := context.WithCancel(ctx)
	failed := make([]error, m.moreLanes(p))
	for i := range failed {
		more.do(&failed[i], func() error {
			if q, err := m.extraPair(extraCtx); err == nil { // without another pair, one will do
				run(extraCtx, q, true)
			}
			return nil
		})
	}
	run(ctx, p, false)
	mu.Lock() // the other lanes may still write it
	over := worst != nil
	mu.Unlock()
	if over {
		stop()
	}
	more.Wait()
	stop()
	return errors.Join(append(failed, worst)...)
}

// moreLanes is how many connections beside the first one help. Where APPENDs
// can't be pipelined, each connection waits for its own round trips, so that
// several are several times faster; elsewhere one is as fast as four.
func (m *mailbox) moreLanes(p *pair) int {
	if info := p.dst.Info(); info.LiteralPlus || info.MultiAppend {
		return 0
	}
	return max(0, min(m.limits.ConnsPerMailbox-1, m.work.len()-1))
}

var errNoPlace = errors.New("no connection to spare")

// extraPair opens another pair only if both hosts have connections to spare
// right now. A refusal lowers the host's limit and costs nothing else.
func (m *mailbox) extraPair(ctx context.Context) (*pair, error) {
	p := &pair{m: m}
	var err error
	if p.src, err = dialSpare(ctx, m, m.env.source, m.env.dialer.Source); err != nil {
		return nil, err
	}
	if p.dst, err = dialSpare(ctx, m, m.env.dest, m.env.dialer.Destination); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func dialSpare[S Session](ctx context.Context, m *mailbox, g *gate, open func(context.Context, User) (S, error)) (S, error) {
	var none S
	if !g.tryEnter() {
		return none, errNoPlace
	}
	s, err := open(ctx, m.user)
	switch {
	case err == nil:
		return s, nil
	case IsCode(err, CodeConnLimit):
		g.refuse()
	default:
		g.leave()
	}
	return none, err
}

// replan makes the next attempt list and scan again.
func (m *mailbox) replan() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stale = true
}

// remade counts how often a folder had to be made again in this pass.
func (m *mailbox) remade(w *folderWork) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.madeAgain == nil {
		m.madeAgain = map[int64]int{}
	}
	m.madeAgain[w.rec.ID]++
	return m.madeAgain[w.rec.ID]
}

// quietUntil is when the next open message may be looked for again; false when
// none is open.
func (m *mailbox) quietUntil() (until time.Time, open bool) {
	for _, w := range m.works {
		for _, o := range w.open {
			at := o.since.Add(m.limits.QuietTime)
			if !open || at.Before(until) {
				until, open = at, true
			}
		}
	}
	return until, open
}
