// Package dnstest is a made-up internet for tests: name servers, resolvers and
// DNS over HTTPS on real sockets on loopback, with faults to switch on. Servers
// have made-up addresses; Reach maps them to where they really listen.
package dnstest

import (
	"fmt"
	"net"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	mdns "github.com/miekg/dns"
)

// Net is one made-up internet. Its methods may be used from any goroutine.
type Net struct {
	t testing.TB

	mu      sync.Mutex
	servers map[netip.Addr]*Server
	real    map[netip.AddrPort]netip.AddrPort
	asked   []Asked
}

// Asked is one question that a server got.
type Asked struct {
	Server string // made-up address
	Way    string // "udp", "tcp", "https"
	Name   string // without final dot
	Type   string
}

// New makes an empty internet, which ends with the test.
func New(t testing.TB) *Net {
	return &Net{t: t, servers: map[netip.Addr]*Server{}, real: map[netip.AddrPort]netip.AddrPort{}}
}

// Reach maps a made-up address to the real one. What isn't there leads to a port
// of loopback where nothing listens.
func (n *Net) Reach(a netip.AddrPort) netip.AddrPort {
	n.mu.Lock()
	defer n.mu.Unlock()
	if r, ok := n.real[a]; ok {
		return r
	}
	return netip.MustParseAddrPort("127.0.0.1:1")
}

// Map lets a made-up address and port lead to a real one, for servers that are
// no name servers.
func (n *Net) Map(madeUp, real string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.real[netip.MustParseAddrPort(madeUp)] = netip.MustParseAddrPort(real)
}

// Asked lists every question so far, in order.
func (n *Net) Asked() []Asked {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.asked)
}

// Forget empties the list of questions.
func (n *Net) Forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked = nil
}

func (n *Net) note(a Asked) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked = append(n.asked, a)
}

// Server starts a name server at a made-up address, on UDP and TCP.
func (n *Net) Server(addr string) *Server {
	n.t.Helper()
	pc, l := sockets(n.t)
	s := n.Silent(addr)
	n.Map(netip.AddrPortFrom(s.addr, 53).String(), l.Addr().String())
	for _, srv := range []*mdns.Server{
		{PacketConn: pc, Handler: s.handler("udp"), UDPSize: 4096},
		{Listener: l, Handler: s.handler("tcp")},
	} {
		started := make(chan struct{})
		srv.NotifyStartedFunc = func() { close(started) }
		done := make(chan error, 1)
		go func() { done <- srv.ActivateAndServe() }()
		<-started
		n.t.Cleanup(func() { _ = srv.Shutdown(); <-done })
	}
	return s
}

// Silent is a server without sockets, which only Exchange asks.
func (n *Net) Silent(addr string) *Server {
	s := &Server{net: n, addr: netip.MustParseAddr(addr), zones: map[string]*zone{}}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.servers[s.addr] = s
	return s
}

// At is the server at a made-up address.
func (n *Net) At(addr string) *Server {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.servers[netip.MustParseAddr(addr)]
}

// Exchange asks a server without a network, for tests in virtual time. It
// returns nil where no server is, or when it drops the question.
func (n *Net) Exchange(addr netip.AddrPort, way string, m *mdns.Msg) *mdns.Msg {
	n.mu.Lock()
	s := n.servers[addr.Addr()]
	n.mu.Unlock()
	if s == nil {
		return nil
	}
	s.hear(way, m)
	f := s.faultsNow()
	if (way == "udp" && f.DropUDP) || (way == "tcp" && f.DropTCP) {
		return nil
	}
	return s.reply(m, way)
}

// sockets are UDP and TCP on the same port.
func sockets(t testing.TB) (net.PacketConn, net.Listener) {
	t.Helper()
	for range 50 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if pc, err := net.ListenPacket("udp", l.Addr().String()); err == nil {
			return pc, l
		}
		_ = l.Close()
	}
	t.Fatal("no port is free on both UDP and TCP")
	return nil, nil
}

// DoH offers a server over HTTPS too (RFC 8484) and returns the URL and the web
// server, whose certificate a client must trust.
func (n *Net) DoH(s *Server) (string, *httptest.Server) {
	w := httptest.NewTLSServer(doh{s})
	n.t.Cleanup(w.Close)
	port := w.Listener.Addr().(*net.TCPAddr).Port
	n.Map(netip.AddrPortFrom(s.addr, uint16(port)).String(), w.Listener.Addr().String())
	return fmt.Sprintf("https://example.com:%d/dns-query", port), w
}

// Delegate writes the records that delegate a zone: "ns1.acme.example=192.0.2.1"
// with glue, "ns.other.example" without.
func Delegate(zone string, servers ...string) string {
	var b strings.Builder
	for _, s := range servers {
		host, addrs, _ := strings.Cut(s, "=")
		fmt.Fprintf(&b, "%s. 3600 IN NS %s.\n", zone, host)
		for a := range strings.FieldsFuncSeq(addrs, func(r rune) bool { return r == ',' }) {
			kind := "A"
			if strings.Contains(a, ":") {
				kind = "AAAA"
			}
			fmt.Fprintf(&b, "%s. 3600 IN %s %s\n", host, kind, a)
		}
	}
	return b.String()
}
