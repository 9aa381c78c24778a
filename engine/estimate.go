package engine

import (
	"fmt"
	"time"

	"mxodus/engine/say"
)

// Estimate says how long the first run takes, and why.
type Estimate struct {
	Messages         int
	Bytes            int64
	Min, Likely, Max time.Duration // 0: can't say yet
	LimitedBy        string        // in words
}

// What a message costs one pair of connections, where nothing could be measured
// without writing. They are slow for a good server and quick for a bad one: the
// range around them is wide.
const (
	messageCost  = 5 * time.Millisecond   // APPENDs in a pipeline
	roundTrip    = 120 * time.Millisecond // an APPEND that waits for its reply
	exchangeCost = 120 * time.Millisecond // Exchange turns each into its own form
	exchangeRate = 700 << 10              // bytes a second into one Exchange mailbox
	defaultRate  = 3 << 20                // bytes a second where nothing was measured
)

// estimate adds up the users that were tested, and says how long they take unless
// no new mailbox opens. Its caller holds the mutex.
func (p *Probe) estimate() (e Estimate) {
	var sum, longest, longestDays time.Duration
	var biggest User
	tested, measured, opens := 0, 0, 0
	var slow string
	for _, u := range p.users {
		c := u.check
		if !c.Source.State.Finished() || c.Source.State == CheckFailed {
			continue
		}
		tested++
		if c.Destination.State != CheckFailed {
			opens++
		}
		if u.sample.bytes > 0 {
			measured++
		}
		e.Messages += c.Messages
		e.Bytes += c.Bytes
		t, why := u.takes(p.limits)
		sum += t
		if days := c.days(p.limits); days > 0 { // a mailbox that waits leaves its place to another
			t, why = t+time.Duration(days)*dayLength, "the old server lets "+say.Size(p.limits.MaxPerDay)+" of a mailbox be read in a day: "+
				say.Number(days+1)+" days"
		}
		if t > longest {
			longest, biggest, slow = t, c.User, why
			longestDays = time.Duration(c.days(p.limits)) * dayLength
		}
	}
	if tested == 0 || opens == 0 { // where nothing can go, there is no time that it takes
		return e
	}
	lanes, limit := p.lanes(tested)
	e.Likely = max(sum/time.Duration(lanes), longest)
	switch {
	case e.Messages == 0:
		e.LimitedBy = "there is nothing to copy"
	case lanes > 1 && longest > sum/time.Duration(lanes):
		e.LimitedBy = "the mailbox of " + Clean(biggest.Address, 80) + " is the largest; " + slow
	case lanes < tested:
		e.LimitedBy = limit + "; " + slow
	default:
		e.LimitedBy = slow
	}
	e.Likely = max(e.Likely, time.Second).Round(time.Second)
	fixed := longestDays // waiting for another day takes no longer and no shorter
	moving := e.Likely - fixed
	e.Min, e.Max = fixed+moving*6/10, fixed+moving*2
	if measured*2 < tested {
		e.Min, e.Max = fixed+moving*4/10, fixed+moving*3
	}
	return e
}

// days is how many days pass until the last bytes of the mailbox may be read.
func (c *UserCheck) days(l Limits) int {
	if l.MaxPerDay <= 0 || c.Bytes <= 0 {
		return 0
	}
	return int((c.Bytes + int64(c.Messages)*dayOverhead - 1) / l.MaxPerDay)
}

// takes is how long one mailbox takes by itself, and what makes it so.
func (u *probed) takes(l Limits) (time.Duration, string) {
	c := u.check
	rate := float64(defaultRate)
	slow := fmt.Sprintf("about %s a second are expected", say.Size(defaultRate))
	if s := u.sample; s.bytes >= 64<<10 && s.took > 0 {
		rate = float64(s.bytes) / s.took.Seconds()
		slow = "the old server gives about " + say.Size(int64(rate)) + " a second"
	}
	cost := messageCost
	info := c.Destination.Info
	switch {
	case info.Rewrites:
		cost = exchangeCost
		if rate > exchangeRate {
			rate, slow = exchangeRate, "Exchange takes about "+say.Size(exchangeRate)+" a second into one mailbox"
		}
	case c.Destination.State == CheckOK && !info.LiteralPlus && !info.MultiAppend:
		cost = roundTrip / time.Duration(max(l.ConnsPerMailbox, 1))
	}
	byBytes := time.Duration(float64(c.Bytes) / rate * float64(time.Second))
	byCount := time.Duration(c.Messages) * cost
	if byCount > byBytes {
		slow = fmt.Sprintf("the new server takes about %s a second into one mailbox", say.Either(max(1, int(time.Second/cost)), "message", "messages"))
	}
	return byBytes + byCount, slow
}

// lanes is how many mailboxes can run at once, and what bounds that.
func (p *Probe) lanes(users int) (n int, limit string) {
	n, limit = p.limits.Mailboxes, fmt.Sprintf("%d mailboxes are copied at once", p.limits.Mailboxes)
	if s := p.source.allows(); s < n {
		n, limit = s, fmt.Sprintf("the old server lets %s in", say.Either(s, "connection", "connections"))
	}
	if d := p.dest.allows(); d < n {
		n, limit = d, fmt.Sprintf("the new server lets %s in", say.Either(d, "connection", "connections"))
	}
	return max(1, min(n, users)), limit
}

// allows is how many connections the host is known to bear.
func (g *gate) allows() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.least > 0 {
		return g.least
	}
	return g.limit
}
