package report

import (
	"fmt"
	"strings"
	"time"

	"mxodus/engine/say"
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
	switch open := t.Open(); {
	case len(r.Users) == 0:
		v.Grade, v.Title, v.Sentence = Unknown, "There is nothing to report", "The project has no mailboxes to move."
	case verified == 0:
		v.Grade, v.Title = Unknown, "Not verified yet"
		v.Sentence = fmt.Sprintf("mxodus noted %s in %s while copying, but nobody has compared the two servers yet. Verify before you rely on these figures.", say.Count(t.Messages, "message"), say.Count(t.Mailboxes, "mailbox"))
	case t.Missing+t.Changed > 0:
		v.Grade, v.Title = Bad, "Not everything has arrived"
		v.Sentence = fmt.Sprintf("Of %s at the old server, %s %s missing or different at the new one. Keep the old service until this is cleared up.", say.Count(t.Messages, "message"), say.Number(t.Missing+t.Changed), say.Is(t.Missing+t.Changed))
	case open > 0 || verified < len(r.Users):
		v.Grade, v.Title = Attention, "Nearly done"
		v.Sentence = r.nearly(open, len(r.Users)-verified)
	default:
		v.Grade, v.Title, v.Sentence = Good, "Everything is accounted for", r.allWell()
	}
	if tried := r.triedInVain(in); tried > 0 {
		v.Grade = worse(v.Grade, Attention)
		v.But = append(v.But, fmt.Sprintf("The latest verification of %s did not come to an end; their figures are from the one before.", say.Count(tried, "mailbox")))
	}
	if at := r.oldestProof(); verified > 0 && r.sentAfter(at) {
		v.Grade = worse(v.Grade, Attention)
		v.But = append(v.But, "Mail has been copied since the verification of "+r.when(at)+". Verify once more for figures that are up to date.")
	}
	if t.Present > 0 {
		v.But = append(v.But, fmt.Sprintf("%s %s at the new server before mxodus began, and %s not sent a second time.", say.Count(t.Present, "message"), say.Was(t.Present), say.Was(t.Present)))
	}
	if n := t.Moved + t.Deleted; n > 0 {
		v.But = append(v.But, fmt.Sprintf("%s %s been moved or deleted at the new server since by the people whose mail it is. mxodus leaves that as it is.", say.Count(n, "message"), have(n)))
	}
	return v
}

func have(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

func (r *Report) allWell() string {
	t := r.Totals
	text := fmt.Sprintf("All %s of %s at the old server were looked for at the new one: ", say.Count(t.Messages, "message"), say.Count(t.Mailboxes, "mailbox"))
	there := t.AtNew() + t.Deleted
	switch {
	case t.LeftOut == 0 && t.Deleted == 0:
		return text + "every one is there."
	case t.LeftOut == 0:
		return text + fmt.Sprintf("every one arrived; %s %s been deleted there since.", say.Number(t.Deleted), have(t.Deleted))
	}
	text += fmt.Sprintf("%s arrived, and %s %s left out for the reasons that this report lists. None failed, none is missing.", say.Number(there), say.Number(t.LeftOut), say.Was(t.LeftOut))
	return text
}

func (r *Report) nearly(open, unverified int) string {
	t := r.Totals
	text := fmt.Sprintf("Of %s at the old server, %s %s at the new one.", say.Count(t.Messages, "message"), say.Number(t.AtNew()), say.Is(t.AtNew()))
	if open > 0 {
		var what []string
		if t.New > 0 {
			what = append(what, say.Number(t.New)+" new since the last run")
		}
		if t.Failed > 0 {
			what = append(what, say.Number(t.Failed)+" failed")
		}
		text += fmt.Sprintf(" %s still %s attention: %s.", say.Number(open), say.Needs(open), strings.Join(what, ", "))
	}
	if unverified > 0 {
		text += fmt.Sprintf(" %s %s not verified yet.", say.Count(unverified, "mailbox"), say.Is(unverified))
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
