package dns

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"

	mdns "github.com/miekg/dns"
)

const (
	maxReferrals = 20 // from the root to a zone
	maxDepth     = 6  // name servers whose names need name servers whose names ...
	maxHosts     = 13 // name servers of a zone that are looked at
)

var (
	errNoServer = errors.New("no name server of a zone above it answers")
	errCaught   = errors.New("something on this network, a firewall or a router, answers in place of the root servers")
	errCircle   = errors.New("name servers can only be found by asking themselves")
)

// path are the names whose addresses are being looked for, to see circles.
type path []string

// walk follows the delegations from the root, or from the nearest zone known, to
// the zone that holds name: RFC 1034 section 5.3.3 without recursion.
func (s *session) walk(ctx context.Context, name string, via path) (cut, error) {
	at := s.nearest(name)
	for range maxReferrals {
		if at.zone == name {
			return at, nil
		}
		a, ok := s.askZone(ctx, at, Question{name, "NS"}, via)
		if !ok {
			return at, s.whyNot(at, a)
		}
		next, more := step(at, a, name)
		if next.zone != at.zone {
			s.remember(next)
		}
		if !more {
			return next, nil
		}
		at = next
	}
	return at, fmt.Errorf("%w: too many delegations above %s", errNoServer, name)
}

// whyNot says why a zone's servers didn't help. A root server never resolves for
// others: what says that it would is something else, which catches questions.
func (s *session) whyNot(at cut, a Answer) error {
	if at.zone == "." && a.Status == Lame && a.msg != nil && a.msg.RecursionAvailable {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.caught = true
		return errCaught
	}
	zone := "a server of " + at.zone
	if at.zone == "." {
		zone = "one of the root servers"
	}
	return fmt.Errorf("%w: %s %s", errNoServer, zone, a.Status.Words())
}

func (s *session) nearest(name string) cut {
	s.mu.Lock()
	defer s.mu.Unlock()
	for z := name; ; {
		if c, ok := s.cuts[z]; ok {
			return c
		}
		i, end := mdns.NextLabel(z+".", 0)
		if end {
			return s.cuts["."]
		}
		z = z[i:]
	}
}

func (s *session) remember(c cut) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.cuts[c.zone]; !ok && len(c.hosts) > 0 {
		s.cuts[c.zone] = c
	}
}

// askZone asks a zone's servers until one answers for the zone, for no longer
// than one server may take.
func (s *session) askZone(ctx context.Context, at cut, q Question, via path) (Answer, bool) {
	ctx, cancel := context.WithTimeout(ctx, s.c.o.First+s.c.o.Second)
	defer cancel()
	good := func(a Answer) bool {
		if a.msg == nil || !a.Status.OK() {
			return false
		}
		_, down := referral(at, a.msg, q.Name)
		return a.Authoritative || down
	}
	return s.hedge(ctx, s.serversOf(ctx, at, via), good, func(ctx context.Context, sv Server) Answer {
		a := s.ask(ctx, sv, q, false, at.zone)
		if a.Status.OK() && !good(a) {
			a.Status = Lame
		}
		return a
	})
}

// serversOf gives a zone's addresses: those with glue at once, and when there is
// none, the others as their addresses are found.
func (s *session) serversOf(ctx context.Context, at cut, via path) <-chan Server {
	var known []Server
	for _, h := range at.hosts {
		known = append(known, s.servers(h.name, h.glue, at.zone)...)
	}
	if len(known) == 0 {
		for _, h := range at.also {
			known = append(known, s.servers(h.name, h.glue, at.zone)...)
		}
	}
	if len(known) > 0 {
		return each(s.rotate(at.zone, known))
	}
	found := make(chan Server, maxHosts*4)
	var wg sync.WaitGroup
	for _, h := range at.hosts[:min(len(at.hosts), 3)] {
		wg.Go(func() {
			addrs, _ := s.addresses(ctx, h.name, via)
			for _, sv := range s.servers(h.name, addrs[:min(len(addrs), 4)], at.zone) {
				found <- sv
			}
		})
	}
	go func() { wg.Wait(); close(found) }()
	return found
}

func (s *session) servers(name string, addrs []netip.Addr, zone string) []Server {
	kind := Authoritative
	if zone == "." {
		kind = Root
	}
	var out []Server
	for _, a := range addrs {
		out = append(out, Server{Name: name, Kind: kind, Addr: netip.AddrPortFrom(a, s.c.o.Port)})
	}
	return out
}

// addresses finds a host's addresses from the root, IPv4 first.
func (s *session) addresses(ctx context.Context, host string, via path) ([]netip.Addr, error) {
	if slices.Contains(via, host) || len(via) >= maxDepth {
		return nil, fmt.Errorf("%w: %s", errCircle, host)
	}
	via = append(slices.Clip(via), host)
	var v4, v6 []netip.Addr
	var err4, err6 error
	var wg sync.WaitGroup
	wg.Go(func() { v4, err4 = s.addressesOf(ctx, Question{host, "A"}, via) })
	wg.Go(func() { v6, err6 = s.addressesOf(ctx, Question{host, "AAAA"}, via) })
	wg.Wait()
	out := append(v4, v6...)
	switch {
	case len(out) > 0:
		return out, nil
	case err4 != nil:
		return nil, err4
	case err6 != nil:
		return nil, err6
	}
	return nil, fmt.Errorf("%s has no address", host)
}

func (s *session) addressesOf(ctx context.Context, q Question, via path) ([]netip.Addr, error) {
	a, err := s.iterate(ctx, q, via)
	var out []netip.Addr
	for _, r := range a.Records {
		if addr, err := netip.ParseAddr(r.Value); err == nil {
			out = append(out, addr)
		}
	}
	return out, err
}

// iterate answers a question from the root, following aliases out of a zone.
func (s *session) iterate(ctx context.Context, q Question, via path) (Answer, error) {
	whole := Answer{}
	name := q.Name
	for range maxAliases {
		at, err := s.walk(ctx, name, via)
		if err != nil {
			return Answer{Question: q, Status: Silent, Notes: []string{clean(err.Error(), 200)}}, err
		}
		a, ok := s.askZone(ctx, at, Question{name, q.Type}, via)
		chain := append(whole.Chain, a.Chain...)
		if len(whole.Chain) > 0 && ok {
			a.TTL = min(a.TTL, whole.TTL)
		}
		whole = a
		whole.Question, whole.Chain = q, chain
		if !ok {
			return whole, fmt.Errorf("%w: %s %s", errNoServer, at.zone, a.Status.Words())
		}
		if len(a.Records) > 0 || a.Alias() == "" || a.Status != Answered || q.Type == "CNAME" {
			return whole, nil
		}
		name = a.Alias()
	}
	whole.Status = Loop
	return whole, nil
}
