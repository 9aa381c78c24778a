package imapconn

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// base64Name is the alphabet of modified UTF-7 (RFC 3501 section 5.1.3).
var base64Name = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").WithPadding(base64.NoPadding)

// decodeName reads a folder name in modified UTF-7. What is no modified UTF-7 is
// read as well as it can be, and repaired says so: raw UTF-8 as UTF-8, other
// bytes over 127 as Latin-1, a shift that doesn't decode as the characters it
// is written with, a lone surrogate as U+FFFD. Different names may read alike
// then: Folder.Wire tells them apart.
func decodeName(wire string) (name string, repaired bool) {
	if isPlainName(wire) {
		return wire, false
	}
	var b strings.Builder
	latin := !utf8.ValidString(wire)
	for i := 0; i < len(wire); {
		switch c := wire[i]; {
		case c == '&':
			text, n, ok := decodeShift(wire[i:])
			b.WriteString(text)
			i += n
			repaired = repaired || !ok
		case c < utf8.RuneSelf:
			b.WriteByte(c)
			i++
			repaired = repaired || c < 0x20 || c == 0x7f
		case latin:
			b.WriteRune(rune(c))
			i++
			repaired = true
		default:
			b.WriteByte(c)
			i++
			repaired = true
		}
	}
	return b.String(), repaired
}

// isPlainName says that a name stands for itself.
func isPlainName(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e || s[i] == '&' {
			return false
		}
	}
	return true
}

// decodeShift reads "&...-" at the beginning of s and says how long it is.
// Without ok, text is a best reading.
func decodeShift(s string) (text string, n int, ok bool) {
	end := strings.IndexByte(s, '-')
	if end == 1 {
		return "&", 2, true
	}
	if end < 0 {
		return "&", 1, false
	}
	raw, err := base64Name.DecodeString(s[1:end])
	if err != nil || len(raw) == 0 || len(raw)%2 != 0 || strings.ContainsAny(s[1:end], "\r\n") {
		return "&", 1, false
	}
	units := make([]uint16, len(raw)/2)
	ok = true
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
		ok = ok && (units[i] < 0x20 || units[i] > 0x7e) // those must stand for themselves
	}
	runes := utf16.Decode(units)
	for _, r := range runes {
		ok = ok && r != utf8.RuneError && r >= 0x20
	}
	return string(runes), end + 1, ok
}

// encodeName writes a folder name in modified UTF-7. Bytes that are no UTF-8
// become U+FFFD.
func encodeName(name string) string {
	if isPlainName(name) {
		return name
	}
	var b strings.Builder
	var units []uint16
	flush := func() {
		if len(units) == 0 {
			return
		}
		raw := make([]byte, 0, 2*len(units))
		for _, u := range units {
			raw = append(raw, byte(u>>8), byte(u))
		}
		b.WriteByte('&')
		b.WriteString(base64Name.EncodeToString(raw))
		b.WriteByte('-')
		units = units[:0]
	}
	for _, r := range name {
		if r < 0x20 || r > 0x7e {
			units = utf16.AppendRune(units, r)
			continue
		}
		flush()
		b.WriteRune(r)
		if r == '&' {
			b.WriteByte('-')
		}
	}
	flush()
	return b.String()
}
