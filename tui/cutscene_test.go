package tui

import (
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/dns"
	"mxodus/engine"
)

var enterKey = tea.KeyMsg{Type: tea.KeyEnter}

// Views show local time; those of the tests are in UTC wherever they run.
func TestMain(m *testing.M) {
	time.Local = time.UTC
	os.Exit(m.Run())
}

var allScenes = slices.Concat(firstScenes, endScenes, letterScenes, planScenes, pilotScenes, liveScenes, staffScenes, proofScenes)

var sceneWanted = dns.Wanted{Cloud: dns.Worldwide, MX: "acme-example.mail.protection.outlook.com", Proof: "MS=ms58120934"}

func sceneEntry(kind, value string, priority uint16, ttl uint32) dns.Entry {
	return dns.Entry{Host: "@", Record: dns.Record{Name: "acme.example", Type: kind, Value: value, Priority: priority, TTL: ttl}}
}

// sceneNames is a domain before its cut-over, as the checks see it.
func sceneNames(r *root) *cutover {
	s := &r.session
	s.names.said, s.names.wanted = true, sceneWanted
	spread := dns.Spread{Domain: "acme.example", Zone: "acme.example", At: sceneTime, Agree: true, Direct: true, OldTTL: 24 * time.Hour,
		Next: sceneTime.Add(38 * time.Second), Servers: sceneServers(dns.GivesOld, dns.GivesOld)}
	s.spread = &spread
	c := r.steps[stepCutover].(*cutover)
	c.of.file = s.file
	c.report = &dns.Report{Domain: "acme.example", At: sceneTime, Spread: spread, Results: []dns.Result{
		{Check: "proof", Title: "Domain proof", Name: "acme.example", Wanted: "MS=ms58120934", Found: []string{"MS=ms58120934"}, Verdict: dns.Fine, Why: "Microsoft can see that the domain is yours."},
		{Check: "mx", Title: "MX", Name: "acme.example", Wanted: "0 acme-example.mail.protection.outlook.com", Found: []string{"10 mail.old-host.example"}, Verdict: dns.ToDo,
			Why:     "Mail still goes to the old server. Change this at the cut-over, and take the old records out.",
			Enter:   []dns.Entry{sceneEntry("MX", "acme-example.mail.protection.outlook.com", 0, 3600)},
			TakeOut: []dns.Entry{sceneEntry("MX", "mail.old-host.example", 10, 86400)}},
		{Check: "ttl", Title: "MX TTL", Name: "acme.example", Wanted: "at most 3600 before the change", Found: []string{"86400"}, Verdict: dns.ToDo, Why: "Lower it to 300 now."},
		{Check: "spf", Title: "SPF", Name: "acme.example", Wanted: "v=spf1 include:spf.protection.outlook.com -all", Found: []string{"v=spf1 mx \x1b[31m東京 -all"}, Verdict: dns.Wrong,
			Why: "Mail from the new server would be refused.", Enter: []dns.Entry{sceneEntry("TXT", "v=spf1 include:spf.protection.outlook.com -all", 0, 3600)}},
		{Check: "autodiscover", Title: "autodiscover", Name: "autodiscover.acme.example", Wanted: "CNAME autodiscover.outlook.com", Found: []string{"203.0.113.9"}, Verdict: dns.Harmful, Why: "Outlook would find the old server."},
		{Check: "dmarc", Title: "DMARC", Name: "_dmarc.acme.example", Verdict: dns.Unknown, Why: "Nobody answered."}}}
	c.table.Resize(len(c.report.Results))
	c.table.Go(1)
	return c
}

func sceneServers(first, second dns.State) []dns.ServerState {
	at := func(s string) netip.AddrPort { return netip.MustParseAddrPort(s + ":53") }
	return []dns.ServerState{
		{Server: dns.Server{Name: "ns1.dns-host.example", Kind: dns.Authoritative, Addr: at("192.0.2.11")}, State: first, Serial: 2026112302},
		{Server: dns.Server{Name: "ns2.dns-\x1b[2Jhost.example", Kind: dns.Authoritative, Addr: at("192.0.2.12")}, State: second, Serial: 2026112301, Behind: first != second},
		{Server: dns.Server{Name: "Cloudflare", Kind: dns.Public, Addr: at("1.1.1.1")}, State: dns.GivesOld, Expires: sceneTime.Add(41*time.Minute + 10*time.Second)},
		{Server: dns.Server{Name: "Google", Kind: dns.Public, Addr: at("8.8.8.8")}, State: dns.Mute}}
}

// sceneEnding is a project some hours after its cut-over.
func sceneEnding(r *root) *finish {
	s := &r.session
	r.now = sceneTime
	run := func(kind string, hours int, sent int) engine.Run {
		at := sceneTime.Add(-time.Duration(hours) * time.Hour)
		return engine.Run{Kind: kind, Started: at, Finished: at.Add(time.Minute), Summary: engine.Summary{Sent: sent, Users: len(s.people)}}
	}
	s.runs = []engine.Run{run("full", 90, 96770), run("delta", 26, 1), run("delta", 10, 0), run("delta", 5, 0), run("delta", 1, 0), run("verify", 2, 0)}
	s.names.said, s.names.wanted = true, sceneWanted
	s.project.CutOverDone = true
	s.spread = &dns.Spread{AllNew: true, Agree: true, Direct: true, At: sceneTime, Changed: sceneTime.Add(-28 * time.Hour), SafeAfter: sceneTime.Add(-4 * time.Hour),
		Servers: sceneServers(dns.GivesNew, dns.GivesNew)}
	return r.steps[stepFinish].(*finish)
}

var endScenes = []scene{
	{"cutover-form", func() *root {
		r := newScene(stepCutover, 2)
		c := r.steps[stepCutover].(*cutover)
		mustForm(c.form, "cloud", string(dns.Worldwide), "mx", "admin@acme", "proof", "ms58")
		c.form.Valid()
		return r
	}},
	{"cutover-looking", func() *root {
		r := newScene(stepUsers, 2)
		r.session.names.said, r.session.names.wanted = true, sceneWanted
		r.at = stepCutover
		r.steps[stepCutover].Init()
		return r
	}},
	{"cutover-before", func() *root { r := newScene(stepUsers, 2); sceneNames(r); r.at = stepCutover; return r }},
	{"cutover-record", func() *root {
		r := newScene(stepUsers, 2)
		sceneNames(r).open = true
		r.at = stepCutover
		return r
	}},
	{"cutover-spreading", func() *root {
		r := newScene(stepUsers, 2)
		c := sceneNames(r)
		r.session.spread.Servers = sceneServers(dns.GivesNew, dns.GivesOld)
		r.session.project.CutOverDone = true
		c.copied = "Sent to the terminal's clipboard. If yours doesn't take it: all values stand in /home/admin/acme.dns.txt"
		r.at = stepCutover
		return r
	}},
	{"cutover-waiting", func() *root {
		r := newScene(stepUsers, 2)
		c := sceneNames(r)
		*r.session.spread = dns.Spread{At: sceneTime, AllNew: true, Agree: true, Direct: true, SafeAfter: sceneTime.Add(3 * time.Hour), Changed: sceneTime, Servers: sceneServers(dns.GivesNew, dns.GivesNew)}
		for i := range c.report.Results {
			c.report.Results[i].Verdict, c.report.Results[i].Enter, c.report.Results[i].TakeOut = dns.Fine, nil, nil
		}
		r.session.project.CutOverDone = true
		r.at = stepCutover
		return r
	}},
	{"cutover-fault", func() *root {
		r := newScene(stepUsers, 2)
		c := sceneNames(r)
		c.report, c.fault = nil, sceneFault()
		r.at = stepCutover
		return r
	}},
	{"finish-early", func() *root {
		r := newScene(stepUsers, 6)
		sceneEnding(r)
		r.session.spread, r.session.project.CutOverDone = nil, false
		r.at = stepFinish
		return r
	}},
	{"finish-waiting", func() *root {
		r := newScene(stepUsers, 6)
		sceneEnding(r)
		r.session.spread.SafeAfter = sceneTime.Add(3*time.Hour + 12*time.Minute)
		r.session.runs[4].Summary.Sent = 1
		r.session.runs = r.session.runs[:5]
		r.at = stepFinish
		return r
	}},
	{"finish-following", func() *root {
		r := newScene(stepUsers, 6)
		sceneEnding(r)
		b := sceneBatch(r)
		b.NextPass = sceneTime.Add(95 * time.Second)
		running(r)
		r.steps[stepMigrate].(*migrate).follow = true
		r.session.spread.SafeAfter = sceneTime.Add(3*time.Hour + 12*time.Minute)
		r.at = stepFinish
		return r
	}},
	{"finish-safe", func() *root { r := newScene(stepUsers, 6); sceneEnding(r); r.at = stepFinish; return r }},
	{"finish-reason", func() *root {
		r := newScene(stepUsers, 6)
		f := sceneEnding(r)
		r.session.spread = nil
		r.at = stepFinish
		f.key(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{'X'}})
		return r
	}},
	{"finish-ended", func() *root {
		r := newScene(stepUsers, 6)
		sceneEnding(r)
		r.session.names.ending = &engine.Ending{At: sceneTime, Reason: "The old provider \x1b[31mcloses today 東京."}
		r.at = stepFinish
		return r
	}},
}
