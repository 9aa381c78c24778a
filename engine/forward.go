package engine

import (
	"context"
	"time"
)

// forward journals what was fetched as Sending, durably, and hands it to the
// destination. It returns when everything was replied to, or the lane is over.
func (l *lane) forward(ctx context.Context) error {
	for {
		batch, more := l.collect()
		if len(batch) == 0 && !more {
			return nil
		}
		if err := l.note(context.WithoutCancel(ctx), batch); err != nil {
			l.dropAll(batch)
			return err
		}
		for i, it := range batch {
			if !l.hand(ctx, it) {
				l.dropAll(batch[i:])
				break
			}
			if it.solo {
				l.drained()
			}
		}
	}
}

// collect waits for messages to send and takes all that are ready. more is
// false when nothing can come any more.
func (l *lane) collect() (batch []*item, more bool) {
	for {
		if over := l.isOver(); over {
			l.dropFetched()
			return nil, l.inFlight() > 0 && l.await()
		}
		if batch = l.takeResend(); len(batch) > 0 {
			return batch, true
		}
		fetched := l.fetched
		if l.fetchedDone {
			if l.inFlight() == 0 && !l.hasResend() {
				return nil, false
			}
			fetched = nil
		}
		select {
		case it, ok := <-fetched:
			if !ok {
				l.fetchedDone = true
				continue
			}
			return l.gather(it), true
		case <-l.nudge:
		case <-l.ended:
			l.markOver()
		}
	}
}

// gather takes what else is ready without waiting.
func (l *lane) gather(first *item) []*item {
	batch := []*item{first}
	for len(batch) < forwardMost {
		select {
		case it, ok := <-l.fetched:
			if !ok {
				l.fetchedDone = true
				return batch
			}
			batch = append(batch, it)
		default:
			return batch
		}
	}
	return batch
}

// note journals what was not journalled yet as Sending. DestUID holds the
// lowest UID that the destination can give it.
func (l *lane) note(ctx context.Context, batch []*item) error {
	var fresh []*item
	for _, it := range batch {
		if !it.noted {
			fresh = append(fresh, it)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return byWork(fresh, func(it *item) *folderWork { return it.work }, func(w *folderWork, part []*item) error {
		bound := w.bound()
		recs := make([]Record, len(part))
		now := time.Now()
		for i, it := range part {
			it.noted = true
			it.rec.State, it.rec.DestUID, it.rec.At = Sending, bound, now
			recs[i] = it.rec
		}
		return l.m.env.file.Put(ctx, w.rec.ID, recs)
	})
}

// hand gives one message to the destination's pipeline; false when the lane is
// over.
func (l *lane) hand(ctx context.Context, it *item) bool {
	if !l.waitHold(ctx) || it.solo && !l.drained() {
		return false
	}
	o := &Outgoing{Wire: it.work.dest.Wire, Flags: it.flagsFor(), Date: it.rec.Date, Body: it.body, Alone: it.solo, Tag: it}
	l.fly(1)
	select {
	case l.out <- o:
	case <-l.ended:
		l.fly(-1)
		return false
	}
	return true
}

// waitHold waits until the server may be given something again.
func (l *lane) waitHold(ctx context.Context) bool {
	for {
		if l.isOver() || ctx.Err() != nil {
			return false
		}
		left, until, why := l.m.hold.left()
		if left == 0 {
			return true
		}
		l.m.track.set(UserWaiting, why, until)
		l.rest(ctx, left)
		l.m.track.set(UserCopying, "", time.Time{}) // also when the lane ended: the wait that follows is another
	}
}

// rest waits, and leaves its place in the batch to another mailbox meanwhile.
func (l *lane) rest(ctx context.Context, d time.Duration) {
	l.m.parked(+1)
	defer l.m.parked(-1)
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.ended:
		l.markOver()
	case <-ctx.Done():
	}
}

// drained waits until nothing is in flight.
func (l *lane) drained() bool {
	for l.inFlight() > 0 {
		if !l.await() {
			return false
		}
	}
	return !l.isOver()
}

// await waits for any change; false when the destination is gone.
func (l *lane) await() bool {
	select {
	case <-l.nudge:
		return true
	case <-l.ended:
		return false
	}
}

func (l *lane) fly(n int) {
	l.mu.Lock()
	l.flying += n
	l.mu.Unlock()
}

func (l *lane) inFlight() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.flying
}

func (l *lane) isOver() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.laneOver
}

func (l *lane) markOver() {
	l.mu.Lock()
	l.laneOver = true
	l.mu.Unlock()
	l.stopFetch()
}

func (l *lane) hasResend() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.resend) > 0
}

func (l *lane) takeResend() []*item {
	l.mu.Lock()
	defer l.mu.Unlock()
	batch := l.resend
	l.resend = nil
	return batch
}

// dropAll returns messages that will not be sent on this lane to the queue.
func (l *lane) dropAll(batch []*item) {
	l.markOver()
	for _, it := range batch {
		l.unsent(it)
	}
}

// dropFetched does the same with what is still to come, until nothing comes.
func (l *lane) dropFetched() {
	l.dropAll(l.takeResend())
	for it := range l.fetched {
		l.unsent(it)
	}
	l.fetchedDone = true
}
