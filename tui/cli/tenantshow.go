package cli

import (
	"strings"

	"mxodus/engine"
	"mxodus/engine/say"
)

// tellTenant shows the tenant beside the project, and returns the exit status:
// attention, when somebody has no mailbox yet or is doubtful.
func (a *app) tellTenant(t *tenant, view engine.TenantView, r engine.Roster) int {
	lacking := 0
	for _, m := range r.Matches {
		if !m.User.LeftOut && !(m.Is() && (m.Found.Mailbox == engine.MailboxReady || m.Found.Mailbox == engine.MailboxUnknown)) {
			lacking++
		}
	}
	code := ExitDone
	if lacking > 0 {
		code = ExitAttention
	}
	if a.opts.json {
		for _, l := range t.lines(view, r) {
			a.line(l)
		}
		return code
	}
	a.tellBought(view)
	a.tellMatches(t, view, r)
	a.tellRest(r)
	a.tellStaffNext(t, view, r, lacking)
	return code
}

// tenantName is a tenant as it calls itself, or by the domain that Microsoft gave.
func tenantName(view engine.TenantView) string {
	name := view.Tenant.Name
	for _, d := range view.Domains {
		if d.Initial && name == "" {
			name = d.Name
		}
	}
	return strings.TrimSpace("Tenant " + name)
}

// tellBought shows what the tenant has: its domains and licences.
func (a *app) tellBought(view engine.TenantView) {
	var proved, open []string
	for _, d := range view.Domains {
		if d.Verified {
			proved = append(proved, d.Name)
		} else {
			open = append(open, d.Name)
		}
	}
	a.para(a.out, "", tenantName(view)+". Proved domains: "+listed(proved, 6)+".")
	if len(open) > 0 {
		a.para(a.out, "", "Not proved yet: "+listed(open, 6)+".")
	}
	a.printf("\nLicences\n")
	tb := a.table(column{title: "Title", least: 16}, column{title: "For --license", least: 12}, column{title: "Free", right: true}, column{title: "Of", right: true}, column{title: "Mailbox", fold: true})
	for _, l := range view.Licences {
		holds := "no"
		switch {
		case !l.Active:
			holds = "not active"
		case l.Mailbox:
			holds = "yes"
		}
		tb.add(l.Title, l.Name, say.Number(l.Free()), say.Number(l.Seats), holds)
	}
	if len(view.Licences) == 0 {
		a.printf("  none. Buy some in the Microsoft 365 admin center (Billing).\n")
		return
	}
	tb.write(a.out, width(a.Stdout))
}

func (a *app) tellMatches(t *tenant, view engine.TenantView, r engine.Roster) {
	a.printf("\nUsers of the project\n")
	if len(r.Matches) == 0 {
		a.printf("  none yet. Take them from the tenant: mxodus microsoft users %s --adopt\n", t.name)
		return
	}
	tb := a.table(column{title: "User", least: 16}, column{title: "In the tenant", least: 16}, column{title: "Licence", least: 8, fold: true}, column{title: "Mailbox"})
	for _, m := range r.Matches {
		tb.add(a.matchRow(m, view)...)
	}
	tb.write(a.out, width(a.Stdout))
	for _, m := range r.Matches {
		if m.How == engine.MatchDoubtful && !m.User.LeftOut {
			a.tellDoubt(m)
		}
	}
}

func (a *app) matchRow(m engine.Match, view engine.TenantView) []string {
	marks := a.term.marks()
	who, licence, mailbox := marks.bad+" nobody yet", "", ""
	switch {
	case m.How == engine.MatchDoubtful:
		who = marks.warn + " maybe " + m.Like[0].Address
	case m.Is():
		who = marks.ok + " " + m.Found.Address
		if m.How == engine.MatchAlias {
			who += " (also " + m.User.DestinationName() + ")"
		}
		licence, mailbox = strings.Join(licencesOf(m.Found, view), ", "), mailboxWord(m.Found)
	}
	if m.User.LeftOut {
		mailbox = "left out"
	}
	return []string{engine.Clean(m.User.Address, 80), engine.Clean(who, 160), licence, mailbox}
}

// mailboxWord says how far a mailbox is.
func mailboxWord(u engine.TenantUser) string {
	switch u.Mailbox {
	case engine.MailboxReady:
		return "there"
	case engine.MailboxUnderway:
		return "being made"
	case engine.MailboxOff:
		return "switched off"
	case engine.MailboxNone:
		return "no licence"
	}
	return "can't be told"
}

func (a *app) tellDoubt(m engine.Match) {
	a.printf("\n")
	who := "may be " + whoIs(m.Like[0])
	if len(m.Like) > 1 {
		who += ", or " + say.Number(len(m.Like)-1) + " more"
	}
	address := engine.Clean(m.User.Address, 100)
	a.para(a.out, "", a.term.marks().warn+" "+address+" "+who+": only the names are alike.")
	a.para(a.out, "  ", "If so, write --match "+engine.Argument(address+"="+m.Like[0].Address))
	a.para(a.out, "  ", "If not, write --match "+engine.Argument(address+"="+engine.Nobody))
}

// tellRest names those in the tenant whom nobody of the project is.
func (a *app) tellRest(r engine.Roster) {
	var with, without []string
	for _, u := range r.Rest {
		if u.Mailbox == engine.MailboxReady || u.Mailbox == engine.MailboxUnderway {
			with = append(with, u.Address)
		} else {
			without = append(without, u.Address)
		}
	}
	if len(with)+len(without) > 0 {
		a.printf("\nIn the tenant, but not in the project\n")
	}
	if len(with) > 0 {
		a.para(a.out, "  ", "with a mailbox: "+listed(with, 8))
	}
	if len(without) > 0 {
		a.para(a.out, "  ", "without: "+listed(without, 8))
	}
}

// tellStaffNext says what to do.
func (a *app) tellStaffNext(t *tenant, view engine.TenantView, r engine.Roster, lacking int) {
	domain := t.project.Domain
	if domain != "" && !view.Proved(domain) {
		a.notef("\nThe domain %s isn't proved to be this tenant's yet.\nNext: mxodus microsoft domain %s\n", engine.Clean(domain, 100), t.name)
		return
	}
	if lacking == 0 {
		if len(r.Matches) > 0 {
			a.notef("\nEverybody has a mailbox. Next: mxodus test %s\n", t.name)
		}
		return
	}
	licence := "LICENCE"
	for _, l := range view.Licences {
		if l.Mailbox && l.Active && l.Free() > 0 {
			licence = l.Name
			break
		}
	}
	a.notef("\n%s no mailbox yet. Next:\n  mxodus microsoft users %s --create --license %s\n", say.Either(lacking, "user has", "users have"), t.name, licence)
}
