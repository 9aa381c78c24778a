package dns_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/dns"
	"mxodus/dns/dnstest"
)

func authority(t *testing.T, w *world, domain string) dns.Authority {
	t.Helper()
	au, err := w.client(t).Authority(t.Context(), domain)
	if err != nil {
		t.Fatal(err)
	}
	return au
}

func names(au dns.Authority) []string {
	var out []string
	for _, s := range au.Servers {
		out = append(out, s.Name+"="+s.Addr.Addr().String())
	}
	slices.Sort(out)
	return out
}

func TestServersAreFoundByTheDelegation(t *testing.T) {
	w := newWorld(t)
	au := authority(t, w, "Acme.Example.")
	if au.Zone != "acme.example" || au.Parent != "example" || !au.Direct || len(au.Notes) != 0 {
		t.Fatalf("got %+v", au)
	}
	if got := names(au); !slices.Equal(got, []string{"ns1.acme.example=192.0.2.11", "ns2.acme.example=192.0.2.12"}) {
		t.Errorf("got %q", got)
	}
	for _, a := range w.Asked() {
		if a.Server == "192.0.2.53" || a.Server == "192.0.2.54" {
			t.Errorf("a resolver was asked: %+v", a)
		}
	}
}

func TestDomainInsideAZone(t *testing.T) {
	w := newWorld(t)
	if au := authority(t, w, "mail.acme.example"); au.Zone != "acme.example" || au.Domain != "mail.acme.example" || !au.Direct {
		t.Errorf("got %+v", au)
	}
	au := authority(t, w, "gone.example")
	if au.Zone != "example" || !hasNote(au.Notes, "doesn't exist") {
		t.Errorf("got %+v", au)
	}
}

func TestNameServersOutOfBailiwick(t *testing.T) {
	w := newWorld(t)
	host := w.Server("192.0.2.30")
	w.root.Zone(".", ". IN SOA a.root. host.root. 1 1 1 1 300\n"+
		dnstest.Delegate("example", "ns.nic.example=192.0.2.2")+dnstest.Delegate("net", "ns.nic.net=192.0.2.2"))
	// The parent's address for a name outside of it is a lie, and must not be believed.
	w.tld.Zone("example", soa+dnstest.Delegate("acme.example", "ns1.host.net")+"$ORIGIN net.\nns1.host IN A 192.0.2.66\n")
	w.tld.Zone("net", soa+dnstest.Delegate("host.net", "ns1.host.net=192.0.2.30"))
	host.Zone("host.net", soa+"@ IN NS ns1\nns1 IN A 192.0.2.30\nns1 IN AAAA 2001:db8::30\n")
	host.Zone("acme.example", soa+"@ IN NS ns1.host.net.\n@ IN MX 10 mail\n")
	au := authority(t, w, "acme.example")
	if got := names(au); !slices.Equal(got, []string{"ns1.host.net=192.0.2.30", "ns1.host.net=2001:db8::30"}) || !au.Direct {
		t.Errorf("got %q, %+v", got, au)
	}
}

func TestGlueOutOfBailiwickIsNotBelieved(t *testing.T) {
	w := newWorld(t)
	evil := w.Server("192.0.2.66")
	evil.Zone("acme.example", soa+"@ IN NS ns1.victim.com.\n@ IN MX 1 evil\n")
	w.tld.Zone("example", soa+"acme IN NS ns1.victim.com.\nns1.victim.com. IN A 192.0.2.66\n")
	au := authority(t, w, "acme.example")
	if len(au.Servers) != 0 || au.Direct || !hasNote(au.Notes, "ns1.victim.com") {
		t.Errorf("got %+v", au)
	}
}

func TestCircularNameServersEnd(t *testing.T) {
	w := newWorld(t)
	w.tld.Zone("example", soa+"acme IN NS ns.other\nother IN NS ns.acme\n")
	began := time.Now()
	au := authority(t, w, "acme.example")
	if len(au.Servers) != 0 || !hasNote(au.Notes, "no address that can be found") {
		t.Errorf("got %+v", au)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestZoneAndParentNameDifferentServers(t *testing.T) {
	w := newWorld(t)
	w.Server("192.0.2.13").Zone("acme.example", acme)
	w.acme(strings.Replace(acme, "@ IN NS ns2\n", "@ IN NS ns3\nns3 IN A 192.0.2.13\n", 1))
	au := authority(t, w, "acme.example")
	if len(au.Servers) != 3 || !hasNote(au.Notes, "The zone names ns3.acme.example") || !hasNote(au.Notes, "example names ns2.acme.example") {
		t.Errorf("got %q, notes %q", names(au), au.Notes)
	}
}

func TestParentAndChildOnTheSameServers(t *testing.T) {
	w := newWorld(t)
	w.tld.Zone("co.example", soa+"@ IN NS ns.nic.example.\n"+dnstest.Delegate("acme.co.example", "ns1.acme.example"))
	w.ns1.Zone("acme.co.example", soa+"@ IN NS ns1.acme.example.\n@ IN MX 10 mail\n")
	au := authority(t, w, "acme.co.example")
	if au.Zone != "acme.co.example" || len(au.Servers) != 1 || !au.Direct {
		t.Errorf("got %+v", au)
	}
}

func TestDeadRootAndLameServersAreGoneRound(t *testing.T) {
	w := newWorld(t)
	w.opts.Roots = append([]dns.Server{{Name: "b.root", Kind: dns.Root, Addr: addr("192.0.2.98:53")}}, w.opts.Roots...)
	w.tld.Zone("example", soa+dnstest.Delegate("acme.example", "ns1.acme.example=192.0.2.11", "ns2.acme.example=192.0.2.12", "ns3.acme.example=192.0.2.97"))
	w.ns2.Drop("acme.example")
	if au := authority(t, w, "acme.example"); !au.Direct || len(au.Servers) != 3 {
		t.Errorf("got %+v", au)
	}
}

func TestClosedPortFindsTheZoneByResolvers(t *testing.T) {
	w := newWorld(t)
	w.opts.Roots = []dns.Server{{Name: "b.root", Kind: dns.Root, Addr: addr("192.0.2.98:53")}}
	au := authority(t, w, "www.acme.example")
	if au.Zone != "acme.example" || au.Direct || len(au.Servers) != 2 || !hasNote(au.Notes, "couldn't be found from the root") {
		t.Errorf("got %+v", au)
	}
}

func TestClosedNetworkResolvesFromItsRoots(t *testing.T) {
	w := newWorld(t)
	w.opts.Resolvers, w.opts.Public = nil, nil
	w.acme(acme + "web IN CNAME autodiscover.outlook.com.\n")
	a := w.client(t).Resolve(t.Context(), dns.Question{Name: "web.acme.example", Type: "A"})
	if a.Status != dns.Answered || len(a.Records) != 1 || a.Records[0].Value != "192.0.2.200" || len(a.Chain) != 1 {
		t.Errorf("got %+v", a)
	}
	for _, q := range w.Asked() {
		if q.Server == "192.0.2.53" || q.Server == "192.0.2.54" {
			t.Errorf("a resolver was asked: %+v", q)
		}
	}
}

func TestWrongDomains(t *testing.T) {
	for in, want := range map[string]string{
		"Acme.Example": "acme.example", "anna@acme.example": "acme.example", "bücher.example": "xn--bcher-kva.example",
		"acme.example.": "acme.example", "acme": "", "192.0.2.1": "", "a b.example": "", "": "", "a..example": "", "\x1b[31m.example": "",
	} {
		if got, err := dns.ToASCII(in); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v", in, got, err)
		}
	}
	if got := dns.ToUnicode("xn--bcher-kva.example"); got != "bücher.example" {
		t.Errorf("got %q", got)
	}
}

func TestRootHints(t *testing.T) {
	got, err := dns.ParseRootHints(strings.NewReader("; port: 5353\n. 3600000 NS A.ROOT.TEST.\na.root.test. 3600000 A 127.0.0.10\na.root.test. 3600000 AAAA ::1\nother.test. 1 A 127.0.0.9\n"))
	if err != nil || len(got) != 2 || got[0].Addr != addr("127.0.0.10:5353") || got[1].Addr != addr("[::1]:5353") || got[0].Name != "a.root.test" {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, bad := range []string{"", "a.test. 1 A 127.0.0.1\n", ". 1 NS a.test.\n", "\x1b[31m nonsense ("} {
		if got, err := dns.ParseRootHints(strings.NewReader(bad)); err == nil || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%q: got %+v, %v", bad, got, err)
		}
	}
	if n := len(dns.RootServers()); n != 26 {
		t.Errorf("%d root addresses are built in", n)
	}
}

func TestResolversAsWritten(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "192.0.2.1:5353": "192.0.2.1:5353", "2001:db8::1": "2001:db8::1", "[2001:db8::1]:53": "2001:db8::1",
		"https://dns.example/dns-query": "dns.example (https://dns.example/dns-query)", "dns.example": "", "": "", "https://": "",
	} {
		got, err := dns.ParseResolver(in)
		if (err == nil) != (want != "") || (err == nil && got.String() != want) {
			t.Errorf("%q: got %q, %v", in, got, err)
		}
	}
	operators := map[string]bool{}
	for _, s := range dns.PublicResolvers() {
		operators[s.Name] = s.DoH != ""
	}
	if len(operators) < 4 {
		t.Errorf("only %d operators", len(operators))
	}
}

// A server that holds the parent too answers for the zone at once, and need not
// hand out the addresses of its name servers with that.
func TestNameServersInAZoneOnItsParentsServers(t *testing.T) {
	w := newWorld(t)
	w.tld.Zone("acme.example", soa+"@ IN NS ns1\nns1 IN A 192.0.2.2\n@ IN MX 10 mail\n")
	au := authority(t, w, "acme.example")
	if got := names(au); !au.Direct || !slices.Equal(got, []string{"ns1.acme.example=192.0.2.2"}) {
		t.Errorf("got %q, %+v", got, au)
	}
}
