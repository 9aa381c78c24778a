package report

import (
	"strings"
	"time"
)

// verdict is the report in a sentence.
func (r *Report) verdict(in Input) Verdict {
	v := Verdict{But: []string{}}
	t := r.Totals
	verified := 0
	for _, u := range r.Users {
		if u.From == "verification" {
			verified++
		}
	}
	l := r.t
	switch open := t.Open(); {
	case len(r.Users) == 0:
		v.Grade, v.Title, v.Sentence = Unknown, l.text("There is nothing to report"), l.text("The project has no mailboxes to move.")
	case verified == 0:
		v.Grade, v.Title = Unknown, l.text("Not verified yet")
		v.Sentence = l.text("mxodus noted %s while copying (%s), but nobody has compared the two servers yet. Verify before you rely on these figures.", l.count(t.Messages, "message"), l.count(t.Mailboxes, "mailbox"))
	case t.Missing+t.Changed > 0:
		n := t.Missing + t.Changed
		v.Grade, v.Title = Bad, l.text("Not everything has arrived")
		v.Sentence = l.pick(n, "Of %s at the old server, %s is missing or different at the new one. Keep the old service until this is cleared up.",
			"Of %s at the old server, %s are missing or different at the new one. Keep the old service until this is cleared up.", l.count(t.Messages, "message"), l.Number(n))
	case open > 0 || verified < len(r.Users):
		v.Grade, v.Title = Attention, l.text("Nearly done")
		v.Sentence = r.nearly(open, len(r.Users)-verified)
	default:
		v.Grade, v.Title, v.Sentence = Good, l.text("Everything is accounted for"), r.allWell()
	}
	if tried := r.triedInVain(in); tried > 0 {
		v.Grade = worse(v.Grade, Attention)
		v.But = append(v.But, l.pick(tried, "The latest verification of %s did not come to an end; its figures are from the one before.",
			"The latest verification of %s did not come to an end; their figures are from the one before.", l.count(tried, "mailbox")))
	}
	if at := r.oldestProof(); verified > 0 && r.sentAfter(at) {
		v.Grade = worse(v.Grade, Attention)
		v.But = append(v.But, l.text("Mail has been copied since the verification of %s. Verify once more for figures that are up to date.", r.when(at)))
	}
	if t.Present > 0 {
		v.But = append(v.But, l.pick(t.Present, "%s was at the new server before mxodus began, and was not sent a second time.",
			"%s were at the new server before mxodus began, and were not sent a second time.", l.count(t.Present, "message")))
	}
	if n := t.Moved + t.Deleted; n > 0 {
		v.But = append(v.But, l.pick(n, "%s has been moved or deleted at the new server since by the people whose mail it is. mxodus leaves that as it is.",
			"%s have been moved or deleted at the new server since by the people whose mail it is. mxodus leaves that as it is.", l.count(n, "message")))
	}
	return v
}

func (r *Report) allWell() string {
	t, l := r.Totals, r.t
	text := l.text("All messages at the old server were looked for at the new one (%s, %s).", l.count(t.Messages, "message"), l.count(t.Mailboxes, "mailbox")) + " "
	switch {
	case t.LeftOut == 0 && t.Deleted == 0:
		return text + l.text("Every one is there.")
	case t.LeftOut == 0:
		return text + l.pick(t.Deleted, "Every one arrived; %s has been deleted there since.", "Every one arrived; %s have been deleted there since.", l.Number(t.Deleted))
	}
	return text + l.pick(t.LeftOut, "%s arrived, and %s was left out for the reason that this report gives. None failed, none is missing.",
		"%s arrived, and %s were left out for the reasons that this report lists. None failed, none is missing.", l.Number(t.AtNew()+t.Deleted), l.Number(t.LeftOut))
}

func (r *Report) nearly(open, unverified int) string {
	t, l := r.Totals, r.t
	text := l.pick(t.AtNew(), "Of %s at the old server, %s is at the new one.", "Of %s at the old server, %s are at the new one.", l.count(t.Messages, "message"), l.Number(t.AtNew()))
	if open > 0 {
		var what []string
		if t.New > 0 {
			what = append(what, l.text("%s new since the last run", l.Number(t.New)))
		}
		if t.Failed > 0 {
			what = append(what, l.text("%s failed", l.Number(t.Failed)))
		}
		text += " " + l.pick(open, "%s still needs attention: %s.", "%s still need attention: %s.", l.Number(open), strings.Join(what, ", "))
	}
	if unverified > 0 {
		text += " " + l.pick(unverified, "%s is not verified yet.", "%s are not verified yet.", l.count(unverified, "mailbox"))
	}
	return text
}

// worse is the graver of two grades.
func worse(a, b Grade) Grade {
	order := map[Grade]int{Good: 0, Attention: 1, Unknown: 2, Bad: 3}
	if order[b] > order[a] {
		return b
	}
	return a
}

func (r *Report) triedInVain(in Input) (n int) {
	for _, u := range in.Users {
		if in.tried(u.ID) != nil && in.proven(u.ID) != nil {
			n++
		}
	}
	return n
}

// oldestProof is when the user whose verification is the oldest was verified;
// zero when nobody was.
func (r *Report) oldestProof() (at time.Time) {
	for _, u := range r.Users {
		if !u.At.IsZero() && (at.IsZero() || u.At.Before(at)) {
			at = u.At
		}
	}
	return at
}

// sentAfter says whether anything was copied after a moment.
func (r *Report) sentAfter(at time.Time) bool {
	for _, run := range r.Runs {
		if run.Sent > 0 && (run.Finished.After(at) || run.Finished.IsZero()) && run.copies() {
			return true
		}
	}
	return false
}

func (r Run) copies() bool { return r.Kind == "full" || r.Kind == "delta" }
