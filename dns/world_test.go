package dns_test

import (
	"crypto/x509"
	"net/netip"
	"strings"
	"testing"
	"time"

	"mxodus/dns"
	"mxodus/dns/dnstest"
)

// world is an internet with a root, the zone "example" below it, two resolvers,
// and the company acme.example on two name servers.
type world struct {
	*dnstest.Net
	root, tld *dnstest.Server
	ns1, ns2  *dnstest.Server
	sys, pub  *dnstest.Server
	opts      dns.Options
}

const soa = "@ IN SOA ns1 host 2026112401 3600 600 604800 300\n"

// acme is the company's zone before the move.
const acme = soa + `
@ IN NS ns1
@ IN NS ns2
ns1 IN A 192.0.2.11
ns2 IN A 192.0.2.12
@ 86400 IN MX 10 mail
mail IN A 192.0.2.20
@ IN TXT "v=spf1 mx a -all"
autodiscover IN A 192.0.2.20
`

func newWorld(t *testing.T) *world {
	n := dnstest.New(t)
	w := &world{Net: n, root: n.Server("192.0.2.1"), tld: n.Server("192.0.2.2"), ns1: n.Server("192.0.2.11"), ns2: n.Server("192.0.2.12"),
		sys: n.Server("192.0.2.53"), pub: n.Server("192.0.2.54")}
	w.root.Zone(".", `. IN SOA a.root. host.root. 1 1 1 1 300
`+dnstest.Delegate("example", "ns.nic.example=192.0.2.2")+dnstest.Delegate("outlook.com", "ns.outlook.com=192.0.2.2"))
	w.tld.Zone("example", soa+dnstest.Delegate("acme.example", "ns1.acme.example=192.0.2.11", "ns2.acme.example=192.0.2.12"))
	w.tld.Zone("outlook.com", soa+`
spf.protection IN TXT "v=spf1 ip4:192.0.2.128/25 -all"
autodiscover IN A 192.0.2.200
acme-example.mail.protection IN A 192.0.2.201
`)
	w.tld.Zone("onmicrosoft.com", soa)
	w.acme(acme)
	w.sys.Resolve(false, w.tld, w.ns1)
	w.pub.Resolve(true, w.tld, w.ns1)
	w.opts = dns.Options{
		Roots: []dns.Server{{Name: "a.root", Kind: dns.Root, Addr: w.root.Addr()}},
		System: func() ([]dns.Server, error) {
			return []dns.Server{{Name: "this computer", Kind: dns.System, Addr: w.sys.Addr()}}, nil
		},
		Public: []dns.Server{{Name: "Public", Kind: dns.Public, Addr: w.pub.Addr()}},
		Reach:  n.Reach, Port: 53,
		First: 500 * time.Millisecond, Second: 800 * time.Millisecond, Hedge: 150 * time.Millisecond, Fetch: 3 * time.Second,
	}
	// Options with roots only are a closed network; this one has resolvers too.
	w.opts.Resolvers = []dns.Server{{Name: "this computer", Kind: dns.System, Addr: w.sys.Addr()}, w.opts.Public[0]}
	return w
}

// acme gives both of the company's name servers the same zone.
func (w *world) acme(text string) {
	w.ns1.Zone("acme.example", text)
	w.ns2.Zone("acme.example", text)
}

func (w *world) client(t *testing.T) *dns.Client {
	c := dns.New(w.opts)
	t.Cleanup(c.Close)
	return c
}

func (w *world) trust(cert *x509.Certificate) {
	if w.opts.CA == nil {
		w.opts.CA = x509.NewCertPool()
	}
	w.opts.CA.AddCert(cert)
}

func server(s *dnstest.Server, kind dns.Kind) dns.Server {
	return dns.Server{Name: "test", Kind: kind, Addr: s.Addr()}
}

func ask(t *testing.T, c *dns.Client, sv dns.Server, name, kind string) dns.Answer {
	t.Helper()
	return c.Ask(t.Context(), sv, dns.Question{Name: name, Type: kind})
}

func hasNote(notes []string, part string) bool {
	return strings.Contains(strings.Join(notes, "\n"), part)
}

func addr(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }
