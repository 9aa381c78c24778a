package engine

import "time"

// climber finds how many mailboxes at once are fastest: one more while that
// brings throughput, one less when it cost some. Its owner guards it.
type climber struct {
	now    int
	most   int
	queued bool // somebody waits for a place

	changed time.Time
	before  float64 // score before the last change
	pause   time.Time
}

const (
	climbStart = 4
	climbEvery = 5 * time.Second
	climbRest  = time.Minute
)

func newClimber(most int) climber { return climber{now: min(climbStart, most), most: most} }

func (c *climber) setMost(n int) {
	c.most = n
	c.now = min(c.now, n)
	c.now = max(c.now, min(climbStart, n))
}

// observe is called about once a second with the rates of the last seconds.
func (c *climber) observe(now time.Time, messages, bytes float64) {
	if c.changed.IsZero() {
		c.changed = now
	}
	if now.Sub(c.changed) < climbEvery || now.Before(c.pause) {
		return
	}
	score := messages + bytes/10_000 // a message costs about as much as 10 kB
	switch {
	case c.before > 0 && score < c.before*0.9 && c.now > 1:
		c.now--
		c.pause = now.Add(climbRest)
		c.before = 0
	case c.queued && c.now < c.most && (c.before == 0 || score > c.before*1.05):
		c.now++
		c.before = score
	default:
		return
	}
	c.changed = now
}
