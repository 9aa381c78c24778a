package dns

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	mdns "github.com/miekg/dns"

	"mxodus/dns/dnstest"
)

// roundTrip is what every question takes in virtual time.
const roundTrip = 100 * time.Millisecond

// virtual is a Client whose questions take time, but no network.
func virtual(n *dnstest.Net, o Options) *Client {
	c := New(o)
	c.send = func(ctx context.Context, s Server, way Way, m *mdns.Msg, _ bool) (*mdns.Msg, []string, error) {
		reply := n.Exchange(s.Addr, string(way), m)
		wait := time.After(roundTrip)
		if reply == nil {
			wait = nil
		}
		select {
		case <-wait:
			return reply, nil, nil
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
	return c
}

const zoneHead = "@ IN SOA ns1 host 7 3600 600 604800 300\n@ IN NS ns1\n@ IN NS ns2\nns1 IN A 192.0.2.11\nns2 IN A 192.0.2.12\n"

// company builds root, "example", and acme.example on two servers with text,
// and two resolvers.
func company(t *testing.T, text string) (*dnstest.Net, Options, []*dnstest.Server) {
	n := dnstest.New(t)
	root, tld := n.Silent("192.0.2.1"), n.Silent("192.0.2.2")
	root.Zone(".", ". IN SOA a. b. 1 1 1 1 1\n"+dnstest.Delegate("example", "ns.nic.example=192.0.2.2"))
	tld.Zone("example", zoneHead+dnstest.Delegate("acme.example", "ns1.acme.example=192.0.2.11", "ns2.acme.example=192.0.2.12"))
	tld.Zone("com", "@ IN SOA a b 1 1 1 1 1\nspf.protection.outlook IN TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n")
	ns1, ns2 := n.Silent("192.0.2.11"), n.Silent("192.0.2.12")
	ns1.Zone("acme.example", zoneHead+text)
	ns2.Zone("acme.example", zoneHead+text)
	sys, pub := n.Silent("192.0.2.53"), n.Silent("192.0.2.54")
	sys.Resolve(false, tld, ns1)
	pub.Resolve(true, tld, ns1)
	o := Options{
		Roots: []Server{{Name: "a.root", Kind: Root, Addr: netip.MustParseAddrPort("192.0.2.1:53")}},
		Resolvers: []Server{{Name: "sys", Kind: System, Addr: sys.Addr()},
			{Name: "pub", Kind: Public, Addr: pub.Addr()}},
	}
	return n, o, []*dnstest.Server{ns1, ns2, sys, pub}
}

// The chain: root, parent, serials, records; then the
// includes one behind the other. All else goes on meanwhile.
func TestCheckTakesItsLongestChain(t *testing.T) {
	for _, c := range []struct {
		name, zone string
		trips      int
	}{
		{"an ordinary zone", "@ IN MX 10 mail\nmail IN A 192.0.2.20\n@ IN TXT \"v=spf1 a -all\"\n", 4},
		{"four includes deep", `@ IN TXT "v=spf1 include:s1.acme.example -all"
s1 IN TXT "v=spf1 include:s2.acme.example -all"
s2 IN TXT "v=spf1 include:s3.acme.example -all"
s3 IN TXT "v=spf1 include:s4.acme.example -all"
s4 IN TXT "v=spf1 ip4:192.0.2.1 -all"
`, 4 + 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, o, _ := company(t, c.zone)
				began := time.Now()
				r, err := virtual(n, o).Check(t.Context(), "acme.example", Wanted{MX: "acme-example.mail.protection.outlook.com"})
				if err != nil || !r.Authority.Direct {
					t.Fatalf("%v, %+v", err, r.Authority)
				}
				if took, want := time.Since(began), time.Duration(c.trips)*roundTrip; took != want {
					t.Errorf("took %s, the longest chain takes %s", took, want)
				}
			})
		})
	}
}

func TestNoQuestionIsAskedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, o, _ := company(t, "@ IN MX 10 mail\n* IN A 192.0.2.20\n@ IN TXT \"v=spf1 a mx include:s.acme.example include:spf.protection.outlook.com -all\"\ns IN TXT \"v=spf1 a:mail.acme.example include:spf.protection.outlook.com ~all\"\n_dmarc IN TXT \"v=DMARC1; p=reject\"\n")
		if _, err := virtual(n, o).Check(t.Context(), "acme.example", Wanted{}); err != nil {
			t.Fatal(err)
		}
		asked := n.Asked()
		seen := map[dnstest.Asked]int{}
		for _, a := range asked {
			if seen[a]++; seen[a] == 2 {
				t.Errorf("asked twice: %+v", a)
			}
		}
		if len(asked) < 40 {
			t.Errorf("only %d questions were asked", len(asked))
		}
	})
}

// A dead name server costs the whole its time-outs once, and the checks none of
// it beyond a moment of patience.
func TestDeadServerHoldsNothingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, o, servers := company(t, "@ IN MX 10 mail\n@ IN TXT \"v=spf1 a -all\"\n")
		servers[1].Fault(dnstest.Faults{DropUDP: true, DropTCP: true})
		began := time.Now()
		r, err := virtual(n, o).Check(t.Context(), "acme.example", Wanted{})
		if err != nil {
			t.Fatal(err)
		}
		// Two trips lead to the servers; the dead one is given up after both limits.
		if took, most := time.Since(began), 2*roundTrip+1500*time.Millisecond+3*time.Second; took > most {
			t.Errorf("took %s, not at most %s", took, most)
		}
		i := slices.IndexFunc(r.Spread.Servers, func(s ServerState) bool { return s.Server.Name == "ns2.acme.example" })
		if s := r.Spread.Servers[i]; s.State != Mute || s.Status != Silent {
			t.Errorf("the dead server is %+v", s)
		}
		for _, x := range r.Results {
			if x.Verdict == Unknown {
				t.Errorf("%s is unknown: %s", x.Check, x.Why)
			}
		}
	})
}

func TestHostileZonesAskBoundedly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// Each record includes forty others, to any depth.
		text := "@ IN TXT \"v=spf1"
		for i := range 40 {
			text += fmt.Sprintf(" include:a%d.x.acme.example", i)
		}
		text += " -all\"\n"
		wild := "*.x IN TXT \"v=spf1"
		for i := range 20 {
			wild += fmt.Sprintf(" include:%%%%.a%d.x.acme.example", i)
		}
		n, o, _ := company(t, text+wild+" -all\"\n")
		r, err := virtual(n, o).Check(t.Context(), "acme.example", Wanted{})
		if err != nil || r.Took > time.Minute {
			t.Errorf("%v, took %s", err, r.Took)
		}
		if got := len(n.Asked()); got > maxQuestions+100 {
			t.Errorf("%d questions", got)
		}
	})
}

// Many networks let nobody ask port 53 outside: then all comes over HTTPS, and
// the wait for what never answers is paid once.
func TestClosedPort53CostsItsTimeOutsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, o, servers := company(t, "@ IN MX 10 mail\n@ IN TXT \"v=spf1 include:s1.acme.example -all\"\ns1 IN TXT \"v=spf1 include:s2.acme.example -all\"\ns2 IN TXT \"v=spf1 -all\"\n")
		o.Resolvers[1].DoH = "https://pub.example/dns-query"
		o.Roots = append(o.Roots, Server{Name: "b.root", Kind: Root, Addr: netip.MustParseAddrPort("192.0.2.99:53")})
		closed := dnstest.Faults{DropUDP: true, DropTCP: true}
		for _, s := range append(servers, n.At("192.0.2.1"), n.At("192.0.2.2")) {
			s.Fault(closed)
		}
		began := time.Now()
		r, err := virtual(n, o).Check(t.Context(), "acme.example", Wanted{MX: "acme-example.mail.protection.outlook.com"})
		if err != nil {
			t.Fatal(err)
		}
		// The roots are given up after both limits; the rest is a chain of questions over HTTPS.
		if took, most := time.Since(began), 1500*time.Millisecond+3*time.Second+12*roundTrip; took > most {
			t.Errorf("took %s, not at most %s", took, most)
		}
		for _, x := range r.Results {
			if x.From.Way != HTTPS || (x.Verdict == Unknown && x.Check != "ttl") {
				t.Errorf("%s: %s by %s: %s", x.Check, x.Verdict, x.From.Way, x.Why)
			}
		}
		if r.Authority.Direct || r.Spread.Direct || r.Spread.Offline {
			t.Errorf("authority %+v, spread %+v", r.Authority, r.Spread)
		}
	})
}

// Networks without IPv6 are no fault of the name servers', and hide nothing.
func TestWithoutIPv6TheRestIsEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, o, _ := company(t, newZone)
		n.At("192.0.2.2").Zone("example", zoneHead+dnstest.Delegate("acme.example", "ns1.acme.example=192.0.2.11,2001:db8::11", "ns2.acme.example=192.0.2.12"))
		c := virtual(n, o)
		over := c.send
		c.send = func(ctx context.Context, s Server, way Way, m *mdns.Msg, again bool) (*mdns.Msg, []string, error) {
			if s.Addr.Addr().Is6() {
				return nil, nil, fmt.Errorf("dial: %w", routeErrors()[0])
			}
			return over(ctx, s, way, m, again)
		}
		r, err := c.Check(t.Context(), "acme.example", newMX)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(r.Spread.Servers, func(s ServerState) bool { return s.Server.Addr.Addr().Is6() })
		if i < 0 || r.Spread.Servers[i].Status != NoRoute {
			t.Fatalf("got %+v", r.Spread.Servers)
		}
		if !r.Spread.AllNew || !r.Spread.Agree || len(r.Spread.Notes) != 0 {
			t.Errorf("got %+v", r.Spread)
		}
	})
}

// A network with IPv6 only reaches the servers that have it.
func TestIPv6AloneIsEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := dnstest.New(t)
		root := n.Silent("2001:db8::1")
		ns := n.Silent("2001:db8::11")
		root.Zone(".", ". IN SOA a. b. 1 1 1 1 1\n"+dnstest.Delegate("acme.example", "ns1.acme.example=192.0.2.11,2001:db8::11"))
		ns.Zone("acme.example", "@ IN SOA ns1 host 1 1 1 1 1\n@ IN NS ns1\nns1 IN AAAA 2001:db8::11\n"+newZone)
		c := virtual(n, Options{Roots: []Server{{Name: "a.root", Kind: Root, Addr: netip.MustParseAddrPort("[2001:db8::1]:53")}}})
		r, err := c.Check(t.Context(), "acme.example", newMX)
		if x := r.Results[1]; err != nil || x.Check != "mx" || x.Verdict != Fine || !x.From.Server.Addr.Addr().Is6() {
			t.Errorf("%v, %+v", err, x)
		}
	})
}
