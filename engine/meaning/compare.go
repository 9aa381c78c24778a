package meaning

import (
	"fmt"
	"slices"
	"strings"

	"mxodus/engine"
)

// finding collects how two messages differ.
type finding struct {
	at      string // which attached message it is about, in words; empty: none
	differs []string
	doubts  []string
}

func (f *finding) differ(format string, args ...any) {
	f.differs = append(f.differs, f.at+fmt.Sprintf(format, args...))
}

func (f *finding) doubt(format string, args ...any) {
	f.doubts = append(f.doubts, f.at+fmt.Sprintf(format, args...))
}

// Against says how the message there, which a server has made of this one,
// differs in what it says.
func (m *message) Against(there engine.Meaning) engine.Likeness {
	t, ok := there.(*message)
	if !ok {
		return engine.Likeness{Doubts: []string{"it could not be taken apart"}}
	}
	f := &finding{}
	m.compare(t, f)
	return engine.Likeness{Differs: f.differs, Doubts: f.doubts}
}

func (m *message) compare(t *message, f *finding) {
	if m.dated && (!t.dated || t.date != m.date) {
		f.differ("its date differs")
	}
	switch {
	case m.from == "" || m.from == t.from:
	case strings.HasPrefix(t.from, "imceaex"): // Exchange's own form of an address
		f.doubt("its sender has another form there")
	default:
		f.differ("its sender differs")
	}
	switch same, sure := sameWords(m.subject, t.subject); {
	case !same:
		f.differ("its subject differs")
	case !sure:
		f.doubt("its subject has letters that do not say which they are")
	}
	body := &finding{at: f.at}
	m.compareTexts(t, body)
	m.compareParts(t, body)
	if len(m.broken) > 0 && len(body.differs) > 0 { // what servers make of such is anybody's guess
		f.doubt("%s", m.broken[0])
		return
	}
	f.differs, f.doubts = append(f.differs, body.differs...), append(f.doubts, body.doubts...)
}

// solid is a text without white space.
func solid(s string) string { return strings.ReplaceAll(s, " ", "") }

// sameWords compares decoded texts of headers. Where the letters are not certain,
// only those of ASCII count, and the answer is not sure. What is very long may be
// cut by a server.
func sameWords(a, b headerText) (same, sure bool) {
	x, y := solid(a.text), solid(b.text)
	if x == y || len(y) >= longWords && strings.HasPrefix(x, y) {
		return true, true
	}
	if a.raw || b.raw {
		return plainLetters(x) == plainLetters(y), false
	}
	return false, false
}

// longWords is from which length on, in bytes, a server may have cut a text.
const longWords = 200

func plainLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x80 || r == '?' {
			return -1
		}
		return r
	}, s)
}

// is says whether two texts have the same letters; sure is false where only those
// that all character sets have could be compared.
func (l letters) is(o letters) (same, sure bool) {
	if l.n == o.n && l.digest == o.digest {
		return true, true
	}
	if l.doubt != "" || o.doubt != "" {
		return l.rough == o.rough, false
	}
	return false, false
}

// like says whether a text is there in one form or the other.
func (t *text) like(o *text) (same, sure bool) {
	pairs := [][2]letters{{t.html, o.html}, {t.plain, o.plain}, {t.plain, o.html}, {t.html, o.plain}}
	for _, p := range pairs {
		if p[0].n == 0 || p[1].n == 0 {
			continue
		}
		if is, certain := p[0].is(p[1]); is {
			if p[0] == t.html && o.html.n > 0 && t.curtailed(o) {
				return false, true
			}
			return true, certain
		}
	}
	return false, false
}

// curtailed says that the plain form there lacks letters. Servers make it from the
// HTML and add to it (links, bullets), but they leave nothing out.
func (t *text) curtailed(o *text) bool {
	if o.plain.n == 0 || t.plain.n == 0 {
		return false
	}
	if same, _ := t.plain.is(o.plain); same {
		return false
	}
	return o.plain.n < min(t.plain.n, t.html.n)*3/4
}

func (t *text) empty() bool { return t.plain.n == 0 && t.html.n == 0 }

// compareTexts looks for every text there: as a text, as an attachment that is
// text, or run together with the others.
func (m *message) compareTexts(t *message, f *finding) {
	used := map[*text]bool{}
	sure := true
	var lost []*text
	for _, one := range m.texts {
		if one.empty() {
			continue
		}
		if found, certain := one.findText(t, used); !found {
			lost = append(lost, one)
		} else {
			sure = sure && certain
		}
	}
	if len(lost) > 0 && m.together(t) {
		lost = nil
	}
	switch {
	case len(lost) == 0 && sure:
	case len(lost) == 0:
		f.doubt("its text has letters that do not say which they are")
	case m.report:
		f.doubt("it is a delivery report or a receipt: servers write those in their own words")
	case slices.ContainsFunc(lost, func(l *text) bool { return l.plain.uu }):
		f.doubt("its text seems to hold a file (uuencode): servers take that out")
	case len(lost) == len(m.texts) && !slices.ContainsFunc(t.texts, func(x *text) bool { return !x.empty() }):
		f.differ("its text is missing")
	default:
		f.differ("its text differs")
	}
}

func (t *text) findText(there *message, used map[*text]bool) (found, sure bool) {
	for _, o := range there.texts {
		if used[o] {
			continue
		}
		if same, certain := t.like(o); same {
			used[o] = true
			return true, certain
		}
	}
	for i := range there.parts {
		if p := &there.parts[i]; p.text != nil {
			if same, certain := t.like(&text{plain: *p.text}); same {
				return true, certain
			}
		}
	}
	return false, false
}

// together says that the texts, one behind the other, are those there.
func (m *message) together(t *message) bool {
	forms := func(x *message) (list []letters) {
		if x.whole != nil {
			list = append(list, *x.whole)
		}
		for _, one := range x.texts {
			list = append(list, one.plain, one.html)
		}
		return list
	}
	if m.whole == nil && t.whole == nil {
		return false
	}
	ours := forms(m)
	if m.whole != nil {
		ours = []letters{*m.whole}
	}
	for _, a := range ours {
		for _, b := range forms(t) {
			if a.n > 0 && a.n == b.n && a.digest == b.digest {
				return true
			}
		}
	}
	return false
}
