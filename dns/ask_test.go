package dns_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	mdns "github.com/miekg/dns"

	"mxodus/dns"
	"mxodus/dns/dnstest"
)

func TestAnswerSaysHowItCame(t *testing.T) {
	w := newWorld(t)
	a := ask(t, w.client(t), server(w.pub, dns.Public), "acme.example", "MX")
	if a.Status != dns.Answered || !slices.Equal(a.Values(), []string{"10 mail.acme.example"}) || a.TTL != 86400 {
		t.Fatalf("got %+v", a)
	}
	if a.Way != dns.UDP || a.Server.Addr != w.pub.Addr() || a.Took <= 0 || a.At.IsZero() || !a.Validated || a.Authoritative {
		t.Errorf("got way %s, server %s, took %s, at %s, validated %t, authoritative %t", a.Way, a.Server, a.Took, a.At, a.Validated, a.Authoritative)
	}
	if a := ask(t, w.client(t), server(w.sys, dns.System), "acme.example", "MX"); a.Validated {
		t.Error("a resolver that doesn't validate is said to")
	}
}

func TestNothingThereIsToldApart(t *testing.T) {
	w := newWorld(t)
	c, ns := w.client(t), server(w.ns1, dns.Authoritative)
	if a := ask(t, c, ns, "mail.acme.example", "TXT"); a.Status != dns.NoRecord || a.TTL != 300 {
		t.Errorf("NODATA: %+v", a)
	}
	if a := ask(t, c, ns, "nothing.acme.example", "TXT"); a.Status != dns.NoName || a.TTL != 300 {
		t.Errorf("NXDOMAIN: %+v", a)
	}
	w.ns1.Fault(dnstest.Faults{Rcode: mdns.RcodeServerFailure})
	if a := ask(t, c, ns, "acme.example", "MX"); a.Status != dns.ServFail {
		t.Errorf("SERVFAIL: %+v", a)
	}
	w.ns1.Drop("acme.example")
	w.ns1.Fault(dnstest.Faults{})
	if a := ask(t, c, ns, "acme.example", "MX"); a.Status != dns.Refused {
		t.Errorf("REFUSED: %+v", a)
	}
}

func TestLargeAnswerComesOverTCP(t *testing.T) {
	w := newWorld(t)
	text := acme
	for i := range 60 {
		text += fmt.Sprintf("@ IN TXT \"filler-%02d-%s\"\n", i, strings.Repeat("x", 60))
	}
	w.acme(text)
	a := ask(t, w.client(t), server(w.ns1, dns.Authoritative), "acme.example", "TXT")
	if a.Way != dns.TCP || len(a.Records) != 61 {
		t.Fatalf("got %d records over %s: %s %v", len(a.Records), a.Way, a.Status, a.Notes)
	}
	w.ns1.Fault(dnstest.Faults{DropTCP: true})
	if a := ask(t, w.client(t), server(w.ns1, dns.Authoritative), "acme.example", "TXT"); a.Status != dns.Cut {
		t.Errorf("without TCP: got %s", a.Status)
	}
}

func TestFaultsOnTheWay(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults dnstest.Faults
		status dns.Status
		way    dns.Way
		note   string
	}{
		{"dropped UDP goes over TCP", dnstest.Faults{DropUDP: true}, dns.Answered, dns.TCP, "udp"},
		{"all dropped", dnstest.Faults{DropUDP: true, DropTCP: true}, dns.Silent, dns.UDP, ""},
		{"garbled", dnstest.Faults{Garble: true}, dns.Garbled, "", "no DNS message"},
		{"truncated", dnstest.Faults{Truncate: true}, dns.Answered, dns.TCP, ""},
		{"another id", dnstest.Faults{WrongID: true}, dns.Mismatched, "", "another id"},
		{"another question", dnstest.Faults{WrongQuestion: true}, dns.Mismatched, "", "another question"},
		{"from elsewhere", dnstest.Faults{WrongSource: true, DropTCP: true}, dns.Mismatched, "", "which was not asked"},
		{"forged before the true one", dnstest.Faults{Spoof: true}, dns.Answered, dns.UDP, "another id"},
		{"no EDNS", dnstest.Faults{NoEDNS: true}, dns.Answered, dns.UDP, ""},
		{"slow", dnstest.Faults{Delay: 50 * time.Millisecond}, dns.Answered, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.ns1.Fault(c.faults)
			began := time.Now()
			a := ask(t, w.client(t), server(w.ns1, dns.Authoritative), "acme.example", "MX")
			if a.Status != c.status || (c.way != "" && a.Way != c.way) || !hasNote(a.Notes, c.note) {
				t.Errorf("got %s over %s, notes %q", a.Status, a.Way, a.Notes)
			}
			if took := time.Since(began); took > w.opts.First+w.opts.Second+time.Second {
				t.Errorf("took %s", took)
			}
			if a.Status == dns.Answered && len(a.Records) != 1 {
				t.Errorf("got %d records", len(a.Records))
			}
		})
	}
}

func TestDeadServerIsToldAtOnce(t *testing.T) {
	w := newWorld(t)
	a := ask(t, w.client(t), dns.Server{Name: "dead", Kind: dns.Authoritative, Addr: addr("192.0.2.99:53")}, "acme.example", "MX")
	if a.Status != dns.Closed || a.Took > w.opts.First {
		t.Errorf("got %s after %s", a.Status, a.Took)
	}
}

func TestClosedPortGoesOverHTTPS(t *testing.T) {
	w := newWorld(t)
	url, web := w.DoH(w.pub)
	w.trust(web.Certificate())
	sv := server(w.pub, dns.Public)
	sv.DoH = url
	w.pub.Fault(dnstest.Faults{DropUDP: true, DropTCP: true})
	a := ask(t, w.client(t), sv, "acme.example", "MX")
	if a.Status != dns.Answered || a.Way != dns.HTTPS || len(a.Records) != 1 || !hasNote(a.Notes, "udp") {
		t.Fatalf("got %s over %s: %q", a.Status, a.Way, a.Notes)
	}
	only := dns.Server{Name: "DoH", Kind: dns.Given, DoH: web.URL}
	if a := ask(t, w.client(t), only, "acme.example", "MX"); a.Status != dns.Answered || a.Way != dns.HTTPS {
		t.Errorf("by URL only: got %s over %s: %q", a.Status, a.Way, a.Notes)
	}
	w.opts.CA = nil
	if a := ask(t, w.client(t), only, "acme.example", "MX"); a.Status.OK() {
		t.Error("a certificate nobody confirms was believed")
	}
}

func TestAliasLoopIsNamed(t *testing.T) {
	w := newWorld(t)
	w.acme(acme + "a IN CNAME b\nb IN CNAME a\nlong IN CNAME short\nshort IN CNAME mail\n")
	c, ns := w.client(t), server(w.ns1, dns.Authoritative)
	if a := ask(t, c, ns, "a.acme.example", "A"); a.Status != dns.Loop {
		t.Errorf("got %s", a.Status)
	}
	a := ask(t, c, ns, "long.acme.example", "A")
	if a.Status != dns.Answered || len(a.Chain) != 2 || a.Alias() != "mail.acme.example" || a.Values()[0] != "192.0.2.20" {
		t.Errorf("got %+v", a)
	}
}

func TestCancelEndsAQuestion(t *testing.T) {
	w := newWorld(t)
	w.opts.First, w.opts.Second = time.Hour, time.Hour
	w.ns1.Fault(dnstest.Faults{DropUDP: true})
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	a := w.client(t).Ask(ctx, server(w.ns1, dns.Authoritative), dns.Question{Name: "acme.example", Type: "MX"})
	if a.Status != dns.Cancelled {
		t.Errorf("got %s", a.Status)
	}
}

func TestControlCharactersOfTheNetworkAreGone(t *testing.T) {
	w := newWorld(t)
	w.acme(acme + `evil IN TXT "a\027[31mb\013\010c"` + "\n" + `evil IN HINFO "\027[2J" "x"` + "\n")
	for _, kind := range []string{"TXT", "HINFO"} {
		a := ask(t, w.client(t), server(w.ns1, dns.Authoritative), "evil.acme.example", kind)
		if len(a.Records) != 1 {
			t.Fatalf("got %+v", a)
		}
		for _, s := range []string{a.Records[0].Value, a.Records[0].Data, a.Records[0].String()} {
			if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
				t.Errorf("%s: %q holds control characters", kind, s)
			}
		}
	}
}
