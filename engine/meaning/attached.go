package meaning

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"mxodus/engine"
)

// compareParts looks for every attachment there. More of them there are no
// difference: servers unpack, and keep texts as attachments.
func (m *message) compareParts(t *message, f *finding) {
	if m.sum == t.sum && m.more > 0 {
		return // too many to be told apart by name
	}
	there := newShelf(t)
	var left []*part
	for i := range m.parts {
		if p := &m.parts[i]; !there.take(func(o *part) bool { return o.digest == p.digest && sameName(p, o) }) {
			left = append(left, p)
		}
	}
	for _, p := range left {
		p.compare(there, t, f)
	}
	if m.more > 0 && len(f.differs) == 0 {
		f.doubt("it has more than %d attachments", maxParts)
	}
}

// shelf is the attachments that are not yet anybody's.
type shelf struct {
	parts []*part
	of    map[engine.Digest]int // how many have these bytes
}

func newShelf(m *message) *shelf {
	s := &shelf{of: map[engine.Digest]int{}}
	for i := range m.parts {
		s.parts = append(s.parts, &m.parts[i])
		s.of[m.parts[i].digest]++
	}
	return s
}

// take takes the first that is wanted off the shelf.
func (s *shelf) take(want func(*part) bool) bool {
	for i, p := range s.parts {
		if p != nil && want(p) {
			s.parts[i] = nil
			s.of[p.digest]--
			return true
		}
	}
	return false
}

// compare looks for an attachment that isn't there as it was.
func (p *part) compare(there *shelf, t *message, f *finding) {
	name := p.title()
	switch {
	case p.isEvent():
		switch {
		case there.take(func(o *part) bool { return o.isEvent() && o.event == p.event }):
			f.doubt("it is an invitation: the new server writes those in its own words")
		case there.take((*part).isEvent):
			f.differ("its invitation is to another event")
		default:
			f.doubt("it is an invitation, and the new server keeps those in its own form")
		}
	case p.isUnpacked():
		f.doubt("it holds %s, which the new server unpacks", name)
	case p.message != nil:
		p.compareNested(there, f)
	case there.of[p.digest] > 0 && there.take(func(o *part) bool { return o.digest == p.digest }):
		f.differ("attachment %s has another name", name)
	case p.sameText(there, t):
	case p.size == 0:
		f.doubt("attachment %s is empty, and is not there", name)
	case strings.HasPrefix(p.kind, "message/"): // delivery reports
		f.doubt("it is a delivery report or a receipt: servers write those in their own words")
	case p.broken:
		f.doubt("attachment %s has a damaged encoding", name)
	case there.take(func(o *part) bool { return sameName(p, o) }):
		f.differ("attachment %s differs", name)
	default:
		f.differ("attachment %s is missing", name)
	}
}

// sameText looks for an attachment that is text: servers break its lines anew,
// write it in another character set, and may show it as a text.
func (p *part) sameText(there *shelf, t *message) bool {
	if p.text == nil || p.text.n == 0 {
		return false
	}
	same := func(l letters) bool { ok, sure := p.text.is(l); return ok && sure }
	if there.take(func(o *part) bool { return o.text != nil && sameName(p, o) && same(*o.text) }) {
		return true
	}
	for _, o := range t.texts {
		if same(o.plain) || same(o.html) {
			return true
		}
	}
	return false
}

// compareNested looks for an attached message: for one that says the same, or else
// for the one that it most likely was. Each is compared once: messages may be
// attached to messages many times over.
func (p *part) compareNested(there *shelf, f *finding) {
	subject := p.message.subject.text
	var near *finding
	var nearest *part
	for _, o := range there.parts {
		if o == nil || o.message == nil {
			continue
		}
		inner := &finding{at: f.at + "in the attached message " + quote(subject) + ": "}
		p.message.compare(o.message, inner)
		if len(inner.differs) == 0 {
			near, nearest = inner, o
			break
		}
		if near == nil && o.message.subject.text == subject {
			near, nearest = inner, o
		}
	}
	if near == nil {
		f.differ("the attached message %s is missing", quote(subject))
		return
	}
	there.take(func(o *part) bool { return o == nearest })
	f.differs, f.doubts = append(f.differs, near.differs...), append(f.doubts, near.doubts...)
}

// title is what a person knows an attachment by.
func (p *part) title() string {
	if p.name.text == "" {
		return "without a name (" + engine.Clean(p.kind, 60) + ")"
	}
	return quote(p.name.text)
}

func quote(s string) string { return "“" + engine.Clean(s, 120) + "”" }

// sameName says that an attachment's name is what a server makes of it. One
// without a name may have been given one.
func sameName(p, o *part) bool {
	if p.name.text == "" {
		return true
	}
	same, _ := sameWords(headerText{fileName(p.name.text), p.name.raw}, headerText{fileName(o.name.text), o.name.raw})
	return same
}

// fileName is a name as a server may write it that has its files on Windows.
func fileName(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r):
			return -1
		case strings.ContainsRune(`/\:*?"<>|`, r), r == unicode.ReplacementChar:
			return '_'
		}
		return r
	}, norm.NFC.String(s))
	return strings.Trim(s, " .")
}
