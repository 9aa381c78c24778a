package real_test

import (
	"crypto/x509"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/dns"
	"mxodus/dns/internal/real"
)

const (
	bind = real.Local + iota // ns2
	root                     // root and "example"
	nsd                      // ns1
	lame                     // ns3: holds another zone
	dead                     // ns4: nobody is there
	fast                     // a resolver
	slow                     // another
)

var wanted = dns.Wanted{Cloud: dns.Worldwide, MX: "acme-example.mail.protection.outlook.com"}

const (
	oldMX = "@ 5 IN MX 10 mail\n@ IN TXT \"v=spf1 mx -all\"\n"
	newMX = "@ 3600 IN MX 0 acme-example.mail.protection.outlook.com.\n"
)

// setting is a whole internet of real servers.
type setting struct {
	*real.Net
	ns1, ns2   *real.Server
	fast, slow real.Resolver
	client     *dns.Client
}

func zone(n *real.Net, serial int, text string) string {
	head := fmt.Sprintf("@ IN SOA ns1 host %d 3600 600 604800 300\n", serial)
	for i, h := range []byte{nsd, bind, lame, dead} {
		head += fmt.Sprintf("@ IN NS ns%d\nns%d IN A %s\n", i+1, i+1, n.Addr(h))
	}
	return head + "mail IN A 192.0.2.20\n" + text
}

func set(t *testing.T) *setting {
	n := real.New(t)
	s := &setting{Net: n}
	var delegation string
	for i, h := range []byte{nsd, bind, lame, dead} {
		delegation += fmt.Sprintf("acme IN NS ns%d.acme\nns%d.acme IN A %s\n", i+1, i+1, n.Addr(h))
	}
	n.NSD(root, real.Zones{
		".":       fmt.Sprintf(". IN SOA a. b. 1 1 1 1 1\n. IN NS a.root.\na.root. IN A %s\nexample. IN NS ns.nic.example.\nns.nic.example. IN A %s\n", n.Addr(root), n.Addr(root)),
		"example": fmt.Sprintf("@ IN SOA a b 1 1 1 1 1\n@ IN NS ns.nic\nns.nic IN A %s\n", n.Addr(root)) + delegation,
	})
	s.ns1 = n.NSD(nsd, real.Zones{"acme.example": zone(n, 1, oldMX)})
	s.ns2 = n.BIND(real.Zones{"acme.example": zone(n, 1, oldMX)})
	n.NSD(lame, real.Zones{"other.test": "@ IN SOA a b 1 1 1 1 1\n@ IN NS a\n"})
	s.fast = n.Unbound(fast, "acme.example", n.At(nsd), n.At(bind))
	s.slow = n.Unbound(slow, "acme.example", n.At(nsd), n.At(bind))
	s.client = dns.New(dns.Options{
		Roots: []dns.Server{{Name: "a.root", Kind: dns.Root, Addr: n.At(root)}},
		Resolvers: []dns.Server{{Name: "fast", Kind: dns.Public, Addr: n.At(fast)},
			{Name: "slow", Kind: dns.Public, Addr: n.At(slow)}},
		First: 500 * time.Millisecond, Second: time.Second,
	})
	t.Cleanup(s.client.Close)
	return s
}

// until asks a server until its answer is as it should be.
func (s *setting) until(t *testing.T, kind dns.Kind, at netip.AddrPort, q dns.Question, ok func(dns.Answer) bool) dns.Answer {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	end := time.After(15 * time.Second)
	for {
		a := s.client.Ask(t.Context(), dns.Server{Name: "test", Kind: kind, Addr: at}, q)
		if ok(a) {
			return a
		}
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("%s stays at %+v", at, a)
		}
	}
}

var mx = dns.Question{Name: "acme.example", Type: "MX"}

func givesNew(a dns.Answer) bool {
	return slices.ContainsFunc(a.Records, func(r dns.Record) bool { return r.Value == wanted.MX })
}

func state(t *testing.T, sp dns.Spread, name string) dns.ServerState {
	t.Helper()
	i := slices.IndexFunc(sp.Servers, func(s dns.ServerState) bool { return s.Server.Name == name })
	if i < 0 {
		t.Fatalf("%s is missing in %+v", name, sp.Servers)
	}
	return sp.Servers[i]
}

// Two servers of different make, one of them lagging, one lame, one dead, and
// two resolvers whose answers are of different age.
func TestChangeSpreadsOverRealServers(t *testing.T) {
	s := set(t)
	s.until(t, dns.Public, s.At(fast), mx, func(a dns.Answer) bool { return a.Status == dns.Answered })
	s.until(t, dns.Public, s.At(fast), mx, func(a dns.Answer) bool { return a.TTL <= 3 })
	w, err := s.client.Watch("acme.example", wanted, dns.Memory{})
	if err != nil {
		t.Fatal(err)
	}
	next := func() dns.Spread {
		w.Wake()
		sp, err := w.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return sp
	}
	sp := next()
	one, two := state(t, sp, "ns1.acme.example"), state(t, sp, "ns2.acme.example")
	if one.State != dns.GivesOld || two.State != dns.GivesOld || one.Serial != 1 || two.Serial != 1 || one.TTL != 5 || !sp.Agree || sp.AllNew {
		t.Errorf("before: %+v", sp)
	}
	if x := state(t, sp, "ns3.acme.example"); x.State != dns.NoHelp || x.Status != dns.Lame {
		t.Errorf("lame: %+v", x)
	}
	if x := state(t, sp, "ns4.acme.example"); x.State != dns.Mute || x.Status != dns.Closed {
		t.Errorf("dead: %+v", x)
	}
	old, fresh := state(t, sp, "fast"), state(t, sp, "slow")
	if old.TTL > 3 || fresh.TTL != 5 || !old.Expires.Equal(old.At.Add(time.Duration(old.TTL)*time.Second)) {
		t.Errorf("the resolvers have %d s and %d s left", old.TTL, fresh.TTL)
	}

	s.ns1.Change("acme.example", zone(s.Net, 2, newMX))
	s.until(t, dns.Authoritative, s.At(nsd), mx, givesNew)
	sp = next()
	if x := state(t, sp, "ns2.acme.example"); !x.Behind || x.Serial != 1 || sp.Serial != 2 || sp.Agree || sp.AllNew || !sp.SafeAfter.IsZero() {
		t.Errorf("one lags: %+v", sp)
	}

	s.ns2.Change("acme.example", zone(s.Net, 2, newMX))
	s.until(t, dns.Authoritative, s.At(bind), mx, givesNew)
	sp = next()
	last := state(t, sp, "ns2.acme.example")
	if !sp.AllNew || !sp.Agree || !sp.Changed.Equal(last.At) {
		t.Fatalf("all changed: %+v", sp)
	}
	// A resolver that was asked in the same moment may have the old MX a
	// fraction of a second longer.
	if want := last.At.Add(5 * time.Second); sp.SafeAfter.Before(want) || sp.SafeAfter.After(want.Add(time.Second)) {
		t.Errorf("safe after %s, want %s", sp.SafeAfter, want)
	}
	for sp = range w.Looks(t.Context()) {
		continue
	}
	if !sp.Safe(time.Now()) {
		t.Errorf("ended at %+v", sp)
	}
	// What safe after promised; Unbound counts in whole seconds, and gives an
	// answer for the whole of its last one.
	for _, name := range []string{"fast", "slow"} {
		s.until(t, dns.Public, state(t, sp, name).Server.Addr, mx, givesNew)
		if late := time.Since(sp.SafeAfter); late > 2*time.Second {
			t.Errorf("%s gave the old MX until %s after the safe moment", name, late)
		}
	}
}

func TestCheckAgainstRealServers(t *testing.T) {
	s := set(t)
	r, err := s.client.Check(t.Context(), "acme.example", wanted)
	if err != nil {
		t.Fatal(err)
	}
	verdicts := map[string]dns.Verdict{}
	for _, x := range r.Results {
		verdicts[x.Check] = x.Verdict
		if !x.From.Direct {
			t.Errorf("%s came from %s", x.Check, x.From.Server)
		}
	}
	for check, want := range map[string]dns.Verdict{"mx": dns.ToDo, "ttl": dns.Fine, "spf": dns.ToDo, "autodiscover": dns.ToDo, "dmarc": dns.ToDo, "msoid": dns.Fine} {
		if verdicts[check] != want {
			t.Errorf("%s: %s, want %s", check, verdicts[check], want)
		}
	}
	if !r.Authority.Direct || len(r.Authority.Servers) != 4 || len(r.Records.Records) < 7 {
		t.Errorf("authority %+v, %d records", r.Authority, len(r.Records.Records))
	}
}

func TestRealServersOverEveryWay(t *testing.T) {
	s := set(t)
	var many strings.Builder
	for i := range 80 {
		fmt.Fprintf(&many, "big IN TXT \"%03d %s\"\n", i, strings.Repeat("x", 60))
	}
	s.ns1.Change("acme.example", zone(s.Net, 2, oldMX+many.String()))
	s.ns2.Change("acme.example", zone(s.Net, 2, oldMX+many.String()))
	big := dns.Question{Name: "big.acme.example", Type: "TXT"}
	for _, h := range []byte{nsd, bind} {
		a := s.until(t, dns.Authoritative, s.At(h), big, func(a dns.Answer) bool { return len(a.Records) == 80 })
		if a.Way != dns.TCP {
			t.Errorf("a large answer came over %s", a.Way)
		}
	}
	pool := x509.NewCertPool()
	pool.AddCert(s.fast.CA)
	c := dns.New(dns.Options{CA: pool})
	defer c.Close()
	a := c.Ask(t.Context(), dns.Server{Name: "fast", Kind: dns.Given, DoH: s.fast.DoH}, mx)
	if a.Status != dns.Answered || a.Way != dns.HTTPS {
		t.Errorf("over HTTPS: %s by %s, %q", a.Status, a.Way, a.Notes)
	}
	s.fast.Stop()
	if a := s.client.Ask(t.Context(), dns.Server{Name: "fast", Kind: dns.Given, Addr: s.At(fast)}, mx); a.Status != dns.Closed {
		t.Errorf("stopped: %s", a.Status)
	}
}
