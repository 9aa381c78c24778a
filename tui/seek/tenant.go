package seek

import (
	"cmp"
	"context"
	"time"

	"mxodus/dns"
	"mxodus/engine"
)

// Cloud is the cloud that a project's mail moves to, as the DNS has its names; a
// cloud of one's own is taken to be as the worldwide one.
func Cloud(e engine.Endpoint) dns.Cloud {
	if e.Kind == engine.KindIMAP {
		return dns.Elsewhere
	}
	c, err := dns.ParseCloud(e.Cloud)
	if err != nil {
		return dns.Worldwide
	}
	return c
}

// Asked is what a tenant says of a domain.
type Asked struct {
	Proof    []engine.DomainRecord
	Service  []engine.DomainRecord // none while the domain isn't proved
	Verified bool
	Initial  string // the domain that Microsoft gave; may be empty
	// Unserved is why there are no service records; nil: there are.
	Unserved *engine.Fault
}

// AskTenant asks a tenant which records it wants for a domain. A domain that
// isn't proved is no error; one that the tenant doesn't know is. Its errors are
// *engine.Fault.
func AskTenant(ctx context.Context, d engine.DirectoryDomains, domain string) (Asked, error) {
	name, err := dns.ToASCII(domain)
	if err != nil {
		return Asked{}, err
	}
	domains, err := d.Domains(ctx)
	if err != nil {
		return Asked{}, err
	}
	var a Asked
	for _, have := range domains {
		if have.Initial {
			a.Initial = have.Name
		}
		a.Verified = a.Verified || have.Name == name && have.Verified
	}
	if a.Proof, err = d.ProofRecords(ctx, name); err != nil {
		return Asked{}, err
	}
	a.Service, err = d.ServiceRecords(ctx, name)
	if engine.IsCode(err, engine.CodeNotVerified) || engine.IsCode(err, engine.CodeNotFound) {
		a.Service, a.Unserved, err = nil, engine.AsFault(err), nil
	}
	return a, err
}

// Wanted is what the DNS must say, as far as the tenant tells.
func (a Asked) Wanted(c dns.Cloud, domain string) dns.Wanted {
	var records []dns.Record
	for _, list := range [][]engine.DomainRecord{a.Proof, a.Service} {
		for _, r := range list {
			records = append(records, dns.Record{Name: r.Name, Type: r.Type, TTL: uint32(min(max(r.TTL, 0), 1<<31-1)), Priority: uint16(min(max(r.Priority, 0), 1<<16-1)), Value: r.Value})
		}
	}
	name, _ := dns.ToASCII(domain) // asked for before
	w := dns.FromService(c, name, records)
	w.Tenant = a.Initial
	return w
}

// ProofToEnter leaves out the MX that leads nowhere, for providers that take no
// TXT: a second MX is nothing to have beside one's own.
func (a Asked) ProofToEnter() (out []engine.DomainRecord) {
	for _, r := range a.Proof {
		if r.Type == "TXT" {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return a.Proof
	}
	return out
}

// MailRecords are the service records, without those for other services than mail.
func (a Asked) MailRecords() (out []engine.DomainRecord) {
	for _, r := range a.Service {
		if r.Service == "" || r.Service == "Email" {
			out = append(out, r)
		}
	}
	return out
}

// Prove has the tenant look for the proof of a domain, and writes down that it was
// found. That it isn't there yet is no error, but refused.
func Prove(ctx context.Context, d engine.DirectoryDomains, j engine.Journal, domain string) (refused *engine.Fault, err error) {
	err = d.VerifyDomain(ctx, domain)
	if engine.IsCode(err, engine.CodeNotVerified) {
		return engine.AsFault(err), nil
	}
	if err != nil {
		return nil, err
	}
	return nil, j.Event(ctx, engine.Event{At: time.Now(), Level: engine.Info, Text: "The domain " + engine.Clean(domain, 200) + " was proved to Microsoft 365."})
}

// Fill takes from more what w doesn't say. What is about another cloud is left.
func Fill(w, more dns.Wanted) dns.Wanted {
	if w.Cloud != "" && more.Cloud != "" && w.Cloud != more.Cloud {
		return w
	}
	w.Cloud = cmp.Or(w.Cloud, more.Cloud)
	w.MX, w.Proof, w.Tenant, w.Reports = cmp.Or(w.MX, more.MX), cmp.Or(w.Proof, more.Proof), cmp.Or(w.Tenant, more.Tenant), cmp.Or(w.Reports, more.Reports)
	w.SPF, w.Autodiscover = cmp.Or(w.SPF, more.SPF), cmp.Or(w.Autodiscover, more.Autodiscover)
	for i := range w.DKIM {
		w.DKIM[i] = cmp.Or(w.DKIM[i], more.DKIM[i])
	}
	if len(w.OldMX) == 0 {
		w.OldMX = more.OldMX
	}
	return w
}
