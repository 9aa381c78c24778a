package handover

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/report"
)

// The project's documents that hold what stood in the DNS before and after the
// change, each a dns.Snapshot as JSON.
const (
	BeforeDoc = "dns/before"
	AfterDoc  = "dns/after"
)

// WantedDoc is the project's document of what must stand in the DNS after the
// change, as somebody said: a dns.Wanted as JSON.
const WantedDoc = "dns/wanted"

// KeptSnapshot is what the project keeps under one of these names; nil when it
// keeps none that this mxodus can read.
func KeptSnapshot(ctx context.Context, f engine.ProjectFile, doc string) (*dns.Snapshot, error) {
	kept, err := f.Kept(ctx, doc)
	if err != nil || kept == nil {
		return nil, err
	}
	var s dns.Snapshot
	if json.Unmarshal(kept, &s) != nil {
		return nil, nil // of another version: it is as if nobody had kept it
	}
	return &s, nil
}

// Kept is both of them.
func Kept(ctx context.Context, f engine.ProjectFile) (before, after *dns.Snapshot, err error) {
	if before, err = KeptSnapshot(ctx, f, BeforeDoc); err != nil {
		return nil, nil, err
	}
	after, err = KeptSnapshot(ctx, f, AfterDoc)
	return before, after, err
}

// lowTTL is the lifetime in seconds below which a record is still set for a
// change.
const lowTTL = 1800

// DNSRows lays two snapshots side by side: what has changed, and all MX records.
// Either may be nil; without both it is nil.
func DNSRows(before, after *dns.Snapshot) *report.DNS {
	if before == nil && after == nil {
		return nil
	}
	out := &report.DNS{Rows: []report.DNSRow{}, LowTTL: []string{}, Notes: []string{}}
	index := map[string]int{}
	row := func(r dns.Record) *report.DNSRow {
		key := r.Name + " " + r.Type
		if _, ok := index[key]; !ok {
			index[key] = len(out.Rows)
			out.Rows = append(out.Rows, report.DNSRow{Name: engine.Clean(r.Name, 255), Type: engine.Clean(r.Type, 20), Before: []string{}, After: []string{}})
		}
		return &out.Rows[index[key]]
	}
	if before != nil {
		out.Before = before.At
		for _, r := range before.Records {
			row(r).Before = append(row(r).Before, recordText(r))
		}
	}
	if after != nil {
		out.After = after.At
		for _, r := range after.Records {
			row(r).After = append(row(r).After, recordText(r))
			if r.TTL < lowTTL && (r.Type == "MX" || strings.HasPrefix(r.Name, "autodiscover.")) {
				out.LowTTL = append(out.LowTTL, fmt.Sprintf("%s %s (%d s)", engine.Clean(r.Name, 255), engine.Clean(r.Type, 20), r.TTL))
			}
		}
	}
	if before != nil && after != nil {
		for _, c := range before.Diff(*after) {
			row(c.Record).Changed = true
		}
	}
	out.Rows, out.Notes = worthARow(out.Rows, before != nil && after != nil), dnsNotes(before, after)
	for _, s := range []*dns.Snapshot{before, after} {
		if s != nil && len(s.Missing) > 0 {
			out.Unanswered = append(out.Unanswered, report.Unanswered{Questions: len(s.Missing), At: s.At})
		}
	}
	return out
}

// worthARow keeps what changed, and MX, SPF and autodiscover in any case; with
// one snapshot only, everything.
func worthARow(rows []report.DNSRow, both bool) []report.DNSRow {
	if !both {
		return rows
	}
	kept := []report.DNSRow{}
	for _, r := range rows {
		if r.Changed || r.Type == "MX" || r.Type == "NS" || strings.HasPrefix(r.Name, "autodiscover.") {
			kept = append(kept, r)
		}
	}
	return kept
}

func dnsNotes(before, after *dns.Snapshot) []string {
	notes := []string{}
	switch {
	case before == nil:
		notes = append(notes, "What stood there before the change was not written down.")
	case after == nil:
		notes = append(notes, "What stands there after the change was not written down.")
	default:
		notes = append(notes, "Other records of the domain's mail are the same as before.")
	}
	return notes
}

func recordText(r dns.Record) string {
	value := engine.Clean(r.Value, 600)
	if r.Type == "MX" || r.Type == "SRV" {
		value = fmt.Sprintf("%d %s", r.Priority, value)
	}
	return fmt.Sprintf("%s (TTL %d)", value, r.TTL)
}

// DNSLines is what has changed between two snapshots, for the owner's letter,
// and the TTL in seconds that the MX had before. Either may be nil.
func DNSLines(old, now *dns.Snapshot) (lines []letter.DNSLine, ttl int) {
	if old == nil {
		return nil, 0
	}
	for _, r := range old.Records {
		if r.Type == "MX" && r.Name == old.Domain {
			ttl = int(r.TTL)
		}
	}
	if now == nil {
		return nil, ttl
	}
	index := map[string]int{}
	for _, c := range old.Diff(*now) {
		if c.What == dns.NewTTL {
			continue
		}
		name := c.Record.Type + " " + c.Record.Name
		i, ok := index[name]
		if !ok {
			i = len(lines)
			index[name] = i
			lines = append(lines, letter.DNSLine{Name: letter.Text(name)})
		}
		side := &lines[i].Before
		if c.What == dns.Added {
			side = &lines[i].After
		}
		if *side != "" {
			*side += ", "
		}
		*side += letter.Text(c.Record.Short())
	}
	for i := range lines {
		for _, side := range []*letter.Text{&lines[i].Before, &lines[i].After} {
			if *side == "" {
				*side = "-"
			}
		}
	}
	return lines, ttl
}
