package dns

import "context"

// checkMSOID looks for an alias that only 21Vianet's cloud uses, and that sends
// sign-ins to the wrong place in all others.
func checkMSOID(ctx context.Context, l *look) []Result {
	if l.want.Cloud == Elsewhere {
		return nil
	}
	a := l.ask(ctx, "msoid."+l.domain, "CNAME")
	r := l.result("msoid", "msoid", a)
	r.Wanted = "none"
	if l.cloud.msoid != "" {
		r.Wanted = "CNAME " + l.cloud.msoid
	}
	if r.Verdict == Unknown {
		return []Result{r}
	}
	target := ""
	if len(a.Records) > 0 {
		target = a.Records[0].Value
		r.Found = []string{"CNAME " + target}
	}
	switch {
	case target == l.cloud.msoid && target != "":
		r.Why = "Sign-ins find their way."
	case target == "" && l.cloud.msoid == "":
		r.Why = "It isn't there, and must not be."
	case target == "":
		r.Verdict, r.Why = ToDo, "Users of this cloud can't activate Office without it."
		r.Enter = l.entries(cnameRecord(r.Name, 3600, l.cloud.msoid))
	case l.cloud.msoid != "":
		r.Verdict, r.Why = Wrong, "It leads sign-ins to "+target+"."
		r.Enter, r.TakeOut = l.entries(cnameRecord(r.Name, 3600, l.cloud.msoid)), l.entries(a.Records...)
	case l.isWildcard(ctx, a):
		r.Verdict, r.Why = Wrong, "The wildcard record *."+l.domain+" answers for msoid too, and can break sign-in to Office. Take the wildcard out if it isn't needed; else enter this: beside a record of its own, the name has no alias."
		r.Enter = l.entries(txtRecord(r.Name, 3600, "unused")) // what exists hides the wildcard (RFC 4592 section 3.2)
	default:
		r.Verdict, r.Why = Harmful, "This belongs to the cloud that 21Vianet operates in China, and breaks sign-in to Office elsewhere. Take it out."
		r.TakeOut = l.entries(a.Records...)
	}
	return []Result{r}
}
