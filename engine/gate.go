package engine

import (
	"context"
	"sync"
	"time"
)

// gate bounds the connections to one host. It starts at what the administrator
// allows and learns: a refusal lowers it to what the server was bearing, a
// minute without one raises it by one again.
type gate struct {
	mu      sync.Mutex
	most    int // configured
	limit   int // learned
	least   int // the lowest that was learned; 0: nothing was refused
	inUse   int
	refused time.Time
	changed chan struct{} // closed and replaced when a place may have come free
}

func newGate(most int) *gate {
	return &gate{most: most, limit: most, changed: make(chan struct{})}
}

// enter waits for a place.
func (g *gate) enter(ctx context.Context) error {
	for {
		g.mu.Lock()
		if g.takeLocked() {
			g.mu.Unlock()
			return nil
		}
		changed := g.changed
		g.mu.Unlock()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		case <-time.After(time.Second): // the limit also rises by time alone
		}
	}
}

// tryEnter takes a place only if one is free now.
func (g *gate) tryEnter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.takeLocked()
}

func (g *gate) takeLocked() bool {
	if g.limit < g.most && time.Since(g.refused) > time.Minute {
		g.limit++
		g.refused = time.Now()
	}
	if g.inUse >= g.limit {
		return false
	}
	g.inUse++
	return true
}

// leave gives a place back.
func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inUse--
	g.wakeLocked()
}

// refuse is leave after the server said "too many connections": what it bears
// is what else is open now. It reports whether anything else of ours is.
func (g *gate) refuse() (others bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inUse--
	g.limit = max(1, g.inUse)
	if g.least == 0 || g.limit < g.least {
		g.least = g.limit
	}
	g.refused = time.Now()
	g.wakeLocked()
	return g.inUse > 0
}

// setMost changes what the administrator allows.
func (g *gate) setMost(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.limit == g.most || g.limit > n {
		g.limit = n
	}
	g.most = n
	g.wakeLocked()
}

func (g *gate) open() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.inUse
}

func (g *gate) wakeLocked() {
	close(g.changed)
	g.changed = make(chan struct{})
}
