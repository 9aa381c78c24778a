package dns

import (
	"context"
	"slices"
	"sync"
)

// checkAutodiscover looks where Outlook finds its settings.
func checkAutodiscover(ctx context.Context, l *look) []Result {
	if l.cloud.autodiscover == "" {
		return nil
	}
	name := "autodiscover." + l.domain
	var a, a6 Answer
	var wg sync.WaitGroup
	wg.Go(func() { a = l.ask(ctx, name, "A") })
	wg.Go(func() { a6 = l.ask(ctx, name, "AAAA") })
	wg.Wait()
	r := l.result("autodiscover", "autodiscover", a)
	r.Wanted = "CNAME " + l.cloud.autodiscover
	if r.Verdict == Unknown && a.Status != Loop {
		return []Result{r}
	}
	wildcard := l.isWildcard(ctx, a)
	r.Verdict, r.Why = l.whyAutodiscover(ctx, a, a6)
	if len(a.Chain) == 0 {
		r.Found = nil
		for _, rec := range append(a.Records, a6.Records...) {
			r.Found = append(r.Found, rec.Type+" "+rec.Value)
		}
	}
	if r.Verdict == Fine {
		return []Result{r}
	}
	r.Enter = l.entries(cnameRecord(name, 3600, l.cloud.autodiscover))
	switch {
	case wildcard:
		r.Notes = append(r.Notes, l.wildcardNote())
	case len(a.Chain) > 0:
		r.TakeOut = l.entries(a.Chain[0])
	default:
		r.TakeOut = l.entries(append(a.Records, a6.Records...)...)
	}
	return []Result{r}
}

func (l *look) whyAutodiscover(ctx context.Context, a, a6 Answer) (Verdict, string) {
	if a.Status == Loop {
		return Wrong, "The alias leads in a circle: Outlook finds nothing."
	}
	if len(a.Chain) > 0 {
		first := a.Chain[0].Value
		if slices.ContainsFunc(a.Chain[1:], func(r Record) bool { return r.Value == l.cloud.autodiscover }) {
			return ToDo, "Outlook finds the new mailboxes by way of " + first + ". Microsoft's admin centre wants the alias to lead there itself."
		}
		return l.whyAutodiscoverAlias(ctx, first)
	}
	if len(a.Records)+len(a6.Records) > 0 {
		when := "Change it at the cut-over: a"
		if l.moved(ctx) {
			when = "A"
		}
		return Harmful, "An address stands here, as cPanel and other web hosting enter it: Outlook asks the old server for its settings and keeps asking for the old password. " + when + " CNAME must stand here, and nothing beside it."
	}
	return ToDo, "Outlook doesn't find the new mailboxes by itself yet. Enter this at the cut-over."
}

func (l *look) whyAutodiscoverAlias(ctx context.Context, target string) (Verdict, string) {
	if target == l.cloud.autodiscover {
		return Fine, "Outlook finds the new mailboxes by itself."
	}
	for _, o := range clouds() {
		if o.autodiscover == target {
			return Wrong, "This leads to another cloud, " + o.title + "."
		}
	}
	if l.doubled(target) {
		return Wrong, "This leads to " + target + ", which doesn't exist. " + doubledWhy
	}
	if !l.moved(ctx) {
		return ToDo, "Outlook is led to " + target + ", not to the new mailboxes yet. Change it at the cut-over."
	}
	return Wrong, "Outlook is led to " + target + ", not to the new mailboxes. Change it now: mail arrives there already."
}
