package dns

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const maxPolicy = 64 << 10 // RFC 8461 section 3.3

// stsPolicy is what a domain tells senders about its MX hosts (RFC 8461 section
// 3.2).
type stsPolicy struct {
	mode   string
	mx     []string // "*." stands for one label
	maxAge time.Duration
}

// checkMTASTS looks for a policy that still names the old server: senders that
// remember it refuse to deliver to the new MX.
func checkMTASTS(ctx context.Context, l *look) []Result {
	a := l.ask(ctx, "_mta-sts."+l.domain, "TXT")
	r := l.result("mta-sts", "MTA-STS", a)
	r.Wanted = "none, or a policy that names the new MX"
	var found []Record
	for _, t := range a.Records {
		if strings.HasPrefix(t.Value, "v=STSv1") {
			found = append(found, t)
		}
	}
	switch {
	case r.Verdict == Unknown:
		return []Result{r}
	case len(found) == 0:
		return nil
	case len(found) > 1:
		r.Verdict, r.Why = Wrong, "There are several MTA-STS records; senders then use none."
		r.TakeOut = l.entries(found...)
		return []Result{r}
	}
	f := l.s.fetch(ctx, "https://mta-sts."+l.domain+"/.well-known/mta-sts.txt", maxPolicy, 0)
	return []Result{l.judgeSTS(ctx, r, found[0], f)}
}

func (l *look) judgeSTS(ctx context.Context, r Result, t Record, f fetched) Result {
	if f.status != http.StatusOK {
		r.Verdict = Unknown
		r.Why = "The domain announces a policy, but it couldn't be read (" + f.why() + "). If it names the old server, senders that remember it refuse to deliver to the new MX."
		if f.status != 0 {
			r.Verdict = Wrong
		}
		return r
	}
	p := parseSTS(string(f.body))
	r.Notes = append(r.Notes, fmt.Sprintf("The policy says: mode %s, mx %s, remembered for %s.", clean(p.mode, 20), clean(strings.Join(p.mx, " "), 200), p.maxAge))
	missing := l.notCovered(ctx, p)
	switch {
	case p.mode == "none":
		r.Why = "The policy asks for nothing."
	case missing == "":
		r.Why = "The policy lets senders deliver to the new MX."
	case p.mode != "enforce":
		r.Verdict = ToDo
		r.Why = "The policy doesn't name " + missing + ". It is only being tested (mode " + clean(p.mode, 20) + "), so mail still arrives; add the new MX before it is enforced."
		r.Enter = l.newSTS(t)
	default:
		r.Verdict = Harmful
		r.Why = "The policy doesn't name " + missing + ": senders that know it refuse to deliver to the new MX, for as long as they remember it (" + p.maxAge.String() + "). Change the policy file first, then this record, and the MX only after that."
		r.Enter = l.newSTS(t)
		r.Notes = append(r.Notes, "In the file https://mta-sts."+l.domain+"/.well-known/mta-sts.txt, add the line: mx: "+missing)
	}
	if len(r.Enter) > 0 {
		r.TakeOut = l.entries(t)
	}
	return r
}

// newSTS is the record with a new id, by which senders see that the policy
// changed.
func (l *look) newSTS(t Record) []Entry {
	id := l.s.c.o.Now().UTC().Format("20060102150405")
	return l.entries(txtRecord(t.Name, 300, "v=STSv1; id="+id))
}

// notCovered is the new MX, or the pattern of new MX hosts, that the policy
// doesn't allow; empty when it does.
func (l *look) notCovered(ctx context.Context, p stsPolicy) string {
	host := l.want.MX
	if host == "" {
		if ours, _ := l.splitMX(l.ask(ctx, l.domain, "MX").Records); len(ours) > 0 {
			host = ours[0].Value
		}
	}
	if host == "" && len(l.cloud.mx) > 0 {
		host = "*." + l.cloud.mx[0]
	}
	if host == "" || slices.ContainsFunc(p.mx, func(m string) bool { return m == host || matchesOneLabel(m, host) }) {
		return ""
	}
	return host
}

// matchesOneLabel compares a host with a pattern (RFC 8461 section 4.1).
func matchesOneLabel(pattern, host string) bool {
	end, ok := strings.CutPrefix(pattern, "*")
	_, rest, dot := strings.Cut(host, ".")
	return ok && dot && end == "."+rest
}

func parseSTS(text string) stsPolicy {
	var p stsPolicy
	for line := range strings.Lines(text) {
		k, v, _ := strings.Cut(strings.TrimSpace(line), ":")
		v = strings.TrimSpace(v)
		switch strings.TrimSpace(k) {
		case "mode":
			p.mode = strings.ToLower(v)
		case "mx":
			if len(p.mx) < 50 {
				p.mx = append(p.mx, plain(v))
			}
		case "max_age":
			n, _ := strconv.ParseUint(v, 10, 32)
			p.maxAge = time.Duration(min(n, 31557600)) * time.Second
		}
	}
	return p
}
