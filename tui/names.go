package tui

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"mxodus/dns"
	"mxodus/engine"
)

// Under these names the project keeps what is known of the domain's DNS. The
// records before and after are read by the report, too.
const (
	docWanted = "dns/wanted"    // dns.Wanted
	docBefore = "dns/before"    // dns.Snapshot, of before the change
	docAfter  = "dns/after"     // dns.Snapshot, once all servers give the new MX
	docWatch  = engine.WatchDoc // dns.Memory
)

// names is what the project keeps of the domain's DNS.
type names struct {
	said   bool // wanted was given by somebody
	wanted dns.Wanted
	before *dns.Snapshot
	memory dns.Memory
	ending *engine.Ending
}

// looker is a watch; *dns.Watch is one.
type looker interface {
	Next(ctx context.Context) (dns.Spread, error)
	Wake()
	Memory() dns.Memory
}

// resolver asks the DNS.
type resolver struct {
	check func(ctx context.Context, domain string, want dns.Wanted) (dns.Report, error)
	watch func(domain string, want dns.Wanted, m dns.Memory) (looker, error)
}

// newClient makes what asks the DNS. In practice it reaches nobody but the
// practice zone.
func newClient(o Options) *dns.Client {
	switch {
	case o.DNS != nil:
		return o.DNS
	case o.Practice != nil:
		return dns.New(dns.Options{Roots: []dns.Server{}})
	}
	return dns.New(dns.Options{})
}

func resolverOf(c *dns.Client) resolver {
	return resolver{check: c.Check, watch: func(domain string, want dns.Wanted, m dns.Memory) (looker, error) {
		w, err := c.Watch(domain, want, m)
		if err != nil {
			return nil, err
		}
		return w, nil
	}}
}

// readNames reads what is kept. A document of another version is as if nobody
// had kept it.
func readNames(ctx context.Context, f engine.ProjectFile) (names, error) {
	var n names
	for doc, into := range map[string]any{docWanted: &n.wanted, docBefore: &n.before, docWatch: &n.memory} {
		kept, err := f.Kept(ctx, doc)
		if err != nil {
			return names{}, err
		}
		if kept != nil && json.Unmarshal(kept, into) == nil && doc == docWanted {
			n.said = true
		}
	}
	var err error
	n.ending, err = engine.ReadEnding(ctx, f)
	return n, err
}

func keep(ctx context.Context, f engine.ProjectFile, doc string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("keep %s: %w", doc, err)
	}
	return f.Keep(ctx, doc, data)
}

// checkNames looks at the domain's DNS, and keeps the records: those of before
// the change once, and never again; those of after it each time.
func checkNames(ctx context.Context, r resolver, f engine.ProjectFile, domain string, n names) (dns.Report, *dns.Snapshot, error) {
	report, err := r.check(ctx, domain, n.wanted)
	if err != nil {
		return report, nil, err
	}
	moved := report.Spread.AllNew
	switch {
	case moved:
		err = keep(ctx, f, docAfter, report.Records)
	case n.before == nil && len(report.Records.Records) > 0:
		n.before = &report.Records
		err = keep(ctx, f, docBefore, n.before)
	}
	return report, n.before, err
}

// markCutOver notes in the project that mail goes to the new server now.
func markCutOver(ctx context.Context, l loaded, how string) (loaded, error) {
	p, err := l.file.Project(ctx)
	if err != nil {
		return loaded{}, err
	}
	if p.CutOverDone {
		return load(ctx, l.file, l.vault)
	}
	p = p.CutOverNoted(time.Now())
	if err := l.file.Event(ctx, engine.Event{At: p.CutOverAt, Level: engine.Info, Text: how}); err != nil {
		return loaded{}, err
	}
	return saveProject(ctx, l, p)
}

// wantedNow is what must stand in the DNS: as somebody said, or as the project
// lets expect.
func (s *session) wantedNow() dns.Wanted {
	w := s.names.wanted
	if w.Cloud == "" {
		w.Cloud = dns.Elsewhere
		if s.project.Destination.Kind == engine.KindMicrosoft365 {
			w.Cloud, _ = dns.ParseCloud(s.project.Destination.Cloud) // a file of one's own: worldwide is proposed
		}
	}
	return w
}
