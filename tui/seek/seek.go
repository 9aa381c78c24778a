// Package seek joins the two halves of finding a domain's old server: what the
// DNS and the domain's web server announce (dns), and what is known of providers
// (engine/preset), which do not know of each other.
package seek

import (
	"context"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/engine/preset"
)

// Options lets preset.Discover look up MX records, SRV records and autoconfig
// files by c.
func Options(c *dns.Client) preset.DiscoverOptions {
	return preset.DiscoverOptions{
		LookupMX: c.LookupMX,
		Published: func(ctx context.Context, domain string) ([]preset.Hint, []preset.Tried) {
			found, missed, err := c.Published(ctx, domain)
			if err != nil {
				return nil, []preset.Tried{{Address: domain, Why: engine.Clean(err.Error(), 200)}}
			}
			return hints(found), tried(missed)
		},
	}
}

func hints(found []dns.Published) []preset.Hint {
	var out []preset.Hint
	for _, p := range found {
		h := preset.Hint{Host: p.Host, Port: int(p.Port), Security: engine.StartTLS, User: p.User, Secure: p.Secure, Why: p.Why}
		if p.TLS {
			h.Security = engine.TLS
		}
		out = append(out, h)
	}
	return out
}

func tried(missed []dns.Missed) []preset.Tried {
	var out []preset.Tried
	for _, m := range missed {
		out = append(out, preset.Tried{Address: m.Where, Why: m.Why})
	}
	return out
}
