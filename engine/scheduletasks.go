package engine

import (
	"fmt"
	"time"

	"mxodus/engine/say"
)

// When things are due, in days after the cut-over. The report tells of the same.
const (
	RestoreDays  = 3 // the TTL
	FollowUpDays = 3
	KeepOldDays  = 30 // the old service, where no last day was announced
)

// LetterDays are the first and the last day on which a letter should go out,
// counted from the cut-over: negative before it. handover is the owner's.
func LetterDays(letter string) (first, last int) {
	switch TaskName(letter) {
	case TaskAnnounce:
		return -28, -14
	case TaskPrepare:
		return -8, -6
	case TaskReminder:
		return -1, -1
	case TaskWelcome:
		return 1, 3
	case TaskFollowUp:
		return FollowUpDays, 7
	case "handover":
		return 7, 14
	}
	return 0, 0
}

const (
	lowTTL       = time.Hour     // an MX with no more needs no lowering
	assumedTTL   = 3 * day24     // of an MX that nobody saw
	ttlMargin    = 2 * time.Hour // until all name servers of the zone have a change
	restoreUntil = 14            // days
	stopUntil    = 5
)

func (p *planner) test() ScheduledTask {
	t := ScheduledTask{Name: TaskTest, Title: "Test every user", Step: "Test", AllDay: true, On: p.days(-p.leadDays() - 14), Until: p.days(-p.leadDays() - 2),
		Why:    "It shows what would go wrong, and measures how long the first run takes.",
		Remedy: "Test now: then the plan knows how long the copying takes, and whether the cut-over can stand."}
	if !p.f.Tested.IsZero() {
		t.State, t.Done = TaskDone, p.f.Tested
	} else if at := p.firstRunEnd(); !at.IsZero() {
		t.State, t.Why = TaskNotNeeded, "The first run is done."
	}
	if t.State == TaskDone && p.f.Estimate.Max > 0 {
		t.Why = "The first run is expected to take " + spanWords(p.f.Estimate.Min) + " to " + spanWords(p.f.Estimate.Max) + "."
	}
	return p.before(t)
}

func (p *planner) announce() ScheduledTask {
	t := p.letter(ScheduledTask{Name: TaskAnnounce, Title: "Send the announcement",
		Why:    "2 to 4 weeks ahead: users can plan, and ask.",
		Remedy: "Send it today: short notice is better than none. Or move the cut-over."})
	return p.before(t)
}

func (p *planner) pilot() ScheduledTask {
	t := ScheduledTask{Name: TaskPilot, Title: "Move one user first (the pilot)", Step: "Migrate", AllDay: true,
		On: p.days(-p.leadDays() - 7), Until: p.days(-p.leadDays() - 1),
		Why:    "One mailbox all the way shows what a test can't, while it concerns one user only.",
		Remedy: "Do it today, with a small mailbox. The first run can follow at once."}
	x := p.f.Pilot
	switch {
	case !x.Good.IsZero():
		t.State, t.Done, t.Why = TaskDone, x.Good, "Copied, verified, and looked at by you."
	case !p.firstRunEnd().IsZero():
		t.State, t.Why = TaskNotNeeded, "Everybody was copied already."
	case p.f.Users == 1:
		t.State, t.Why = TaskNotNeeded, "There is one user only."
	case !x.Verified.IsZero() && x.OK:
		t.Why = "It is copied and verified. Look into the new mailbox yourself, then say that it is good."
	case !x.Verified.IsZero():
		t.Why = "It is copied, but the verification left something open."
	case !x.Copied.IsZero():
		t.Why = "It is copied, and not verified yet."
	}
	return p.before(t)
}

func (p *planner) firstRun() ScheduledTask {
	t := ScheduledTask{Name: TaskFirstRun, Title: "Run the first full copy", Step: "Migrate", AllDay: true, On: p.days(-p.leadDays() - 4), Until: p.days(-p.leadDays()),
		Why:    "Days ahead, so that what goes wrong can be mended. Later runs take only what is new.",
		Remedy: "Begin now. Whether it ends in time, the step Migrate shows; the MX may be changed later than planned."}
	if max := p.f.Estimate.Max; max > 0 {
		t.Why = "It may take " + spanWords(max) + ", and what goes wrong needs days to be mended. Later runs take only what is new."
	}
	if at := p.firstRunEnd(); !at.IsZero() {
		t.State, t.Done, t.Why = TaskDone, at, "Every user was copied."
	} else if n := p.mostCopied(); n > 0 {
		t.Why = fmt.Sprintf("%d of %s were copied by one run. %s", n, say.Either(p.f.Users, "user", "users"), t.Why)
	}
	return t
}

// firstRunEnd is when a run first brought every user's mail; zero: none did.
func (p *planner) firstRunEnd() (at time.Time) {
	for _, r := range p.f.Runs {
		if whole(r) && p.f.Users > 0 && copiedBy(r) >= p.f.Users && (at.IsZero() || r.Finished.Before(at)) {
			at = r.Finished
		}
	}
	return at
}

func (p *planner) mostCopied() (n int) {
	for _, r := range p.f.Runs {
		if whole(r) {
			n = max(n, copiedBy(r))
		}
	}
	return n
}

// copiedBy is how many users a run came to the end of.
func copiedBy(r Run) int { return r.Summary.Users - r.Summary.UsersFailed - r.Summary.UsersWaiting }

// whole says that a run of copying came to its end.
func whole(r Run) bool {
	return (r.Kind == "full" || r.Kind == "delta") && !r.Finished.IsZero() && !r.Summary.Interrupted
}

func (p *planner) prepare() ScheduledTask {
	t := p.letter(ScheduledTask{Name: TaskPrepare, Title: "Send the letter to prepare",
		Why:    "A week ahead: it names what is too large, and what users must do themselves.",
		Remedy: "Send it today: what users can still tidy up needn't be left out."})
	return p.before(t)
}

// lowerTTL is due so early that the old lifetime has run out at the cut-over.
func (p *planner) lowerTTL() ScheduledTask {
	old, seen := p.oldTTL()
	t := ScheduledTask{Name: TaskLowerTTL, Title: "Lower the MX record's TTL", Step: "Cut-over", On: p.after(-old - ttlMargin - 2*day24), Until: p.after(-old - ttlMargin)}
	t.Why = "Whoever looked up the MX remembers it for " + spanWords(old) + ". With a short TTL (300 seconds), the change is known everywhere within minutes."
	t.Remedy = "Lower it now all the same. Then change the MX after " + p.moment(p.f.Now.Add(old+ttlMargin)) +
		", or accept that mail arrives at the old server for up to " + spanWords(old) + " after the change: deltas bring it over."
	if !seen {
		t.Why = "How long the MX is remembered is not known yet: look at the step Cut-over. 3 days are taken."
	}
	switch now := p.f.MX.TTL; {
	case !seen || now == 0 || now > lowTTL:
	case p.f.MX.OldTTL <= lowTTL:
		t.State, t.Why = TaskNotNeeded, "It is "+spanWords(now)+" already."
	default:
		t.State, t.Why = TaskDone, "It is "+spanWords(now)+" now."
		if until := p.f.MX.Forgotten; until.After(p.f.Now) && !p.moved {
			t.Why += " The old one is remembered until " + p.moment(until) + "."
			if !p.cut.IsZero() && until.After(p.cut) {
				t.Remedy = "Change the MX after that, or accept that mail still arrives at the old server for a while: deltas bring it over."
			}
		}
	}
	return p.before(t)
}

func (p *planner) reminder() ScheduledTask {
	t := p.letter(ScheduledTask{Name: TaskReminder, Title: "Send the reminder",
		Why:    "The day before: the time, and what not to touch meanwhile.",
		Remedy: "Send it now, if the change is still ahead."})
	return p.before(t)
}

func (p *planner) mx() ScheduledTask {
	t := ScheduledTask{Name: TaskMX, Title: "Change the MX record", Step: "Cut-over", On: p.cut, Until: p.after(3 * time.Hour),
		Why:    "The cut-over: from now on new mail goes to the new server.",
		Remedy: "The planned time has passed, and the old MX still stands. Change it now, or move the cut-over: everything else moves along."}
	switch {
	case p.moved:
		t.State, t.Done, t.Why = TaskDone, p.f.MX.Changed, "New mail goes to the new server."
	case p.firstRunEnd().IsZero():
		t.Why = "Not before the first full copy is done. " + t.Why
	}
	return t
}

func (p *planner) dayLetter() ScheduledTask {
	return p.letter(ScheduledTask{Name: TaskDayLetter, Title: "Send the letter of the day",
		Why:    "It tells how to sign in for the first time.",
		Remedy: "Send it now: it tells how to sign in."})
}

// stopAt is when the deltas may end at the earliest.
func (p *planner) stopAt() time.Time {
	quiet := StopRules{}.withDefaults().Quiet
	known := p.f.MX.TTL
	if !p.moved || known == 0 {
		known = lowTTL // as it will be, once it is lowered
	}
	at := p.after(known)
	if p.moved && p.f.MX.Forgotten.After(at) {
		at = p.f.MX.Forgotten
	}
	if at.IsZero() {
		return at
	}
	return at.Add(quiet)
}

func (p *planner) verify() ScheduledTask {
	t := ScheduledTask{Name: TaskVerify, Title: "Verify every user", Step: "Verify", On: p.days(1), Until: p.days(stopUntil), AllDay: true,
		Why:    "Once the last mail has come over: an account of every message.",
		Remedy: "Verify now: until then nobody knows whether the old service can end."}
	c := p.last.check
	switch {
	case c == nil:
	case p.moved && p.last.verified(StopFacts{Users: p.f.Users}).OK && c.Started.After(p.cut):
		t.State, t.Done, t.Why = TaskDone, c.Finished, "Every message is accounted for."
	case c.Started.Before(p.last.found):
		t.Why = "New mail was copied since the last verification."
	case !p.moved:
		t.Why = "It was verified on " + p.moment(c.Finished) + "; once more after the change."
	}
	return t
}

func (p *planner) stop() ScheduledTask {
	t := ScheduledTask{Name: TaskStop, Title: "End the deltas, once it is safe", Step: "Finish", On: p.stopAt(), Until: p.days(stopUntil),
		Why:    "The old MX is forgotten, and a quiet day has passed. The step Finish says whether it is safe.",
		Remedy: "Look at the step Finish: it says what is missing. Until then keep following."}
	if t.Until.Before(t.On) {
		t.Until = t.On.Add(day24)
	}
	if !p.f.Ended.IsZero() {
		t.State, t.Done, t.Why = TaskDone, p.f.Ended, "The migration was ended."
	}
	return t
}

func (p *planner) welcome() ScheduledTask {
	return p.letter(ScheduledTask{Name: TaskWelcome, Title: "Send the welcome letters",
		Why:    "Once the mailboxes are verified: each user's own numbers, and how to set up the programs.",
		Remedy: "Send them now: users have been waiting for it."})
}

func (p *planner) restoreTTL() ScheduledTask {
	t := ScheduledTask{Name: TaskRestoreTTL, Title: "Set the TTL back", Step: "Cut-over", AllDay: true, On: p.workday(RestoreDays), Until: p.days(restoreUntil),
		Why:    "It was shortened for the change only. An hour or more is usual.",
		Remedy: "Do it when you are at the DNS provider next: nothing breaks meanwhile."}
	if p.moved && p.f.MX.TTL >= lowTTL {
		t.State, t.Why = TaskDone, "It is "+spanWords(p.f.MX.TTL)+"."
	}
	return t
}

func (p *planner) followUp() ScheduledTask {
	return p.letter(ScheduledTask{Name: TaskFollowUp, Title: "Send the follow-up letter",
		Why:    "It asks whether anything is missing, while the old mailboxes are still there.",
		Remedy: "Send it now, before the old service ends."})
}

func (p *planner) report() ScheduledTask {
	first, last := LetterDays("handover")
	t := ScheduledTask{Name: TaskReport, Title: "Hand over the report", Step: "Report", AllDay: true, On: p.workday(first), Until: p.workday(last),
		Why:    "The evidence for the owner, while both servers can still be read.",
		Remedy: "Make it now, before the old service ends."}
	if !p.f.Reported.IsZero() && p.f.Reported.After(p.cut) && p.moved {
		t.State, t.Done, t.Why = TaskDone, p.f.Reported, "It was made."
	}
	return t
}

func (p *planner) endOld() ScheduledTask {
	t := ScheduledTask{Name: TaskEndOld, Title: "Cancel the old service", AllDay: true, On: p.days(KeepOldDays), Until: p.days(2 * KeepOldDays),
		Why:    "A month later nobody misses anything any more. Not before everything above is done.",
		Remedy: "Whatever was left out exists only there: fetch it first, then cancel."}
	if last := p.f.Project.Letters.LastDay; !last.IsZero() {
		y, m, d := last.In(p.zone).Date()
		t.On = time.Date(y, m, d, 0, 0, 0, 0, p.zone)
		t.Until, t.Why = t.On.AddDate(0, 0, KeepOldDays), "The last day that you announced to your users. Not before everything above is done."
	}
	return t
}

// letter dates a letter, and says how far it has gone out.
func (p *planner) letter(t ScheduledTask) ScheduledTask {
	first, last := LetterDays(string(t.Name))
	t.Step, t.AllDay, t.On, t.Until = "Tell", true, p.days(first), p.days(last)
	if first > 0 {
		t.On, t.Until = p.workday(first), p.workday(last)
	}
	if t.Name == TaskWelcome || t.Name == TaskFollowUp {
		t.Step = "Welcome"
	}
	return p.sent(t)
}

func (p *planner) sent(t ScheduledTask) ScheduledTask {
	sent, last := 0, time.Time{}
	for _, d := range p.f.Deliveries {
		if d.Letter == string(t.Name) && d.State == DeliverySent && d.UserID != 0 {
			if sent++; d.At.After(last) {
				last = d.At
			}
		}
	}
	switch {
	case sent == 0:
	case sent >= p.f.Users:
		t.State, t.Done, t.Why = TaskDone, last, "Every user has it."
	default:
		t.Why = fmt.Sprintf("%d of %s have it. %s", sent, say.Either(p.f.Users, "user", "users"), t.Why)
	}
	return t
}
