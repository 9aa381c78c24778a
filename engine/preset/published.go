package preset

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"mxodus/engine"
)

// Hint is a server that a domain itself announces, in an SRV record or a file
// for mail programs. It is a claim: Discover connects and looks.
type Hint struct {
	Host     string
	Port     int
	Security engine.Security // TLS or StartTLS
	// User is what users sign in with, as autoconfig files write it:
	// "%EMAILADDRESS%", "%EMAILLOCALPART%"; empty when not said.
	User string
	// Secure says that nobody can have forged it on the way.
	Secure bool
	Why    string // a sentence: what announces it
}

// maxHints is how many announced servers are connected to.
const maxHints = 8

// published connects to what the domain announces, and to the names on the
// certificates that it finds there.
func (d *Discovery) published(ctx context.Context, o DiscoverOptions) {
	if o.Published == nil {
		return
	}
	hints, tried := o.Published(ctx, d.Domain)
	d.Tried = append(d.Tried, tried...)
	sights := make([]sight, min(len(hints), maxHints))
	var wg sync.WaitGroup
	for i := range sights {
		h := hints[i]
		sights[i] = sight{host: hostName(h.Host), hint: h,
			e: engine.Endpoint{Kind: engine.KindIMAP, Host: hostName(h.Host), Port: h.Port, Security: h.Security}}
		wg.Go(func() { sights[i].greeted, sights[i].err = o.greet(ctx, sights[i].e) })
	}
	wg.Wait()
	more := probeAll(ctx, o, certHosts(sights, d.seen(sights)))
	for i := range more {
		more[i].learned = true
	}
	for _, s := range append(sights, more...) {
		d.judge(s)
	}
}

// seen are the hosts of sights.
func (d *Discovery) seen(sights []sight) []string {
	var out []string
	for _, s := range sights {
		out = append(out, s.host)
	}
	return out
}

// confirmed says whether a server was found whose certificate holds for it.
func (d *Discovery) confirmed() bool {
	return slices.ContainsFunc(d.Candidates, func(c Candidate) bool { return c.CertProblem == "" })
}

// announced is the verdict on a server that the domain announces.
func (s sight) announced(title string) (Sure, string) {
	why := engine.Clean(s.hint.Why, 300) + " " + title + " answers there"
	switch {
	case s.greeted.certProblem != "":
		return Guess, why + ", but " + s.greeted.certProblem + "."
	case s.hint.Secure:
		return Certain, why + ", and its certificate is valid for that name."
	}
	return Likely, why + ", and its certificate is valid for that name."
}

// userNote says in words what users sign in with.
func userNote(user string) (string, bool) {
	switch user {
	case "%EMAILADDRESS%":
		return "Users sign in with their whole address.", true
	case "%EMAILLOCALPART%":
		return "Users sign in with the part of their address before the @.", true
	}
	return "", false
}

// byHost finds the provider that connects at this host.
func byHost(host string) (Preset, bool) {
	for _, p := range All() {
		if slices.ContainsFunc(p.Endpoints, func(e engine.Endpoint) bool { return strings.EqualFold(e.Host, host) }) {
			return p, true
		}
	}
	return Preset{}, false
}

// titleOf is the kind's title, or words for a server of no known kind.
func titleOf(title string) string { return cmp.Or(title, "A mail server") }
