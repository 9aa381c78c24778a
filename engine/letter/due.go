package letter

import (
	"time"

	"mxodus/engine"
)

// Due is when a letter should go out, by the planned moment of the change: not
// before from, and on the day of by at the latest. Both are zero when nothing is
// planned. They are in cutOver's zone.
func (k Kind) Due(cutOver time.Time) (from, by time.Time) {
	first, last := engine.LetterDays(string(k))
	if cutOver.IsZero() {
		return from, by
	}
	return cutOver.AddDate(0, 0, first), cutOver.AddDate(0, 0, last)
}

// Lack is something that a letter should tell and the project doesn't know.
type Lack struct {
	What  string // the help contact
	Field string // of engine.Letters, or CutOver of engine.Project
}

// Lacks lists what a letter of this kind should tell and can't: it reads well
// without, but its readers will ask.
func (k Kind) Lacks(p engine.Project) (out []Lack) {
	l := p.Letters
	lack := func(missing bool, what, field string) {
		if missing {
			out = append(out, Lack{what, field})
		}
	}
	before := k == Announcement || k == Prepare || k == Reminder
	lack(before && p.CutOver.IsZero() && l.WindowStart.IsZero(), "the day of the move", "CutOver")
	if k.ToOwner() {
		return out
	}
	lack(l.HelpName == "", "who helps", "HelpName")
	lack(l.HelpAddress == "" && l.HelpPhone == "", "how to reach them", "HelpPhone")
	lack(l.WebMail == "" && p.Destination.Kind != engine.KindMicrosoft365 && (k == CutOver || k == Welcome), "the new web mail's address", "WebMail")
	lack(l.LastDay.IsZero() && (k == Announcement || k == FollowUp), "the last day of the old mailboxes", "LastDay")
	return out
}

// Short is When in a few words, for a table.
func (k Kind) Short() string {
	switch k {
	case Announcement:
		return "2-4 weeks before"
	case Welcome:
		return "once verified"
	case FollowUp:
		return "3-7 days after"
	case HandOver:
		return "at the end"
	}
	return k.When()
}
