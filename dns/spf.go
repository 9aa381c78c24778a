package dns

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// checkSPF looks who may send in the domain's name (RFC 7208).
func checkSPF(ctx context.Context, l *look) []Result {
	count := &spfCounter{l: l}
	ms := begin(func() spfCost { // at once, whether it is in the record or not
		if l.cloud.spf == "" {
			return spfCost{}
		}
		return count.follow(ctx, spfTerm{text: "include:" + l.cloud.spf, name: "include", value: l.cloud.spf}, nil)
	})
	a := l.ask(ctx, l.domain, "TXT")
	r := l.result("spf", "SPF", a)
	r.Found, r.Wanted = nil, l.wantedSPF()
	if r.Verdict == Unknown {
		ms.wait()
		return []Result{r}
	}
	s := spfLook{l: l, count: count}
	for _, t := range a.Records {
		switch {
		case isSPF(t.Value):
			s.texts, s.records = append(s.texts, t), append(s.records, parseSPF(t.Value))
		case almostSPF(t.Value):
			s.almost = append(s.almost, t)
		}
	}
	return []Result{s.judge(ctx, r, ms)}
}

func (l *look) wantedSPF() string {
	if l.cloud.spf == "" {
		return "one record, at most 10 look-ups"
	}
	return "one record with include:" + l.cloud.spf
}

// spfLook is what stands there about SPF.
type spfLook struct {
	l       *look
	count   *spfCounter
	texts   []Record // that are SPF records
	records []spfRecord
	almost  []Record // that were meant to be
}

func (s spfLook) judge(ctx context.Context, r Result, ms *future[spfCost]) Result {
	for _, t := range slices.Concat(s.texts, s.almost) {
		r.Found = append(r.Found, t.Value)
	}
	var cost spfCost
	if len(s.records) == 1 {
		cost = s.count.record(ctx, s.l.domain, s.records[0], []string{s.l.domain})
	}
	r.Verdict, r.Why = s.verdict(cost)
	if len(s.records) == 1 && cost.lookups <= maxLookups && cost.voids <= maxVoids { // else it is why
		r.Notes = append(r.Notes, costNote(cost))
	}
	for _, d := range cost.unknown {
		r.Notes = append(r.Notes, "The record of "+d+" couldn't be asked; it counts as one look-up here.")
	}
	standing := ms.wait() // always, so that nothing is left running
	if r.Verdict != Fine {
		s.propose(ctx, &r, standing)
	}
	return r
}

func costNote(c spfCost) string {
	return fmt.Sprintf("As it stands, it takes %d of the %d look-ups that receivers make, and %d of the %d that may find nothing.", c.lookups, maxLookups, c.voids, maxVoids)
}

func (s spfLook) verdict(cost spfCost) (Verdict, string) {
	switch {
	case len(s.records) == 0 && len(s.almost) > 0:
		return Wrong, "This was meant to be an SPF record, but doesn't begin exactly with \"v=spf1 \": receivers ignore it."
	case len(s.records) == 0:
		return ToDo, "There is no SPF record: receivers can't tell your mail from forged mail."
	case len(s.records) > 1:
		return Wrong, fmt.Sprintf("There are %d SPF records; with more than one, receivers use none. Make one of them.", len(s.records))
	}
	r := s.records[0]
	all, hasAll := r.all()
	switch {
	case len(r.faults) > 0:
		return Wrong, "Receivers can't use this record: " + strings.Join(r.faults, "; ") + "."
	case len(cost.faults) > 0:
		return Wrong, "Receivers can't use this record: " + strings.Join(cost.faults, "; ") + "."
	case cost.lookups > maxLookups:
		return Wrong, fmt.Sprintf("It takes %d look-ups, and receivers give up after %d. Take out senders that you don't use any more.", cost.lookups, maxLookups)
	case hasAll && all.qualifier == '+':
		return Harmful, "\"+all\" lets everybody send in the domain's name."
	case cost.voids > maxVoids:
		return Wrong, fmt.Sprintf("%d of its look-ups find nothing, and receivers give up after %d. Take out the names that don't exist.", cost.voids, maxVoids)
	}
	return s.included(r, cost)
}

// included judges a record that is in order, by whether it lets the new
// mailboxes send.
func (s spfLook) included(r spfRecord, cost spfCost) (Verdict, string) {
	want := s.l.cloud.spf
	if want == "" {
		return Fine, "There is one record, and it is in order. Make sure that it lets the new server send."
	}
	named := func(t spfTerm) bool { return t.name == "include" && t.domain("") == want }
	i := slices.IndexFunc(r.reached(), named)
	switch {
	case i >= 0 && r.reached()[i].qualifier != '+':
		return Wrong, "It names Microsoft's servers, but with " + string(r.reached()[i].qualifier) + " in front: their mail isn't let through."
	case i >= 0:
		return Fine, "Microsoft's servers may send in the domain's name."
	case slices.ContainsFunc(r.terms, named):
		return Wrong, "Microsoft's servers are named behind \"all\", where nobody looks. They belong before it."
	case slices.Contains(cost.includes, want):
		return Fine, "Microsoft's servers may send in the domain's name, by a record that this one includes."
	}
	return ToDo, "Microsoft's servers may not send in the domain's name yet: mail from the new mailboxes may land in junk. This can be changed before the cut-over; the old senders stay."
}

// propose gives the record to enter instead of all that stands there.
func (s spfLook) propose(ctx context.Context, r *Result, ms spfCost) {
	m := mergeSPF(s.records, s.l.cloud.spf)
	if len(s.records) == 0 && s.l.cloud.spf == "" {
		m.record = parseSPF("v=spf1 mx -all")
	}
	r.Enter = s.l.entries(txtRecord(s.l.domain, 3600, m.record.text))
	r.TakeOut = s.l.entries(slices.Concat(s.texts, s.almost)...)
	for _, d := range m.dropped {
		r.Notes = append(r.Notes, "Left out of the new record, as it can't be used: "+d+".")
	}
	r.Notes = append(r.Notes, m.notes...)
	terms := m.record.reached()
	if slices.ContainsFunc(terms, func(t spfTerm) bool { return t.name == "mx" && t.domain(s.l.domain) == s.l.domain }) && !s.l.moved(ctx) {
		r.Notes = append(r.Notes, "\"mx\" stands for the old server, but for the new one once the MX changes. If the old one goes on sending after that (a website's forms, a scanner), put ip4: and its address beside it.")
	}
	costs := s.count.each(ctx, s.l.domain, terms, []string{s.l.domain})
	var whole spfCost
	var dear []string
	for i, c := range costs {
		if s.l.cloud.spf != "" && terms[i].name == "include" && terms[i].domain("") == s.l.cloud.spf {
			c = ms
		}
		whole.add(c)
		if c.lookups > 0 {
			dear = append(dear, fmt.Sprintf("%s (%d)", terms[i].text, c.lookups))
		}
	}
	if whole.lookups > maxLookups {
		r.Notes = append(r.Notes, fmt.Sprintf("The new record takes %d look-ups, more than the %d that receivers make. Take out senders that aren't used any more, before you enter it: %s.",
			whole.lookups, maxLookups, strings.Join(dear, ", ")))
	}
	for _, f := range whole.faults {
		r.Notes = append(r.Notes, "Mend this before you enter the record, or leave the term out: "+f+".")
	}
	if whole.voids > maxVoids {
		r.Notes = append(r.Notes, fmt.Sprintf("%d look-ups of the new record find nothing, and receivers give up after %d: take out the names that don't exist.", whole.voids, maxVoids))
	}
	if n := len(m.record.text); n > 255 {
		r.Notes = append(r.Notes, fmt.Sprintf("The text is %d characters long. A panel that takes at most 255 wants it in the %d parts given, all in ONE record.", n, len(txtStrings(m.record.text))))
	}
}
