package dns

import (
	"context"
	"regexp"
	"strings"
)

// proofForm is what Microsoft hands out to prove that a domain is one's own.
var proofForm = regexp.MustCompile(`(?i)^MS=ms\d+$`)

// checkProof looks for the TXT that proves to Microsoft who owns the domain.
func checkProof(ctx context.Context, l *look) []Result {
	if l.want.Cloud == Elsewhere {
		return nil
	}
	a := l.ask(ctx, l.domain, "TXT")
	r := l.result("proof", "Domain proof", a)
	r.Found = nil
	r.Wanted = l.want.Proof
	if r.Wanted == "" {
		r.Wanted, r.Guess = "MS=ms…", true
	}
	if r.Verdict == Unknown {
		return []Result{r}
	}
	exact := false
	for _, t := range a.Records {
		if v := strings.TrimSpace(t.Value); proofForm.MatchString(v) {
			r.Found = append(r.Found, v)
			exact = exact || strings.EqualFold(v, l.want.Proof)
		}
	}
	return []Result{l.judgeProof(ctx, r, exact)}
}

func (l *look) judgeProof(ctx context.Context, r Result, exact bool) Result {
	mx := l.ask(ctx, l.domain, "MX")
	ours, _ := l.splitMX(mx.Records)
	switch {
	case exact:
		r.Why = "Microsoft can see that the domain is yours."
	case l.want.Proof == "" && len(r.Found) > 0:
		r.Why = "A proof is there. Whether it is this tenant's, the admin centre tells: it shows the domain as healthy then."
	case l.want.MX != "" && len(ours) > 0 && ours[0].Value == l.want.MX:
		r.Why = "It isn't there, and isn't needed any more: mail for the domain is set up."
	case l.want.Proof != "":
		r.Verdict, r.Why = ToDo, "Enter it beside what is there, so that Microsoft sees that the domain is yours. Nothing changes for your mail."
		r.Enter = l.entries(txtRecord(l.domain, 3600, l.want.Proof))
	default:
		r.Verdict, r.Why = ToDo, "Add the domain in the Microsoft 365 admin centre (Settings, Domains) and enter the TXT value that it shows. Nothing changes for your mail."
	}
	return r
}
