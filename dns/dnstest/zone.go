package dnstest

import (
	"slices"
	"strings"
	"testing"

	mdns "github.com/miekg/dns"
)

// zone is a zone's content, answered as RFC 1034 section 4.3.2 says.
type zone struct {
	origin string
	all    []mdns.RR
}

func parseZone(t testing.TB, origin, text string) *zone {
	t.Helper()
	z := &zone{origin: mdns.Fqdn(strings.ToLower(origin))}
	p := mdns.NewZoneParser(strings.NewReader("$TTL 3600\n"+text), z.origin, "")
	for rr, ok := p.Next(); ok; rr, ok = p.Next() {
		z.all = append(z.all, rr)
	}
	if err := p.Err(); err != nil {
		t.Fatalf("zone %s: %v", origin, err)
	}
	return z
}

func (z *zone) at(name string, kinds ...uint16) []mdns.RR {
	var out []mdns.RR
	for _, rr := range z.all {
		if h := rr.Header(); strings.EqualFold(h.Name, name) && (len(kinds) == 0 || slices.Contains(kinds, h.Rrtype)) {
			out = append(out, rr)
		}
	}
	return out
}

// exists says whether name or anything below it stands in the zone.
func (z *zone) exists(name string) bool {
	return slices.ContainsFunc(z.all, func(rr mdns.RR) bool { return mdns.IsSubDomain(name, strings.ToLower(rr.Header().Name)) })
}

func (z *zone) answer(m *mdns.Msg, q question) {
	if z.refer(m, q) {
		return
	}
	m.Authoritative = true
	name := q.name
	for range 10 {
		owner, rrs := name, z.at(name)
		if len(rrs) == 0 && !z.exists(name) {
			owner, rrs = z.wildcard(name)
		}
		if owner == "" {
			m.Rcode = mdns.RcodeNameError
			break
		}
		var alias *mdns.CNAME
		for _, rr := range rrs {
			rr = mdns.Copy(rr)
			rr.Header().Name = name
			if rr.Header().Rrtype == q.kind {
				m.Answer = append(m.Answer, rr)
			} else if c, ok := rr.(*mdns.CNAME); ok {
				alias = c
				m.Answer = append(m.Answer, c)
			}
		}
		if alias == nil || !mdns.IsSubDomain(z.origin, strings.ToLower(alias.Target)) {
			break
		}
		name = strings.ToLower(alias.Target)
	}
	if len(m.Answer) == 0 || m.Rcode != 0 {
		m.Ns = z.at(z.origin, mdns.TypeSOA)
	}
}

// wildcard finds what "*" stands for a name that doesn't exist (RFC 4592).
func (z *zone) wildcard(name string) (string, []mdns.RR) {
	for up := name; up != z.origin; {
		i, end := mdns.NextLabel(up, 0)
		if end {
			return "", nil
		}
		up = up[i:]
		if rrs := z.at("*." + up); len(rrs) > 0 {
			return "*." + up, rrs
		}
		if z.exists(up) {
			return "", nil
		}
	}
	return "", nil
}

// refer hands down to a zone below, with whatever addresses stand here.
func (z *zone) refer(m *mdns.Msg, q question) bool {
	for name := q.name; name != z.origin; {
		if ns := z.at(name, mdns.TypeNS); len(ns) > 0 {
			m.Ns = ns
			for _, rr := range ns {
				m.Extra = append(m.Extra, z.at(rr.(*mdns.NS).Ns, mdns.TypeA, mdns.TypeAAAA)...)
			}
			return true
		}
		i, end := mdns.NextLabel(name, 0)
		if end {
			return false
		}
		name = name[i:]
		if name == "" {
			return false
		}
	}
	return false
}
