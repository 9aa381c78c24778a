package report

import (
	"fmt"
	"time"

	"mxodus/engine"
	"mxodus/engine/say"
)

// evidence is what is known about whether the old service may be stopped, and
// what isn't.
func (r *Report) evidence() []Evidence {
	return []Evidence{r.accounted(), r.upToDate(), r.emptyDeltas(), r.quiet(), r.mailArrives(), r.spread(), r.oldTTL()}
}

func (r *Report) accounted() Evidence {
	e := Evidence{What: "Every message of every mailbox is accounted for"}
	verified := 0
	var by engine.Proven
	for _, u := range r.Users {
		if u.From == "verification" {
			verified++
			by.Bytes += u.Proven.Bytes
			by.Meaning += u.Proven.Meaning
		}
	}
	open := r.Totals.Open()
	switch {
	case verified == 0:
		e.Grade, e.How = Unknown, "Not checked: no verification has come to an end."
	case open > 0 || verified < len(r.Users):
		e.Grade, e.How = Attention, fmt.Sprintf("Verified: %d of %s. %s %s attention.", verified, say.Count(len(r.Users), "mailbox"), say.Count(open, "message"), say.Needs(open))
	default:
		e.Grade, e.How = Good, fmt.Sprintf("Both servers were read again, the oldest part on %s. Compared by its bytes, apart from line ends: %s; by what it says: %s; all others by what identifies each message.",
			r.when(r.oldestProof()), say.Count(by.Bytes, "message"), say.Count(by.Meaning, "message"))
	}
	return e
}

func (r *Report) upToDate() Evidence {
	e := Evidence{What: "The verification is newer than the last copied message"}
	switch at := r.oldestProof(); {
	case at.IsZero():
		e.Grade, e.How = Unknown, "Not checked: no verification has come to an end."
	case r.sentAfter(at):
		e.Grade, e.How = Attention, "Mail was copied after "+r.when(at)+". Verify once more."
	default:
		e.Grade, e.How = Good, "Nothing has been copied since "+r.when(at)+"."
	}
	return e
}

// emptyDeltas counts the last runs in a row that found nothing new.
func (r *Report) emptyDeltas() Evidence {
	e := Evidence{What: "The last runs found nothing new at the old server"}
	empty := 0
	var last time.Time
	for i := len(r.Runs) - 1; i >= 0; i-- {
		run := r.Runs[i]
		if !run.copies() {
			continue
		}
		if run.Interrupted || run.Sent > 0 || run.Failed > 0 || run.Kind != "delta" {
			break
		}
		if empty == 0 {
			last = run.Finished
		}
		empty++
	}
	switch {
	case empty == 0:
		e.Grade, e.How = Attention, "The last run still had something to copy, or there was none. Run mxodus again."
	case empty < 3:
		e.Grade, e.How = Attention, fmt.Sprintf("%s in a row found nothing, the last one on %s. Three are a good sign.", say.Count(empty, "run"), r.when(last))
	default:
		e.Grade, e.How = Good, fmt.Sprintf("%s in a row found nothing, the last one on %s.", say.Count(empty, "run"), r.when(last))
	}
	return e
}

// quiet says for how long no new mail has come to the old server.
func (r *Report) quiet() Evidence {
	e := Evidence{What: "No new mail has come to the old server for two days"}
	var busy, looked time.Time
	for _, run := range r.Runs {
		if !run.copies() || run.Interrupted {
			continue
		}
		if run.Sent > 0 {
			busy = run.Finished
		}
		looked = run.Finished
	}
	switch still := looked.Sub(busy); {
	case looked.IsZero() || busy.IsZero():
		e.Grade, e.How = Unknown, "Not checked: there is no complete run."
	case still <= 0:
		e.Grade, e.How = Attention, "The last complete run, on "+r.when(looked)+", still brought mail."
	case still < 48*time.Hour:
		e.Grade, e.How = Attention, fmt.Sprintf("The last mail was brought on %s; mxodus looked again until %s, %s later.", r.when(busy), r.when(looked), say.Span(still))
	default:
		e.Grade, e.How = Good, fmt.Sprintf("The last mail was brought on %s; mxodus looked again until %s, %s later.", r.when(busy), r.when(looked), say.Span(still))
	}
	return e
}

func (r *Report) mailArrives() Evidence {
	e := Evidence{What: "Mail arrives at the new server"}
	switch {
	case r.CutOverDone:
		e.Grade, e.How = Good, "The administrator has marked the cut-over as done. mxodus has sent no test message."
	default:
		e.Grade, e.How = Attention, "The cut-over is not marked as done."
	}
	return e
}

func (r *Report) spread() Evidence {
	e := Evidence{What: "The domain's name servers send mail to the new server", Grade: Unknown,
		How: "Not checked: no records from before and after were given to this report. \"mxodus dns " + r.Domain + " --watch\" asks all servers of the domain."}
	if r.DNS == nil {
		return e
	}
	for _, row := range r.DNS.Rows {
		if row.Type != "MX" || row.Name != r.Domain {
			continue
		}
		switch {
		case row.Changed && len(row.After) > 0:
			e.Grade, e.How = Good, "The MX record has changed; it was read on "+r.when(r.DNS.After)+"."
		case len(row.After) > 0 && len(row.Before) > 0:
			e.Grade, e.How = Attention, "The MX record is the same as before the move, as read on "+r.when(r.DNS.After)+"."
		}
	}
	return e
}

func (r *Report) oldTTL() Evidence {
	return Evidence{Grade: Unknown, What: "Nobody can remember the old MX record any more",
		How: "Not checked by this report. \"mxodus dns " + r.Domain + " --watch\" says when the old record's lifetime has run out everywhere."}
}
