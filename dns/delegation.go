package dns

import (
	"net/netip"
	"slices"

	mdns "github.com/miekg/dns"
)

// cut is a zone as its parent delegates it.
type cut struct {
	zone   string
	parent string
	hosts  []nsHost
	// also are servers that were seen to hold the zone though they were asked
	// as its parent's: where hosts' own addresses can only be found in the zone.
	also []nsHost
	// gone says that the name looked for doesn't exist below this zone.
	gone bool
}

// nsHost is a name server as it is named in a delegation.
type nsHost struct {
	name string
	glue []netip.Addr // in bailiwick only
}

func rootCut(roots []Server) cut {
	c := cut{zone: "."}
	for _, r := range roots {
		i := slices.IndexFunc(c.hosts, func(h nsHost) bool { return h.name == r.Name })
		if i < 0 {
			i = len(c.hosts)
			c.hosts = append(c.hosts, nsHost{name: r.Name})
		}
		c.hosts[i].glue = append(c.hosts[i].glue, r.Addr.Addr())
	}
	return c
}

// step says where an answer about name's servers leads; more is false at the
// zone that holds the name.
func step(at cut, a Answer, name string) (next cut, more bool) {
	if c, ok := referral(at, a.msg, name); ok {
		return c, c.zone != name
	}
	if len(a.Records) > 0 { // the same servers hold parent and child
		c := delegation(at, name, a.msg.Answer, a.msg)
		c.also = at.hosts
		return c, false
	}
	for _, rr := range a.msg.Ns {
		if soa, ok := rr.(*mdns.SOA); ok {
			z := plain(soa.Hdr.Name)
			if strictlyWithin(z, at.zone) && within(name, z) { // a zone between, on the same servers
				return cut{zone: z, parent: at.zone, hosts: at.hosts, gone: a.Status == NoName}, false
			}
		}
	}
	at.gone = a.Status == NoName
	return at, false
}

// referral reads a delegation to a zone on the way to name.
func referral(at cut, m *mdns.Msg, name string) (cut, bool) {
	if m.Rcode != mdns.RcodeSuccess || len(m.Answer) > 0 {
		return cut{}, false
	}
	for _, rr := range m.Ns {
		ns, ok := rr.(*mdns.NS)
		if !ok {
			continue
		}
		if z := plain(ns.Hdr.Name); strictlyWithin(z, at.zone) && within(name, z) {
			return delegation(at, z, m.Ns, m), true
		}
	}
	return cut{}, false
}

// delegation collects zone's name servers out of rrs, and their glue: only
// addresses of names below the zone that was asked are believed.
func delegation(at cut, zone string, rrs []mdns.RR, m *mdns.Msg) cut {
	c := cut{zone: zone, parent: at.zone}
	for _, rr := range rrs {
		ns, ok := rr.(*mdns.NS)
		if !ok || plain(ns.Hdr.Name) != zone || len(c.hosts) == maxHosts {
			continue
		}
		h := nsHost{name: plain(ns.Ns)}
		for _, x := range m.Extra {
			if addr := addrOf(x); addr.IsValid() && plain(x.Header().Name) == h.name && within(h.name, at.zone) {
				h.glue = append(h.glue, addr)
			}
		}
		c.hosts = append(c.hosts, h)
	}
	return c
}

func addrOf(rr mdns.RR) (a netip.Addr) {
	switch rr := rr.(type) {
	case *mdns.A:
		a, _ = netip.AddrFromSlice(rr.A.To4())
	case *mdns.AAAA:
		a, _ = netip.AddrFromSlice(rr.AAAA.To16())
	}
	return a
}
