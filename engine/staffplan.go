package engine

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// staffPlanner makes a StaffPlan.
type staffPlanner struct {
	plan         StaffPlan
	view         TenantView
	country      string
	licensing    bool
	free         int             // seats that are left
	taken        map[string]bool // nicknames
	making       map[string]bool // addresses that get a user by this plan
	lacksCountry bool
}

// add plans what a user lacks.
func (p *staffPlanner) add(m Match) {
	s := StaffStep{User: m.User}
	if m.Is() {
		found := m.Found
		s.Found = &found
		p.mend(&s, m)
	} else {
		p.make(&s)
	}
	if s.Problem != nil {
		s.New, s.Country, s.Licence, s.Link = NewTenantUser{}, "", nil, ""
	}
	p.plan.Steps = append(p.plan.Steps, s)
}

// mend is for a user who is in the tenant.
func (p *staffPlanner) mend(s *StaffStep, m Match) {
	t := m.Found
	if name := s.User.DestinationName(); !strings.EqualFold(name, t.Address) && !strings.EqualFold(name, t.Mail) {
		s.Link = t.Address
	}
	switch {
	case t.Mailbox == MailboxReady, t.Mailbox == MailboxUnderway, t.Mailbox == MailboxUnknown && s.User.Shared:
	case t.Mailbox == MailboxOff:
		s.Problem = &Fault{Class: StopMailbox, Code: CodeRefused, Side: SideDestination, Who: "an administrator of the tenant",
			What: "The user has a licence, but its mailbox is switched off in it or suspended.",
			Do:   "Switch Exchange Online on in the user's licence: Microsoft 365 admin center, Users, Licenses and apps."}
	default:
		p.license(s, t.UsageLocation)
	}
}

// make is for a user who is nobody in the tenant yet.
func (p *staffPlanner) make(s *StaffStep) {
	address := s.User.Address
	if strings.Contains(s.User.DestinationLogin, "@") {
		address = s.User.DestinationLogin
	}
	local, domain, _ := strings.Cut(address, "@")
	switch {
	case p.making[strings.ToLower(address)]: // two mailboxes go into one
	case s.User.Shared:
		s.Problem = &Fault{Class: StopMailbox, Code: CodeNotFound, Side: SideDestination, Who: "an administrator of the tenant",
			What: "This is a shared mailbox, and the tenant has none of this address. It can't be made this way.",
			Do:   "Make it in the Exchange admin center (Recipients, Mailboxes, Add a shared mailbox): it needs no licence. Then run again."}
	case !p.view.Proved(domain):
		s.Problem = &Fault{Class: StopMailbox, Code: CodeNotVerified, Side: SideDestination, Who: "you",
			What: "The domain " + Clean(domain, 100) + " isn't proved to be this tenant's: nobody can have an address in it.",
			Do:   "See what to enter in the DNS, and have it checked: mxodus microsoft domain FILE"}
	case !isLocalPart(local):
		s.Problem = &Fault{Class: StopMailbox, Code: CodeRefused, Side: SideDestination, Who: "you",
			What: "Microsoft 365 doesn't take a sign-in name as this one is written.",
			Do:   "Names hold at most 64 letters without accents, digits and . - _ ' and don't begin or end with a dot. Give the user another name at the new server, as an alias keeps the old address."}
	default:
		s.New = NewTenantUser{Address: address, Nickname: p.nickname(local), DisplayName: cmp.Or(strings.TrimSpace(s.User.DisplayName), nameOf(local))}
		p.license(s, "")
		s.New.UsageLocation, s.Country = s.Country, ""
		p.making[strings.ToLower(address)] = s.Problem == nil
	}
}

// license plans the licence of a user who has none with a mailbox.
func (p *staffPlanner) license(s *StaffStep, has string) {
	if !p.licensing {
		return
	}
	p.plan.Seats++
	if p.free == 0 {
		s.Problem = &Fault{Class: StopMailbox, Code: CodeNoSeats, Side: SideDestination, Who: "an administrator of the tenant",
			What: "No seat of " + p.plan.Licence.Title + " is left for this user.",
			Do:   "Buy more seats in the Microsoft 365 admin center (Billing), then run again."}
		return
	}
	p.free--
	l := p.plan.Licence
	s.Licence = &l
	if has == "" {
		s.Country = p.country
		p.lacksCountry = p.lacksCountry || !isCountry(p.country)
	}
}

// isLocalPart says that Microsoft takes a name before the @ (the rules of user
// principal names).
func isLocalPart(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '.' || s[len(s)-1] == '.' {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".-_'!#^~", r))
	}) < 0
}

// nickname makes a mail nickname that nobody has yet. Letters, digits and . - _
// are what all of Microsoft's services take.
func (p *staffPlanner) nickname(local string) string {
	base := strings.Map(func(r rune) rune {
		if strings.ContainsRune("'!#^~", r) {
			return -1
		}
		return r
	}, local)
	base = cmp.Or(base, "user")
	name := base
	for n := 2; p.taken[strings.ToLower(name)]; n++ {
		name = base + strconv.Itoa(n)
	}
	p.taken[strings.ToLower(name)] = true
	return name
}

// nameOf makes a name for people of the part before the @: anna.lindner is Anna
// Lindner.
func nameOf(local string) string {
	words := strings.FieldsFunc(local, func(r rune) bool { return strings.ContainsRune(".-_", r) })
	for i, w := range words {
		r := []rune(w)
		r[0] = unicode.ToUpper(r[0])
		words[i] = string(r)
	}
	return cmp.Or(strings.Join(words, " "), local)
}

// String says what is done for the user, in words for people; empty when there is
// nothing to do.
func (s StaffStep) String() string {
	var parts []string
	if s.New.Address != "" {
		parts = append(parts, "make the user")
	}
	if s.Country != "" {
		parts = append(parts, "set the usage location "+s.Country)
	}
	if s.Licence != nil {
		parts = append(parts, "assign "+s.Licence.Title)
	}
	if s.Link != "" {
		parts = append(parts, fmt.Sprintf("note the new log-in %s in the project", s.Link))
	}
	return strings.Join(parts, ", ")
}
