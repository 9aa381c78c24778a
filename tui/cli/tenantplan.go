package cli

import (
	"strings"

	"mxodus/engine"
	"mxodus/engine/say"
)

// tellStaffPlan shows what would be done, and what stands in the way.
func (a *app) tellStaffPlan(view engine.TenantView, p engine.StaffPlan) {
	if a.opts.json {
		for _, s := range p.Steps {
			if !s.Nothing() {
				a.line(stepJSON(s))
			}
		}
		for _, m := range p.Doubtful {
			a.line(matchJSON(m, view))
		}
		return
	}
	changes, problems := p.Todo()
	ready := len(p.Steps) - changes - problems
	if ready > 0 {
		a.printf("%s all that is wanted already.\n", say.Either(ready, "user has", "users have"))
	}
	if changes > 0 {
		a.printf("\n%s: to be done\n", tenantName(view))
		for _, s := range p.Steps {
			if s.Problem == nil && !s.Nothing() {
				a.tellStep(s)
			}
		}
		a.printf("\n")
		a.para(a.out, "", seatsWords(p))
	}
	a.tellProblems(p)
	for _, m := range p.Doubtful {
		a.tellDoubt(m)
	}
}

func (a *app) tellStep(s engine.StaffStep) {
	if n := s.New; n.Address != "" {
		words := []string{"make this user, named " + n.DisplayName}
		if n.UsageLocation != "" {
			words = append(words, "usage location "+n.UsageLocation)
		}
		local, _, _ := strings.Cut(n.Address, "@")
		if !strings.EqualFold(local, n.Nickname) {
			words = append(words, "mail nickname "+n.Nickname)
		}
		if s.Licence != nil {
			words = append(words, s.Licence.Title)
		}
		a.para(a.out, "  ", engine.Clean(n.Address, 100))
		a.para(a.out, "    ", engine.Clean(strings.Join(words, "; "), 400))
		return
	}
	a.para(a.out, "  ", engine.Clean(s.User.Address, 100))
	a.para(a.out, "    ", engine.Clean(s.String(), 400))
}

// seatsWords says how many seats of the licence go.
func seatsWords(p engine.StaffPlan) string {
	free := p.Licence.Free()
	used := min(p.Seats, free)
	if p.Seats > free {
		return say.Number(p.Seats) + " seats of " + p.Licence.Title + " are needed, " + say.Number(free) + " free. " + say.Number(p.Seats-free) + " more must be bought."
	}
	return say.Either(used, "seat", "seats") + " of " + p.Licence.Title + " will be used; " + say.Number(free-used) + " of " + say.Number(p.Licence.Seats) + " stay free."
}

func (a *app) tellProblems(p engine.StaffPlan) {
	var g groups
	for _, s := range p.Steps {
		if s.Problem != nil {
			g.add(s.Problem, true, engine.Clean(s.User.Address, 100), 1)
		}
	}
	g.print(a, a.out)
}

func stepJSON(s engine.StaffStep) stepLine {
	l := stepLine{Type: "step", User: s.User.Address, Make: s.New.Address, Name: s.New.DisplayName, Nickname: s.New.Nickname, Location: s.Country + s.New.UsageLocation, Link: s.Link, Fault: faultJSON(s.Problem)}
	if s.Licence != nil {
		l.Licence = s.Licence.Name
	}
	return l
}

// tellStaff tells of one user as it is done; faults come together at the end.
func (a *app) tellStaff(r engine.StaffResult) {
	if a.opts.json {
		a.line(stepDoneLine{"step_done", r.Step.User.Address, r.Member.Address, r.Made, r.Located, r.Licensed, r.Linked, r.Untried, faultJSON(r.Fault)})
		return
	}
	var did []string
	for _, part := range []struct {
		done bool
		word string
	}{{r.Made, "made"}, {r.Located, "usage location set"}, {r.Licensed, "licence assigned"}, {r.Linked, "new log-in noted"}} {
		if part.done {
			did = append(did, part.word)
		}
	}
	mark := a.term.marks().ok
	if r.Fault != nil {
		if mark = a.term.marks().bad; len(did) == 0 {
			return
		}
	}
	a.printf("%s %s: %s\n", mark, engine.Clean(r.Step.User.Address, 100), strings.Join(did, ", "))
}

// tellStaffFaults tells of what went wrong, each cause once.
func (a *app) tellStaffFaults(results []engine.StaffResult) {
	if a.opts.json {
		return
	}
	var g groups
	untried := 0
	for _, r := range results {
		switch {
		case r.Step.Problem != nil: // told before
		case r.Untried:
			untried++
		case r.Fault != nil:
			g.add(r.Fault, true, engine.Clean(r.Step.User.Address, 100), 1)
		}
	}
	g.print(a, a.out)
	if untried > 0 {
		a.printf("\n%s not tried after that. Run it again: it goes on where it stopped.\n", say.Either(untried, "user was", "users were"))
	}
}

// tellMailbox tells how far a new mailbox is.
func (a *app) tellMailbox(l mailboxLine) {
	if a.opts.json {
		a.line(l)
		return
	}
	marks := a.term.marks()
	who := engine.Clean(l.User, 100)
	switch {
	case l.SignIn:
		a.printf("%s %s: the mailbox is there, and opens\n", marks.ok, who)
	case l.fault != nil && l.Mailbox == string(engine.MailboxReady):
		a.printf("%s %s: the mailbox is there, but doesn't open yet\n", marks.warn, who)
		a.printFault(a.out, "    ", l.fault)
	default:
		a.printf("%s %s: the mailbox is %s\n", marks.dot, who, mailboxWord(engine.TenantUser{Mailbox: engine.MailboxState(l.Mailbox)}))
	}
}

// tellAdopted tells of a user taken from the tenant.
func (a *app) tellAdopted(u engine.User, dry bool) {
	if a.opts.json {
		a.line(adoptedLine{"adopted", u.Address, u.DisplayName, u.DestinationName(), dry})
		return
	}
	a.printf("  %s  %s\n", engine.Clean(u.Address, 100), engine.Clean(u.DisplayName, 100))
}

type adoptedLine struct {
	Type  string `json:"type"`
	User  string `json:"user"`
	Name  string `json:"display_name,omitempty"`
	Login string `json:"destination_login"`
	Dry   bool   `json:"dry_run"`
}
