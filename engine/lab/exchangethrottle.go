package lab

import "time"

// rest is a mailbox's pause.
type rest struct {
	until time.Time
	told  time.Time // when a client first heard of it
	early int       // commands that came although their client had heard
}

// restGrace is how long after a refusal commands may still come in that were sent
// before it was read.
const restGrace = 500 * time.Millisecond

// Throttle refuses every command for a mailbox until the wait is over, and says
// how long that still is.
func (x *Exchange) Throttle(address string, wait time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	r := x.rests[address]
	if r == nil {
		r = &rest{}
		x.rests[address] = r
	}
	r.until, r.told = time.Now().Add(wait), time.Time{}
}

// Early counts commands that came before a wait was over of which their client
// had been told.
func (x *Exchange) Early(address string) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	if r := x.rests[address]; r != nil {
		return r.early
	}
	return 0
}

// slower refuses a command while its mailbox rests.
func (x *Exchange) slower(address string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	r := x.rests[address]
	now := time.Now()
	if r == nil || !now.Before(r.until) {
		return nil
	}
	switch {
	case r.told.IsZero():
		r.told = now
	case now.After(r.told.Add(restGrace)):
		r.early++
	}
	return Throttled(r.until.Sub(now).Round(time.Millisecond) + time.Millisecond)
}
