package dns

import (
	"context"
	"strings"
)

// checkAutodiscoverSRV looks for an SRV record that leads Outlook elsewhere:
// cPanel enters one.
func checkAutodiscoverSRV(ctx context.Context, l *look) []Result {
	if l.cloud.autodiscover == "" {
		return nil
	}
	a := l.ask(ctx, "_autodiscover._tcp."+l.domain, "SRV")
	r := l.result("autodiscover srv", "autodiscover SRV", a)
	r.Wanted = "none"
	if r.Verdict == Unknown {
		return []Result{r}
	}
	r.Why = "No SRV record leads Outlook elsewhere."
	for _, rec := range a.Records {
		target := rec.Value[strings.LastIndexByte(rec.Value, ' ')+1:]
		switch {
		case target == l.cloud.autodiscover:
			continue
		case within(target, "cpanel.net"):
			r.Verdict = Harmful
			r.Why = "cPanel left this: Outlook is led to " + target + " and asks for the old password. Take it out."
		case r.Verdict != Harmful:
			r.Verdict = ToDo
			r.Why = "Outlook may be led to " + target + " instead of the new mailboxes. Take it out at the cut-over."
			if l.moved(ctx) {
				r.Verdict = Wrong
			}
		}
		r.TakeOut = append(r.TakeOut, l.entries(rec)...)
	}
	if len(r.TakeOut) > 0 && l.isWildcard(ctx, a) {
		r.TakeOut, r.Notes = nil, append(r.Notes, l.wildcardNote())
	}
	return []Result{r}
}
