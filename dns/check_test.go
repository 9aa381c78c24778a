package dns_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/dns"
	"mxodus/dns/dnstest"
)

// base is a company's zone without anything about mail.
const base = soa + "@ IN NS ns1\n@ IN NS ns2\nns1 IN A 192.0.2.11\nns2 IN A 192.0.2.12\n"

var tenant = dns.Wanted{
	Cloud: dns.Worldwide, MX: "acme-example.mail.protection.outlook.com", Proof: "MS=ms58120934",
	DKIM: [2]string{"selector1-acme-example._domainkey.acme.n-v1.dkim.mail.microsoft", "selector2-acme-example._domainkey.acme.n-v1.dkim.mail.microsoft"},
}

// right is everything as Microsoft wants it.
const right = base + `
@ 3600 IN MX 0 acme-example.mail.protection.outlook.com.
@ IN TXT "MS=ms58120934"
@ IN TXT "v=spf1 include:spf.protection.outlook.com -all"
autodiscover IN CNAME autodiscover.outlook.com.
selector1._domainkey IN CNAME selector1-acme-example._domainkey.acme.n-v1.dkim.mail.microsoft.
selector2._domainkey IN CNAME selector2-acme-example._domainkey.acme.n-v1.dkim.mail.microsoft.
_dmarc IN TXT "v=DMARC1; p=none; rua=mailto:postmaster@acme.example"
`

func check(t *testing.T, w *world, want dns.Wanted) dns.Report {
	t.Helper()
	r, err := w.client(t).Check(t.Context(), "acme.example", want)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func find(r dns.Report, check string) (dns.Result, bool) {
	i := slices.IndexFunc(r.Results, func(x dns.Result) bool { return x.Check == check })
	if i < 0 {
		return dns.Result{}, false
	}
	return r.Results[i], true
}

func lines(entries []dns.Entry) string {
	var out []string
	for _, e := range entries {
		out = append(out, e.Host+" "+e.Type+" "+e.Short())
	}
	return strings.Join(out, "; ")
}

func TestEverythingRight(t *testing.T) {
	w := newWorld(t)
	w.acme(right)
	r := check(t, w, tenant)
	if r.Verdict != dns.Fine || r.Domain != "acme.example" || !r.Authority.Direct {
		t.Errorf("verdict %s", r.Verdict)
	}
	for _, x := range r.Results {
		if x.Verdict != dns.Fine || len(x.Enter)+len(x.TakeOut) != 0 || x.Why == "" || x.Guess {
			t.Errorf("%s: %+v", x.Check, x)
		}
		if !x.From.Direct || x.From.Way != dns.UDP {
			t.Errorf("%s: asked %+v", x.Check, x.From)
		}
	}
	if !r.Spread.AllNew || !r.Spread.Agree || !r.Spread.SafeAfter.IsZero() {
		t.Errorf("spread %+v", r.Spread)
	}
}

func TestBeforeTheMove(t *testing.T) {
	w := newWorld(t)
	r := check(t, w, tenant)
	want := map[string]struct {
		verdict        dns.Verdict
		enter, takeOut string
	}{
		"proof":        {dns.ToDo, "@ TXT MS=ms58120934", ""},
		"mx":           {dns.ToDo, "@ MX 0 acme-example.mail.protection.outlook.com", "@ MX 10 mail.acme.example"},
		"ttl":          {dns.ToDo, "@ MX 10 mail.acme.example", ""},
		"spf":          {dns.ToDo, "@ TXT v=spf1 mx a include:spf.protection.outlook.com -all", "@ TXT v=spf1 mx a -all"},
		"autodiscover": {dns.Harmful, "autodiscover CNAME autodiscover.outlook.com", "autodiscover A 192.0.2.20"},
		"dmarc":        {dns.ToDo, "_dmarc TXT v=DMARC1; p=none; rua=mailto:postmaster@acme.example", ""},
		"dkim":         {dns.ToDo, "selector1._domainkey CNAME " + tenant.DKIM[0], ""},
		"msoid":        {dns.Fine, "", ""},
	}
	for name, c := range want {
		x, ok := find(r, name)
		if !ok || x.Verdict != c.verdict || lines(x.Enter) != c.enter || lines(x.TakeOut) != c.takeOut {
			t.Errorf("%s: %s, enter %q, take out %q", name, x.Verdict, lines(x.Enter), lines(x.TakeOut))
		}
	}
	if _, ok := find(r, "old mx"); ok {
		t.Error("an old MX is left over before the move")
	}
	if x, _ := find(r, "ttl"); x.Enter[0].TTL != 300 || !strings.Contains(x.Why, "24 h") {
		t.Errorf("ttl: %+v", x)
	}
	if r.Verdict != dns.Harmful {
		t.Errorf("got %s", r.Verdict)
	}
}

func TestVerdicts(t *testing.T) {
	none := dns.Wanted{Cloud: dns.Worldwide}
	const ours = "@ IN MX 0 acme-example.mail.protection.outlook.com.\n"
	for _, c := range []struct {
		name, zone string
		want       dns.Wanted
		check      string
		verdict    dns.Verdict
		why        string // part of Why or Notes
	}{
		{"suffix, host unknown", ours, none, "mx", dns.Fine, "Compare the value"},
		{"DNSSEC form", "@ IN MX 10 acme-example.n-v1.mx.microsoft.\n", none, "mx", dns.Fine, ""},
		{"another tenant", "@ IN MX 0 other.mail.protection.outlook.com.\n", tenant, "mx", dns.Wrong, "another host than this tenant's"},
		{"another cloud", "@ IN MX 0 acme.mail.protection.office365.us.\n", tenant, "mx", dns.Wrong, "GCC High"},
		{"no MX", "", tenant, "mx", dns.ToDo, "no MX"},
		{"null MX", "@ IN MX 0 .\n", tenant, "mx", dns.Wrong, "takes no mail"},
		{"final dot forgotten", "@ IN MX 0 acme-example.mail.protection.outlook.com\n", tenant, "mx", dns.Wrong, "final dot"},
		{"guess", "@ IN MX 10 mail\n", none, "mx", dns.ToDo, "a guess"},
		{"priority", "@ IN MX 20 acme-example.mail.protection.outlook.com.\n", tenant, "mx", dns.Fine, "0 or 1"},
		{"old one first", ours + "@ IN MX 0 mail\n", tenant, "old mx", dns.Harmful, "Take these records out"},
		{"old one behind", ours + "@ IN MX 50 backup.old-host.example.\n", tenant, "old mx", dns.Harmful, "whatever the number"},
		{"old one preferred", "@ IN MX 5 acme-example.mail.protection.outlook.com.\n@ IN MX 1 mail\n", tenant, "mx", dns.Wrong, "goes to mail.acme.example first"},
		{"low TTL", "@ 300 IN MX 10 mail\n", tenant, "ttl", dns.Fine, "5 min"},
		{"TTL after the change", "@ 86400 IN MX 0 acme-example.mail.protection.outlook.com.\n", tenant, "ttl", dns.Fine, "has moved"},
		{"proof of another tenant", "@ IN TXT \"MS=ms1\"\n", tenant, "proof", dns.ToDo, ""},
		{"proof unknown, there", "@ IN TXT \"MS=ms1\"\n", none, "proof", dns.Fine, ""},
		{"proof unknown, absent", "", none, "proof", dns.ToDo, "admin centre"},
		{"proof no longer needed", ours, tenant, "proof", dns.Fine, "isn't needed any more"},
		{"autodiscover elsewhere", "autodiscover IN CNAME mail.old-host.example.\n", tenant, "autodiscover", dns.ToDo, "mail.old-host.example"},
		{"autodiscover elsewhere after the move", ours + "autodiscover IN CNAME mail.old-host.example.\n", tenant, "autodiscover", dns.Wrong, "mail.old-host.example"},
		{"autodiscover of another cloud", "autodiscover IN CNAME autodiscover.office365.us.\n", tenant, "autodiscover", dns.Wrong, "another cloud"},
		{"autodiscover doubled", "autodiscover IN CNAME autodiscover.outlook.com\n", tenant, "autodiscover", dns.Wrong, "final dot"},
		{"autodiscover AAAA only", "autodiscover IN AAAA 2001:db8::1\n", tenant, "autodiscover", dns.Harmful, "cPanel"},
		{"autodiscover loop", "autodiscover IN CNAME a\na IN CNAME autodiscover\n", tenant, "autodiscover", dns.Wrong, ""},
		{"autodiscover by wildcard", "* IN A 192.0.2.20\n", tenant, "autodiscover", dns.Harmful, "wildcard"},
		{"cPanel SRV", "_autodiscover._tcp IN SRV 0 0 443 cpanelemaildiscovery.cpanel.net.\n", tenant, "autodiscover srv", dns.Harmful, "cPanel"},
		{"own SRV", "_autodiscover._tcp IN SRV 0 0 443 exchange.acme.example.\n", tenant, "autodiscover srv", dns.ToDo, "exchange.acme.example"},
		{"own SRV after the move", ours + "_autodiscover._tcp IN SRV 0 0 443 exchange.acme.example.\n", tenant, "autodiscover srv", dns.Wrong, "exchange.acme.example"},
		{"as pasted", ours + "@ IN TXT MS=ms7\n", dns.Wanted{Cloud: dns.Worldwide, MX: " 0  Acme-Example.mail.protection.outlook.com. ", Proof: "ms7"}, "mx", dns.Fine, "new mailboxes"},
		{"proof as pasted", "@ IN TXT MS=ms7\n", dns.Wanted{Cloud: dns.Worldwide, Proof: "ms7"}, "proof", dns.Fine, ""},
		{"DKIM older form", "selector1._domainkey IN CNAME selector1-acme-example._domainkey.acme.onmicrosoft.com.\n", none, "dkim", dns.Fine, "no key behind it yet"},
		{"DKIM mixed up", "selector1._domainkey IN CNAME selector2-acme-example._domainkey.acme.onmicrosoft.com.\n", none, "dkim", dns.Wrong, "mixed up"},
		{"DKIM not Microsoft's", "selector1._domainkey IN CNAME k1.elsewhere.example.\n", none, "dkim", dns.Wrong, "not Microsoft's"},
		{"DKIM key in the way", "selector1._domainkey IN TXT \"v=DKIM1; p=abc\"\n", tenant, "dkim", dns.Wrong, "another sender"},
		{"DKIM another tenant", "selector1._domainkey IN CNAME selector1-acme-example._domainkey.evil.onmicrosoft.com.\n", dns.Wanted{Cloud: dns.Worldwide, Tenant: "acme.onmicrosoft.com"}, "dkim", dns.Wrong, "another tenant"},
		{"DKIM known, other", "selector1._domainkey IN CNAME selector1-acme-example._domainkey.evil.n-v1.dkim.mail.microsoft.\n", tenant, "dkim", dns.Wrong, "another key"},
		{"two DMARC", "_dmarc IN TXT \"v=DMARC1; p=none\"\n_dmarc IN TXT \"v=DMARC1; p=reject\"\n", tenant, "dmarc", dns.Wrong, "2 DMARC"},
		{"DMARC broken", "_dmarc IN TXT \"v=DMARC1; p=nothing\"\n", tenant, "dmarc", dns.Wrong, "p= must be"},
		{"DMARC strict too early", "_dmarc IN TXT \"v=DMARC1; p=reject\"\n@ IN TXT \"v=spf1 mx -all\"\n", tenant, "dmarc", dns.Wrong, "Change SPF first"},
		{"DMARC strict", "_dmarc IN TXT \"v=DMARC1; p=reject\"\n@ IN TXT \"v=spf1 include:spf.protection.outlook.com -all\"\n", tenant, "dmarc", dns.Fine, "p=reject"},
		{"msoid", "msoid IN CNAME clientconfig.microsoftonline-p.net.\n", tenant, "msoid", dns.Harmful, "21Vianet"},
		{"TLSA before", "@ IN MX 10 mail\n_25._tcp.mail IN TLSA 3 1 1 " + strings.Repeat("ab", 32) + "\n", tenant, "tlsa", dns.Fine, "DANE"},
		{"TLSA after", ours + "_25._tcp.mail IN TLSA 3 1 1 " + strings.Repeat("ab", 32) + "\n", tenant, "tlsa", dns.ToDo, "DANE"},
		{"two MTA-STS", "_mta-sts IN TXT \"v=STSv1; id=1\"\n_mta-sts IN TXT \"v=STSv1; id=2\"\n", tenant, "mta-sts", dns.Wrong, "several"},
		{"MTA-STS without policy", "_mta-sts IN TXT \"v=STSv1; id=1\"\n", tenant, "mta-sts", dns.Unknown, "couldn't be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.acme(base + c.zone)
			x, ok := find(check(t, w, c.want), c.check)
			if !ok || x.Verdict != c.verdict || !strings.Contains(x.Why+strings.Join(x.Notes, " "), c.why) {
				t.Errorf("got %s: %s %q", x.Verdict, x.Why, x.Notes)
			}
			if x.Verdict == dns.Harmful && len(x.TakeOut) == 0 && !strings.Contains(strings.Join(x.Notes, " "), "wildcard") {
				t.Error("harmful, but nothing to take out")
			}
		})
	}
}

func TestDNSSECHostGetsItsPriority(t *testing.T) {
	w := newWorld(t)
	x, _ := find(check(t, w, dns.Wanted{Cloud: dns.Worldwide, MX: "acme-example.n-v1.mx.microsoft"}), "mx")
	if len(x.Enter) != 1 || x.Enter[0].Priority != 10 || x.Wanted != "10 acme-example.n-v1.mx.microsoft" {
		t.Errorf("got %+v", x)
	}
}

func TestGuessIsNotMadeWhereEveryNameExists(t *testing.T) {
	w := newWorld(t)
	w.tld.Zone("outlook.com", soa+"*.mail.protection IN A 192.0.2.201\nspf.protection IN TXT \"v=spf1 -all\"\n")
	x, _ := find(check(t, w, dns.Wanted{Cloud: dns.Worldwide}), "mx")
	if len(x.Enter) != 0 || !x.Guess || !strings.Contains(strings.Join(x.Notes, " "), "can't be derived") {
		t.Errorf("got %+v", x)
	}
}

func TestClouds(t *testing.T) {
	for _, c := range []struct {
		cloud dns.Cloud
		zone  string
	}{
		{dns.GCCHigh, "@ IN MX 0 acme.mail.protection.office365.us.\n@ IN TXT \"v=spf1 include:spf.protection.office365.us -all\"\nautodiscover IN CNAME autodiscover.office365.us.\n"},
		{dns.DoD, "@ IN MX 0 acme.mail.protection.office365.us.\n@ IN TXT \"v=spf1 include:spf.protection.office365.us -all\"\nautodiscover IN CNAME autodiscover-dod.office365.us.\n"},
		{dns.China, "@ IN MX 0 acme.mail.protection.partner.outlook.cn.\n@ IN TXT \"v=spf1 include:spf.protection.partner.outlook.cn -all\"\nautodiscover IN CNAME autodiscover.partner.outlook.cn.\nmsoid IN CNAME clientconfig.partner.microsoftonline-p.net.cn.\n"},
	} {
		t.Run(string(c.cloud), func(t *testing.T) {
			w := newWorld(t)
			w.root.Zone(".", ". IN SOA a.root. host.root. 1 1 1 1 300\nexample. IN NS ns.nic.example.\nns.nic.example. IN A 192.0.2.2\n")
			w.tld.Zone("protection.office365.us", soa+"spf IN TXT \"v=spf1 -all\"\n")
			w.tld.Zone("protection.partner.outlook.cn", soa+"spf IN TXT \"v=spf1 -all\"\n")
			w.acme(base + c.zone)
			r := check(t, w, dns.Wanted{Cloud: c.cloud})
			for _, name := range []string{"mx", "spf", "autodiscover", "msoid", "old mx"} {
				if x, ok := find(r, name); !ok || x.Verdict != dns.Fine {
					t.Errorf("%s: %s %s", name, x.Verdict, x.Why)
				}
			}
			wrong := check(t, w, dns.Wanted{Cloud: dns.Worldwide})
			for _, name := range []string{"mx", "autodiscover"} {
				if x, _ := find(wrong, name); x.Verdict != dns.Wrong || !strings.Contains(x.Why, "another cloud") {
					t.Errorf("as worldwide, %s: %s %s", name, x.Verdict, x.Why)
				}
			}
		})
	}
}

func TestElsewhereChecksOnlyWhatHoldsForAll(t *testing.T) {
	w := newWorld(t)
	w.acme(base + "@ IN MX 10 mx.newhost.example.\n@ IN TXT \"v=spf1 mx -all\"\n_dmarc IN TXT \"v=DMARC1; p=none; rua=mailto:a@acme.example\"\n")
	r := check(t, w, dns.Wanted{Cloud: dns.Elsewhere, MX: "MX.NewHost.example."})
	if r.Verdict != dns.Fine || !r.Spread.AllNew {
		t.Errorf("got %s, %+v", r.Verdict, r.Results)
	}
	if _, ok := find(r, "autodiscover"); ok {
		t.Error("autodiscover was checked")
	}
}

func TestDomainInsideAZoneIsNamedRelativeToIt(t *testing.T) {
	w := newWorld(t)
	w.acme(base + "@ IN TXT \"v=spf1 -all\"\n_dmarc IN TXT \"v=DMARC1; p=none; rua=mailto:a@acme.example\"\nmail IN A 192.0.2.20\n")
	r, err := w.client(t).Check(t.Context(), "mail.acme.example", tenant)
	if err != nil {
		t.Fatal(err)
	}
	mx, _ := find(r, "mx")
	if len(mx.Enter) != 1 || mx.Enter[0].Host != "mail" || mx.Enter[0].Name != "mail.acme.example" {
		t.Errorf("got %+v", mx.Enter)
	}
	if d, _ := find(r, "dmarc"); d.Verdict != dns.Fine || !strings.Contains(d.Why, "acme.example") {
		t.Errorf("the policy above was not seen: %+v", d)
	}
}

func TestFormsOfAnEntry(t *testing.T) {
	w := newWorld(t)
	r := check(t, w, tenant)
	mx, _ := find(r, "mx")
	e := mx.Enter[0]
	if e.Host != "@" || e.Name != "acme.example" || e.Dotted != tenant.MX+"." || e.Joined != "0 "+tenant.MX+"." ||
		e.Line != "acme.example. 3600 IN MX 0 "+tenant.MX+"." || e.TTL != 3600 || e.Priority != 0 {
		t.Errorf("got %+v", e)
	}
}

func TestNobodyAnswersIsUnknown(t *testing.T) {
	w := newWorld(t)
	w.opts.Roots = []dns.Server{{Name: "b.root", Kind: dns.Root, Addr: addr("192.0.2.98:53")}}
	w.opts.Resolvers = []dns.Server{{Name: "dead", Kind: dns.Given, Addr: addr("192.0.2.99:53")}}
	r := check(t, w, tenant)
	if r.Verdict != dns.Unknown || !r.Spread.Offline {
		t.Errorf("got %s, %+v", r.Verdict, r.Spread)
	}
	if x, _ := find(r, "mx"); x.Verdict != dns.Unknown || !strings.Contains(x.Why, "takes no connection") {
		t.Errorf("got %+v", x)
	}
}

func TestWithoutPort53ResolversAreAsked(t *testing.T) {
	w := newWorld(t)
	w.opts.Roots = []dns.Server{{Name: "b.root", Kind: dns.Root, Addr: addr("192.0.2.98:53")}}
	w.acme(right)
	r := check(t, w, tenant)
	x, _ := find(r, "mx")
	if x.Verdict != dns.Fine || x.From.Direct || r.Spread.Direct || !r.Spread.AllNew || r.Authority.Direct {
		t.Errorf("got %+v, spread %+v", x, r.Spread)
	}
}

func TestForgedRepliesAreNamed(t *testing.T) {
	w := newWorld(t)
	w.acme(right)
	w.ns2.Fault(dnstest.Faults{Spoof: true})
	r := check(t, w, tenant)
	if r.Verdict != dns.Fine || !hasNote(r.Spread.Notes, "forging") || !hasNote(r.Spread.Notes, "ns2.acme.example") {
		t.Errorf("%s, notes %q", r.Verdict, r.Spread.Notes)
	}
}

func TestUnknownMXOfAnotherServerIsNoVerdict(t *testing.T) {
	x, _ := find(check(t, newWorld(t), dns.Wanted{Cloud: dns.Elsewhere}), "mx")
	if x.Verdict != dns.Unknown || len(x.Enter)+len(x.TakeOut) != 0 {
		t.Errorf("got %+v", x)
	}
}

// Some networks lead every question on port 53 to a resolver of their own,
// whatever address was asked.
func TestCaughtPort53IsNamedAndGoneRound(t *testing.T) {
	w := newWorld(t)
	w.acme(right)
	catcher := w.Server("192.0.2.99")
	catcher.Zone("acme.example", acme)
	catcher.Resolve(false, catcher)
	lie := w.Server("192.0.2.98")
	lie.Resolve(false, catcher)
	url, web := w.DoH(w.pub)
	w.trust(web.Certificate())
	w.opts.Resolvers[1].DoH = url
	w.opts.Roots = []dns.Server{{Name: "a.root", Kind: dns.Root, Addr: lie.Addr()}}
	w.opts.Hedge, w.opts.Second = 5*time.Second, 5*time.Second
	r := check(t, w, tenant)
	if !hasNote(r.Authority.Notes, "in place of the root servers") || r.Authority.Direct {
		t.Errorf("authority %+v", r.Authority)
	}
	for _, x := range r.Results {
		if x.From.Way != dns.HTTPS && x.From.Status.OK() {
			t.Errorf("%s came by %s from %s", x.Check, x.From.Way, x.From.Server)
		}
	}
	if i := slices.IndexFunc(r.Spread.Servers, func(s dns.ServerState) bool { return s.Server.DoH != "" }); r.Spread.Servers[i].Way != dns.HTTPS {
		t.Errorf("spread %+v", r.Spread.Servers[i])
	}
}

func TestMXThatLagsSomewhereIsNotDone(t *testing.T) {
	w := newWorld(t)
	w.acme(right)
	w.ns2.Zone("acme.example", acme)
	w.ns1.Zone("acme.example", strings.Replace(right, "2026112401", "2026112402", 1))
	r := check(t, w, tenant)
	x, _ := find(r, "mx")
	if x.Verdict != dns.ToDo || r.Verdict != dns.ToDo || !strings.Contains(x.Why, "ns2.acme.example") || len(x.Enter) != 0 {
		t.Errorf("%s: %+v", r.Verdict, x)
	}
	for _, other := range r.Results { // all were asked at the freshest server
		if other.Check != "mx" && other.Verdict != dns.Fine {
			t.Errorf("%s: %s", other.Check, other.Why)
		}
	}
}
