package preset

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"mxodus/engine"
)

// Sure says how far a candidate can be relied on.
type Sure string

// The degrees, from best to worst.
const (
	Certain Sure = "certain" // the provider is known
	Likely  Sure = "likely"  // a mail server answered under a name that its certificate confirms
	Guess   Sure = "guess"   // something answered, but nothing confirms that it is the right server
)

// Candidate is a server that may hold the domain's mail.
type Candidate struct {
	Endpoint engine.Endpoint // what to connect to; Preset names the preset, if any
	Title    string          // of the preset, or what the greeting says; empty when unknown
	Sure     Sure
	Why      string // a sentence for the administrator
	Greeting string // cleaned; empty when the server was not connected to
	// CertNames are the certificate's names, cleaned; CertProblem says why it
	// is not trusted for this host, empty if it is or was not looked at.
	CertNames   []string
	CertProblem string
	Notes       []string // how users sign in, quirks
}

// Tried is one server that was looked for in vain, and why it is no candidate.
type Tried struct {
	Address string
	Why     string
}

// Discovery is what is known of a domain's mail server.
type Discovery struct {
	Domain     string // in ASCII (IDNA)
	MX         []string
	Candidates []Candidate // best first
	Tried      []Tried
	Notes      []string // about the domain as a whole
}

// DiscoverOptions are where Discover reaches outside. The zero value is the
// real world.
type DiscoverOptions struct {
	// LookupMX returns a domain's MX records; nil asks the system's resolver.
	LookupMX func(ctx context.Context, domain string) ([]*net.MX, error)
	// Published returns the servers that the domain announces, best first, and
	// where it looked in vain; nil: nobody looks.
	Published func(ctx context.Context, domain string) ([]Hint, []Tried)
	// Dial connects; nil is a net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Roots are the authorities that confirm certificates; nil is the system's.
	Roots *x509.CertPool
	// TLSPort and StartTLSPort are 993 and 143 if 0.
	TLSPort, StartTLSPort int
	// Each is how long one server may take (5 s if 0), Total how long all of
	// it may take (20 s if 0).
	Each, Total time.Duration
}

func (o DiscoverOptions) withDefaults() DiscoverOptions {
	if o.LookupMX == nil {
		o.LookupMX = net.DefaultResolver.LookupMX
	}
	if o.Dial == nil {
		o.Dial = new(net.Dialer).DialContext
	}
	if o.TLSPort == 0 {
		o.TLSPort = 993
	}
	if o.StartTLSPort == 0 {
		o.StartTLSPort = 143
	}
	if o.Each == 0 {
		o.Each = 5 * time.Second
	}
	if o.Total == 0 {
		o.Total = 20 * time.Second
	}
	return o
}

// ErrDomain says that what was given is no domain.
var ErrDomain = errors.New("this is not a domain: write example.com")

// Discover finds the IMAP server of a domain, or of an address's domain. It
// returns what it found when the time is up; only a wrong domain (ErrDomain)
// and a ctx that ended are errors. Finding nothing is no error: Tried and Notes
// say what was looked at.
func Discover(ctx context.Context, domain string, o DiscoverOptions) (Discovery, error) {
	ascii, err := asciiDomain(domain)
	if err != nil {
		return Discovery{}, err
	}
	o = o.withDefaults()
	d := Discovery{Domain: ascii}
	if p, ok := ByDomain(ascii); ok {
		d.known(p, "", ascii+" is one of "+p.Title+"'s own domains.")
		return d, nil
	}
	limited, cancel := context.WithTimeout(ctx, o.Total)
	defer cancel()
	d.lookUp(limited, o)
	if len(d.Candidates) == 0 {
		d.published(limited, o)
	}
	if !d.confirmed() {
		d.probe(limited, o)
	}
	d.sort()
	return d, ctx.Err()
}

// asciiDomain takes a domain or an address, in any script.
func asciiDomain(s string) (string, error) {
	s = strings.TrimSuffix(strings.TrimSpace(s), ".")
	s = s[strings.LastIndexByte(s, '@')+1:]
	ascii, err := idna.Lookup.ToASCII(s)
	if err != nil || !strings.Contains(ascii, ".") || net.ParseIP(ascii) != nil || !isHost(ascii) {
		return "", fmt.Errorf("%w (%q)", ErrDomain, engine.Clean(s, 100))
	}
	return ascii, nil
}

// isHost says whether s can be a host name: letters, digits, hyphens and dots.
func isHost(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
			return false
		}
	}
	return true
}

// known adds what the preset says; mx is empty when the domain gave it away.
func (d *Discovery) known(p Preset, mx, why string) {
	for i, e := range p.Connect(d.Domain, mx) {
		c := Candidate{Endpoint: e, Title: p.Title, Sure: Certain, Why: why, Notes: p.notes()}
		if i > 0 {
			c.Sure, c.Why = Likely, "Another server of "+p.Title+", for another region."
		}
		d.Candidates = append(d.Candidates, c)
	}
}

// notes are the sentences that an administrator needs before signing in.
func (p Preset) notes() []string {
	out := []string{p.SignIn}
	for i, s := range p.Steps {
		out = append(out, fmt.Sprintf("%d. %s", i+1, s))
	}
	if p.AdminHow != "" {
		out = append(out, "One log-in for all: "+p.AdminHow)
	}
	for i, s := range p.AdminSteps {
		out = append(out, fmt.Sprintf("%d. %s", i+1, s))
	}
	return append(out, p.Quirks...)
}

// lookUp reads the MX records and asks the table of providers.
func (d *Discovery) lookUp(ctx context.Context, o DiscoverOptions) {
	mxs, err := o.LookupMX(ctx, d.Domain)
	if err != nil {
		d.Notes = append(d.Notes, "The domain's MX records could not be read: "+engine.Clean(err.Error(), 200)+".")
	}
	slices.SortStableFunc(mxs, func(a, b *net.MX) int { return int(a.Pref) - int(b.Pref) })
	for _, mx := range mxs[:min(len(mxs), 20)] {
		if host := hostName(mx.Host); isHost(host) {
			d.MX = append(d.MX, host)
		}
	}
	for _, mx := range d.MX {
		if p, ok := ByMX(mx); ok {
			d.known(p, mx, "The domain's mail goes to "+mx+", which belongs to "+p.Title+".")
			return
		}
		if f, ok := filterOf(mx); ok {
			d.Notes = append(d.Notes, "The domain's mail goes through "+f+" ("+mx+"), a filter: the mailboxes stand elsewhere.")
			return
		}
	}
}

func (d *Discovery) sort() {
	rank := map[Sure]int{Certain: 0, Likely: 1, Guess: 2}
	slices.SortStableFunc(d.Candidates, func(a, b Candidate) int { return rank[a.Sure] - rank[b.Sure] })
}
