package dnstest

import (
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	mdns "github.com/miekg/dns"
)

// Faults are what a server does wrong. The zero value is a good server.
type Faults struct {
	DropUDP, DropTCP, DropHTTPS bool
	Delay                       time.Duration
	Garble                      bool // a packet that is no DNS message
	Truncate                    bool // every answer over UDP says that it is cut
	WrongID                     bool
	WrongQuestion               bool
	WrongSource                 bool // replies over UDP come from another port
	Spoof                       bool // a forged reply comes before the true one
	NoEDNS                      bool // FORMERR for questions with EDNS
	Rcode                       int  // for every question
}

// Server is a name server: for the zones it holds, and for all else a resolver
// if it has some answers cached.
type Server struct {
	net  *Net
	addr netip.Addr

	mu     sync.Mutex
	zones  map[string]*zone
	cached map[question]cached
	from   []*Server
	faults Faults
	valid  bool
}

type question struct {
	name string
	kind uint16
}

type cached struct {
	rrs   []mdns.RR
	since time.Time
}

// Addr is the server's made-up address.
func (s *Server) Addr() netip.AddrPort { return netip.AddrPortFrom(s.addr, 53) }

// Fault switches faults on; the zero value switches them off.
func (s *Server) Fault(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
}

// Zone makes the server hold a zone, in place of what it held of it. text is in
// the form of zone files; "@" is the zone.
func (s *Server) Zone(origin, text string) {
	z := parseZone(s.net.t, origin, text)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.zones[z.origin] = z
}

// Drop makes the server hold a zone no more: it is lame then.
func (s *Server) Drop(origin string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.zones, mdns.Fqdn(origin))
}

// Resolve makes the server a resolver that finds its answers at these servers,
// and says that it validated them if valid.
func (s *Server) Resolve(valid bool, from ...*Server) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from, s.valid = from, valid
}

// Cache makes a resolver remember an answer since a moment; it forgets it when
// its TTL has run out.
func (s *Server) Cache(name, kind, text string, since time.Time) {
	z := parseZone(s.net.t, ".", text)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cached == nil {
		s.cached = map[question]cached{}
	}
	s.cached[question{mdns.Fqdn(name), mdns.StringToType[kind]}] = cached{rrs: z.all, since: since}
}

func (s *Server) handler(way string) mdns.HandlerFunc {
	return func(w mdns.ResponseWriter, r *mdns.Msg) {
		s.hear(way, r)
		f := s.faultsNow()
		if (way == "udp" && f.DropUDP) || (way == "tcp" && f.DropTCP) {
			if way == "tcp" {
				_ = w.Close()
			}
			return
		}
		if f.Delay > 0 {
			time.Sleep(f.Delay)
		}
		m := s.reply(r, way)
		s.write(w, way, r, m, f)
	}
}

func (s *Server) write(w mdns.ResponseWriter, way string, r, m *mdns.Msg, f Faults) {
	switch {
	case f.Garble:
		wire := []byte{byte(r.Id >> 8), byte(r.Id), 0x80, 0, 0, 9, 0, 9, 0xff}
		_, _ = w.Write(wire)
		return
	case f.WrongSource && way == "udp":
		if c, err := net.Dial("udp", w.RemoteAddr().String()); err == nil {
			wire, _ := m.Pack()
			_, _ = c.Write(wire)
			_ = c.Close()
		}
		return
	}
	if f.Spoof {
		forged := m.Copy()
		forged.Id++
		_ = w.WriteMsg(forged)
	}
	_ = w.WriteMsg(m)
}

func (s *Server) faultsNow() Faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}

func (s *Server) hear(way string, r *mdns.Msg) {
	if len(r.Question) == 1 {
		q := r.Question[0]
		s.net.note(Asked{Server: s.addr.String(), Way: way, Name: strings.TrimSuffix(strings.ToLower(q.Name), "."), Type: mdns.TypeToString[q.Qtype]})
	}
}

// reply makes the answer to one question.
func (s *Server) reply(r *mdns.Msg, way string) *mdns.Msg {
	m := new(mdns.Msg)
	m.SetReply(r)
	f := s.faultsNow()
	opt := r.IsEdns0()
	if f.NoEDNS && opt != nil {
		m.Rcode = mdns.RcodeFormatError
		return m
	}
	if opt != nil {
		m.SetEdns0(ednsSize, false)
	}
	s.fill(m, r)
	if f.Rcode != 0 {
		m.Rcode, m.Answer, m.Ns = f.Rcode, nil, nil
	}
	if f.WrongID {
		m.Id++
	}
	if f.WrongQuestion {
		m.Question[0].Name = "wrong.example."
	}
	if way == "udp" {
		size := mdns.MinMsgSize
		if opt != nil {
			size = int(opt.UDPSize())
		}
		m.Truncate(size)
		if f.Truncate {
			m.Truncated, m.Answer = true, nil
		}
	}
	return m
}

const ednsSize = 1232

func (s *Server) fill(m, r *mdns.Msg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := question{strings.ToLower(r.Question[0].Name), r.Question[0].Qtype}
	if z := s.holding(q.name); z != nil {
		z.answer(m, q)
		return
	}
	if len(s.from) == 0 && len(s.cached) == 0 {
		m.Rcode = mdns.RcodeRefused
		return
	}
	m.RecursionAvailable, m.AuthenticatedData = true, s.valid && r.AuthenticatedData
	s.resolve(m, q, 0)
}

// holding is the zone on this server that a name belongs to.
func (s *Server) holding(name string) *zone {
	var best *zone
	for _, z := range s.zones {
		if mdns.IsSubDomain(z.origin, name) && (best == nil || len(z.origin) > len(best.origin)) {
			best = z
		}
	}
	return best
}

// resolve answers as a resolver: from the cache, else from the servers that it
// asks, following aliases.
func (s *Server) resolve(m *mdns.Msg, q question, depth int) {
	if c, ok := s.cached[q]; ok {
		age := uint32(time.Since(c.since) / time.Second)
		fresh := true
		for _, rr := range c.rrs {
			rr = mdns.Copy(rr)
			fresh = fresh && rr.Header().Ttl > age
			rr.Header().Ttl -= min(age, rr.Header().Ttl)
			m.Answer = append(m.Answer, rr)
		}
		if fresh {
			return
		}
		m.Answer = nil
		delete(s.cached, q)
	}
	z := best(s.from, q.name)
	if z == nil {
		m.Rcode = mdns.RcodeServerFailure
		return
	}
	part := new(mdns.Msg)
	z.answer(part, q)
	m.Rcode = part.Rcode
	m.Answer = append(m.Answer, part.Answer...)
	m.Ns = part.Ns
	if n := len(part.Answer); n > 0 && q.kind != mdns.TypeCNAME && depth < 10 {
		if c, ok := part.Answer[n-1].(*mdns.CNAME); ok {
			s.resolve(m, question{strings.ToLower(c.Target), q.kind}, depth+1)
		}
	}
}

// best is the most specific zone for a name on any of the servers.
func best(from []*Server, name string) *zone {
	var found *zone
	for _, s := range from {
		s.mu.Lock()
		if z := s.holding(name); z != nil && (found == nil || len(z.origin) > len(found.origin)) {
			found = z
		}
		s.mu.Unlock()
	}
	return found
}
