package dns

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// checkDMARC looks what receivers shall do with mail that only pretends to come
// from the domain (RFC 7489).
func checkDMARC(ctx context.Context, l *look) []Result {
	a := l.ask(ctx, "_dmarc."+l.domain, "TXT")
	r := l.result("dmarc", "DMARC", a)
	reports := cmp.Or(l.want.Reports, "postmaster@"+l.domain)
	advice := "v=DMARC1; p=none; rua=mailto:" + reports
	r.Wanted = "v=DMARC1; p=none; rua=…"
	if r.Verdict == Unknown {
		return []Result{r}
	}
	var found []Record
	for _, t := range a.Records {
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(t.Value)), "v=dmarc1") {
			found = append(found, t)
		}
	}
	enter := l.entries(txtRecord(r.Name, 3600, advice))
	switch len(found) {
	case 0:
		return []Result{l.noDMARC(ctx, r, enter, reports)}
	case 1:
		return []Result{l.judgeDMARC(ctx, r, found[0], enter)}
	}
	r.Verdict = Wrong
	r.Why = fmt.Sprintf("There are %d DMARC records; with more than one, receivers use none. Leave one.", len(found))
	r.TakeOut = l.entries(found[1:]...)
	return []Result{r}
}

// noDMARC also looks at the organisation's domain above, whose policy holds for
// names below it.
func (l *look) noDMARC(ctx context.Context, r Result, enter []Entry, reports string) Result {
	if zone := l.zone.wait().Zone; zone != l.domain && strings.Contains(zone, ".") {
		up := l.ask(ctx, "_dmarc."+zone, "TXT")
		if slices.ContainsFunc(up.Records, func(t Record) bool { return strings.HasPrefix(strings.ToLower(t.Value), "v=dmarc1") }) {
			r.Why = "The policy of " + zone + " holds for this domain too."
			return r
		}
	}
	r.Verdict = ToDo
	r.Why = "There is no DMARC record. p=none changes nothing for your mail and brings reports about who sends in the domain's name; tighten it once they are clean."
	r.Enter = enter
	r.Notes = append(r.Notes, reports+" gets the reports: make sure that this address exists.")
	return r
}

func (l *look) judgeDMARC(ctx context.Context, r Result, t Record, enter []Entry) Result {
	tags, faults := parseDMARC(t.Value)
	policy := strings.ToLower(tags["p"])
	switch {
	case len(faults) > 0:
		r.Verdict, r.Why = Wrong, "Receivers can't use this record: "+strings.Join(faults, "; ")+"."
		r.Enter, r.TakeOut = enter, l.entries(t)
	case policy == "none":
		r.Why = "Nothing is refused yet, which is right for a move."
		if tags["rua"] == "" {
			r.Notes = append(r.Notes, "It asks for no reports: add rua=mailto: and an address.")
		}
	case l.maySend(ctx):
		r.Why = "Mail that isn't signed or not sent by the servers named in SPF is treated as p=" + policy + " says. SPF lets Microsoft's servers send, so the new mailboxes' mail passes."
		r.Notes = append(r.Notes, "Switch DKIM signing on before the cut-over: forwarded mail passes by it only.")
	default:
		r.Verdict = Wrong
		r.Why = "The policy is p=" + policy + ", and SPF doesn't let the new mailboxes' servers send: their mail would be refused or land in junk. Change SPF first, or go back to p=none until the move is done."
	}
	return r
}

// maySend says whether SPF names the new servers, at least at its top.
func (l *look) maySend(ctx context.Context) bool {
	if l.cloud.spf == "" {
		return true // not known
	}
	for _, t := range l.ask(ctx, l.domain, "TXT").Records {
		if isSPF(t.Value) && slices.ContainsFunc(parseSPF(t.Value).terms, func(t spfTerm) bool { return t.name == "include" && t.domain("") == l.cloud.spf }) {
			return true
		}
	}
	return false
}

// parseDMARC reads the tags (RFC 7489 section 6.3). Its faults are those that
// make receivers ignore the record.
func parseDMARC(text string) (tags map[string]string, faults []string) {
	tags = map[string]string{}
	for i, part := range strings.Split(text, ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		k, v, ok := strings.Cut(part, "=")
		k, v = strings.ToLower(strings.TrimSpace(k)), strings.TrimSpace(v)
		switch {
		case !ok:
			faults = append(faults, fmt.Sprintf("%q is no tag", part))
		case i == 0 && v != "DMARC1":
			faults = append(faults, "it must begin with v=DMARC1, in capitals")
		}
		if _, twice := tags[k]; !twice {
			tags[k] = v
		}
	}
	if p := strings.ToLower(tags["p"]); !slices.Contains([]string{"none", "quarantine", "reject"}, p) {
		faults = append(faults, "p= must be none, quarantine or reject")
	}
	if rua := tags["rua"]; rua != "" {
		for u := range strings.SplitSeq(rua, ",") {
			if !strings.HasPrefix(strings.ToLower(strings.TrimSpace(u)), "mailto:") {
				faults = append(faults, "rua= needs mailto: before an address")
				break
			}
		}
	}
	return tags, faults
}
