package engine

import "time"

// parseMailDate reads a Date field's value (RFC 5322 section 3.3, with the
// obsolete forms of section 4.3 that are still met) as Unix seconds. It takes
// what comes before anything it doesn't know, and allocates nothing.
func parseMailDate(value []byte) (unix int64, ok bool) {
	p := dateParser{rest: value}
	day, ok := p.number()
	for !ok { // the day of the week
		if p.word() == nil && !p.skip() {
			return 0, false
		}
		day, ok = p.number()
	}
	p.skipAll("-")
	month := monthOf(p.word())
	p.skipAll("-")
	year, ok := p.number()
	if !ok || month == 0 || day < 1 || day > 31 {
		return 0, false
	}
	switch { // RFC 5322 section 4.3
	case year < 50:
		year += 2000
	case year < 1000:
		year += 1900
	}
	hour, ok := p.number()
	if !ok || !p.skipAll(":") {
		return 0, false
	}
	minute, ok := p.number()
	if !ok {
		return 0, false
	}
	second := 0
	if p.skipAll(":") {
		second, _ = p.number()
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	return t.Unix() - int64(p.zone()), true
}

// dateParser eats a date from the front.
type dateParser struct{ rest []byte }

func (p *dateParser) blanks() {
	for len(p.rest) > 0 && isBlank(p.rest[0]) {
		p.rest = p.rest[1:]
	}
}

// number eats digits, at most nine.
func (p *dateParser) number() (n int, ok bool) {
	p.blanks()
	for i := 0; i < 9 && len(p.rest) > 0 && p.rest[0] >= '0' && p.rest[0] <= '9'; i++ {
		n = n*10 + int(p.rest[0]-'0')
		p.rest = p.rest[1:]
		ok = true
	}
	return n, ok
}

// word eats letters; nil when there are none.
func (p *dateParser) word() []byte {
	p.blanks()
	n := 0
	for n < len(p.rest) && lowerASCII(p.rest[n]) >= 'a' && lowerASCII(p.rest[n]) <= 'z' {
		n++
	}
	if n == 0 {
		return nil
	}
	w := p.rest[:n]
	p.rest = p.rest[n:]
	return w
}

// skip eats one byte.
func (p *dateParser) skip() bool {
	if len(p.rest) == 0 {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// skipAll eats c if it comes next.
func (p *dateParser) skipAll(c string) bool {
	p.blanks()
	if len(p.rest) > 0 && p.rest[0] == c[0] {
		return p.skip()
	}
	return false
}

// zone is the offset to UTC in seconds; unknown names are UTC.
func (p *dateParser) zone() int {
	switch {
	case p.skipAll("+"):
		return p.offset()
	case p.skipAll("-"):
		return -p.offset()
	}
	w := p.word()
	if len(w) != 3 || lowerASCII(w[2]) != 't' || lowerASCII(w[1]) != 's' && lowerASCII(w[1]) != 'd' {
		return 0 // GMT, UT, Z, and all that say nothing (RFC 5322 section 4.3)
	}
	hours := 0
	switch lowerASCII(w[0]) {
	case 'e':
		hours = -5
	case 'c':
		hours = -6
	case 'm':
		hours = -7
	case 'p':
		hours = -8
	default:
		return 0
	}
	if lowerASCII(w[1]) == 'd' {
		hours++
	}
	return hours * 3600
}

func (p *dateParser) offset() int {
	n, _ := p.number()
	return (n/100*60 + n%100) * 60
}

// monthOf is 1 to 12 for the English short names, else 0.
func monthOf(w []byte) int {
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	if len(w) < 3 {
		return 0
	}
	for i := 0; i < len(names); i += 3 {
		if equalFoldASCII(w[:3], names[i:i+3]) {
			return i/3 + 1
		}
	}
	return 0
}

// MailDate reads the value of a Date field, in Unix seconds; false when it can't
// be read. Time zones are accounted for.
func MailDate(value []byte) (unix int64, ok bool) { return parseMailDate(value) }
