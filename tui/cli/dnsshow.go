package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/engine/say"
)

// tellDNS prints a report for people: the table, then record by record what to
// do, then the servers.
func (a *app) tellDNS(r dns.Report, changes []dns.Change, f dnsFlags) {
	title := r.Domain
	if r.Unicode != r.Domain {
		title = r.Unicode + " (" + r.Domain + ")"
	}
	a.printf("DNS of %s\n", engine.Clean(title, 200))
	if x, ok := mxOf(r); ok && x.From.Status == dns.NoName {
		a.para(a.out, "  ", engine.Clean(x.Why, 0))
	}
	a.printf("\n")
	t := a.table(column{title: "Record"}, column{title: "Found", least: 20}, column{title: "Wanted", least: 20, fold: true}, column{title: "Verdict"})
	for _, x := range r.Results {
		t.add(x.Title, found(x), engine.Clean(x.Wanted, 200), a.verdictOf(x))
	}
	t.write(a.out, width(a.Stdout))
	a.tellResults(r.Results)
	a.tellSpread(r.Spread)
	a.tellChanges(changes, f)
	if f.zone {
		a.printf("\nAs lines of a zone file:\n")
		for _, l := range r.Records.Lines() {
			a.printf("  %s\n", engine.Clean(l, 0))
		}
	}
	a.tellEnd(r, f)
}

func mxOf(r dns.Report) (dns.Result, bool) {
	i := slices.IndexFunc(r.Results, func(x dns.Result) bool { return x.Check == "mx" })
	if i < 0 {
		return dns.Result{}, false
	}
	return r.Results[i], true
}

func found(x dns.Result) string {
	if len(x.Found) == 0 {
		return "-"
	}
	return engine.Clean(strings.Join(x.Found, ", "), 200)
}

// verdictOf calls what is right as far as it can be told without the tenant's own
// value what it is.
func (a *app) verdictOf(x dns.Result) string {
	if x.Guess && x.Verdict == dns.Fine {
		return a.term.marks().ok + " looks right"
	}
	return a.verdictWord(x.Verdict)
}

// verdictWord has its sign and its word: neither stands alone.
func (a *app) verdictWord(v dns.Verdict) string {
	m := a.term.marks()
	switch v {
	case dns.Fine:
		return m.ok + " right"
	case dns.ToDo:
		return m.warn + " to do"
	case dns.Wrong:
		return m.bad + " wrong"
	case dns.Harmful:
		return m.bad + " harmful"
	}
	return "? unknown"
}

// tellResults says about each record what to do, and about those that couldn't be
// found out for one and the same cause once.
func (a *app) tellResults(results []dns.Result) {
	unknown := map[string][]string{} // titles, by cause
	for _, x := range results {
		if x.Verdict == dns.Unknown {
			unknown[x.Why] = append(unknown[x.Why], x.Title)
		}
	}
	for _, x := range results {
		titles := unknown[x.Why]
		if x.Verdict == dns.Unknown && x.Title != titles[0] {
			continue
		}
		if x.Verdict == dns.Unknown {
			x.Title = strings.Join(titles, ", ")
		}
		a.tellResult(x)
	}
}

// tellResult says what to do about one record; nothing where all is right for
// sure.
func (a *app) tellResult(x dns.Result) {
	if x.Verdict == dns.Fine && len(x.Notes) == 0 && !x.Guess {
		return
	}
	a.para(a.out, "", "\n"+x.Title+"  ("+a.verdictOf(x)+")")
	a.para(a.out, "  ", engine.Clean(x.Why, 0))
	a.entries("Enter", x.Enter)
	a.entries("Take out", x.TakeOut)
	for _, n := range x.Notes {
		a.para(a.out, "  ", engine.Clean(n, 0))
	}
}

// entries prints records as the fields of a DNS panel. The value stands on a
// line of its own, to be copied whole.
func (a *app) entries(what string, entries []dns.Entry) {
	for _, e := range entries {
		var b strings.Builder
		fmt.Fprintf(&b, "  %s:  Name %s   Type %s", what, e.Host, e.Type)
		if e.Type == "MX" || e.Type == "SRV" {
			fmt.Fprintf(&b, "   Priority %d", e.Priority)
		}
		if what == "Enter" {
			fmt.Fprintf(&b, "   TTL %d", e.TTL)
		}
		a.printf("%s\n    Value %s\n", engine.Clean(b.String(), 0), engine.Clean(e.Value, 0))
		for i, s := range e.Strings {
			a.printf("    part %d of %d: %s\n", i+1, len(e.Strings), engine.Clean(s, 0))
		}
	}
}

// tellSpread prints what every server says.
func (a *app) tellSpread(sp dns.Spread) {
	a.printf("\nServers\n")
	for _, l := range a.serverRows(sp) {
		a.printf("%s\n", l)
	}
	for _, n := range sp.Notes {
		a.para(a.out, "  ", engine.Clean(n, 400))
	}
}

// serverName is a server's name and its address, which are cut apart from each
// other where a terminal is narrow.
func serverName(s dns.Server) (name, at string) {
	name, whole := engine.Clean(s.Name, 100), engine.Clean(s.String(), 200)
	if at, ok := strings.CutPrefix(whole, name+" ("); ok && name != "" {
		return name, strings.TrimSuffix(at, ")")
	}
	return whole, ""
}

func (a *app) serverRows(sp dns.Spread) []string {
	t := a.table(column{title: "Server", least: 12}, column{title: "Address", least: 26}, column{title: "Kind", fold: true}, column{title: "MX", least: 14}, column{title: "State"}, column{title: "Serial", right: true, fold: true}, column{title: "Way", fold: true})
	for _, s := range sp.Servers {
		number := ""
		if s.Serial != 0 {
			number = fmt.Sprint(s.Serial)
		}
		mx := engine.Clean(strings.Join(s.Says, ", "), 200)
		if mx == "" {
			mx = "-"
		}
		name, at := serverName(s.Server)
		t.add(name, at, string(s.Server.Kind), mx, a.stateWord(s, sp.At), number, string(s.Way))
	}
	var b strings.Builder
	t.write(&b, width(a.Stdout))
	return strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
}

func (a *app) stateWord(s dns.ServerState, now time.Time) string {
	m := a.term.marks()
	switch {
	case s.State == dns.GivesNew && s.Behind:
		return m.ok + " new, serial behind"
	case s.State == dns.GivesNew:
		return m.ok + " new"
	case s.Behind:
		return m.warn + " behind"
	case s.State == dns.GivesOld && !s.Expires.IsZero():
		return m.warn + " old, " + say.Countdown(s.Left(now)) + " left"
	case s.State == dns.GivesOld:
		return m.warn + " old"
	case s.State == dns.GivesMixed:
		return m.warn + " old beside new"
	case s.State == dns.GivesNone:
		return m.warn + " no MX"
	case s.State == dns.NoHelp:
		return m.bad + " lame"
	}
	return m.bad + " " + s.Status.Words()
}

func (a *app) tellChanges(changes []dns.Change, f dnsFlags) {
	if f.compare == "" {
		return
	}
	a.printf("\nSince %s was saved\n", asWritten(f.compare))
	if len(changes) == 0 {
		a.printf("  nothing has changed\n")
	}
	for _, c := range changes {
		text := c.Record.String()
		if c.What == dns.NewTTL {
			text += fmt.Sprintf("  (TTL was %d)", c.OldTTL)
		}
		a.printf("  %-8s %s\n", c.What, engine.Clean(text, 0))
	}
}

func (a *app) tellEnd(r dns.Report, f dnsFlags) {
	a.printf("\n")
	switch {
	case r.Verdict == dns.Fine:
		a.tellFine(r.Results)
	case r.Verdict == dns.Unknown:
		a.para(a.out, "", "Not everything could be found out. Run it again, or from another network.")
	default:
		a.para(a.out, "", "Names are relative to "+r.Authority.Zone+"; @ stands for the domain itself. Some panels want the whole name, or a final dot behind a host: look how their other records are written.")
	}
	if f.save == "" && r.Verdict != dns.Fine {
		a.printf("Before you change anything: mxodus dns %s --save before.json\n", r.Domain)
	}
	if f.save != "" {
		a.printf("The records are saved in %s.\n", asWritten(f.save))
	}
}

func (a *app) tellFine(results []dns.Result) {
	if !slices.ContainsFunc(results, func(x dns.Result) bool { return x.Guess }) {
		a.para(a.out, "", "Everything is right.")
		return
	}
	a.para(a.out, "", "Everything looks right. Your tenant's own values aren't known here: compare what is marked so with the admin centre, or give them with --mx, --proof and --dkim.")
}

// spreadText says in one line how far the change has got.
func spreadText(sp dns.Spread, now time.Time) string {
	switch {
	case sp.Offline:
		return "Nobody answers. Trying again."
	case sp.Safe(now):
		return "Done: no mail can arrive at the old server any more, since " + say.Second(sp.SafeAfter) + "."
	case sp.AllNew && sp.Assumed:
		return "All servers give the new MX. Its old TTL was never seen, so wait three days, as Microsoft advises: until " + say.Moment(sp.SafeAfter) + "."
	case sp.AllNew && !sp.SafeAfter.IsZero():
		return fmt.Sprintf("All servers give the new MX since %s. The old one may be remembered until %s (%s left).",
			say.Moment(sp.Changed), say.Second(sp.SafeAfter), say.Span(sp.SafeAfter.Sub(now)))
	case sp.AllNew:
		return "All servers give the new MX."
	}
	return "Not all servers give the new MX yet: mail can still arrive at the old server."
}
