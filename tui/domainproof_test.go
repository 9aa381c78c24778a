package tui

import (
	"context"
	"strings"
	"testing"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/tui/seek"
)

// provingTenant is a tenant whose domain is proved once Microsoft has looked twice.
type provingTenant struct {
	fakeTenant
	looks int
}

func (p *provingTenant) Domains(context.Context) ([]engine.Domain, error) {
	return []engine.Domain{{Name: "acme.onmicrosoft.com", Initial: true, Verified: true}, {Name: "acme.example", Verified: p.looks > 1}}, p.fault
}

func (p *provingTenant) ProofRecords(context.Context, string) ([]engine.DomainRecord, error) {
	return []engine.DomainRecord{{Name: "acme.example", Type: "MX", Value: "ms58120934.msv1.invalid", TTL: 3600}, {Name: "acme.example", Type: "TXT", Value: "MS=ms58120934", TTL: 3600}}, nil
}

func (p *provingTenant) ServiceRecords(context.Context, string) ([]engine.DomainRecord, error) {
	if p.looks < 2 {
		return nil, &engine.Fault{Code: engine.CodeNotVerified}
	}
	return []engine.DomainRecord{{Name: "acme.example", Type: "MX", Value: "acme-example.mail.protection.outlook.com", TTL: 3600, Service: "Email"},
		{Name: "sip.acme.example", Type: "CNAME", Value: "sipdir.online.lync.com", Service: "OfficeCommunicationsOnline"}}, nil
}

func (p *provingTenant) VerifyDomain(context.Context, string) error {
	if p.looks++; p.looks < 2 {
		return &engine.Fault{Code: engine.CodeNotVerified, What: "Microsoft doesn't see the proof yet.", Do: "Wait until all name servers give it.", Who: "you"}
	}
	return nil
}

func TestDomainIsProvedAtMicrosoftFromTheCutOver(t *testing.T) {
	p := sceneProject()
	p.Destination = engine.Endpoint{Kind: engine.KindMicrosoft365, Host: "outlook.office365.com", Port: 993, Tenant: "acme.onmicrosoft.com", ClientID: "1111"}
	w, o := openAt(p, acmeUsers()...)
	w.directory = &provingTenant{}
	var asked dns.Wanted
	o.resolver = resolver{check: func(_ context.Context, _ string, want dns.Wanted) (dns.Report, error) {
		asked = want
		return dns.Report{Domain: "acme.example"}, nil
	}, watch: func(string, dns.Wanted, dns.Memory) (looker, error) { return nil, context.Canceled }}
	sit(t, w, o, func(s *sitting) {
		s.handle(goMsg{to: stepCutover})
		s.settle()
		s.sees("Ctrl-T asks the tenant for them")
		s.press("ctrl+t")
		s.sees("isn't proved to be this tenant's yet", "Name @ Type TXT", "MS=ms58120934", "Enter have Microsoft look for it")
		s.seesNot("msv1.invalid")
		s.press("enter")
		s.sees("Microsoft doesn't see the proof yet.", "Wait until all name servers give it.")
		s.press("enter")
		s.sees("The domain is proved to be this tenant's.", "acme-example.mail.protection.outlook.com")
		s.seesNot("sipdir")
		s.press("enter")
		if asked.MX != "acme-example.mail.protection.outlook.com" || asked.Proof != "MS=ms58120934" || asked.Tenant != "acme.onmicrosoft.com" {
			t.Errorf("the DNS is compared with %+v", asked)
		}
	})
	if doc := string(w.files["p"].kept[docWanted]); !strings.Contains(doc, "ms58120934") {
		t.Errorf("the project keeps %s", doc)
	}
}

func proofScene(asked *seek.Asked, fault *engine.Fault) func() *root {
	return func() *root {
		r := newScene(stepCutover, 6)
		atMicrosoft(r)
		c := r.steps[stepCutover].(*cutover)
		c.form = nil
		c.proof.open, c.proof.asked, c.proof.refused = true, asked, fault
		return r
	}
}

var proofScenes = []scene{
	{"proof-wanted", proofScene(&seek.Asked{Proof: []engine.DomainRecord{{Name: "acme.example", Type: "TXT", Value: "MS=ms58120934\x1b[2J", TTL: 3600}}},
		&engine.Fault{What: "Microsoft doesn't see the domain's proof record yet.", Do: "Enter the TXT record exactly as shown, and wait until all name servers of the domain give it.", Who: "you"})},
	{"proof-done", proofScene(&seek.Asked{Verified: true, Service: []engine.DomainRecord{{Name: "acme.example", Type: "MX", Value: "acme-example.mail.protection.outlook.com", TTL: 3600, Service: "Email"},
		{Name: "autodiscover.acme.example", Type: "CNAME", Value: "autodiscover.outlook.com", TTL: 3600, Service: "Email"}}}, nil)},
}
