package dns

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
)

const mxTTL = 3600 // what Microsoft asks for

// checkMX looks where mail is delivered (RFC 5321 section 5.1).
func checkMX(ctx context.Context, l *look) []Result {
	a := l.ask(ctx, l.domain, "MX")
	r := l.result("mx", "MX", a)
	r.Wanted = l.wantedMX()
	r.Guess = l.want.MX == ""
	if r.Verdict == Unknown {
		return []Result{r}
	}
	ours, others := l.splitMX(a.Records)
	if len(ours) > 0 && (l.want.MX == "" || ours[0].Value == l.want.MX) {
		return []Result{l.haveMX(r, ours, others)}
	}
	return []Result{l.missMX(ctx, r, a, ours)}
}

func (l *look) wantedMX() string {
	switch {
	case l.want.MX != "":
		return fmt.Sprintf("%d %s", mxPriority(l.want.MX), l.want.MX)
	case len(l.cloud.mx) == 0:
		return "the new server's host"
	}
	return "0 <yours>." + l.cloud.mx[0]
}

// mxPriority is what Microsoft asks for: 10 for the hosts with DNSSEC, else 0.
func mxPriority(host string) uint16 {
	if within(host, "mx.microsoft") {
		return 10
	}
	return 0
}

// splitMX tells the records that lead to the new mailboxes from the others; the
// tenant's own come first.
func (l *look) splitMX(records []Record) (ours, others []Record) { return l.want.splitMX(records) }

func (w Wanted) splitMX(records []Record) (ours, others []Record) {
	ends := namesOf(w.Cloud).mx
	for _, r := range records {
		if r.Value == w.MX || hasSuffix(r.Value, ends) {
			ours = append(ours, r)
		} else {
			others = append(others, r)
		}
	}
	own := func(r Record) int {
		if r.Value == w.MX {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(ours, func(a, b Record) int {
		return cmp.Or(own(a)-own(b), int(a.Priority)-int(b.Priority))
	})
	return ours, others
}

// haveMX judges an MX that is there.
func (l *look) haveMX(r Result, ours, others []Record) Result {
	best := ours[0]
	before := slices.IndexFunc(others, func(o Record) bool { return o.Priority < best.Priority })
	switch {
	case before >= 0:
		r.Verdict = Wrong
		r.Why = fmt.Sprintf("The right MX is there, but mail still goes to %s first: its number (%d) is lower than %d. Take it out.", others[before].Value, others[before].Priority, best.Priority)
		r.TakeOut = l.entries(others...)
	case l.want.MX == "":
		r.Why = "Mail goes to " + l.cloud.title + ". Compare the value with the one that the admin centre shows for this domain: it differs from tenant to tenant."
	default:
		r.Why = "Mail goes to the new mailboxes."
	}
	if best.Priority > 1 && !within(best.Value, "mx.microsoft") && len(l.cloud.mx) > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("Its priority is %d; Microsoft's admin centre accepts 0 or 1.", best.Priority))
	}
	return r
}

// missMX judges an MX that isn't there yet.
func (l *look) missMX(ctx context.Context, r Result, a Answer, ours []Record) Result {
	if l.want.Cloud == Elsewhere && l.want.MX == "" {
		r.Verdict, r.Why = Unknown, "Which MX the new server wants isn't known. Ask whoever runs it, and name it."
		return r
	}
	r.Verdict, r.Why = l.whyNoMX(a, ours)
	r.TakeOut = l.entries(a.Records...)
	host := l.want.MX
	if host == "" && len(l.cloud.mx) > 0 {
		if host = l.guessMX(ctx); host != "" {
			r.Wanted = "0 " + host
			r.Notes = append(r.Notes, "The host is a guess from the domain's name: it exists, but it may be another tenant's. Enter the value that the admin centre shows.")
		} else {
			r.Notes = append(r.Notes, "The host can't be derived from the domain: copy it from the Microsoft 365 admin centre, Settings, Domains.")
		}
	}
	if host == "" {
		r.TakeOut = nil // never without a line to enter instead
	} else {
		r.Enter = l.entries(mxRecord(l.domain, mxTTL, mxPriority(host), host))
	}
	return r
}

func (l *look) whyNoMX(a Answer, ours []Record) (Verdict, string) {
	for _, m := range a.Records {
		other, isOther := l.cloud.otherCloud(m.Value)
		switch {
		case m.Value == "." || m.Value == "":
			return Wrong, "The domain says that it takes no mail at all (an MX of \".\"). Put the new MX in its place."
		case l.doubled(m.Value):
			return Wrong, "The MX leads to " + m.Value + ", which doesn't exist. " + doubledWhy
		case isOther:
			return Wrong, "The MX leads to another cloud, " + other + ". If the tenant is there, this must be checked for that cloud."
		}
	}
	switch {
	case len(ours) > 0:
		return Wrong, "The MX leads to " + l.cloud.title + ", but to another host than this tenant's: mail is refused or reaches somebody else."
	case a.Status == NoName:
		return ToDo, l.domain + " doesn't exist in the DNS. Is it registered, and spelt right?"
	case len(a.Records) == 0:
		return ToDo, "The domain has no MX: mail doesn't arrive anywhere reliably."
	}
	return ToDo, "Mail still goes to the old server. Change this at the cut-over, and take the old records out."
}

// guessMX derives the host that a tenant often has from the domain, and gives it
// only if it exists and not every name does.
func (l *look) guessMX(ctx context.Context) string {
	end := "." + l.cloud.mx[0]
	flat := strings.ReplaceAll(strings.ReplaceAll(l.domain, "-", ""), ".", "-") + end
	kept := strings.ReplaceAll(l.domain, ".", "-") + end
	hosts := slices.Compact([]string{flat, kept, "no-such-tenant-for-mxodus" + end})
	there := make([]bool, len(hosts))
	var wg sync.WaitGroup
	for i, h := range hosts {
		wg.Go(func() { there[i] = l.elsewhere(ctx, h, "A").Status == Answered })
	}
	wg.Wait()
	i := slices.Index(there, true)
	if i < 0 || there[len(there)-1] {
		return ""
	}
	return hosts[i]
}
