package engine

import "time"

// ProvenContents is what an earlier verification proved by comparing contents,
// kept beside a later one that only looked for what identifies each message: what
// was proven once stays said.
type ProvenContents struct {
	At      time.Time `json:"at"` // of users together: of the one that is longest ago
	Bytes   int       `json:"bytes"`
	Meaning int       `json:"meaning"`
	// Differed is how many were found to differ.
	Differed int `json:"differed,omitempty"`
}

// Add takes another user's with it.
func (c *ProvenContents) Add(d ProvenContents) {
	if c.At.IsZero() || d.At.Before(c.At) {
		c.At = d.At
	}
	c.Bytes += d.Bytes
	c.Meaning += d.Meaning
	c.Differed += d.Differed
}

// contents is what this account itself proves by contents; nil when it compared
// none.
func (u *ProvenUser) contents() *ProvenContents {
	by := u.Proven
	if by == (Proven{}) && !u.Rewrites { // an account of old says it of all as one
		by.Bytes = u.Counts.Copied + u.Counts.Present + u.Counts.Moved
	}
	if !u.Deep || by.Bytes+by.Meaning+u.Counts.Changed == 0 {
		return nil
	}
	return &ProvenContents{u.At, by.Bytes, by.Meaning, u.Counts.Changed}
}

// remember takes over what was proven by contents before, if this account
// compared none itself.
func (u *ProvenUser) remember(was ProvenUser) {
	if u.contents() != nil {
		return
	}
	if u.Contents = was.contents(); u.Contents == nil {
		u.Contents = was.Contents
	}
}

// earlierContents adds up what users were proven by before; nil: nothing.
func earlierContents(users []ProvenUser) *ProvenContents {
	var sum ProvenContents
	for _, u := range users {
		if u.Contents != nil {
			sum.Add(*u.Contents)
		}
	}
	if sum.At.IsZero() {
		return nil
	}
	return &sum
}
