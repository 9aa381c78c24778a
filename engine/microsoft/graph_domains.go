package microsoft

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"mxodus/engine"
)

// Domains lists the tenant's domains.
func (g *Graph) Domains(ctx context.Context) ([]engine.Domain, error) {
	found, err := list[struct {
		ID       string   `json:"id"`
		Verified bool     `json:"isVerified"`
		Initial  bool     `json:"isInitial"`
		Default  bool     `json:"isDefault"`
		Services []string `json:"supportedServices"`
	}](ctx, g, g.at("", "domains"))
	if err != nil {
		return nil, err
	}
	out := make([]engine.Domain, len(found))
	for i, d := range found {
		out[i] = engine.Domain{Name: strings.ToLower(engine.Clean(d.ID, 260)), Verified: d.Verified, Initial: d.Initial, Default: d.Default,
			Mail: slices.ContainsFunc(d.Services, func(s string) bool { return strings.EqualFold(s, "Email") })}
	}
	return out, nil
}

// graphRecord is a DNS record of any type, as Graph has it.
type graphRecord struct {
	Label    string `json:"label"`
	Type     string `json:"recordType"`
	Service  string `json:"supportedService"`
	Optional bool   `json:"isOptional"`
	TTL      int    `json:"ttl"`

	MailExchange string `json:"mailExchange"` // MX
	Preference   int    `json:"preference"`
	Text         string `json:"text"`          // TXT
	Canonical    string `json:"canonicalName"` // CNAME
	Target       string `json:"nameTarget"`    // SRV
	SRVService   string `json:"service"`
	Protocol     string `json:"protocol"`
	Priority     int    `json:"priority"`
	Weight       int    `json:"weight"`
	Port         int    `json:"port"`
}

// ProofRecords are those of which one proves that a domain is one's own.
func (g *Graph) ProofRecords(ctx context.Context, domain string) ([]engine.DomainRecord, error) {
	return g.records(ctx, domain, "verificationDnsRecords")
}

// ServiceRecords are those that the domain's services need. Of a domain that
// isn't proved, Graph gives none, or refuses.
func (g *Graph) ServiceRecords(ctx context.Context, domain string) ([]engine.DomainRecord, error) {
	records, err := g.records(ctx, domain, "serviceConfigurationRecords")
	if err == nil && len(records) == 0 {
		return nil, &engine.Fault{Class: engine.StopMailbox, Code: engine.CodeNotVerified, Side: g.side, Who: you,
			What: "Microsoft names no records for the domain yet: it isn't proved to be this tenant's, or isn't set up for mail.",
			Do:   "Prove it first: mxodus microsoft domain FILE --verify. Then set it up for mail in the Microsoft 365 admin center (Settings, Domains)."}
	}
	return records, err
}

func (g *Graph) records(ctx context.Context, domain, which string) ([]engine.DomainRecord, error) {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	found, err := list[graphRecord](ctx, g, g.at("", "domains", domain, which))
	if err != nil {
		return nil, g.aboutDomain(err)
	}
	var out []engine.DomainRecord
	for _, r := range found {
		if d, ok := r.record(domain); ok {
			out = append(out, d)
		}
	}
	return out, nil
}

// record is a record in the form that the DNS knows; false for what is none.
func (r graphRecord) record(domain string) (engine.DomainRecord, bool) {
	host := func(s string) string { return strings.ToLower(strings.TrimSuffix(engine.Clean(s, 260), ".")) }
	d := engine.DomainRecord{Name: fullName(host(r.Label), domain), Type: strings.ToUpper(engine.Clean(r.Type, 10)), TTL: max(0, r.TTL),
		Service: engine.Clean(r.Service, 60), Optional: r.Optional}
	switch d.Type {
	case "MX":
		d.Value, d.Priority = host(r.MailExchange), r.Preference
	case "TXT":
		d.Value = engine.Clean(r.Text, 1000)
	case "CNAME":
		d.Value = host(r.Canonical)
	case "SRV":
		d.Value, d.Priority = strconv.Itoa(r.Weight)+" "+strconv.Itoa(r.Port)+" "+host(r.Target), r.Priority
		if !strings.Contains(d.Name, "._") && r.SRVService != "" {
			d.Name = host(r.SRVService) + "." + host(r.Protocol) + "." + d.Name
		}
	default:
		return d, false
	}
	return d, d.Value != ""
}

// fullName makes a label a whole name: Graph gives whole names for most records,
// and parts for some.
func fullName(label, domain string) string {
	switch {
	case label == "" || label == "@" || label == domain:
		return domain
	case strings.HasSuffix(label, "."+domain):
		return label
	}
	return label + "." + domain
}

// VerifyDomain has Graph look for the proof now.
func (g *Graph) VerifyDomain(ctx context.Context, domain string) error {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	domains, err := g.Domains(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(domains, func(d engine.Domain) bool { return d.Name == domain })
	switch {
	case i < 0:
		return g.aboutDomain(notFoundFault())
	case domains[i].Verified:
		return nil
	}
	var is struct {
		Verified bool `json:"isVerified"`
	}
	if err := g.call(ctx, request{method: http.MethodPost, address: g.at("", "domains", domain, "verify")}, &is); err != nil {
		return g.aboutDomain(err)
	}
	if !is.Verified {
		return g.unproved()
	}
	return nil
}

func (g *Graph) unproved() *engine.Fault {
	return &engine.Fault{Class: engine.StopMailbox, Code: engine.CodeNotVerified, Side: g.side, Who: you,
		What: "Microsoft doesn't see the domain's proof record yet.",
		Do:   "Enter the TXT record exactly as shown, and wait until all name servers of the domain give it: mxodus dns FILE. A new record may take an hour or more."}
}

// aboutDomain puts what is said of something unknown into words about domains.
func (g *Graph) aboutDomain(err error) error {
	if f := engine.AsFault(err); f.Code == engine.CodeNotFound {
		f.What = "The tenant doesn't know this domain."
		f.Do = "Add it in the Microsoft 365 admin center (Settings, Domains, Add domain), as far as the page with the TXT record. Check the tenant, too."
		f.Who = tenantAdmin
		return f
	}
	return err
}
