package dns

import (
	"slices"
	"strings"
)

// spfMerge is one record that says what several said, and includes the new
// senders.
type spfMerge struct {
	record  spfRecord
	dropped []string // faulty terms that were left out
	notes   []string
}

// mergeSPF makes one valid record of all records that stand there: every sender
// stays in its order, the new include comes last before "all". include may be
// empty.
func mergeSPF(records []spfRecord, include string) spfMerge {
	var m spfMerge
	var mechanisms, modifiers []spfTerm
	have := map[string]bool{}
	for _, r := range records {
		m.dropped = append(m.dropped, r.faults...)
		for _, t := range r.terms {
			key := strings.ToLower(strings.TrimPrefix(t.text, "+"))
			switch {
			case t.name == "all" || have[key]:
			case t.name == "include" && t.domain("") == include:
			case t.name == "redirect":
				modifiers = append(modifiers, t)
			case t.qualifier == 0:
				modifiers = append(modifiers, t)
			default:
				mechanisms = append(mechanisms, t)
			}
			have[key] = true
		}
	}
	mechanisms, modifiers = m.settleRedirect(records, mechanisms, modifiers)
	if include != "" {
		mechanisms = append(slices.DeleteFunc(mechanisms, func(t spfTerm) bool { return t.name == "include" && t.domain("") == include }), includeTerm(include))
	}
	if all := m.allOf(records); all != "" {
		mechanisms = append(mechanisms, spfTerm{text: all, qualifier: all[0], name: "all", v4: -1, v6: -1})
	}
	m.record.terms = slices.Concat(mechanisms, onlyOnce(modifiers))
	words := []string{"v=spf1"}
	for _, t := range m.record.terms {
		words = append(words, t.text)
	}
	m.record.text = strings.Join(words, " ")
	return m
}

// settleRedirect keeps a redirect where it means the same after the merge: in a
// single record without "all". Elsewhere it was ignored, or becomes an include.
func (m *spfMerge) settleRedirect(records []spfRecord, mechanisms, modifiers []spfTerm) (mech, mod []spfTerm) {
	if len(records) == 1 {
		if _, hasAll := records[0].all(); !hasAll {
			return mechanisms, modifiers
		}
	}
	mech = mechanisms
	for _, t := range modifiers {
		if t.name != "redirect" {
			mod = append(mod, t)
			continue
		}
		if len(records) > 1 {
			in := includeTerm(t.value)
			if !slices.ContainsFunc(mech, func(o spfTerm) bool { return strings.EqualFold(o.text, in.text) }) {
				mech = append(mech, in)
			}
			m.notes = append(m.notes, t.text+" became "+in.text+": a redirect can't stand beside other records.")
		}
	}
	return mech, mod
}

func includeTerm(domain string) spfTerm {
	return spfTerm{text: "include:" + domain, qualifier: '+', name: "include", value: domain, v4: -1, v6: -1}
}

// onlyOnce drops second redirects and exps, which would be an error.
func onlyOnce(modifiers []spfTerm) []spfTerm {
	seen := map[string]bool{}
	var out []spfTerm
	for _, t := range modifiers {
		if !seen[t.name] {
			out = append(out, t)
		}
		seen[t.name] = true
	}
	return out
}

// allOf is the end of the merged record: the mildest of the records', never
// milder than "~all", and what Microsoft wants where there was none.
func (m *spfMerge) allOf(records []spfRecord) string {
	if len(records) == 0 {
		return "-all"
	}
	end := ""
	for _, r := range records {
		t, ok := r.all()
		redirects := slices.ContainsFunc(r.terms, func(t spfTerm) bool { return t.qualifier == 0 && t.name == "redirect" })
		switch {
		case ok && t.qualifier == '-':
			if end == "" {
				end = "-all"
			}
		case !ok && redirects && len(records) == 1:
			return ""
		case ok && t.qualifier == '+':
			end = "~all"
			m.notes = append(m.notes, "\"all\" with a plus lets everybody send in the domain's name; it becomes ~all.")
		default:
			end = "~all"
		}
	}
	return end
}
