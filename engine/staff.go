package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// TenantView is a tenant as it was at one moment.
type TenantView struct {
	Tenant   Tenant
	Users    []TenantUser
	Licences []Licence
	Domains  []Domain
}

// ReadTenant reads all of a tenant that a plan needs, at once. Its errors are
// *Fault.
func ReadTenant(ctx context.Context, d Directory) (TenantView, error) {
	var v TenantView
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		v.Tenant, _ = d.Tenant(ctx) // its name and country are good to know; what can't be done without is below
		return nil
	})
	g.Go(func() (err error) { v.Users, err = d.Users(ctx); return err })
	g.Go(func() (err error) { v.Licences, err = d.Licences(ctx); return err })
	g.Go(func() (err error) { v.Domains, err = d.Domains(ctx); return err })
	return v, g.Wait()
}

// Proved says that a domain is the tenant's.
func (v TenantView) Proved(domain string) bool {
	return slices.ContainsFunc(v.Domains, func(d Domain) bool { return d.Verified && strings.EqualFold(d.Name, domain) })
}

// StaffWish is what somebody wants for the project's users.
type StaffWish struct {
	Licence string // ID, part number or title; empty: none is assigned
	Country string // usage location, two letters; empty: the tenant's own country
}

// StaffStep is what is to be done for one user of the project.
type StaffStep struct {
	User    User
	Found   *TenantUser   // nil: the tenant has nobody yet
	New     NewTenantUser // to be made, without a password; no Address: nobody is
	Country string        // usage location to be set; empty: it stays
	Licence *Licence      // to be assigned; nil: none
	Link    string        // new log-in to be noted in the project; empty: it stays
	// Problem is why nothing can be done for the user; nil: all can.
	Problem *Fault
}

// Nothing says that all is as wanted already.
func (s StaffStep) Nothing() bool {
	return s.New.Address == "" && s.Country == "" && s.Licence == nil && s.Link == "" && s.Problem == nil
}

// StaffPlan is what is to be done in a tenant. It changes nothing by itself.
type StaffPlan struct {
	Steps    []StaffStep // of all users who are moved and not doubtful, in their order
	Doubtful []Match     // must be decided first
	Licence  Licence     // the one that is wished for
	Seats    int         // of it that are needed, whether they are there or not
}

// Todo counts the users for whom something can be done, and those for whom
// something stands in the way.
func (p StaffPlan) Todo() (changes, problems int) {
	for _, s := range p.Steps {
		switch {
		case s.Problem != nil:
			problems++
		case !s.Nothing():
			changes++
		}
	}
	return changes, problems
}

// PlanStaff plans what the project's users lack in a tenant. What is there
// already is left as it is, so that a second plan after a first was carried out
// is empty, and one after half of it holds the other half. Its errors are *Fault:
// a licence that isn't there or holds no mailbox, a country that is needed and
// not known.
func PlanStaff(r Roster, v TenantView, w StaffWish) (StaffPlan, error) {
	p := staffPlanner{view: v, taken: map[string]bool{}, making: map[string]bool{}, country: strings.ToUpper(cmp.Or(w.Country, v.Tenant.Country))}
	if err := p.choose(w.Licence); err != nil {
		return StaffPlan{}, err
	}
	if w.Country != "" && !isCountry(p.country) {
		return StaffPlan{}, noCountryFault("The usage location must be a country, in two letters.")
	}
	for _, t := range v.Users {
		p.taken[strings.ToLower(t.Nickname)] = true
	}
	for _, m := range r.Matches {
		switch {
		case m.User.LeftOut:
		case m.How == MatchDoubtful:
			p.plan.Doubtful = append(p.plan.Doubtful, m)
		default:
			p.add(m)
		}
	}
	if p.lacksCountry {
		return StaffPlan{}, noCountryFault("A licence needs the country where its user works, and the tenant doesn't say which it is in.")
	}
	return p.plan, nil
}

func noCountryFault(what string) *Fault {
	return &Fault{Class: StopBatch, Code: CodeNoCountry, Side: SideDestination, Who: "you", What: what, Do: "Give it in two letters: --location DE"}
}

func isCountry(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// FindLicence finds a licence by its ID, part number or title.
func (v TenantView) FindLicence(name string) (Licence, bool) {
	i := slices.IndexFunc(v.Licences, func(l Licence) bool {
		return strings.EqualFold(l.ID, name) || strings.EqualFold(l.Name, name) || strings.EqualFold(l.Title, name)
	})
	if i < 0 {
		return Licence{}, false
	}
	return v.Licences[i], true
}

// choose finds the licence that is wished for.
func (p *staffPlanner) choose(name string) error {
	if name == "" {
		return nil
	}
	l, ok := p.view.FindLicence(name)
	f := &Fault{Class: StopBatch, Code: CodeNotFound, Side: SideDestination, Who: "you", Do: "It has: " + p.licenceNames()}
	switch {
	case !ok:
		f.What = "The tenant has no licence " + Clean(name, 60) + "."
	case !l.Mailbox:
		f.What = "The licence " + l.Title + " holds no mailbox."
	case !l.Active:
		f.Code, f.What, f.Who = CodeNoSeats, "The licence "+l.Title+" has run out, or isn't active.", "an administrator of the tenant"
		f.Do = "Renew it in the Microsoft 365 admin center (Billing), or choose another. " + f.Do
	default:
		p.plan.Licence, p.licensing, p.free = l, true, l.Free()
		return nil
	}
	return f
}

// licenceNames lists the licences that hold a mailbox.
func (p *staffPlanner) licenceNames() string {
	var names []string
	for _, l := range p.view.Licences {
		if l.Mailbox && l.Active {
			names = append(names, fmt.Sprintf("%s (%d free)", l.Name, l.Free()))
		}
	}
	if len(names) == 0 {
		return "none that holds a mailbox. Buy one in the Microsoft 365 admin center (Billing)."
	}
	return strings.Join(names, ", ") + "."
}
