package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"mxodus/engine"
)

// notMoved is what isn't mail: IMAP doesn't carry it.
func notMoved(t tongue) []Advice {
	return []Advice{
		{t.text("Contacts"), t.text("Export them from the old web mail or program (vCard or CSV), and import them at the new one.")},
		{t.text("Calendars"), t.text("Export each calendar (an .ics file) and import it. Meetings with others: the organiser sends the invitation again where one is missing.")},
		{t.text("Tasks and notes"), t.text("Export them where the old program can; otherwise copy what is still needed by hand.")},
		{t.text("Rules and filters"), t.text("Set them up again at the new server. Rules that forward mail first: nobody sees that they are missing.")},
		{t.text("Signatures and out-of-office replies"), t.text("Write them again, in each program and in web mail.")},
		{t.text("Shared folders and permissions"), t.text("Grant them again. Mail in a folder that belongs to somebody else was copied with its owner's mailbox.")},
		{t.text("Passwords, and settings of phones and programs"), t.text("Everybody signs in anew. Remove the old account from phones and from Outlook, and add the new one.")},
	}
}

// nextSteps is what is left to do, in order, on the days of the plan.
func (r *Report) nextSteps(in Input) []Step {
	steps, t := []Step{}, r.t
	if r.Verdict.Grade != Good {
		steps = append(steps, Step{Then: t.text("now"), What: t.text("Copy and verify once more"),
			Why: t.text("\"mxodus run\", then \"mxodus verify\", then this report again: until it says that everything is accounted for, the old service must stay.")})
	}
	if !r.CutOverDone {
		steps = append(steps, r.dated(in, engine.TaskMX, 0, Step{What: t.text("Change the domain's MX record"),
			Why: t.text("From then on mail arrives at the new server. Until the old record is forgotten everywhere, keep mxodus following (\"mxodus run --follow\").")})...)
	}
	names := ""
	if r.DNS != nil {
		names = strings.Join(r.DNS.LowTTL, ", ")
	}
	later := slices.Concat(
		r.dated(in, engine.TaskRestoreTTL, engine.RestoreDays, Step{What: t.text("Set the lifetimes (TTL) of DNS records back to an hour or more"),
			Why: t.text("They were shortened for the move: %s. Short ones for ever make every sending server ask more often.", cmp.Or(names, t.text("the MX and autodiscover records")))}),
		r.dated(in, engine.TaskFollowUp, engine.FollowUpDays, Step{What: t.text("Send the follow-up letter to everybody"),
			Why: t.text("It asks whether anything is missing, while the old mailboxes are still there to look in.")}),
		r.dated(in, engine.TaskEndOld, engine.KeepOldDays, Step{What: t.text("Cancel the old service"),
			Why: t.text("Not before everything in \"Safe to stop\" is settled, and nobody has reported anything missing. Whatever was left out (see the lists) exists only there: fetch it first.")}))
	return append(append(steps, later...),
		Step{Then: t.text("with the old service"), What: t.text("Close the old mailboxes' way in"),
			Why: t.text("Remove the administrator's log-in and app passwords made for the move, and the old server's names from SPF, autodiscover and other DNS records.")},
		Step{Then: t.text("when all is done"), What: t.text("Keep report.json, delete the project file"),
			Why: t.text("The project file holds everybody's passwords, sealed. report.json lets anybody who still has both servers check this report again.")})
}

// dated gives a step the day of its task in the plan; without one it says how
// many days after the change. A task that is done is no step any more.
func (r *Report) dated(in Input, name engine.TaskName, days int, s Step) []Step {
	for _, task := range in.Plan.Tasks {
		if task.Name != name {
			continue
		}
		at := r.local(task)
		switch {
		case !task.State.Open():
			return nil
		case at.IsZero():
		case at.Before(in.Now) && task.State != engine.TaskComing:
			s.Then = r.t.text("now")
			return []Step{s}
		default:
			s.When = at
			return []Step{s}
		}
	}
	if s.Then = r.t.text("as planned"); days > 0 {
		s.Then = r.t.text("%s days after the MX record was changed", r.t.Number(days))
	}
	return []Step{s}
}

// local is when a task is due, in the report's zone: a day of the plan is that
// day there, too.
func (r *Report) local(task engine.ScheduledTask) time.Time {
	if !task.AllDay || task.On.IsZero() {
		return task.On
	}
	y, m, d := task.On.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, r.zone)
}

// plan is the input's plan, or what can be told of it without one.
func (in *Input) plan() engine.Schedule {
	if len(in.Plan.Tasks) > 0 {
		return in.Plan
	}
	return engine.NewSchedule(engine.ScheduleFacts{Now: in.Now, Zone: in.Zone, Project: in.Project, Users: len(in.Users), Runs: in.Runs,
		MX: engine.MXFacts{AllNew: in.Stop.AllNew, Changed: in.Stop.NewSince, Forgotten: in.Stop.SafeAfter}})
}
