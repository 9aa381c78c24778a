package letter

import (
	"time"

	"mxodus/engine"
)

// WrongDate is a date that contradicts another.
type WrongDate struct {
	Field string // of engine.Letters
	What  string // a sentence
}

// CheckDates holds the dates that letters tell against each other; nil when none
// contradicts another. A move that was made is no longer held to its plan.
func CheckDates(p engine.Project) *WrongDate {
	l := p.Letters
	end := l.LastDay
	if !end.IsZero() {
		end = end.AddDate(0, 0, 1) // the last day counts to its end
	}
	before := func(a, b time.Time) bool { return !a.IsZero() && !b.IsZero() && !a.After(b) }
	switch {
	case !l.WindowEnd.IsZero() && !l.WindowEnd.After(l.WindowStart):
		return &WrongDate{"WindowEnd", "The work would end before it begins."}
	case !p.CutOverDone && before(end, p.CutOver):
		return &WrongDate{"LastDay", "The old mailboxes would be closed before the move."}
	case before(end, l.WindowEnd), before(end, l.WindowStart):
		return &WrongDate{"LastDay", "The old mailboxes would be closed before the work is over."}
	case !p.CutOverDone && !p.CutOver.IsZero() && l.WindowStart.After(p.CutOver):
		return &WrongDate{"WindowStart", "The work would begin after the move."}
	case !p.CutOverDone && !l.WindowEnd.IsZero() && p.CutOver.After(l.WindowEnd):
		return &WrongDate{"WindowEnd", "The work would end before the move."}
	}
	return nil
}
