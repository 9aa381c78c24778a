package dns

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// Kind says what a server is to the domain.
type Kind string

// The kinds of servers.
const (
	Authoritative Kind = "authoritative" // holds the zone
	Public        Kind = "public"        // a resolver that anybody may ask
	System        Kind = "system"        // the resolver that this computer uses
	Given         Kind = "given"         // a resolver named by the administrator
	Root          Kind = "root"          // a root server
)

// Server is one address to ask.
type Server struct {
	// Name is the host name of an authoritative server, the operator of a
	// public resolver; for people.
	Name string         `json:"name"`
	Kind Kind           `json:"kind"`
	Addr netip.AddrPort `json:"addr,omitzero"`
	// DoH is the URL for DNS over HTTPS (RFC 8484), empty when there is none.
	// It is reached at Addr's address when there is one, so that no name has
	// to be resolved to resolve names.
	DoH string `json:"doh,omitempty"`
}

// String names the server for people.
func (s Server) String() string {
	at := s.Addr.Addr().String()
	switch {
	case !s.Addr.IsValid():
		at = s.DoH
	case s.Addr.Port() != 53:
		at = s.Addr.String()
	}
	switch {
	case s.Name == "" || s.Name == at:
		return at
	case at == "":
		return s.Name
	}
	return s.Name + " (" + at + ")"
}

// PublicResolvers are well-known resolvers of different operators, which
// anybody may ask and which validate DNSSEC.
func PublicResolvers() []Server {
	return []Server{
		public("Cloudflare", "1.1.1.1", "https://cloudflare-dns.com/dns-query"),
		public("Google", "8.8.8.8", "https://dns.google/dns-query"),
		public("Quad9", "9.9.9.9", "https://dns.quad9.net/dns-query"),
		public("OpenDNS", "208.67.222.222", "https://doh.opendns.com/dns-query"),
		public("AdGuard", "94.140.14.140", "https://unfiltered.adguard-dns.com/dns-query"),
	}
}

func public(name, addr, doh string) Server {
	return Server{Name: name, Kind: Public, Addr: netip.AddrPortFrom(netip.MustParseAddr(addr), 53), DoH: doh}
}

// ErrResolver says that what was given is no resolver's address.
var ErrResolver = errors.New("this is not a resolver: write 192.0.2.1, 192.0.2.1:5353, [2001:db8::1]:53 or https://host/dns-query")

// ParseResolver takes a resolver's address as a person writes it: an IP address
// with or without a port, or the URL of DNS over HTTPS.
func ParseResolver(s string) (Server, error) {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "https://") {
		u, err := url.Parse(s)
		if err != nil || u.Hostname() == "" {
			return Server{}, fmt.Errorf("%w (%q)", ErrResolver, clean(s, 100))
		}
		return Server{Name: clean(u.Hostname(), 100), Kind: Given, DoH: s}, nil
	}
	if a, err := netip.ParseAddrPort(s); err == nil {
		return givenServer(a), nil
	}
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil {
		return Server{}, fmt.Errorf("%w (%q)", ErrResolver, clean(s, 100))
	}
	return givenServer(netip.AddrPortFrom(a, 53)), nil
}

func givenServer(a netip.AddrPort) Server {
	s := Server{Kind: Given, Addr: a}
	s.Name = s.String()
	return s
}
