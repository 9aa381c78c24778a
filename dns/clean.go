package dns

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes text from the network safe to show on one line: control
// characters, direction marks and invalid UTF-8 become visible escapes; at most
// max bytes of s are looked at (0: all).
func clean(s string, max int) string {
	cut := max > 0 && len(s) > max
	if cut {
		s = s[:max]
	}
	var b strings.Builder
	for len(s) > 0 {
		r, w := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && w <= 1:
			b.WriteString(`\x` + hex2(s[0]))
		case unicode.IsPrint(r) && !unicode.Is(unicode.Bidi_Control, r):
			b.WriteRune(r)
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case r < 0x100:
			b.WriteString(`\x` + hex2(byte(r)))
		default:
			b.WriteString(`\u{` + strconv.FormatInt(int64(r), 16) + "}")
		}
		s = s[w:]
	}
	if cut {
		b.WriteRune('…')
	}
	return b.String()
}

func hex2(c byte) string {
	const hex = "0123456789abcdef"
	return string([]byte{hex[c>>4], hex[c&15]})
}
