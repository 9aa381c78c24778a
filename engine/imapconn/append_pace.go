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

// brake notes that the server asked us to wait: nothing more is sent until then
// (see rest), and less is in flight afterwards, since all of that was refused.
func (a *appending) brake(f *engine.Fault) {
	if f.Wait <= 0 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.plus && !time.Now().Before(a.rests) { // the first to hear of this wait
		a.window = min(a.window, max(windowThrottled, a.window/2))
		a.growth = 0
	}
	if f.Until.After(a.rests) {
		a.rests = f.Until
	}
}
