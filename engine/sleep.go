package engine

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// sleep waits; false means that ctx ended it.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// jitter spreads d by up to a fifth, so that mailboxes don't come back at once.
func jitter(d time.Duration) time.Duration {
	return d - time.Duration(rand.Int64N(int64(d)/5+1))
}

// hold is a moment before which a server asked us not to send.
type hold struct {
	mu    sync.Mutex
	until time.Time
}

// extend moves the moment later, never earlier.
func (h *hold) extend(until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if until.After(h.until) {
		h.until = until
	}
}

// left is how long it lasts; 0 when it is over.
func (h *hold) left() (time.Duration, time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(0, time.Until(h.until)), h.until
}

// linger returns a context that ends d after ctx did, so that what is in
// flight can be finished and written down.
func linger(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		if sleep(late, d) {
			cancel()
		}
	})
	return late, func() { stop(); cancel() }
}
