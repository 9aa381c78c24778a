package engine

import (
	"context"
	"sync"
	"time"
)

// pace bounds how many bytes a second a batch takes from the source, over all
// its connections. A message passes whole and the next waits until it is paid
// for, so that no size is too big. While it waits nothing is read: the source's
// server feels it as a slow line.
type pace struct {
	mu      sync.Mutex
	rate    float64 // bytes a second; 0: no bound
	paid    time.Time
	changed chan struct{} // closed and replaced when the rate changes
}

func newPace(bytesPerSecond int64) *pace {
	return &pace{rate: float64(bytesPerSecond), changed: make(chan struct{})}
}

// setRate changes the rate, also of what waits now; what was taken at the old one
// is forgiven.
func (p *pace) setRate(bytesPerSecond int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rate == float64(bytesPerSecond) {
		return
	}
	p.rate, p.paid = float64(bytesPerSecond), time.Time{}
	close(p.changed)
	p.changed = make(chan struct{})
}

// take waits until everything taken before is paid for, and takes size bytes.
func (p *pace) take(ctx context.Context, size int64) error {
	for {
		wait, changed := p.claim(time.Now(), size)
		if wait <= 0 {
			return nil
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		case <-changed:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// claim takes size bytes if nothing is owed, and else says how long it is until
// then.
func (p *pace) claim(now time.Time, size int64) (wait time.Duration, changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rate <= 0 {
		return 0, p.changed
	}
	if wait := p.paid.Sub(now); wait > 0 {
		return wait, p.changed
	}
	if p.paid.Before(now.Add(-time.Second)) {
		p.paid = now.Add(-time.Second) // what was not used is saved for a second
	}
	p.paid = p.paid.Add(time.Duration(float64(size) / p.rate * float64(time.Second)))
	return 0, p.changed
}
