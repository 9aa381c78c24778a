package dns

import (
	"fmt"
	"slices"
	"strings"
)

// Cloud is the Microsoft 365 cloud that the mail moves to; each has its own
// names.
type Cloud string

// The clouds.
const (
	Worldwide Cloud = "worldwide" // also GCC
	GCCHigh   Cloud = "gcchigh"   // United States government
	DoD       Cloud = "dod"       // United States Department of Defense
	China     Cloud = "china"     // operated by 21Vianet
	// Elsewhere is any other IMAP server: only what holds for all mail servers
	// is checked, and Wanted.MX must be given.
	Elsewhere Cloud = "elsewhere"
)

// names are what a cloud wants in the DNS.
type names struct {
	cloud Cloud
	title string
	// mx are the ends of MX hosts, the one that new tenants get first.
	mx           []string
	spf          string // to include
	autodiscover string
	dkim         []string // ends of DKIM targets
	msoid        string   // empty where the name must not exist
}

// clouds is the table of all of them. What is said of DKIM outside the worldwide
// cloud is by analogy: these ends are accepted, and nothing is proposed from
// them.
func clouds() []names {
	const newDKIM = "dkim.mail.microsoft"
	return []names{
		{
			cloud: Worldwide, title: "Microsoft 365",
			mx:  []string{"mail.protection.outlook.com", "mx.microsoft"},
			spf: "spf.protection.outlook.com", autodiscover: "autodiscover.outlook.com",
			dkim: []string{"onmicrosoft.com", newDKIM},
		}, {
			cloud: GCCHigh, title: "Microsoft 365 GCC High",
			mx:  []string{"mail.protection.office365.us"},
			spf: "spf.protection.office365.us", autodiscover: "autodiscover.office365.us",
			dkim: []string{"onmicrosoft.us", "onmicrosoft.com", newDKIM},
		}, {
			cloud: DoD, title: "Microsoft 365 DoD",
			mx:  []string{"mail.protection.office365.us"},
			spf: "spf.protection.office365.us", autodiscover: "autodiscover-dod.office365.us",
			dkim: []string{"onmicrosoft.us", "onmicrosoft.com", newDKIM},
		}, {
			cloud: China, title: "Microsoft 365 operated by 21Vianet",
			mx:  []string{"mail.protection.partner.outlook.cn"},
			spf: "spf.protection.partner.outlook.cn", autodiscover: "autodiscover.partner.outlook.cn",
			dkim:  []string{"partner.onmschina.cn", newDKIM},
			msoid: "clientconfig.partner.microsoftonline-p.net.cn",
		},
		{cloud: Elsewhere, title: "the new server"},
	}
}

// ParseCloud takes a cloud as a person writes it; empty is Worldwide.
func ParseCloud(s string) (Cloud, error) {
	s = strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(s))
	switch s {
	case "", "global", "gcc":
		return Worldwide, nil
	case "21vianet", "cn":
		return China, nil
	}
	if c := Cloud(s); slices.ContainsFunc(clouds(), func(n names) bool { return n.cloud == c }) {
		return c, nil
	}
	return "", fmt.Errorf("there is no cloud %q: write worldwide, gcchigh, dod, china or elsewhere", clean(s, 40))
}

func namesOf(c Cloud) names {
	for _, n := range clouds() {
		if n.cloud == c {
			return n
		}
	}
	return clouds()[0]
}

// as changes what a tenant wants otherwise than its cloud's others.
func (n names) as(w Wanted) names {
	if w.SPF != "" {
		n.spf = w.SPF
	}
	if w.Autodiscover != "" {
		n.autodiscover = w.Autodiscover
	}
	return n
}

// otherCloud names the cloud whose MX host this is, if it is another than n's.
func (n names) otherCloud(host string) (string, bool) {
	for _, o := range clouds() {
		if !slices.Equal(o.mx, n.mx) && hasSuffix(host, o.mx) {
			return o.title, true
		}
	}
	return "", false
}

// Wanted is what the caller knows of the tenant. Everything may be empty but
// Cloud; the admin centre shows it, and Microsoft Graph tells it (FromService).
type Wanted struct {
	Cloud Cloud `json:"cloud"`
	// MX is the tenant's own host. Without it the suffix is all that can be
	// checked: it can't be derived from the domain.
	MX    string    `json:"mx,omitempty"`
	Proof string    `json:"proof,omitempty"` // "MS=ms12345678"
	DKIM  [2]string `json:"dkim"`            // the targets of selector1 and selector2
	// SPF is the domain to include, and Autodiscover the host to name, where the
	// tenant says so; empty: the cloud's.
	SPF          string `json:"spf,omitempty"`
	Autodiscover string `json:"autodiscover,omitempty"`
	// Tenant is the initial domain, "contoso.onmicrosoft.com".
	Tenant string `json:"tenant,omitempty"`
	// OldMX are the MX hosts from before the change, for what they leave behind.
	OldMX []string `json:"old_mx,omitempty"`
	// Reports is the address for DMARC reports; empty is postmaster@ the domain.
	Reports string `json:"reports,omitempty"`
}

// FromService makes a Wanted of the records that Microsoft says it wants for a
// domain (Graph: serviceConfigurationRecords and verificationDnsRecords). Names
// and types may be written in either case.
func FromService(c Cloud, domain string, records []Record) Wanted {
	w := Wanted{Cloud: c}
	domain = plain(domain)
	for _, r := range records {
		text := strings.TrimSpace(r.Value)
		value, name := plain(text), plain(r.Name)
		switch strings.ToUpper(r.Type) {
		case "MX":
			if name == domain && !hasSuffix(value, []string{"invalid"}) { // proof may be an MX that leads nowhere (RFC 2606 section 2)
				w.MX = value
			}
		case "TXT":
			w.text(text)
		case "CNAME":
			switch name {
			case "autodiscover." + domain:
				w.Autodiscover = value
			case "selector1._domainkey." + domain:
				w.DKIM[0] = value
			case "selector2._domainkey." + domain:
				w.DKIM[1] = value
			}
		}
	}
	return w
}

// text takes what a TXT record is wanted for.
func (w *Wanted) text(s string) {
	switch {
	case strings.HasPrefix(strings.ToUpper(s), "MS="):
		w.Proof = s
	case isSPF(s):
		for _, t := range parseSPF(s).terms {
			if t.name == "include" {
				w.SPF = plain(t.domain(""))
				return
			}
		}
	}
}

// tidy brings what people paste into the form that records have.
func (w Wanted) tidy() Wanted {
	if w.Cloud == "" {
		w.Cloud = Worldwide
	}
	host := func(s string) string { // "0 host." is what some pages show
		f := strings.Fields(s)
		if len(f) == 0 {
			return ""
		}
		return plain(f[len(f)-1])
	}
	w.MX, w.Tenant = host(w.MX), host(w.Tenant)
	w.SPF, w.Autodiscover = host(w.SPF), host(w.Autodiscover)
	w.DKIM = [2]string{host(w.DKIM[0]), host(w.DKIM[1])}
	w.Proof = strings.TrimSpace(w.Proof)
	if proofForm.MatchString("MS=" + w.Proof) {
		w.Proof = "MS=" + w.Proof
	}
	w.OldMX = slices.Clone(w.OldMX)
	for i := range w.OldMX {
		w.OldMX[i] = host(w.OldMX[i])
	}
	return w
}
