package imapconn

import (
	"time"

	"mxodus/engine"
)

// adapt narrows the window when replies take long, and widens it again when they
// don't. Once a server has throttled it widens slowly.
func (a *appending) adapt(sh *shipment) {
	a.mu.Lock()
	defer a.mu.Unlock()
	most := windowMost
	if a.multi {
		most = windowMulti
	}
	switch age := time.Since(sh.since); {
	case !a.plus:
	case age > 5*time.Second:
		a.window = max(min(windowLeast, a.window), a.window*3/4)
	case age < 2*time.Second && a.growth < 0:
		a.window = min(most, a.window+len(sh.msgs))
	case age < 2*time.Second:
		if a.growth += len(sh.msgs); a.growth >= 2*a.window {
			a.growth = 0
			a.window = min(most, a.window+1)
		}
	}
}

// respite is a wait that a server asked for.
type respite struct {
	until time.Time
	why   *engine.Fault
}

// brake notes that the server asked us to wait: until then nothing more is sent,
// and less is in flight afterwards, since all of that was refused.
func (a *appending) brake(f *engine.Fault) {
	if f.Wait <= 0 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	if a.plus && !now.Before(a.rests.until) { // the first to hear of this wait
		a.window = min(a.window, max(windowThrottled, a.window/2))
		a.growth = 0
	}
	if until := now.Add(f.Wait); until.After(a.rests.until) {
		a.rests = respite{until, f}
	}
}

// resting is the refusal of everything that would be sent while the server rests;
// nil when it doesn't.
func (a *appending) resting() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	left := time.Until(a.rests.until)
	if left <= 0 {
		return nil
	}
	f := *a.rests.why
	f.Wait = left
	return &f
}
