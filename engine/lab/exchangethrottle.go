package lab

import "time"

// Budget is how much mail a server takes: so many messages at once, and as many
// a second as it recovers by. The zero value takes any number.
type Budget struct {
	Burst     int
	PerSecond float64
}

// purse is what is left of a budget.
type purse struct {
	left float64
	at   time.Time
}

// spend takes one message's worth; when nothing is left it says how long it takes
// to recover wholly.
func (p *purse) spend(b Budget, now time.Time) (wait time.Duration) {
	if b.PerSecond <= 0 {
		return 0
	}
	if p.at.IsZero() {
		p.left = float64(b.Burst)
	} else {
		p.left = min(float64(b.Burst), p.left+now.Sub(p.at).Seconds()*b.PerSecond)
	}
	p.at = now
	if p.left < 1 {
		return time.Duration((float64(b.Burst) - p.left) / b.PerSecond * float64(time.Second))
	}
	p.left--
	return 0
}

// rest is a mailbox's pause.
type rest struct {
	until   time.Time
	told    time.Time // when a client first heard of it
	toldOf  time.Time // the end that it heard
	early   int       // commands that came although their client had heard
	refused int
	purse   purse
}

// restGrace is how long after a refusal commands may still come in that were sent
// before it was read.
const restGrace = 500 * time.Millisecond

// Throttle refuses every command for a mailbox until the wait is over, and says
// how long that still is: by NO and by BAD in turn.
func (x *Exchange) Throttle(address string, wait time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	r := x.rest(address)
	r.until, r.toldOf = time.Now().Add(wait), time.Time{}
}

// ThrottleTenant does the same for every mailbox.
func (x *Exchange) ThrottleTenant(wait time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.resting = time.Now().Add(wait)
}

// Early counts commands, sign-ins among them, that came before a wait was over of
// which their mailbox's client had been told.
func (x *Exchange) Early(address string) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.rest(address).early
}

// Refused counts commands for a mailbox that were told to wait.
func (x *Exchange) Refused(address string) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.rest(address).refused
}

func (x *Exchange) rest(address string) *rest {
	r := x.rests[address]
	if r == nil {
		r = &rest{}
		x.rests[address] = r
	}
	return r
}

// slower refuses a command while its mailbox, or the tenant, rests.
func (x *Exchange) slower(address string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.wait(x.rest(address), time.Now())
}

func (x *Exchange) wait(r *rest, now time.Time) error {
	until := r.until
	if x.resting.After(until) {
		until = x.resting
	}
	if !now.Before(until) {
		return nil
	}
	switch {
	case !r.toldOf.Equal(until):
		r.told, r.toldOf = now, until
	case now.After(r.told.Add(restGrace)):
		r.early++
	}
	r.refused++
	left := until.Sub(now).Round(time.Millisecond) + time.Millisecond
	if r.refused%2 == 0 {
		return Bad(throttledText(left))
	}
	return Throttled(left)
}

// spends lets a message in, or has its mailbox or the tenant rest until they have
// recovered.
func (x *Exchange) spends(address string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	now := time.Now()
	r := x.rest(address)
	if wait := x.tenant.spend(x.PerTenant, now); wait > 0 {
		x.resting = now.Add(wait)
		return x.wait(r, now)
	}
	if wait := r.purse.spend(x.PerMailbox, now); wait > 0 {
		r.until = now.Add(wait)
		return x.wait(r, now)
	}
	return nil
}
