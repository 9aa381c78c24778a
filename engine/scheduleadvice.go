package engine

import (
	"fmt"
	"time"

	"mxodus/engine/say"
)

// proposal is the earliest Friday evening at which everything that is open can
// have been done.
func (p *planner) proposal(tasks []ScheduledTask) time.Time {
	need := day24
	old, _ := p.oldTTL()
	for _, t := range tasks {
		if !t.State.Open() {
			continue
		}
		switch t.Name {
		case TaskAnnounce, TaskPrepare:
			_, last := LetterDays(string(t.Name))
			need = max(need, time.Duration(-last)*day24)
		case TaskTest:
			need = max(need, p.lead+2*day24)
		case TaskPilot:
			need = max(need, p.lead+day24)
		case TaskFirstRun:
			need = max(need, p.lead)
		case TaskLowerTTL:
			need = max(need, old+ttlMargin)
		}
	}
	if until := p.f.MX.Forgotten.Sub(p.f.Now); until > need {
		need = until
	}
	return fridayEvening(p.f.Now.Add(need).In(p.zone))
}

// fridayEvening is 18:00 on the first Friday that is not before t.
func fridayEvening(t time.Time) time.Time {
	y, m, d := t.Date()
	for ; ; d++ {
		if at := time.Date(y, m, d, 18, 0, 0, 0, t.Location()); at.Weekday() == time.Friday && !at.Before(t) {
			return at
		}
	}
}

// notes say about the planned cut-over what the tasks don't.
func (p *planner) notes(s Schedule) (out []string) {
	proposal := p.moment(s.Proposal)
	if p.cut.IsZero() {
		return []string{"No cut-over is planned yet. The earliest sensible one: " + proposal + "."}
	}
	if p.f.Now.After(p.cut) {
		out = append(out, "The planned cut-over, "+p.moment(p.cut)+", has passed, and the old MX still stands as far as is known. Earliest sensible now: "+proposal+".")
	} else if late := s.Count(TaskLate); late > 0 {
		out = append(out, fmt.Sprintf("%s should have been done by now. A cut-over at which nothing is late: %s.", say.Either(late, "task", "tasks"), proposal))
	}
	switch day := p.cut.Weekday(); {
	case p.f.Now.After(p.cut):
	case day == time.Saturday || day == time.Sunday:
	case day == time.Friday && p.cut.Hour() >= 15:
	default:
		out = append(out, "The cut-over is on a "+day.String()+". On a Friday evening few people write, and the weekend is there to settle things.")
	}
	return out
}

// moment is a time for people, in the schedule's zone.
func (p *planner) moment(t time.Time) string {
	return t.In(p.zone).Format("Mon 2 Jan, 15:04 MST")
}

// spanWords is a length of time as people say it, rounded up.
func spanWords(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return say.Either(int(roundUp(d, time.Second)/time.Second), "second", "seconds")
	case d < 2*time.Hour:
		return say.Either(int(roundUp(d, time.Minute)/time.Minute), "minute", "minutes")
	case d <= 48*time.Hour:
		return say.Either(int(roundUp(d, time.Hour)/time.Hour), "hour", "hours")
	}
	return say.Either(int(roundUp(d, day24)/day24), "day", "days")
}
