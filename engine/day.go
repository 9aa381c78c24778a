package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"mxodus/engine/say"
)

// dayVolume counts what is read from one source mailbox in a day, which begins with
// its first message: Gmail closes a mailbox that is read too much. It is kept with
// the project, so that a new start doesn't begin a new day.
type dayVolume struct {
	mu    sync.Mutex
	Since time.Time `json:"since"`
	Bytes int64     `json:"bytes"`
	kept  int64     // Bytes as of the last time it was kept
	full  bool      // something had to wait
}

const (
	dayLength = 24 * time.Hour
	// dayOverhead is what a message costs beside its bytes: listing it, and its reply.
	dayOverhead = 300
	// dayStep is how much is counted between two times that it is kept.
	dayStep = 16 << 20
)

func dayName(userID int64) string { return fmt.Sprintf("read/%d", userID) }

// loadDay reads what was counted before.
func (m *mailbox) loadDay(ctx context.Context) error {
	m.day = &dayVolume{}
	if m.limits.MaxPerDay <= 0 {
		return nil
	}
	doc, err := m.env.file.Kept(ctx, dayName(m.user.ID))
	if err != nil || doc == nil {
		return err
	}
	if json.Unmarshal(doc, m.day) != nil { // of another version: the day begins now
		m.day = &dayVolume{}
	}
	m.day.kept = m.day.Bytes
	return nil
}

// keepDay writes down what was counted, if that is worth it.
func (m *mailbox) keepDay(ctx context.Context, least int64) error {
	d := m.day
	d.mu.Lock()
	if m.limits.MaxPerDay <= 0 || d.Bytes == d.kept || least > 0 && d.Bytes-d.kept < least {
		d.mu.Unlock()
		return nil
	}
	d.kept = d.Bytes
	doc, err := json.Marshal(d)
	d.mu.Unlock()
	if err != nil {
		return err
	}
	return m.env.file.Keep(ctx, dayName(m.user.ID), doc)
}

// fits takes from a chunk what may still be read today, and counts it; the rest
// waits. A message that is larger than a whole day passes on a day of its own.
func (d *dayVolume) fits(most int64, now time.Time, msgs []todo) (today, later []todo) {
	if most <= 0 {
		return msgs, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if now.Sub(d.Since) >= dayLength || now.Before(d.Since) {
		d.Since, d.Bytes, d.kept, d.full = now, 0, -1, false
	}
	for i, t := range msgs {
		if cost := t.size + dayOverhead; d.Bytes+cost <= most || d.Bytes == 0 {
			d.Bytes += cost
			continue
		}
		d.full = true
		return msgs[:i], msgs[i:]
	}
	return msgs, nil
}

// dayOver says that nothing more may be read until the day ends.
func (m *mailbox) dayOver() *Fault {
	most := m.limits.MaxPerDay
	if most <= 0 || m.work.empty() {
		return nil
	}
	m.day.mu.Lock()
	defer m.day.mu.Unlock()
	wait := time.Until(m.day.Since.Add(dayLength))
	if wait <= 0 || !m.day.full {
		return nil
	}
	return &Fault{Class: Retry, Code: CodeThrottled, Side: SideSource, Wait: wait, Who: "nobody",
		What: "The day's volume of this mailbox is used up: " + say.Size(most) + " are read of it in a day.",
		Do:   "Nothing: mxodus goes on by itself when the day is over. Leave it running, or start it again then."}
}

// nextToday takes the next chunk, or as much of it as may be read today.
func (m *mailbox) nextToday(ctx context.Context) (chunk, bool) {
	c, ok := m.work.next()
	if !ok {
		return c, false
	}
	today, later := m.day.fits(m.limits.MaxPerDay, time.Now(), c.msgs)
	if len(later) > 0 {
		rest := c
		rest.msgs, rest.newest = later, later[0].unix
		m.work.giveBack(rest)
	}
	_ = m.keepDay(context.WithoutCancel(ctx), dayStep) // what fails here fails when the attempt ends
	c.msgs = today
	return c, len(today) > 0
}

// refund takes back what was counted and not read after all.
func (d *dayVolume) refund(msgs []todo) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, t := range msgs {
		d.Bytes = max(0, d.Bytes-t.size-dayOverhead)
	}
}
