package cli

import (
	"time"

	"mxodus/dns"
)

type recordLine struct {
	Type    string      `json:"type"`
	Check   string      `json:"check"`
	Title   string      `json:"title"`
	Name    string      `json:"name"`
	Found   []string    `json:"found"`
	Wanted  string      `json:"wanted"`
	Verdict string      `json:"verdict"`
	Why     string      `json:"why"`
	Guess   bool        `json:"guess,omitempty"`
	Enter   []entryJSON `json:"enter,omitempty"`
	TakeOut []entryJSON `json:"take_out,omitempty"`
	Notes   []string    `json:"notes,omitempty"`
	From    fromJSON    `json:"from"`
}

// entryJSON is a record in the forms that DNS panels ask for.
type entryJSON struct {
	Host     string   `json:"host"` // "@" for the zone
	Name     string   `json:"name"`
	Kind     string   `json:"record_type"`
	Priority *uint16  `json:"priority,omitempty"`
	TTL      uint32   `json:"ttl"`
	Value    string   `json:"value"`
	Dotted   string   `json:"value_with_dot,omitempty"`
	Joined   string   `json:"priority_and_value,omitempty"`
	Strings  []string `json:"strings,omitempty"`
	Line     string   `json:"zone_line"`
}

type fromJSON struct {
	Server    string   `json:"server"`
	Way       string   `json:"way"`
	Status    string   `json:"status"`
	Seconds   *float64 `json:"seconds,omitempty"`
	TTL       uint32   `json:"ttl"`
	Validated bool     `json:"validated"`
	Direct    bool     `json:"direct"`
	Notes     []string `json:"notes,omitempty"`
}

type serverJSON struct {
	Name    string     `json:"name"`
	Kind    string     `json:"kind"`
	Address string     `json:"address"`
	State   string     `json:"state"`
	MX      []string   `json:"mx"`
	Status  string     `json:"status"`
	Way     string     `json:"way,omitempty"`
	Seconds *float64   `json:"seconds,omitempty"`
	Serial  uint32     `json:"serial,omitempty"`
	Behind  bool       `json:"behind,omitempty"`
	TTL     uint32     `json:"ttl"`
	Expires *time.Time `json:"expires,omitempty"`
	Since   *time.Time `json:"since,omitempty"`
	Was     string     `json:"was,omitempty"`
	AD      bool       `json:"validated"`
	Notes   []string   `json:"notes,omitempty"`
}

type spreadLine struct {
	Type      string       `json:"type"`
	Domain    string       `json:"domain"`
	Zone      string       `json:"zone"`
	At        *time.Time   `json:"at,omitempty"`
	Serial    uint32       `json:"serial"`
	Agree     bool         `json:"agree"`
	AllNew    bool         `json:"all_new"`
	Direct    bool         `json:"direct"`
	Offline   bool         `json:"offline,omitempty"`
	Safe      bool         `json:"safe"`
	OldTTL    *float64     `json:"old_ttl_seconds,omitempty"`
	Changed   *time.Time   `json:"changed,omitempty"`
	SafeAfter *time.Time   `json:"safe_after,omitempty"`
	Assumed   bool         `json:"assumed,omitempty"`
	Next      *time.Time   `json:"next,omitempty"`
	Servers   []serverJSON `json:"servers"`
	Notes     []string     `json:"notes,omitempty"`
}

type zoneLine struct {
	Type string `json:"type"`
	Line string `json:"zone_line"`
}

type changeLine struct {
	Type   string `json:"type"`
	What   string `json:"what"` // added, removed, ttl
	Line   string `json:"zone_line"`
	OldTTL uint32 `json:"old_ttl,omitempty"`
}

type dnsLine struct {
	Type    string   `json:"type"`
	Domain  string   `json:"domain"`
	Unicode string   `json:"unicode,omitempty"`
	Zone    string   `json:"zone"`
	Cloud   string   `json:"cloud"`
	Verdict string   `json:"verdict"`
	Seconds *float64 `json:"seconds,omitempty"`
}

func (a *app) dnsLines(r dns.Report, changes []dns.Change) {
	for _, x := range r.Results {
		a.line(recordLineOf(x))
	}
	a.line(spreadLineOf(r.Spread))
	for _, l := range r.Records.Lines() {
		a.line(zoneLine{"zone_record", l})
	}
	for _, c := range changes {
		a.line(changeLine{"change", c.What, c.Record.String(), c.OldTTL})
	}
	unicode := ""
	if r.Unicode != r.Domain {
		unicode = r.Unicode
	}
	a.line(dnsLine{"dns", r.Domain, unicode, r.Authority.Zone, string(r.Cloud), string(r.Verdict), seconds(r.Took)})
}

func recordLineOf(x dns.Result) recordLine {
	f := x.From
	return recordLine{Type: "record", Check: x.Check, Title: x.Title, Name: x.Name, Found: append([]string{}, x.Found...), Wanted: x.Wanted,
		Verdict: string(x.Verdict), Why: x.Why, Guess: x.Guess, Enter: entriesJSON(x.Enter), TakeOut: entriesJSON(x.TakeOut), Notes: x.Notes,
		From: fromJSON{f.Server.String(), string(f.Way), string(f.Status), seconds(f.Took), f.TTL, f.Validated, f.Direct, f.Notes}}
}

func entriesJSON(in []dns.Entry) (out []entryJSON) {
	for _, e := range in {
		j := entryJSON{Host: e.Host, Name: e.Name, Kind: e.Type, TTL: e.TTL, Value: e.Value, Dotted: e.Dotted, Joined: e.Joined, Strings: e.Strings, Line: e.Line}
		if e.Type == "MX" || e.Type == "SRV" {
			j.Priority = &e.Priority
		}
		out = append(out, j)
	}
	return out
}

func spreadLineOf(sp dns.Spread) spreadLine {
	l := spreadLine{Type: "spread", Domain: sp.Domain, Zone: sp.Zone, At: instant(sp.At), Serial: sp.Serial, Agree: sp.Agree, AllNew: sp.AllNew,
		Direct: sp.Direct, Offline: sp.Offline, Safe: sp.Safe(sp.At), OldTTL: seconds(sp.OldTTL), Changed: instant(sp.Changed), SafeAfter: instant(sp.SafeAfter),
		Assumed: sp.Assumed, Next: instant(sp.Next), Servers: []serverJSON{}, Notes: sp.Notes}
	for _, s := range sp.Servers {
		at := s.Server.Addr.String()
		if !s.Server.Addr.IsValid() {
			at = s.Server.DoH
		}
		l.Servers = append(l.Servers, serverJSON{s.Server.Name, string(s.Server.Kind), at, string(s.State), append([]string{}, s.Says...), string(s.Status),
			string(s.Way), seconds(s.Took), s.Serial, s.Behind, s.TTL, instant(s.Expires), instant(s.Since), string(s.Was), s.Validated, s.Notes})
	}
	return l
}
