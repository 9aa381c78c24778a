package dns

import (
	"context"
	"strconv"
	"time"
)

const (
	maxTTL  = 3600 // seconds; the most that the MX may have before it changes
	goodTTL = 300
)

// checkTTL looks how long the present MX will be remembered after it changes.
func checkTTL(ctx context.Context, l *look) []Result {
	a := l.ask(ctx, l.domain, "MX")
	if !a.Status.OK() || len(a.Records) == 0 {
		return nil
	}
	r := l.result("ttl", "MX TTL", a)
	ttl := rrsetTTL(a.Records)
	r.Found = []string{strconv.Itoa(int(ttl))}
	r.Wanted = "at most 3600 before the change"
	ours, others := l.splitMX(a.Records)
	switch {
	case len(ours) > 0 && len(others) == 0:
		r.Wanted = "3600"
		r.Why = "The MX has moved; its TTL matters no more. 3600 is a good value to leave."
	case ttl > maxTTL:
		r.Verdict = ToDo
		r.Why = "Lower it to " + strconv.Itoa(goodTTL) + " now, and change the MX no sooner than " + inWords(ttl) +
			" later. Otherwise mail can go to the old server for " + inWords(ttl) + " after the change."
		for _, m := range a.Records {
			m.TTL = goodTTL
			r.Enter = append(r.Enter, l.entries(m)...)
		}
	case !a.Authoritative:
		r.Verdict = Unknown
		r.Why = "Only a resolver could be asked, and it tells what is left of the TTL, not the whole. Look at the DNS provider's panel: it should be 3600 at most."
	default:
		r.Why = "After the change, the old MX is forgotten everywhere within " + inWords(ttl) + "."
	}
	return []Result{r}
}

// rrsetTTL is the longest that any of the records is remembered.
func rrsetTTL(rs []Record) uint32 {
	var ttl uint32
	for _, r := range rs {
		ttl = max(ttl, r.TTL)
	}
	return ttl
}

// inWords says seconds for people: "24 h", "1 h 30 min", "45 s".
func inWords(seconds uint32) string {
	d := time.Duration(seconds) * time.Second
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	switch {
	case h > 0 && m > 0:
		return strconv.Itoa(h) + " h " + strconv.Itoa(m) + " min"
	case h > 0:
		return strconv.Itoa(h) + " h"
	case m > 0 && s > 0:
		return strconv.Itoa(m) + " min " + strconv.Itoa(s) + " s"
	case m > 0:
		return strconv.Itoa(m) + " min"
	}
	return strconv.Itoa(s) + " s"
}
