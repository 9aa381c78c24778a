package seek

import (
	"context"

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
