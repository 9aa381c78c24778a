package cli

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/engine/say"
)

// dnsWatch looks until the old MX can't be known to anybody any more, or the
// administrator stops it.
func (a *app) dnsWatch(ctx context.Context, c *dns.Client, t dnsTarget, f dnsFlags) error {
	m, err := t.memory(ctx, f.at)
	if err != nil {
		return err
	}
	if f.oldTTL > 0 {
		m.OldTTL = max(m.OldTTL, uint32(f.oldTTL/time.Second))
	}
	w, err := c.Watch(t.domain, t.want, m)
	if err != nil {
		return err
	}
	v := &dnsView{a: a}
	looks := func(see func(dns.Spread)) error {
		for sp := range w.Looks(ctx) {
			if err := t.keep(ctx, f.at, w.Memory()); err != nil {
				return err
			}
			see(sp)
		}
		return ctx.Err()
	}
	if a.opts.json { // each look is a result
		return looks(func(sp dns.Spread) { a.line(spreadLineOf(sp)) })
	}
	if err := a.watch(func() error { return looks(v.see) }, v.frame); err != nil {
		return err
	}
	last := v.last()
	a.tellSpread(last)
	a.para(a.out, "", spreadText(last, time.Now()))
	return nil
}

// dnsView hands what was seen from the goroutine that looks to the one that
// shows.
type dnsView struct {
	a   *app
	mu  sync.Mutex
	new []dns.Spread
	now dns.Spread
	// said is what the last plain lines were about.
	said map[string]string
}

func (v *dnsView) see(sp dns.Spread) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.new, v.now = append(v.new, sp), sp
}

func (v *dnsView) last() dns.Spread {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.now
}

func (v *dnsView) frame(d display, _ bool) (f frame) {
	v.mu.Lock()
	fresh, now := v.new, v.now
	v.new = nil
	v.mu.Unlock()
	switch d {
	case displayLive:
		f.live = v.live(now)
	case displayPlain:
		for _, sp := range fresh {
			f.plain = append(f.plain, v.changes(sp)...)
		}
	}
	return f
}

func (v *dnsView) live(sp dns.Spread) []string {
	if sp.At.IsZero() {
		return []string{"Looking " + v.a.term.marks().more}
	}
	now := time.Now()
	sp.At = now // counts what resolvers have left
	lines := []string{"DNS of " + engine.Clean(sp.Domain, 200) + "   watching, next look in " + say.Countdown(sp.Next.Sub(now)), ""}
	lines = append(lines, v.a.serverRows(sp)...)
	for _, n := range sp.Notes {
		lines = append(lines, "  "+engine.Clean(n, 300))
	}
	return append(lines, "", spreadText(sp, now), "Ctrl-C stops watching.")
}

// changes are lines about what is different from the look before.
func (v *dnsView) changes(sp dns.Spread) (lines []string) {
	if v.said == nil {
		v.said = map[string]string{}
	}
	at := sp.At.Local().Format("15:04:05")
	tell := func(key, text string) {
		if v.said[key] != text {
			v.said[key] = text
			lines = append(lines, at+"  "+text)
		}
	}
	for _, s := range sp.Servers {
		says := slices.Clone(s.Says)
		if len(says) == 0 {
			says = []string{s.Status.Words()}
		}
		state := string(s.State)
		if s.Behind {
			state += ", behind"
		}
		tell(s.Server.String(), engine.Clean(s.Server.String()+": "+strings.Join(says, ", ")+" ("+state+")", 300))
	}
	for _, n := range sp.Notes {
		tell("note "+n, engine.Clean(n, 300))
	}
	summary := spreadText(sp, sp.At)
	if sp.AllNew && !sp.SafeAfter.IsZero() && !sp.Safe(sp.At) {
		summary = "All servers give the new MX. Safe after " + say.Second(sp.SafeAfter) + "."
	}
	tell("summary", summary)
	return lines
}
