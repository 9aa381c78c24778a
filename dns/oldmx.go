package dns

import "context"

// checkOldMX looks for MX records left beside the new one. A sender may use any
// of them, at any priority: when the first doesn't answer, or because spammers
// like the last one best.
func checkOldMX(ctx context.Context, l *look) []Result {
	a := l.ask(ctx, l.domain, "MX")
	ours, others := l.splitMX(a.Records)
	if !a.Status.OK() || len(ours) == 0 {
		return nil // the MX itself is still to be changed, and says what to take out
	}
	r := l.result("old mx", "Old MX", a)
	r.Found, r.Wanted = nil, "none"
	r.Why = "Nothing but the new MX stands there."
	if len(others) > 0 {
		for _, o := range others {
			r.Found = append(r.Found, o.Short())
		}
		r.Verdict = Harmful
		r.Why = "Mail can still arrive at the old server, whatever the number in front. Take these records out: only the new MX may stay."
		r.TakeOut = l.entries(others...)
	}
	return []Result{r}
}
