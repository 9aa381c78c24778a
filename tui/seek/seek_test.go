package seek_test

import (
	"testing"
	"time"

	"mxodus/dns"
	"mxodus/dns/dnstest"
	"mxodus/engine"
	"mxodus/tui/seek"
)

func TestAnnouncementsReachDiscovery(t *testing.T) {
	n := dnstest.New(t)
	s := n.Server("192.0.2.1")
	s.Zone("acme.example", `@ IN SOA a b 1 1 1 1 1
@ IN MX 10 mail
_imaps._tcp IN SRV 0 0 1993 one
_imap._tcp IN SRV 0 0 143 two
`)
	c := dns.New(dns.Options{Resolvers: []dns.Server{{Name: "test", Kind: dns.Given, Addr: s.Addr()}}, Reach: n.Reach, Fetch: time.Second})
	defer c.Close()
	o := seek.Options(c)
	if mx, err := o.LookupMX(t.Context(), "acme.example"); err != nil || len(mx) != 1 || mx[0].Host != "mail.acme.example" {
		t.Errorf("got %+v, %v", mx, err)
	}
	hints, tried := o.Published(t.Context(), "acme.example")
	if len(hints) != 2 || hints[0].Host != "one.acme.example" || hints[0].Port != 1993 || hints[0].Security != engine.TLS || hints[0].Secure ||
		hints[1].Security != engine.StartTLS || len(tried) == 0 {
		t.Errorf("got %+v, tried %+v", hints, tried)
	}
}
