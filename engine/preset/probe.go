package preset

import (
	"context"
	"errors"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"mxodus/engine"
)

const (
	probesAtOnce  = 8
	maxProbeHosts = 8 // usual names and MX hosts
	maxCertHosts  = 4 // names learned from certificates
)

// probe connects to the usual names, then to the names that certificates gave.
func (d *Discovery) probe(ctx context.Context, o DiscoverOptions) {
	hosts := slices.DeleteFunc(d.usualHosts(), d.isCandidate)
	first := probeAll(ctx, o, hosts)
	more := probeAll(ctx, o, certHosts(first, hosts))
	for i := range more {
		more[i].learned = true
	}
	for _, s := range append(first, more...) {
		d.judge(s)
	}
	if len(d.Candidates) == 0 {
		d.Notes = append(d.Notes, "No IMAP server answered under the usual names. Ask who hosts the mail, and give the server by name.")
	}
}

// usualHosts are where mail servers of a domain usually stand, best first.
func (d *Discovery) usualHosts() []string {
	hosts := []string{"imap." + d.Domain, "mail." + d.Domain, d.Domain}
	for _, mx := range d.MX {
		if _, filter := filterOf(mx); !filter && !slices.Contains(hosts, mx) && len(hosts) < maxProbeHosts {
			hosts = append(hosts, mx)
		}
	}
	return hosts
}

// isCandidate says whether a host was found already.
func (d *Discovery) isCandidate(host string) bool {
	return slices.ContainsFunc(d.Candidates, func(c Candidate) bool { return c.Endpoint.Host == host })
}

// sight is what was seen of one host.
type sight struct {
	host    string
	e       engine.Endpoint
	greeted greeted
	err     error
	learned bool // the name comes from another server's certificate
	hint    Hint // what announces it; empty when nothing does
}

// probeAll looks at all hosts, some at once, and keeps their order.
func probeAll(ctx context.Context, o DiscoverOptions, hosts []string) []sight {
	out := make([]sight, len(hosts))
	slots := make(chan struct{}, probesAtOnce)
	var wg sync.WaitGroup
	for i, h := range hosts {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			out[i] = probeHost(ctx, o, h)
		})
	}
	wg.Wait()
	return out
}

// probeHost tries implicit TLS, then STARTTLS.
func probeHost(ctx context.Context, o DiscoverOptions, host string) sight {
	s := sight{host: host, e: engine.Endpoint{Kind: engine.KindIMAP, Host: host, Port: o.TLSPort, Security: engine.TLS}}
	if s.greeted, s.err = o.greet(ctx, s.e); s.err == nil {
		return s
	}
	t := sight{host: host, e: s.e}
	t.e.Port, t.e.Security = o.StartTLSPort, engine.StartTLS
	if t.greeted, t.err = o.greet(ctx, t.e); t.err == nil {
		return t
	}
	return s
}

// certHosts are the names on certificates that weren't tried yet: on shared
// hosting, the true name of the server.
func certHosts(sights []sight, tried []string) []string {
	var out []string
	for _, s := range sights {
		if s.err != nil || s.greeted.certProblem == "" {
			continue
		}
		for _, name := range s.greeted.certNames {
			name = hostName(name)
			if len(out) < maxCertHosts && isPublicHost(name) && !slices.Contains(tried, name) && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// whyNot says in words why nobody answered.
func whyNot(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "no answer in time"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nobody listens there (connection refused)"
	}
	return engine.Clean(err.Error(), 200)
}

// isPublicHost leaves out what a certificate could send us to on our own side
// of the network: addresses and names without a domain.
func isPublicHost(name string) bool {
	return isHost(name) && strings.Contains(name, ".") && net.ParseIP(name) == nil &&
		!below(name, "localhost") && !below(name, "local") && !below(name, "localdomain")
}

// judge makes a candidate of what was seen, or says why it is none.
func (d *Discovery) judge(s sight) {
	if s.err != nil {
		d.Tried = append(d.Tried, Tried{Address: net.JoinHostPort(s.host, strconv.Itoa(s.e.Port)), Why: whyNot(s.err)})
		return
	}
	c := Candidate{Endpoint: s.e, Greeting: s.greeted.text, CertNames: s.greeted.certNames, CertProblem: s.greeted.certProblem}
	p, ok := byHost(s.host)
	if !ok {
		p, ok = recognise(s.greeted, d.Domain)
	}
	if ok {
		c.Title, c.Notes = p.Title, p.notes()
		c.Endpoint.Preset, c.Endpoint.AdminStyle = p.Name, p.AdminStyle
	}
	if note, ok := userNote(s.hint.User); ok {
		c.Notes = append([]string{note}, c.Notes...)
	}
	c.Sure, c.Why = s.verdict(titleOf(c.Title))
	d.Candidates = append(d.Candidates, c)
}

func (s sight) verdict(title string) (Sure, string) {
	if s.hint.Host != "" {
		return s.announced(title)
	}
	switch {
	case s.greeted.certProblem != "":
		return Guess, title + " answers at " + s.host + ", but " + s.greeted.certProblem + "."
	case s.learned:
		return Likely, title + " answers at " + s.host + ", the name on the certificate of the domain's own mail host."
	}
	return Likely, title + " answers at " + s.host + ", and its certificate is valid for that name."
}

// recognise tells a server's kind by its certificate, else by its greeting.
func recognise(g greeted, domain string) (Preset, bool) {
	for _, p := range All() {
		for _, want := range p.CertNames {
			want = strings.ReplaceAll(want, "%domain", domain)
			if slices.ContainsFunc(slices.Concat(g.certNames, g.certOwners), func(n string) bool { return certMatches(n, want) }) {
				return p, true
			}
		}
	}
	for _, p := range All() {
		for _, word := range p.Greetings {
			if strings.Contains(strings.ToLower(g.text), strings.ToLower(word)) {
				return p, true
			}
		}
	}
	return Preset{}, false
}

// certMatches compares a certificate's name with a preset's, whose "*." stands
// for any host below.
func certMatches(name, want string) bool {
	if suffix, ok := strings.CutPrefix(want, "*."); ok {
		return below(strings.TrimPrefix(hostName(name), "*."), suffix)
	}
	return strings.EqualFold(name, want)
}
