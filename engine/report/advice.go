package report

import (
	"strings"
	"time"

	"mxodus/engine"
	"mxodus/engine/say"
)

// notMoved is what isn't mail: IMAP doesn't carry it.
func notMoved() []Advice {
	return []Advice{
		{"Contacts", "Export them from the old web mail or program (vCard or CSV), and import them at the new one."},
		{"Calendars", "Export each calendar (an .ics file) and import it. Meetings with others: the organiser sends the invitation again where one is missing."},
		{"Tasks and notes", "Export them where the old program can; otherwise copy what is still needed by hand."},
		{"Rules and filters", "Set them up again at the new server. Rules that forward mail first: nobody sees that they are missing."},
		{"Signatures and out-of-office replies", "Write them again, in each program and in web mail."},
		{"Shared folders and permissions", "Grant them again. Mail in a folder that belongs to somebody else was copied with its owner's mailbox."},
		{"Passwords, and settings of phones and programs", "Everybody signs in anew. Remove the old account from phones and from Outlook, and add the new one."},
	}
}

// nextSteps is what is left to do, in order.
func (r *Report) nextSteps(in Input) []Step {
	steps := []Step{}
	if r.Verdict.Grade != Good {
		steps = append(steps, Step{Then: "now", What: "Copy and verify once more", Why: "\"mxodus run\", then \"mxodus verify\", then this report again: until it says that everything is accounted for, the old service must stay."})
	}
	if !r.CutOverDone {
		steps = append(steps, r.after(0, Step{What: "Change the domain's MX record", Why: "From then on mail arrives at the new server. Until the old record is forgotten everywhere, keep mxodus following (\"mxodus run --follow\")."}))
	}
	names := "the MX and autodiscover records"
	if r.DNS != nil && len(r.DNS.LowTTL) > 0 {
		names = strings.Join(r.DNS.LowTTL, ", ")
	}
	steps = append(steps,
		r.after(engine.RestoreDays, Step{What: "Set the lifetimes (TTL) of DNS records back to an hour or more", Why: "They were shortened for the move: " + names + ". Short ones for ever make every sending server ask more often."}),
		r.after(engine.FollowUpDays, Step{What: "Send the follow-up letter to everybody", Why: "It asks whether anything is missing, while the old mailboxes are still there to look in."}))
	last := r.after(engine.KeepOldDays, Step{What: "Cancel the old service", Why: "Not before everything in \"Safe to stop\" is settled, and nobody has reported anything missing. Whatever was left out (see the lists) exists only there: fetch it first."})
	if day := in.Project.Letters.LastDay; !day.IsZero() {
		last.When, last.Then = day, ""
	}
	steps = append(steps, last,
		Step{Then: "with the old service", What: "Close the old mailboxes' way in", Why: "Remove the administrator's log-in and app passwords made for the move, and the old server's names from SPF, autodiscover and other DNS records."},
		Step{Then: "when all is done", What: "Keep report.json, delete the project file", Why: "The project file holds everybody's passwords, sealed. report.json lets anybody who still has both servers check this report again."})
	return steps
}

// after dates a step from the cut-over.
func (r *Report) after(days int, s Step) Step {
	switch {
	case !r.CutOver.IsZero():
		s.When = r.CutOver.Add(time.Duration(days) * 24 * time.Hour)
	case days == 0:
		s.Then = "as planned"
	default:
		s.Then = say.Number(days) + " days after the MX record was changed"
	}
	return s
}
