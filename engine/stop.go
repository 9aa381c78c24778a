package engine

import "time"

// StopRules say how much is enough to stop safely. The zero value of a field
// means its default.
type StopRules struct {
	Empty int           // deltas in a row that found nothing; default 3
	Quiet time.Duration // for so long nothing new came to the source; default 24 h
}

// PracticeStopRules are enough for a company that stops within a minute.
func PracticeStopRules() StopRules { return StopRules{Empty: 2, Quiet: 5 * time.Second} }

func (r StopRules) withDefaults() StopRules {
	def(&r.Empty, 3)
	def(&r.Quiet, 24*time.Hour)
	return r
}

// StopFacts are what SafeToStop judges.
type StopFacts struct {
	Now time.Time
	// Watched says that somebody looked at the domain's DNS, or said what stands
	// there; the next three are what was seen. AllNew: every authoritative
	// server gives the new MX, since NewSince. SafeAfter is when nobody can know
	// the old MX any more; zero while that can't be told.
	Watched             bool
	AllNew              bool
	NewSince, SafeAfter time.Time
	// SeenAt is when that was seen. Assumed: nobody saw how long the old MX may
	// be remembered, and three days are taken.
	SeenAt  time.Time
	Assumed bool
	Runs    []Run // the project's history, in any order
	Users   int   // that are to be moved
}

// StopCheckName names a check of a StopVerdict.
type StopCheckName string

// The checks, in their order.
const (
	StopMX       StopCheckName = "mx"       // all authoritative servers give the new MX
	StopTTL      StopCheckName = "ttl"      // the old TTL has run out everywhere
	StopDeltas   StopCheckName = "deltas"   // the last deltas found nothing new
	StopQuiet    StopCheckName = "quiet"    // nothing came to the source for a while
	StopVerified StopCheckName = "verified" // every user is verified since
)

// StopCheck is one line of a StopVerdict.
type StopCheck struct {
	Name StopCheckName
	OK   bool
	// Waits says that time alone, or deltas going on, will settle it; otherwise
	// somebody has to do something.
	Waits bool
	// At is since when it is so, or when it will be; zero when that isn't known.
	At time.Time
	// Have of Want: deltas, or users.
	Have, Want int
}

// StopVerdict says whether the migration can be ended, and why not.
type StopVerdict struct {
	Safe   bool
	Rules  StopRules
	Checks []StopCheck
}

// SafeToStop judges whether mail can still arrive at the source, and whether
// everything that did has been brought over. It is pure.
func SafeToStop(f StopFacts, r StopRules) StopVerdict {
	r = r.withDefaults()
	h := historyOf(f.Runs)
	v := StopVerdict{Safe: true, Rules: r, Checks: []StopCheck{f.mx(), f.ttl(), h.deltas(f, r), h.quiet(f, r), h.verified(f)}}
	for _, c := range v.Checks {
		v.Safe = v.Safe && c.OK
	}
	return v
}

func (f StopFacts) mx() StopCheck {
	return StopCheck{Name: StopMX, OK: f.AllNew, At: f.NewSince}
}

func (f StopFacts) ttl() StopCheck {
	known := f.AllNew && !f.SafeAfter.IsZero()
	return StopCheck{Name: StopTTL, OK: known && !f.Now.Before(f.SafeAfter), Waits: known, At: f.SafeAfter}
}

// history is what the runs tell.
type history struct {
	found time.Time // end of the last run that brought something, or failed to
	empty []Run     // deltas since, oldest first, that found nothing
	check *Run      // the last verification
}

func historyOf(runs []Run) history {
	var h history
	for i, r := range runs {
		switch {
		case r.Finished.IsZero() || r.Summary.Interrupted && r.Summary.Sent == 0:
		case r.Kind == "verify" && !r.Summary.Interrupted && (h.check == nil || r.Started.After(h.check.Started)):
			h.check = &runs[i]
		case (r.Kind == "full" || r.Kind == "delta") && !foundNothing(r) && r.Finished.After(h.found):
			h.found = r.Finished
		}
	}
	for _, r := range runs {
		if !r.Finished.IsZero() && foundNothing(r) && !r.Started.Before(h.found) {
			h.empty = append(h.empty, r)
		}
	}
	return h
}

// NewSinceVerified says whether a run since the last verification brought messages,
// or failed to: nobody has accounted for them yet. Without any verification it is
// false. runs may stand in any order.
func NewSinceVerified(runs []Run) bool {
	h := historyOf(runs)
	return h.check != nil && h.check.Started.Before(h.found)
}

// foundNothing says that a run is a delta that could look everywhere, and found
// all as it was. A full run is what deltas are compared with.
func foundNothing(r Run) bool {
	s := r.Summary
	return r.Kind == "delta" && !s.Interrupted && s.Sent == 0 && s.UsersFailed+s.UsersAttention+s.UsersWaiting == 0
}

// lastEmpty is when the last empty delta began: until then nothing had come.
func (h history) lastEmpty() (at time.Time) {
	for _, r := range h.empty {
		if r.Started.After(at) {
			at = r.Started
		}
	}
	return at
}

// deltas wants the last of them after nobody could know the old MX any more:
// what came until then is only found by one that began later.
func (h history) deltas(f StopFacts, r StopRules) StopCheck {
	last := h.lastEmpty()
	after := f.AllNew && !f.SafeAfter.IsZero() && !last.Before(f.SafeAfter)
	return StopCheck{Name: StopDeltas, OK: len(h.empty) >= r.Empty && after, At: last, Have: min(len(h.empty), r.Empty), Want: r.Empty}
}

func (h history) quiet(f StopFacts, r StopRules) StopCheck {
	c := StopCheck{Name: StopQuiet}
	if h.found.IsZero() {
		return c
	}
	c.At = h.found.Add(r.Quiet)
	c.OK, c.Waits = !h.lastEmpty().Before(c.At), true
	if c.OK {
		c.At = h.found
	}
	return c
}

func (h history) verified(f StopFacts) StopCheck {
	c := StopCheck{Name: StopVerified, Want: f.Users}
	if h.check == nil || h.check.Started.Before(h.found) {
		return c
	}
	s := h.check.Summary
	c.At, c.Have = h.check.Finished, max(0, min(f.Users, s.Users-s.UsersFailed-s.UsersAttention))
	c.OK = f.Users > 0 && c.Have >= f.Users && s.UsersFailed+s.UsersAttention == 0
	return c
}
