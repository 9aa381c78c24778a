package engine

import (
	"errors"
	"time"
)

// leave is the error of a mailbox that leaves a pass because it has long to wait:
// it runs again in a pass after that. Otherwise one mailbox whose day is used up
// would keep the others from their deltas until the next day.
type leave struct {
	until time.Time
	why   *Fault
}

func (l *leave) Error() string { return l.why.Error() }
func (l *leave) Unwrap() error { return l.why }

// mayLeave says that a mailbox with so long to wait leaves the pass: others follow
// in deltas meanwhile. What it sent last has come to rest by then.
func (b *Batch) mayLeave(wait time.Duration) bool {
	limits := b.env.getLimits()
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.follow && wait > max(limits.FollowEvery, limits.QuietTime)
}

// left is how a mailbox left the pass; nil when it didn't.
func left(err error) *leave {
	var l *leave
	if errors.As(err, &l) {
		return l
	}
	return nil
}

// enqueue queues the mailboxes that run in the pass that begins. Once deltas are
// switched off, only those that left a pass go on. The batch's mutex is held.
func (b *Batch) enqueue(now time.Time) {
	rest := b.pass > 1 && !b.follow && !b.again
	for _, m := range b.boxes {
		switch {
		case b.pass > 1 && (m.stopped || m.broken): // by hand, or until somebody acts
			m.away = nil
		case m.away != nil && now.Before(m.away.until), rest && m.away == nil:
			m.track.pass()
		default:
			m.away = nil
			m.queue()
		}
	}
}

// next is when the next pass begins, every so often after one, or when a mailbox
// comes back; zero: never. The batch's mutex is held.
func (b *Batch) next(ended time.Time, every time.Duration) (at time.Time) {
	if b.follow {
		at = ended.Add(every)
	}
	for _, m := range b.boxes {
		if m.away != nil && (at.IsZero() || m.away.until.Before(at)) {
			at = m.away.until
		}
	}
	return at
}

// showAway has the screen tell again that a mailbox is away.
func (m *mailbox) showAway() {
	if m.away != nil {
		m.track.set(UserWaiting, m.away.why.What, m.away.until)
	}
}

// pass lets a pass go by without the mailbox.
func (t *track) pass() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sent, t.sentB, t.flags, t.flagsDropped, t.altered = 0, 0, 0, 0, alterations{}
}
