package dns_test

import (
	"slices"
	"strings"
	"testing"

	mdns "github.com/miekg/dns"

	"mxodus/dns"
	"mxodus/dns/dnstest"
)

// A left-over MX that every server gives is there to be taken out, not to be
// waited for.
func TestLeftOverMXIsNotWaitedFor(t *testing.T) {
	w := newWorld(t)
	w.acme(right + "@ 3600 IN MX 50 mail\nmail IN A 192.0.2.20\n")
	r := check(t, w, tenant)
	if x, _ := find(r, "mx"); x.Verdict != dns.Fine {
		t.Errorf("the MX is %s: %s", x.Verdict, x.Why)
	}
	if x, _ := find(r, "old mx"); x.Verdict != dns.Harmful {
		t.Errorf("the old MX is %s", x.Verdict)
	}
	w.ns1.Zone("acme.example", strings.Replace(right, "2026112401", "2026112402", 1))
	w.ns2.Zone("acme.example", right+"@ 3600 IN MX 50 mail\nmail IN A 192.0.2.20\n")
	if x, _ := find(check(t, w, tenant), "mx"); x.Verdict != dns.ToDo || !strings.Contains(x.Why, "ns2.acme.example") {
		t.Errorf("with a server that lags: %s: %s", x.Verdict, x.Why)
	}
}

// What a wildcard gives doesn't stand at the name, and can't be taken out there.
func TestWildcardAliasIsNotTakenOut(t *testing.T) {
	w := newWorld(t)
	w.acme(base + "* IN CNAME acme.example.\n@ IN A 192.0.2.20\n")
	r := check(t, w, tenant)
	for _, name := range []string{"dkim", "autodiscover", "msoid"} {
		if x, _ := find(r, name); len(x.TakeOut) != 0 || !strings.Contains(x.Why+strings.Join(x.Notes, " "), "wildcard") {
			t.Errorf("%s: take out %q; %s %q", name, lines(x.TakeOut), x.Why, x.Notes)
		}
	}
	if x, _ := find(r, "msoid"); lines(x.Enter) != "msoid TXT unused" || strings.Contains(strings.Join(x.Notes, " "), "may stay") {
		t.Errorf("msoid: enter %q, notes %q", lines(x.Enter), x.Notes)
	}
}

// Resolvers believe servers that answer without authority, too.
func TestOldMXWithoutAuthorityCounts(t *testing.T) {
	w := newWorld(t)
	w.ns1.Zone("acme.example", right)
	w.ns2.Drop("acme.example")
	old := w.Server("192.0.2.60")
	old.Zone("acme.example", acme)
	w.ns2.Resolve(false, old)
	r := check(t, w, tenant)
	if r.Spread.AllNew || r.Verdict == dns.Fine {
		t.Errorf("verdict %s, all new %t", r.Verdict, r.Spread.AllNew)
	}
	if !hasNote(r.Spread.Notes, "without authority") || hasNote(r.Spread.Notes, "gives nobody") {
		t.Errorf("notes %q", r.Spread.Notes)
	}
}

// Where the zone's parent answered, this computer is not off the network.
func TestBrokenZoneIsNotOffline(t *testing.T) {
	w := newWorld(t)
	for _, s := range []*dnstest.Server{w.ns1, w.ns2, w.sys, w.pub} {
		s.Fault(dnstest.Faults{Rcode: mdns.RcodeServerFailure})
	}
	r := check(t, w, tenant)
	if r.Verdict != dns.Unknown || r.Spread.Offline || hasNote(r.Spread.Notes, "off the network") || !hasNote(r.Spread.Notes, "DNS provider") {
		t.Errorf("verdict %s, offline %t, notes %q", r.Verdict, r.Spread.Offline, r.Spread.Notes)
	}
}

func TestRefusingServersAreNotOutOfReach(t *testing.T) {
	w := newWorld(t)
	w.ns1.Drop("acme.example")
	w.ns2.Drop("acme.example")
	if r := check(t, w, tenant); hasNote(r.Spread.Notes, "from this network") {
		t.Errorf("notes %q", r.Spread.Notes)
	}
}

func TestDomainThatDoesNotExist(t *testing.T) {
	w := newWorld(t)
	r, err := w.client(t).Check(t.Context(), "acmee.example", dns.Wanted{})
	if err != nil {
		t.Fatal(err)
	}
	if x, _ := find(r, "mx"); !strings.Contains(x.Why, "doesn't exist") {
		t.Errorf("got %s: %s", x.Verdict, x.Why)
	}
}

// A name that can't be a host is a fault of the record, and nobody is asked.
func TestSPFTermWithControlCharacters(t *testing.T) {
	w := newWorld(t)
	w.acme(base + `@ IN TXT "v=spf1 include:\027[2Jx.example -all"` + "\n")
	x, _ := find(check(t, w, tenant), "spf")
	if x.Verdict != dns.Wrong || !strings.Contains(x.Why, "no domain") || lines(x.Enter) != "@ TXT v=spf1 include:spf.protection.outlook.com -all" {
		t.Errorf("%s: %s; enter %q", x.Verdict, x.Why, lines(x.Enter))
	}
	if slices.ContainsFunc(w.Asked(), func(a dnstest.Asked) bool { return strings.Contains(a.Name, "x.example") }) {
		t.Error("it was asked for")
	}
}

// Once the MX changes, "mx" lets other servers send than before.
func TestSPFSaysWhatMXWillMean(t *testing.T) {
	w := newWorld(t)
	if x, _ := find(check(t, w, tenant), "spf"); !strings.Contains(strings.Join(x.Notes, " "), "once the MX changes") {
		t.Errorf("notes %q", x.Notes)
	}
}

func TestAutodiscoverByWayOfAnAlias(t *testing.T) {
	w := newWorld(t)
	w.acme(strings.Replace(right, "autodiscover IN CNAME autodiscover.outlook.com.", "autodiscover IN CNAME ad\nad IN CNAME autodiscover.outlook.com.", 1))
	if x, _ := find(check(t, w, tenant), "autodiscover"); x.Verdict != dns.ToDo || !strings.Contains(x.Why, "by way of ad.acme.example") {
		t.Errorf("%s: %s", x.Verdict, x.Why)
	}
}

// Nobody is told to take out the last MX without a line to enter in its place.
func TestMXIsNotTakenOutForNothing(t *testing.T) {
	w := newWorld(t)
	r, err := w.client(t).Check(t.Context(), "acme.example", dns.Wanted{Cloud: dns.GCCHigh})
	if err != nil {
		t.Fatal(err)
	}
	if x, _ := find(r, "mx"); len(x.Enter) != 0 || len(x.TakeOut) != 0 || x.Verdict != dns.ToDo {
		t.Errorf("%s: enter %q, take out %q", x.Verdict, lines(x.Enter), lines(x.TakeOut))
	}
}

// Silent root servers are silent, not unknown; a server known by its name has no
// empty address.
func TestSilentRootServers(t *testing.T) {
	w := newWorld(t)
	w.root.Fault(dnstest.Faults{DropUDP: true, DropTCP: true})
	notes := check(t, w, tenant).Spread.Notes
	if !hasNote(notes, "the root servers doesn't answer") || hasNote(notes, "address can be found") {
		t.Errorf("notes %q", notes)
	}
	if s := (dns.Server{Name: "ns1.acme.example"}).String(); s != "ns1.acme.example" {
		t.Errorf("got %q", s)
	}
}

func TestUntrustedResolver(t *testing.T) {
	w := newWorld(t)
	url, _ := w.DoH(w.pub)
	sv, err := dns.ParseResolver(url)
	if err != nil {
		t.Fatal(err)
	}
	sv.Addr = w.pub.Addr()
	w.pub.Fault(dnstest.Faults{DropUDP: true, DropTCP: true})
	if a := ask(t, w.client(t), sv, "acme.example", "MX"); a.Status != dns.Untrusted {
		t.Errorf("got %s: %q", a.Status, a.Notes)
	}
}

// Validating resolvers give no MX at all where the zone's signatures are wrong:
// what the zone's own servers say isn't the whole truth then.
func TestZoneThatResolversCannotRead(t *testing.T) {
	w := newWorld(t)
	w.acme(right)
	w.pub.Fault(dnstest.Faults{Rcode: mdns.RcodeServerFailure})
	r := check(t, w, tenant)
	x, _ := find(r, "mx")
	if x.Verdict != dns.Wrong || r.Verdict == dns.Fine || !strings.Contains(x.Why, "DNSSEC") || !strings.Contains(x.Why, "Public") {
		t.Errorf("%s: %s", x.Verdict, x.Why)
	}
	watch, err := w.client(t).Watch("acme.example", tenant, dns.Memory{OldTTL: 60})
	if err != nil {
		t.Fatal(err)
	}
	sp, err := watch.Next(t.Context())
	if err != nil || !sp.AllNew || !strings.Contains(strings.Join(sp.Notes, " "), "DNSSEC") {
		t.Errorf("the watch says %q (all new %t, %v)", sp.Notes, sp.AllNew, err)
	}
	if seen := watch.Memory().Seen; seen.At.IsZero() || seen != sp.Seen() || !seen.AllNew || seen.SafeAfter.IsZero() {
		t.Errorf("kept is %+v, seen was %+v", seen, sp.Seen())
	}
}
