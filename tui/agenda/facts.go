package agenda

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/tui/handover"
)

// Under these names a project keeps what is known of the domain's DNS, and how
// the migration was ended.
const (
	watchDoc = "dns/watch" // dns.Memory
	// The wizard keeps which files it wrote, the report as "report".
	writtenDoc = "letters/written"
)

// Read reads all facts of a project's schedule, as of now. It asks no server.
func Read(ctx context.Context, f engine.ProjectFile, now time.Time) (engine.ScheduleFacts, error) {
	s, err := engine.ReadSchedule(ctx, f)
	if err != nil {
		return s, err
	}
	s.Now, s.Zone = now, Zone(s.Project)
	before, err := handover.KeptSnapshot(ctx, f, handover.BeforeDoc)
	if err != nil {
		return s, err
	}
	var memory dns.Memory
	var written struct {
		Report struct {
			At time.Time `json:"at"`
		} `json:"report"`
	}
	for name, into := range map[string]any{watchDoc: &memory, writtenDoc: &written} {
		doc, err := f.Kept(ctx, name)
		if err != nil {
			return s, err
		}
		if doc != nil {
			_ = json.Unmarshal(doc, into) // of another version: as if nobody had kept it
		}
	}
	s.MX, s.Reported = MX(before, memory), written.Report.At
	ending, err := engine.ReadEnding(ctx, f)
	if ending != nil {
		s.Ended = ending.At
	}
	return s, err
}

// Zone is what a project's times are written in. A zone that this computer
// doesn't know counts as none.
func Zone(p engine.Project) *time.Location {
	if p.Letters.Zone != "" {
		if zone, err := time.LoadLocation(p.Letters.Zone); err == nil {
			return zone
		}
	}
	return time.Local
}

// MX is what was seen of a domain's MX: before the change (nil: nothing), and by a watch. The
// domain's own servers are gone by; others only where none of them answers.
func MX(before *dns.Snapshot, m dns.Memory) (out engine.MXFacts) {
	if before == nil {
		before = &dns.Snapshot{}
	}
	for _, r := range before.Records {
		if r.Type == "MX" && r.Name == before.Domain {
			out.OldTTL = max(out.OldTTL, seconds(r.TTL))
			out.TTL = out.OldTTL
		}
	}
	out.OldTTL = max(out.OldTTL, seconds(m.OldTTL))
	var zone []dns.Remembered
	for _, s := range m.Servers {
		if s.Server.Kind == dns.Authoritative && s.State != dns.Mute {
			zone = append(zone, s)
		}
	}
	if len(zone) == 0 {
		return out
	}
	out.TTL = 0
	for _, s := range zone {
		out.TTL = max(out.TTL, seconds(s.TTL))
		out.Forgotten = later(out.Forgotten, s.Held)
	}
	out.AllNew = !slices.ContainsFunc(zone, func(s dns.Remembered) bool { return s.State != dns.GivesNew })
	if out.AllNew {
		for _, s := range zone {
			out.Changed = later(out.Changed, s.Since)
		}
	}
	return out
}

// Seen is what a watch saw now, after what was known before.
func Seen(was engine.MXFacts, sp dns.Spread) engine.MXFacts {
	now := was
	now.OldTTL, now.AllNew, now.Changed = max(was.OldTTL, sp.OldTTL), sp.AllNew, sp.Changed
	ttl := time.Duration(0)
	for _, s := range sp.Servers {
		if s.Server.Kind == dns.Authoritative && s.State != dns.Mute {
			ttl = max(ttl, seconds(s.TTL))
		}
	}
	if ttl > 0 {
		if now.TTL = ttl; ttl < was.TTL && !sp.AllNew { // it was lowered since
			now.Forgotten = later(was.Forgotten, sp.At.Add(was.TTL))
		}
	}
	now.Forgotten = later(now.Forgotten, sp.SafeAfter)
	return now
}

func seconds(n uint32) time.Duration { return time.Duration(n) * time.Second }

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
