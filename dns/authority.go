package dns

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	mdns "github.com/miekg/dns"
)

// Authority is a zone and who holds it.
type Authority struct {
	Domain string `json:"domain"` // that was asked about
	// Zone holds the domain: the domain itself, or a name above it. Panels want
	// names relative to it.
	Zone   string `json:"zone"`
	Parent string `json:"parent"`
	// Servers are the zone's name servers, one entry an address.
	Servers []Server `json:"servers"`
	// Direct says that some of them could be asked. When it is false (port 53
	// is closed on many networks), what is known comes from resolvers.
	Direct bool     `json:"direct"`
	Notes  []string `json:"notes,omitempty"` // about the delegation, for people

	at cut
}

// findZone finds the zone that holds domain and the servers that its parent
// names, by the delegations; where nobody can be asked directly, by resolvers.
func (s *session) findZone(ctx context.Context, domain string) Authority {
	at, err := s.walk(ctx, domain, nil)
	if err != nil {
		au := s.zoneByResolvers(ctx, domain)
		au.Notes = append(au.Notes, "The name servers of "+domain+" couldn't be found from the root: "+clean(err.Error(), 200)+".")
		return au
	}
	au := Authority{Domain: domain, Zone: at.zone, Parent: at.parent, at: at}
	if at.gone && at.zone != domain {
		au.Notes = append(au.Notes, at.zone+" says that "+domain+" doesn't exist: is it registered, and spelt right?")
	}
	servers, notes := s.hostServers(ctx, at.hosts, at.zone)
	au.Servers, au.Notes = servers, append(au.Notes, notes...)
	return au
}

// freshest asks all servers for the zone's serial and puts those that answer in
// order: the highest serial first, among equals the quickest. Once one has
// answered, it waits for the others as long as a first packet may take, but not
// for dead ones: a lagging server must not speak for one that is only far away.
func (s *session) freshest(ctx context.Context, au Authority) []Server {
	servers := slices.DeleteFunc(slices.Clone(au.Servers), func(sv Server) bool { return !sv.Addr.IsValid() })
	answers := make(chan Answer, len(servers))
	for _, sv := range servers {
		s.wg.Go(func() { answers <- lameOr(s.ask(ctx, sv, Question{au.Zone, "SOA"}, false, au.Zone)) })
	}
	var came []Answer
	var grace <-chan time.Time
	for range servers {
		select {
		case a := <-answers:
			if _, ok := serial(a); ok && grace == nil {
				grace = time.After(s.c.o.First)
			}
			came = append(came, a)
			continue
		case <-grace:
		case <-ctx.Done():
		}
		break
	}
	return byFreshness(came)
}

func byFreshness(came []Answer) []Server {
	came = slices.DeleteFunc(came, func(a Answer) bool { _, ok := serial(a); return !ok })
	slices.SortStableFunc(came, func(a, b Answer) int {
		x, _ := serial(a)
		y, _ := serial(b)
		switch {
		case older(x, y):
			return 1
		case older(y, x):
			return -1
		}
		return int(a.Took - b.Took)
	})
	var out []Server
	for _, a := range came {
		out = append(out, a.Server)
	}
	return out
}

// hostServers gives every address of the hosts, and tells which host has none.
func (s *session) hostServers(ctx context.Context, hosts []nsHost, zone string) ([]Server, []string) {
	lists := make([][]Server, len(hosts))
	notes := make([]string, len(hosts))
	var wg sync.WaitGroup
	for i, h := range hosts {
		wg.Go(func() {
			addrs := h.glue
			if len(addrs) == 0 {
				var err error
				if addrs, err = s.addresses(ctx, h.name, nil); err != nil {
					notes[i] = "The name server " + h.name + " has no address that can be found: " + clean(err.Error(), 200) + "."
				}
			}
			lists[i] = s.servers(h.name, addrs, zone)
		})
	}
	wg.Wait()
	return slices.Concat(lists...), slices.DeleteFunc(notes, func(n string) bool { return n == "" })
}

// lameOr marks the answer of a server that should have authority and hasn't.
func lameOr(a Answer) Answer {
	if (a.Status.OK() && !a.Authoritative) || a.Status == Refused {
		a.Status = Lame
	}
	return a
}

// withZonesOwn adds the servers that the zone itself names and its parent
// doesn't: resolvers ask these too (RFC 1034 section 4.2.2).
func (s *session) withZonesOwn(ctx context.Context, au Authority) Authority {
	if len(au.at.hosts) == 0 {
		return au
	}
	au.Servers, au.Notes = slices.Clip(au.Servers), slices.Clip(au.Notes)
	a, ok := s.askZone(ctx, au.at, Question{au.Zone, "NS"}, nil)
	if !ok || len(a.Records) == 0 || au.Zone == "." {
		return au
	}
	var more []nsHost
	for _, r := range a.Records {
		if !slices.ContainsFunc(au.at.hosts, func(h nsHost) bool { return h.name == r.Value }) && len(more) < maxHosts {
			more = append(more, nsHost{name: r.Value})
			au.Notes = append(au.Notes, "The zone names "+r.Value+" as a name server, but "+au.Parent+" doesn't: have the registrar add it, or take it out of the zone.")
		}
	}
	for _, h := range au.at.hosts {
		if !slices.ContainsFunc(a.Records, func(r Record) bool { return r.Value == h.name }) {
			au.Notes = append(au.Notes, au.Parent+" names "+h.name+" as a name server, but the zone itself doesn't: have the registrar take it out, or add it to the zone.")
		}
	}
	servers, notes := s.hostServers(ctx, more, au.Zone)
	au.Servers, au.Notes = append(au.Servers, servers...), append(au.Notes, notes...)
	return au
}

// zoneByResolvers finds zone and servers where nobody can be asked directly. The
// zone is where the SOA record stands.
func (s *session) zoneByResolvers(ctx context.Context, domain string) Authority {
	au := Authority{Domain: domain, Zone: domain}
	a := s.recursive(ctx, Question{domain, "SOA"})
	if a.msg == nil {
		return au
	}
	for _, rr := range slices.Concat(a.msg.Answer, a.msg.Ns) {
		if z := plain(rr.Header().Name); rr.Header().Rrtype == mdns.TypeSOA && within(domain, z) {
			au.Zone = z
		}
	}
	if _, parent, ok := strings.Cut(au.Zone, "."); ok {
		au.Parent = parent
	}
	for _, r := range s.recursive(ctx, Question{au.Zone, "NS"}).Records {
		au.Servers = append(au.Servers, Server{Name: r.Value, Kind: Authoritative})
	}
	return au
}

// serial is the zone's serial in an answer.
func serial(a Answer) (uint32, bool) {
	if a.msg == nil || !a.Status.OK() {
		return 0, false
	}
	for _, rr := range slices.Concat(a.msg.Answer, a.msg.Ns) {
		if soa, ok := rr.(*mdns.SOA); ok {
			return soa.Serial, true
		}
	}
	return 0, false
}

// older compares serials, which wrap around (RFC 1982 section 3.2).
func older(a, b uint32) bool { return a != b && int32(a-b) < 0 }
