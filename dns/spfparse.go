package dns

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// spfRecord is a parsed SPF record (RFC 7208 section 4.6.1).
type spfRecord struct {
	text  string
	terms []spfTerm
	// faults are what makes the record a permanent error, in words; the faulty
	// terms are not in terms.
	faults []string
}

// spfTerm is a mechanism or a modifier.
type spfTerm struct {
	text      string // as written
	qualifier byte   // '+' when not written; 0 for modifiers
	name      string // lower case
	value     string // what stands after ':' or '=', without prefix lengths
	v4, v6    int    // prefix lengths, -1 when not written
}

// isSPF says whether a TXT is an SPF record at all: "v=spf1" alone or followed
// by a space (section 4.5).
func isSPF(text string) bool {
	return len(text) >= 6 && strings.EqualFold(text[:6], "v=spf1") && (len(text) == 6 || text[6] == ' ')
}

// almostSPF says whether a TXT was meant to be an SPF record and isn't one.
func almostSPF(text string) bool {
	t := strings.ToLower(strings.Trim(text, " \"'“”„"))
	return !isSPF(text) && (strings.HasPrefix(t, "v=spf1") || strings.HasPrefix(t, "spf1 ") || strings.HasPrefix(t, "v=spf "))
}

// parseSPF reads an SPF record; isSPF must hold.
func parseSPF(text string) spfRecord {
	r := spfRecord{text: text}
	for f := range strings.FieldsFuncSeq(text[6:], func(c rune) bool { return c == ' ' }) {
		t, err := parseTerm(f)
		if err == nil && t.qualifier == 0 && (t.name == "redirect" || t.name == "exp") &&
			slices.ContainsFunc(r.terms, func(o spfTerm) bool { return o.name == t.name && o.qualifier == 0 }) {
			err = fmt.Errorf("%s= stands there twice", t.name)
		}
		if err != nil {
			r.faults = append(r.faults, err.Error())
			continue
		}
		r.terms = append(r.terms, t)
	}
	return r
}

var modifierForm = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9_.-]*)=(.*)$`)

func parseTerm(s string) (spfTerm, error) {
	if m := modifierForm.FindStringSubmatch(s); m != nil {
		return parseModifier(s, strings.ToLower(m[1]), m[2])
	}
	t := spfTerm{text: s, qualifier: '+', v4: -1, v6: -1}
	body := s
	if strings.ContainsRune("+-~?", rune(body[0])) {
		t.qualifier, body = body[0], body[1:]
	}
	i := strings.IndexAny(body, ":/")
	if i < 0 {
		i = len(body)
	}
	t.name = strings.ToLower(body[:i])
	rest := body[i:]
	value, given := strings.CutPrefix(rest, ":")
	if !given {
		value = ""
	} else {
		rest = ""
	}
	switch t.name {
	case "all":
		if i != len(body) {
			return t, fmt.Errorf("%q: nothing may follow all", s)
		}
		return t, nil
	case "include", "exists":
		t.value = value
		return t, needDomain(s, value, true)
	case "ptr":
		t.value = value
		if rest != "" {
			return t, fmt.Errorf("%q: ptr takes no prefix length", s)
		}
		return t, needDomain(s, value, given)
	case "a", "mx":
		if !given {
			value = rest
		}
		return t.withPrefix(s, value, given)
	case "ip4", "ip6":
		t.value = value
		return t, checkIP(s, t.name, value)
	}
	return t, fmt.Errorf("%q is no SPF term", s)
}

func parseModifier(s, name, value string) (spfTerm, error) {
	t := spfTerm{text: s, name: name, value: value, v4: -1, v6: -1}
	if name == "redirect" || name == "exp" {
		return t, needDomain(s, value, true)
	}
	return t, checkMacros(s, value)
}

// withPrefix splits "domain/24//64" (section 5.3).
func (t spfTerm) withPrefix(s, value string, given bool) (spfTerm, error) {
	domain, lengths := value, ""
	if i := slashOutside(value); i >= 0 {
		domain, lengths = value[:i], value[i:]
	}
	t.value = domain
	if err := needDomain(s, domain, given); err != nil {
		return t, err
	}
	if lengths == "" {
		return t, nil
	}
	four, six, two := strings.Cut(lengths, "//")
	if two {
		n, ok := prefix(six, 128)
		if !ok {
			return t, fmt.Errorf("%q: the IPv6 prefix length is wrong", s)
		}
		t.v6 = n
	}
	if four != "" {
		n, ok := prefix(strings.TrimPrefix(four, "/"), 32)
		if !ok || four[0] != '/' {
			return t, fmt.Errorf("%q: the prefix length is wrong", s)
		}
		t.v4 = n
	}
	return t, nil
}

// slashOutside finds the first '/' that isn't inside a macro.
func slashOutside(s string) int {
	inside := false
	for i := range len(s) {
		switch s[i] {
		case '{':
			inside = true
		case '}':
			inside = false
		case '/':
			if !inside {
				return i
			}
		}
	}
	return -1
}

func prefix(s string, most int) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && n <= most && strconv.Itoa(n) == s
}

func checkIP(s, name, value string) error {
	addr, length, slash := strings.Cut(value, "/")
	a, err := netip.ParseAddr(addr)
	most := 32
	if name == "ip6" {
		most = 128
	}
	if err != nil || a.Zone() != "" || a.Is4() != (name == "ip4") {
		return fmt.Errorf("%q: this is no %s address", s, map[string]string{"ip4": "IPv4", "ip6": "IPv6"}[name])
	}
	if _, ok := prefix(length, most); slash && !ok {
		return fmt.Errorf("%q: the prefix length is wrong", s)
	}
	return nil
}

// needDomain checks a domain-spec (section 7.1): a domain, or macros.
func needDomain(s, value string, given bool) error {
	if value == "" {
		if given {
			return fmt.Errorf("%q: a domain is missing", s)
		}
		return nil
	}
	if err := checkMacros(s, value); err != nil {
		return err
	}
	if strings.Contains(value, `\`) { // a control character, as Clean writes it
		return fmt.Errorf("%q: %q is no domain", s, value)
	}
	if hasMacro(value) {
		return nil
	}
	d := strings.TrimSuffix(value, ".")
	last := d[strings.LastIndexByte(d, '.')+1:]
	if !strings.Contains(d, ".") || len(d) > 253 || strings.Contains(d, "..") || strings.HasPrefix(d, ".") || strings.Trim(last, "0123456789") == "" {
		return fmt.Errorf("%q: %q is no domain", s, value)
	}
	for label := range strings.SplitSeq(d, ".") {
		if len(label) > 63 {
			return fmt.Errorf("%q: %q is no domain", s, value)
		}
	}
	return nil
}

func hasMacro(s string) bool { return strings.Contains(s, "%{") }

var macroForm = regexp.MustCompile(`%(?:\{[slodiphcrtvSLODIPHCRTV][0-9]*[rR]?[-.+,/_=]*\}|%|_|-)`)

// checkMacros checks characters and macros (section 7.1).
func checkMacros(s, value string) error {
	rest := macroForm.ReplaceAllString(value, "")
	if strings.Contains(rest, "%") {
		return fmt.Errorf("%q: a macro is wrong", s)
	}
	if strings.ContainsFunc(rest, func(r rune) bool { return r < '!' || r > '~' }) {
		return fmt.Errorf("%q holds characters that may not stand there", s)
	}
	return nil
}

// all is the record's "all" term, if it has one.
func (r spfRecord) all() (spfTerm, bool) {
	for _, t := range r.terms {
		if t.name == "all" {
			return t, true
		}
	}
	return spfTerm{}, false
}

// reached are the terms that a receiver ever looks at: those before "all", and
// the redirect only if there is no "all" (section 6.1).
func (r spfRecord) reached() []spfTerm {
	_, hasAll := r.all()
	var out []spfTerm
	ended := false
	for _, t := range r.terms {
		ended = ended || t.name == "all"
		if (t.qualifier != 0 && !ended) || (t.qualifier == 0 && t.name == "redirect" && !hasAll) {
			out = append(out, t)
		}
	}
	return out
}

// domain is where a term leads, lower case, without a final dot.
func (t spfTerm) domain(own string) string {
	if t.value == "" {
		return own
	}
	return plain(t.value)
}
