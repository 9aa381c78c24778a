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

// hold is a moment before which nothing is sent to a server, and why.
type hold struct {
	mu    sync.Mutex
	until time.Time
	why   string
}

// extend moves the moment later, never earlier.
func (h *hold) extend(until time.Time, why string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if until.After(h.until) {
		h.until, h.why = until, why
	}
}

// left is how long it lasts; 0 when it is over.
func (h *hold) left() (d time.Duration, until time.Time, why string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(0, time.Until(h.until)), h.until, h.why
}

// holdWords says why nothing is sent for a while after a refusal.
func holdWords(f *Fault) string {
	switch {
	case f.Code == CodeThrottled, f.Wait > 0:
		return "the new server asked to wait (throttling, normal)"
	case f.Code == CodeUnavailable:
		return "the new server isn't available; mxodus tries again"
	}
	return "the new server refused a message for now; mxodus tries again"
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
