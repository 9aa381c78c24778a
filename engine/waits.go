package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"time"
)

// Wait is a mailbox of a run that waits because a server asked it to.
type Wait struct {
	UserID int64     `json:"user"`
	Why    string    `json:"why"`
	Until  time.Time `json:"until"`
}

const (
	waitsName = "waits"
	// waitLeast is how long a wait must last to be worth telling other processes.
	waitLeast = 5 * time.Second
)

// Waits are what a run under way, perhaps in another process, waits for.
func Waits(ctx context.Context, f ProjectFile) ([]Wait, error) {
	doc, err := f.Kept(ctx, waitsName)
	if err != nil || doc == nil {
		return nil, err
	}
	var all, left []Wait
	if json.Unmarshal(doc, &all) != nil {
		return nil, nil // of another version
	}
	for _, w := range all {
		if w.Until.After(time.Now()) {
			left = append(left, w)
		}
	}
	return left, nil
}

// keepWaits tells other processes what mailboxes wait for. That it fails costs
// nothing but the telling.
func (b *Batch) keepWaits(ctx context.Context, now time.Time) {
	var list []Wait
	b.mu.Lock()
	for _, m := range b.boxes {
		if w, waits := m.track.wait(); waits && w.Until.Sub(now) >= waitLeast {
			list = append(list, w)
		}
	}
	told := b.waits
	b.mu.Unlock()
	var doc []byte
	if len(list) > 0 {
		doc, _ = json.Marshal(list) // times and text
	}
	if bytes.Equal(doc, told) || len(list) == 0 && len(told) == 0 {
		return
	}
	if err := b.env.file.Keep(ctx, waitsName, doc); err != nil {
		b.env.log.Warn("waits are not kept", "error", err)
	}
	b.mu.Lock()
	b.waits = doc
	b.mu.Unlock()
}

// wait is what the mailbox waits for.
func (t *track) wait() (Wait, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return Wait{t.user.ID, t.why, t.until}, t.state == UserWaiting
}
