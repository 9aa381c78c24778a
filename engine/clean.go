package engine

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text from outside safe to show on one line, to log, or to write
// into a report: control characters, terminal sequences, direction marks and
// invalid UTF-8 become visible escapes like \x1b; at most max runes are kept
// (0: no limit).
func Clean(s string, max int) string {
	if isPlain(s) && (max == 0 || len(s) <= max) {
		return s
	}
	var b strings.Builder
	n := 0
	for i, w := 0, 0; i < len(s); i += w {
		var r rune
		r, w = utf8.DecodeRuneInString(s[i:])
		if max > 0 && n >= max {
			b.WriteRune('…')
			break
		}
		n++
		switch {
		case r == utf8.RuneError && w == 1:
			escape(&b, rune(s[i]), true)
		case r == '\t' || r == '\r' || r == '\n':
			b.WriteByte(' ')
		case unicode.IsPrint(r) && !isBidi(r):
			b.WriteRune(r)
		case r == '\u00a0' || unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		default:
			escape(&b, r, r < 0x100)
		}
	}
	return b.String()
}

// Quoted is a name from outside as it stands in a sentence: clean, and in quotes, so
// that blanks at its ends can be seen, and where it begins and ends.
func Quoted(name string, max int) string { return `"` + Clean(name, max) + `"` }

// quotedPath is a folder's path as it stands in a sentence.
func quotedPath(path []string) string { return Quoted(joinPath(path), 120) }

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

func isBidi(r rune) bool {
	return r == '\u061c' || r == '\u200e' || r == '\u200f' || (r >= '\u202a' && r <= '\u202e') || (r >= '\u2066' && r <= '\u2069')
}

func escape(b *strings.Builder, r rune, short bool) {
	const hex = "0123456789abcdef"
	if short {
		b.WriteString(`\x`)
		b.WriteByte(hex[r>>4&15])
		b.WriteByte(hex[r&15])
		return
	}
	b.WriteString(`\u{`)
	started := false
	for shift := 20; shift >= 0; shift -= 4 {
		d := r >> shift & 15
		if d != 0 || started || shift == 0 {
			started = true
			b.WriteByte(hex[d])
		}
	}
	b.WriteByte('}')
}
