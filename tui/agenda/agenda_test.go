package agenda

import (
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"mxodus/dns"
	"mxodus/engine"
)

var zone = time.FixedZone("CET", 3600)

// component is what a reader makes of a calendar file.
type component struct {
	name       string
	properties map[string][]string
	parts      []*component
}

// parse reads a file as RFC 5545 says: unfolds, takes parameters off names, and
// nests. It shares nothing with the writer.
func parse(t *testing.T, file string) *component {
	t.Helper()
	if !strings.HasSuffix(file, "\r\n") || strings.Contains(strings.ReplaceAll(file, "\r\n", ""), "\n") {
		t.Fatal("a line does not end with CRLF")
	}
	for _, l := range strings.Split(file, "\r\n") {
		if len(l) > 75 || !utf8.ValidString(l) {
			t.Errorf("%d octets, or a character that is cut: %q", len(l), l)
		}
	}
	root := &component{}
	stack := []*component{root}
	for _, l := range strings.Split(strings.TrimSuffix(strings.ReplaceAll(file, "\r\n ", ""), "\r\n"), "\r\n") {
		name, value, ok := strings.Cut(l, ":")
		if !ok {
			t.Fatalf("no property: %q", l)
		}
		top := stack[len(stack)-1]
		switch name, _, _ = strings.Cut(name, ";"); name {
		case "BEGIN":
			c := &component{name: value, properties: map[string][]string{}}
			top.parts = append(top.parts, c)
			stack = append(stack, c)
		case "END":
			if top.name != value {
				t.Fatalf("%s ends within %s", value, top.name)
			}
			stack = stack[:len(stack)-1]
		default:
			top.properties[name] = append(top.properties[name], value)
		}
	}
	if len(stack) != 1 || len(root.parts) != 1 {
		t.Fatal("the file is not one whole object")
	}
	return root.parts[0]
}

// plain takes escapes away.
func plain(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n", `\N`, "\n").Replace(s)
}

func (c *component) event(t *testing.T, uid string) *component {
	t.Helper()
	for _, e := range c.parts {
		if e.name == "VEVENT" && e.properties["UID"][0] == uid {
			return e
		}
	}
	t.Fatalf("no event %s", uid)
	return nil
}

func facts() engine.ScheduleFacts {
	return engine.ScheduleFacts{Now: time.Date(2026, 12, 7, 12, 0, 0, 0, zone), Zone: zone, Users: 3,
		Project: engine.Project{Company: "Acme; Söhne, KG", Domain: "acme.example", CutOver: time.Date(2026, 12, 18, 18, 0, 0, 0, zone)},
		MX:      engine.MXFacts{OldTTL: 24 * time.Hour, TTL: 24 * time.Hour}}
}

func TestCalendarIsReadBackAsItWasMeant(t *testing.T) {
	f := facts()
	f.Tested = time.Date(2026, 11, 30, 9, 30, 0, 0, zone)
	f.MX = engine.MXFacts{OldTTL: 5 * time.Minute, TTL: 5 * time.Minute}
	s := engine.NewSchedule(f)
	c := parse(t, Calendar(f.Project, s, f.Now))
	if c.name != "VCALENDAR" || len(c.parts) != len(s.Tasks) || c.properties["VERSION"][0] != "2.0" || len(c.properties["PRODID"]) != 1 {
		t.Fatalf("%s with %d events, %v", c.name, len(c.parts), c.properties)
	}
	for _, e := range c.parts {
		for _, need := range []string{"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "SUMMARY"} {
			if len(e.properties[need]) != 1 {
				t.Errorf("%v has not one %s", e.properties["UID"], need)
			}
		}
	}
	mx := c.event(t, "mx.acme.example@mxodus")
	if p := mx.properties; p["DTSTART"][0] != "20261218T170000Z" || p["DTEND"][0] != "20261218T180000Z" || len(mx.parts) != 2 || mx.parts[0].properties["TRIGGER"][0] != "-P1D" {
		t.Errorf("the cut-over: %v", p)
	}
	prepare := c.event(t, "prepare.acme.example@mxodus")
	if p := prepare.properties; p["DTSTART"][0] != "20261210" || p["DTEND"][0] != "20261211" || len(prepare.parts) != 1 ||
		!strings.Contains(plain(p["DESCRIPTION"][0]), "A week ahead: it names what is too large, and what users must do themselves.\nAt the latest: Sat 12 Dec.") {
		t.Errorf("the letter: %v", p)
	}
	if p := c.event(t, "announcement.acme.example@mxodus").properties; p["DTSTART"][0] != "20261207" || !strings.HasPrefix(p["SUMMARY"][0], "Late: ") {
		t.Errorf("a late task doesn't stand today: %v", p)
	}
	test := c.event(t, "test.acme.example@mxodus")
	if p := test.properties; p["DTSTART"][0] != "20261130" || !strings.HasPrefix(p["SUMMARY"][0], "Done: ") || len(test.parts) != 0 {
		t.Errorf("a done task: %v", p)
	}
	if p := c.event(t, "lower-ttl.acme.example@mxodus").properties; p["STATUS"][0] != "CANCELLED" {
		t.Errorf("a task that is not needed: %v", p)
	}
}

func TestLongAndForeignTextIsFolded(t *testing.T) {
	f := facts()
	f.Project.Domain = strings.Repeat("東京", 30) + `;,\` + "\x1b[2J.example"
	c := parse(t, Calendar(f.Project, engine.NewSchedule(f), f.Now))
	got := plain(eventOf(c, "mx.").properties["SUMMARY"][0])
	if want := strings.Repeat("東京", 30) + `;,\` + `\x1b[2J.example: Change the MX record`; got != want {
		t.Errorf("%q instead of %q", got, want)
	}
}

func eventOf(c *component, prefix string) *component {
	for _, e := range c.parts {
		if strings.HasPrefix(e.properties["UID"][0], prefix) {
			return e
		}
	}
	return nil
}

func TestImportingAgainUpdates(t *testing.T) {
	f := facts()
	before := parse(t, Calendar(f.Project, engine.NewSchedule(f), f.Now))
	f.Now, f.Project.CutOver = f.Now.Add(2*time.Minute), f.Project.CutOver.AddDate(0, 0, 7)
	after := parse(t, Calendar(f.Project, engine.NewSchedule(f), f.Now))
	for _, e := range before.parts {
		now := after.event(t, e.properties["UID"][0])
		if len(now.properties["SEQUENCE"][0]) < len(e.properties["SEQUENCE"][0]) || now.properties["SEQUENCE"][0] <= e.properties["SEQUENCE"][0] {
			t.Errorf("%s: SEQUENCE %s after %s", e.properties["UID"], now.properties["SEQUENCE"], e.properties["SEQUENCE"])
		}
	}
	if after.event(t, "mx.acme.example@mxodus").properties["DTSTART"][0] != "20261225T170000Z" {
		t.Error("the cut-over was not moved")
	}
}

func TestWithoutDatesThereAreNoEvents(t *testing.T) {
	f := facts()
	f.Project.CutOver = time.Time{}
	if c := parse(t, Calendar(f.Project, engine.NewSchedule(f), f.Now)); len(c.parts) != 0 {
		t.Errorf("%d events", len(c.parts))
	}
}

func TestMXFactsComeFromWhatWasSeen(t *testing.T) {
	at := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	before := &dns.Snapshot{Domain: "acme.example", Records: []dns.Record{
		{Name: "acme.example", Type: "MX", TTL: 86400}, {Name: "acme.example", Type: "TXT", TTL: 172800}, {Name: "*.acme.example", Type: "MX", TTL: 172800}}}
	if got := MX(before, dns.Memory{}); got != (engine.MXFacts{OldTTL: 24 * time.Hour, TTL: 24 * time.Hour}) {
		t.Errorf("from a snapshot: %+v", got)
	}
	server := func(kind dns.Kind, state dns.State, ttl uint32, held time.Time) dns.Remembered {
		return dns.Remembered{ServerState: dns.ServerState{Server: dns.Server{Kind: kind, Addr: netip.AddrPort{}}, State: state, TTL: ttl, Since: at}, Held: held}
	}
	m := dns.Memory{OldTTL: 86400, Servers: map[string]dns.Remembered{
		"a": server(dns.Authoritative, dns.GivesOld, 300, at.Add(time.Hour)), "b": server(dns.Authoritative, dns.GivesNew, 60, at),
		"c": server(dns.Authoritative, dns.Mute, 86400, at), "d": server(dns.Public, dns.GivesOld, 9999, at.Add(time.Hour*9))}}
	if got := MX(before, m); got != (engine.MXFacts{OldTTL: 24 * time.Hour, TTL: 5 * time.Minute, Forgotten: at.Add(time.Hour)}) {
		t.Errorf("with a server that gives the old MX: %+v", got)
	}
	m.Servers["a"] = server(dns.Authoritative, dns.GivesNew, 300, at.Add(time.Hour))
	if got := MX(before, m); !got.AllNew || !got.Changed.Equal(at) {
		t.Errorf("with the new MX everywhere: %+v", got)
	}
}
