package dns

import (
	"context"
	"slices"
	"sync"
)

// checkTLSA looks for certificates of the old mail server that the zone pins
// (DANE, RFC 7672). They do the new MX no harm, as it has another name.
func checkTLSA(ctx context.Context, l *look) []Result {
	hosts := []string{l.domain, "mail." + l.domain}
	mx := l.ask(ctx, l.domain, "MX")
	ours, others := l.splitMX(mx.Records)
	for _, o := range others {
		hosts = append(hosts, o.Value)
	}
	hosts = append(hosts, l.want.OldMX...)
	hosts = slices.DeleteFunc(hosts, func(h string) bool { return !within(h, l.domain) })
	slices.Sort(hosts)
	hosts = slices.Compact(hosts)
	answers := make([]Answer, len(hosts))
	var wg sync.WaitGroup
	for i, h := range hosts {
		wg.Go(func() { answers[i] = l.ask(ctx, "_25._tcp."+h, "TLSA") })
	}
	wg.Wait()
	var found []Record
	var r Result
	for _, a := range answers {
		if len(a.Records) > 0 {
			r = l.result("tlsa", "TLSA", a)
			found = append(found, a.Records...)
		}
	}
	if len(found) == 0 {
		return nil
	}
	r.Found, r.Wanted = nil, "none for the old server, once it is gone"
	for _, rec := range found {
		r.Found = append(r.Found, rec.Name+" "+rec.Value)
	}
	r.Why = "The old server's certificate is pinned for senders (DANE). Leave it until the old server is switched off, and take it out then."
	if len(ours) > 0 && len(others) == 0 {
		r.Verdict = ToDo
		r.TakeOut = l.entries(found...)
	}
	return []Result{r}
}
