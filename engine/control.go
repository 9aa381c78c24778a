package engine

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Pause holds mailboxes: what is in flight is finished and written down, then
// their connections are closed. No IDs means all.
func (b *Batch) Pause(userIDs ...int64) {
	defer b.noteWish("Paused", userIDs)
	b.each(userIDs, func(m *mailbox) {
		m.held = true
		if m.cancel != nil {
			m.cancel(errPaused)
		}
		if m.queued || m.away != nil {
			m.track.set(UserPaused, "", time.Time{})
		}
	})
	if len(userIDs) == 0 {
		b.setPaused(true)
	}
}

// Resume lets them go on. No IDs means all.
func (b *Batch) Resume(userIDs ...int64) {
	defer b.noteWish("Let go on:", userIDs)
	b.each(userIDs, func(m *mailbox) {
		m.held = false
		if m.queued {
			m.track.set(UserQueued, "", time.Time{})
		}
		m.showAway()
	})
	if len(userIDs) == 0 {
		b.setPaused(false)
	}
}

// Stop ends mailboxes for this batch; no IDs means all, and the batch with them.
func (b *Batch) Stop(userIDs ...int64) {
	defer b.noteWish("Stopped", userIDs)
	b.each(userIDs, func(m *mailbox) {
		m.stopped = true
		if m.cancel != nil {
			m.cancel(errStopped)
		}
		if m.queued || m.away != nil {
			m.queued, m.away = false, nil
			m.track.set(UserStopped, "", time.Time{})
		}
	})
	if len(userIDs) > 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stopping = true
	if b.cancel != nil {
		b.cancel(errStopped)
	}
}

// Retry runs finished mailboxes again, at once; no IDs means all that failed,
// were stopped, or need attention. Between the passes of a followed batch it
// brings the next pass forward.
func (b *Batch) Retry(userIDs ...int64) {
	b.each(userIDs, func(m *mailbox) {
		state := m.track.get()
		if !state.Finished() || len(userIDs) == 0 && state == UserDone {
			return
		}
		m.stopped, m.broken, m.held = false, false, false
		m.queue()
		m.again = true
	})
	b.mu.Lock()
	b.again = !b.nextPass.IsZero()
	b.mu.Unlock()
	b.poke()
}

// SetFollow makes a running batch go on with deltas, or end after the pass it is
// in. Between passes, switching it off ends the batch, unless a mailbox left a pass
// that it hasn't come to the end of.
func (b *Batch) SetFollow(on bool) {
	b.mu.Lock()
	b.follow = on
	b.mu.Unlock()
	b.poke()
}

// SetLimits changes the limits while the batch runs; what is open stays open.
func (b *Batch) SetLimits(l Limits) {
	p := b.env.project
	p.Limits = l
	l = p.Bounds()
	b.env.mu.Lock()
	b.env.limits = l
	b.env.mu.Unlock()
	b.env.source.setMost(l.SourceConns)
	b.env.dest.setMost(l.DestConns)
	b.env.pace.setRate(l.MaxRate)
	b.mu.Lock()
	b.slots.setMost(l.Mailboxes)
	b.mu.Unlock()
	b.poke()
}

// Prefer puts mailboxes before all others, the last one asked for first: what is
// queued of them starts at once, beside what runs. What runs goes on.
func (b *Batch) Prefer(userIDs ...int64) {
	b.mu.Lock()
	b.preferred++
	rank := b.preferred
	b.mu.Unlock()
	b.each(userIDs, func(m *mailbox) { m.rank = rank })
}

// inTurn lists the mailboxes as they are to be started.
func (b *Batch) inTurn() []*mailbox {
	if b.preferred == 0 {
		return b.boxes
	}
	boxes := slices.Clone(b.boxes)
	slices.SortStableFunc(boxes, func(x, y *mailbox) int { return cmp.Compare(y.rank, x.rank) })
	return boxes
}

// places is how many mailboxes may run once m does: a preferred one needs no
// place of its own.
func (b *Batch) places(m *mailbox) int {
	if m.rank > 0 {
		return b.slots.now + 1
	}
	return b.slots.now
}

func (b *Batch) each(userIDs []int64, do func(*mailbox)) {
	b.mu.Lock()
	for _, m := range b.boxes {
		if len(userIDs) == 0 || slices.Contains(userIDs, m.user.ID) {
			do(m)
		}
	}
	b.mu.Unlock()
	b.poke()
}

func (b *Batch) setPaused(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.paused = on
}

// sample feeds the speed meters and lets the number of mailboxes climb.
func (b *Batch) sample(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var messages int
	var bytes int64
	for _, m := range b.boxes {
		n, by := m.track.sample(now)
		messages += n
		bytes += by
	}
	b.speed.add(now, messages, bytes)
	b.runSpeed.add(now, messages, bytes)
	rate, byteRate := b.speed.over(now, 5*time.Second)
	b.slots.observe(now, rate, byteRate)
}

// Status is a snapshot.
func (b *Batch) Status() BatchStatus {
	now := time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	s := BatchStatus{At: now, Started: b.started, Finished: b.finished, Pass: b.pass, NextPass: b.nextPass,
		Paused: b.paused, Stopping: b.stopping, Err: b.err, Scanned: len(b.boxes) > 0,
		History: slices.Clone(b.speed.history), SourceConns: b.env.source.open(), DestConns: b.env.dest.open()}
	for _, m := range b.boxes {
		u := m.track.snapshot(now)
		s.Users = append(s.Users, u)
		s.Sum.add(u.Sum)
		s.Scanned = s.Scanned && (u.Scanned || u.State.Finished())
	}
	s.Rate, s.ByteRate = b.speed.rate(now)
	if s.Finished.IsZero() {
		b.timeLeft(&s)
	}
	return s
}

// timeLeft says how long the rest takes. What a test counted, and nobody has read yet,
// makes the range wider.
func (b *Batch) timeLeft(s *BatchStatus) {
	messages, bytes := 0, int64(0)
	exact := true
	for i := range s.Users {
		u := &s.Users[i]
		if u.State.Finished() {
			continue
		}
		n, size, known := u.remaining()
		if !known {
			return
		}
		messages += n
		bytes += size
		exact = exact && u.Scanned
	}
	s.Left, s.LeftMin, s.LeftMax = b.speed.left(s.At, messages, bytes)
	if !exact {
		s.LeftMin, s.LeftMax = s.LeftMin*3/4, s.LeftMax*3/2
	}
}

// summary is the end of a pass.
func (b *Batch) summary(ctx context.Context) Summary {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := Summary{Kind: b.kind, Started: b.started, Finished: time.Now(), Users: len(b.boxes), Interrupted: ctx.Err() != nil}
	for _, m := range b.boxes {
		m.track.mu.Lock()
		s.Sum.add(m.track.sumLocked())
		s.Sent += m.track.sent
		s.SentBytes += m.track.sentB
		s.FlagChanges += m.track.flags
		s.FlagsDropped += m.track.flagsDropped
		s.Receipts += m.track.altered.receipts
		s.DatesMoved += m.track.altered.dates
		switch m.track.state {
		case UserFailed:
			s.UsersFailed++
		case UserAttention:
			s.UsersAttention++
		}
		if m.away != nil {
			s.UsersWaiting++
		}
		m.track.mu.Unlock()
	}
	return s
}

// CutOver tells a batch under way that mail arrives at the destination now: from
// here on it touches no flag there.
func (b *Batch) CutOver() { b.env.cutOver.Store(true) }
