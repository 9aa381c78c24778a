package engine

import "time"

// climber finds how many mailboxes at once are fastest: twice as many while that
// brings throughput, then one more at a time, and back when it cost some. Its
// owner guards it.
type climber struct {
	now    int
	most   int
	queued bool // somebody waits for a place

	changed time.Time
	last    int     // before the last change
	before  float64 // score before the last change
	tops    bool    // doubling has found its end
	pause   time.Time
}

const (
	climbStart = 4
	climbFast  = 3 * time.Second
	climbEvery = 5 * time.Second
	climbRest  = time.Minute
)

func newClimber(most int) climber { return climber{now: min(climbStart, most), most: most} }

func (c *climber) setMost(n int) {
	c.most = n
	c.now = min(c.now, n)
	c.now = max(c.now, min(climbStart, n))
	c.last = min(c.last, n)
}

// observe is called about once a second with the rates of the last seconds.
func (c *climber) observe(now time.Time, messages, bytes float64) {
	if c.changed.IsZero() {
		c.changed = now
	}
	every := climbFast
	if c.tops {
		every = climbEvery
	}
	if now.Sub(c.changed) < every || now.Before(c.pause) {
		return
	}
	score := messages + bytes/10_000 // a message costs about as much as 10 kB
	switch {
	case c.before > 0 && score < c.before*0.9 && c.last > 0:
		c.now, c.last = c.last, max(1, c.last-1)
		c.tops, c.pause, c.before = true, now.Add(climbRest), 0
	case c.queued && c.now < c.most && (c.before == 0 || score > c.before*1.05):
		c.last, c.before = c.now, score
		c.now = min(c.more(score), c.most)
	case c.before > 0 && score > 0:
		c.tops = true
		return
	default:
		return
	}
	c.changed = now
}

// more is how many to try next. As long as nothing flows, nothing is known.
func (c *climber) more(score float64) int {
	if c.tops || score <= 0 {
		return c.now + 1
	}
	return 2 * c.now
}
