package dns

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// checkDKIM looks for the two aliases that lead to the keys with which Microsoft
// signs the domain's mail.
func checkDKIM(ctx context.Context, l *look) []Result {
	if len(l.cloud.dkim) == 0 {
		return nil
	}
	out := make([]Result, 2)
	var wg sync.WaitGroup
	for i := range out {
		wg.Go(func() { out[i] = l.checkSelector(ctx, i+1, l.want.DKIM[i]) })
	}
	wg.Wait()
	return out
}

func (l *look) checkSelector(ctx context.Context, n int, want string) Result {
	name := fmt.Sprintf("selector%d._domainkey.%s", n, l.domain)
	a := l.ask(ctx, name, "TXT") // brings the alias, or a key that stands in its place
	r := l.result("dkim", fmt.Sprintf("DKIM %d", n), a)
	r.Guess = want == ""
	r.Wanted = "CNAME " + want
	if want == "" {
		r.Wanted = fmt.Sprintf("CNAME selector%d-…", n)
	}
	if r.Verdict == Unknown && a.Status != Loop {
		return r
	}
	target := ""
	if len(a.Chain) > 0 {
		target = a.Chain[0].Value
	}
	r.Verdict, r.Why = l.whyDKIM(n, want, target, a)
	if r.Verdict == Fine {
		if !l.hasKey(ctx, target) {
			r.Notes = append(r.Notes, "There is no key behind it yet. That is normal until DKIM signing is switched on for this domain in Microsoft Defender (Email authentication settings).")
		}
		return r
	}
	if l.isWildcard(ctx, a) {
		r.Notes = append(r.Notes, l.wildcardNote())
	} else {
		r.TakeOut = l.entries(append(a.Chain[:min(1, len(a.Chain))], a.Records...)...)
	}
	return l.proposeDKIM(r, n, want)
}

// newDKIM is the form of targets since 2025: selector1-<domain>._domainkey.
// <tenant>.<letter>-v1.dkim.mail.microsoft; the older one ends in the tenant's
// initial domain.
var newDKIM = regexp.MustCompile(`^selector[12]-[a-z0-9-]+\._domainkey\.[a-z0-9-]+\.[a-z]-v[12]\.dkim\.mail\.microsoft$`)

func (l *look) whyDKIM(n int, want, target string, a Answer) (Verdict, string) {
	selector := fmt.Sprintf("selector%d-", n)
	switch {
	case target == "" && len(a.Records) > 0:
		return Wrong, "A key stands here instead of the alias: another sender uses this name. Ask who does before you replace it."
	case target == "":
		return ToDo, "Microsoft can't sign the domain's mail yet. This can be entered before the cut-over."
	case target == want:
		return Fine, "It leads to the tenant's key."
	case l.doubled(target):
		return Wrong, "It leads to " + target + ", which doesn't exist. " + doubledWhy
	case want != "":
		return Wrong, "It leads to another key than this tenant's."
	case !hasSuffix(target, l.cloud.dkim) || (within(target, "dkim.mail.microsoft") && !newDKIM.MatchString(target)):
		return Wrong, "It leads to " + target + ", which is not Microsoft's."
	case !strings.HasPrefix(target, selector):
		return Wrong, fmt.Sprintf("The two aliases are mixed up: this one must lead to a name that begins with %s.", selector)
	case l.want.Tenant != "" && within(target, "onmicrosoft.com") && !within(target, l.want.Tenant):
		return Wrong, "It leads to another tenant's key."
	}
	return Fine, "It leads to a key of Microsoft's. Compare it with what Microsoft Defender shows."
}

// hasKey says whether a key can be read, or that couldn't be found out.
func (l *look) hasKey(ctx context.Context, target string) bool {
	a := l.elsewhere(ctx, target, "TXT")
	return a.Status == Answered || !a.Status.OK()
}

func (l *look) proposeDKIM(r Result, n int, want string) Result {
	switch {
	case want != "":
	case l.want.Tenant != "":
		want = fmt.Sprintf("selector%d-%s._domainkey.%s", n, strings.ReplaceAll(l.domain, ".", "-"), l.want.Tenant)
		r.Notes = append(r.Notes, "The value is a guess in the older form. Newer domains have one that ends in dkim.mail.microsoft: enter what Microsoft Defender shows.")
	default:
		r.Notes = append(r.Notes, "Copy the value from Microsoft Defender: Email authentication settings, DKIM, this domain.")
		return r
	}
	r.Enter = l.entries(cnameRecord(r.Name, 3600, want))
	return r
}
