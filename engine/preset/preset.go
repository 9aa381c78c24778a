package preset

import (
	"slices"
	"strings"

	"mxodus/engine"
)

// Preset is what is known of one provider or server kind.
type Preset struct {
	Name  string // stable, lower case: "gmail"
	Title string // for people: "Gmail and Google Workspace"
	// MXSuffixes are ends of MX host names that give the provider away,
	// without a leading dot.
	MXSuffixes []string
	// Domains are the provider's own, in which anyone may have an address.
	Domains []string
	// Endpoints are where to connect, best first. "%domain" in a host stands
	// for the administrator's domain; a server kind that stands anywhere has
	// none. Use Connect to have them filled in.
	Endpoints []engine.Endpoint
	// SignIn says in a sentence or two what signs a user in.
	SignIn string
	// Steps lead to what SignIn asks for, in order; empty when the user's own
	// password will do.
	Steps []string
	// PasswordWorks is false where only OAuth signs in.
	PasswordWorks bool
	Limits        Limits
	Quirks        []string // sentences to know before the first run
	// AdminStyle is how one administrator's log-in opens every mailbox;
	// AdminHow says it in words, empty when there is no such log-in.
	AdminStyle engine.AdminStyle
	AdminHow   string
	// AdminSteps lead to it, in order; empty where AdminHow says all.
	AdminSteps []string
	// CertNames are names or organisations on a certificate that give this
	// kind away; "%domain" as in Endpoints. "*." stands for any host below.
	CertNames []string
	// Greetings are words of a greeting that give this kind away.
	Greetings []string
}

// Limits are what a provider is known to bear; 0 means not known.
type Limits struct {
	ConnsPerUser   int   // connections at once into one mailbox
	BytesPerDay    int64 // read from one mailbox in a day
	FolderMessages int   // newest messages of a folder that IMAP shows
}

// Apply brings l down to what the provider bears.
func (p Preset) Apply(l engine.Limits) engine.Limits {
	if n := p.Limits.ConnsPerUser; n > 0 && n < l.WithDefaults().ConnsPerMailbox {
		l.ConnsPerMailbox = n
	}
	l.MaxPerDay = p.Limits.BytesPerDay / 10 * 9 // what was read by other programs counts too
	return l
}

// Connect is Endpoints for one domain: with names filled in, and those first
// whose host is nearest to the domain's MX host (a provider's regions); mx may
// be empty.
func (p Preset) Connect(domain, mx string) []engine.Endpoint {
	out := slices.Clone(p.Endpoints)
	for i := range out {
		out[i].Host = strings.ReplaceAll(out[i].Host, "%domain", domain)
		out[i].Preset = p.Name
		out[i].AdminStyle = p.AdminStyle
	}
	if mx == "" {
		mx = domain
	}
	slices.SortStableFunc(out, func(a, b engine.Endpoint) int {
		return commonLabels(b.Host, mx) - commonLabels(a.Host, mx)
	})
	return out
}

// All lists every preset. Where two could match, the longer MX suffix wins;
// where greetings or certificates of two match, the earlier one wins.
func All() []Preset {
	return []Preset{
		gmail(), yahoo(), aol(), microsoft365(), outlookCom(), icloud(), zoho(),
		fastmail(), yandex(), goDaddy(), ionos(), rackspace(),
		cpanel(), plesk(), zimbra(), exchange(), kerio(), mirapoint(), oracle(),
		cyrus(), courier(), dovecot(),
	}
}

// ByName finds a preset by its name.
func ByName(name string) (Preset, bool) {
	for _, p := range All() {
		if strings.EqualFold(p.Name, name) {
			return p, true
		}
	}
	return Preset{}, false
}

// ByDomain finds the provider whose own domain this is.
func ByDomain(domain string) (Preset, bool) {
	for _, p := range All() {
		if slices.Contains(p.Domains, hostName(domain)) {
			return p, true
		}
	}
	return Preset{}, false
}

// ByMX finds the provider that an MX host belongs to.
func ByMX(host string) (Preset, bool) {
	best, found := Preset{}, 0
	for _, p := range All() {
		for _, s := range p.MXSuffixes {
			if below(hostName(host), s) && len(s) > found {
				best, found = p, len(s)
			}
		}
	}
	return best, found > 0
}

// below says whether host is the suffix or stands below it.
func below(host, suffix string) bool {
	return host == suffix || strings.HasSuffix(host, "."+suffix)
}

func hostName(s string) string {
	return strings.ToLower(strings.TrimSuffix(strings.TrimSpace(s), "."))
}

// commonLabels counts the labels that two names share at their ends.
func commonLabels(a, b string) int {
	as, bs := strings.Split(hostName(a), "."), strings.Split(hostName(b), ".")
	n := 0
	for n < len(as) && n < len(bs) && as[len(as)-1-n] == bs[len(bs)-1-n] {
		n++
	}
	return n
}

func imaps(host string) engine.Endpoint {
	return engine.Endpoint{Kind: engine.KindIMAP, Host: host, Port: 993, Security: engine.TLS}
}

const ownPassword = "Each user's own name and password."
