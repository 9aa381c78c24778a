package tui

import (
	"context"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/tui/seek"
	"mxodus/tui/widget"
)

// domainProof asks the tenant at Microsoft 365 what it wants of the domain's DNS, and
// has it look for the proof that the domain is the company's.
type domainProof struct {
	seat
	open    bool
	asked   *seek.Asked // nil: the tenant didn't answer yet
	refused *engine.Fault
	fault   *engine.Fault
	copied  string
	scroll  widget.Scroll
}

// laneDomain is the lane of the questions to the tenant.
const laneDomain = "domain"

// proveDomain asks for this screen, from another step.
type proveDomain struct{}

// possible says that there is a tenant to be asked.
func (d *domainProof) possible() bool {
	return d.session.project.Destination.Kind == engine.KindMicrosoft365 && d.adapters.Directory != nil
}

// domainAsked is what the tenant said, and what of it the project keeps.
type domainAsked struct {
	asked   seek.Asked
	refused *engine.Fault
	wanted  dns.Wanted
}

// begin asks the tenant; with prove it looks for the proof first.
func (d *domainProof) begin(prove bool) tea.Cmd {
	a, l, p, kept := d.adapters, d.held(), d.session.project, d.session.names.wanted
	d.open, d.fault, d.refused, d.copied = true, nil, nil, ""
	return d.ask(laneDomain, func(ctx context.Context) (any, error) {
		tenant, err := a.Directory(engine.SideDestination, p.Destination, l.vault)
		if err != nil {
			return nil, err
		}
		return askDomain(ctx, tenant, l.file, p, kept, prove)
	})
}

func askDomain(ctx context.Context, tenant engine.DirectoryDomains, f engine.ProjectFile, p engine.Project, kept dns.Wanted, prove bool) (out domainAsked, err error) {
	if prove {
		if out.refused, err = seek.Prove(ctx, tenant, f, p.Domain); err != nil {
			return out, err
		}
	}
	if out.asked, err = seek.AskTenant(ctx, tenant, p.Domain); err != nil {
		return out, err
	}
	out.wanted = seek.Fill(out.asked.Wanted(seek.Cloud(p.Destination), p.Domain), kept)
	return out, keep(ctx, f, docWanted, out.wanted)
}

// take takes what came of a question.
func (d *domainProof) take(r reply) {
	if r.err != nil {
		d.fault = faultOf(r.err)
		return
	}
	v, ok := r.value.(domainAsked)
	if !ok {
		return
	}
	d.asked, d.refused = &v.asked, v.refused
	d.session.names.wanted, d.session.names.said = v.wanted, true
}

// key handles a key; closed says that the screen is left.
func (d *domainProof) key(msg tea.KeyMsg) (cmd tea.Cmd, closed bool) {
	if d.waiting(laneDomain) {
		if key.Matches(msg, keys.Back) {
			d.drop(laneDomain)
			d.open = false
		}
		return nil, !d.open
	}
	switch {
	case key.Matches(msg, keys.Back), d.proved() && key.Matches(msg, keys.Enter):
		d.open = false
		return nil, true
	case key.Matches(msg, keys.Enter):
		return d.begin(d.asked != nil), false
	case key.Matches(msg, keys.Look):
		return d.begin(false), false
	case key.Matches(msg, keys.Copy):
		var values []string
		for _, r := range d.records() {
			values = append(values, r.Value)
		}
		return d.copyText(values...), false
	}
	d.scroll.Update(msg, 1<<10)
	return nil, false
}

func (d *domainProof) proved() bool { return d.asked != nil && d.asked.Verified && d.fault == nil }

// records are what is to be entered now.
func (d *domainProof) records() []engine.DomainRecord {
	switch {
	case d.asked == nil:
		return nil
	case d.asked.Verified:
		return d.asked.MailRecords()
	}
	return d.asked.ProofToEnter()
}
