package dns

import (
	"context"
	"slices"
	"strings"
	"sync"
)

// Published is an IMAP server that a domain announces. It is a claim: whoever
// uses it connects and looks at the certificate.
type Published struct {
	Host string `json:"host"`
	Port uint16 `json:"port"`
	// TLS is true for TLS from the start, false for STARTTLS. Servers that are
	// announced without either are not returned.
	TLS bool `json:"tls"`
	// User is what a user signs in with, as autoconfig writes it:
	// "%EMAILADDRESS%" or "%EMAILLOCALPART%"; empty when it isn't said.
	User string `json:"user,omitempty"`
	// Where is the record or the URL that says so.
	Where string `json:"where"`
	// Secure says that it can't have been forged on the way: it came over HTTPS,
	// or the resolver validated it.
	Secure bool   `json:"secure"`
	Why    string `json:"why"` // a sentence for people
}

// Missed is a place where an announcement could have stood.
type Missed struct {
	Where string `json:"where"`
	Why   string `json:"why"`
}

// Published looks where a domain announces its IMAP server: SRV records (RFC
// 6186), then autoconfig files; best first, each server once. The error is
// ErrDomain or that of ctx.
func (c *Client) Published(ctx context.Context, domain string) ([]Published, []Missed, error) {
	name, err := ToASCII(domain)
	if err != nil {
		return nil, nil, err
	}
	s := c.session(ctx)
	defer s.close()
	lists := make([][]Published, 3)
	missed := make([][]Missed, 3)
	var wg sync.WaitGroup
	wg.Go(func() { lists[0], missed[0] = s.srv(ctx, "_imaps._tcp."+name, true) })
	wg.Go(func() { lists[1], missed[1] = s.srv(ctx, "_imap._tcp."+name, false) })
	wg.Go(func() { lists[2], missed[2] = s.autoconfig(ctx, name) })
	wg.Wait()
	var out []Published
	for _, p := range slices.Concat(lists...) {
		if !slices.ContainsFunc(out, func(o Published) bool { return o.Host == p.Host && o.Port == p.Port }) {
			out = append(out, p)
		}
	}
	return out, slices.Concat(missed...), ctx.Err()
}

// maxSRV is how many servers one record set may name.
const maxSRV = 8

// srv reads SRV records: lower priority first, then higher weight. A target "."
// says that the service isn't offered (RFC 6186 section 3.4).
func (s *session) srv(ctx context.Context, name string, implicit bool) ([]Published, []Missed) {
	a := s.recursive(ctx, Question{name, "SRV"})
	if len(a.Records) == 0 {
		return nil, []Missed{{name, a.Server.String() + " " + a.Status.Words()}}
	}
	type target struct {
		Published
		priority, weight int
	}
	var found []target
	for _, r := range a.Records {
		weight, port, host, ok := splitSRV(r.Value)
		if !ok || host == "." || !isHost(host) || port == 0 {
			continue
		}
		p := Published{Host: host, Port: port, TLS: implicit, Where: name, Secure: a.Validated,
			Why: "The domain's SRV record " + name + " names " + host + "."}
		found = append(found, target{p, int(r.Priority), weight})
	}
	if len(found) == 0 {
		return nil, []Missed{{name, "the record says that there is no such service"}}
	}
	slices.SortStableFunc(found, func(x, y target) int {
		if x.priority != y.priority {
			return x.priority - y.priority
		}
		return y.weight - x.weight
	})
	var out []Published
	for _, t := range found[:min(len(found), maxSRV)] {
		out = append(out, t.Published)
	}
	return out, nil
}

// splitSRV reads a Record's value.
func splitSRV(value string) (weight int, port uint16, host string, ok bool) {
	f := strings.Fields(value)
	if len(f) != 3 {
		return 0, 0, "", false
	}
	w, ok1 := prefix(f[0], 65535)
	p, ok2 := prefix(f[1], 65535)
	return w, uint16(p), f[2], ok1 && ok2
}
