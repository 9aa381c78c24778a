package meaning

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// headerText is decoded text of a header, with single spaces.
type headerText struct {
	text string
	raw  bool // it had bytes that are no ASCII and say not which letters they are
}

// maxValue is as much of a field as is decoded.
const maxValue = 16 << 10

// decodeHeader decodes a field's value (RFC 2047). Neighbouring words of one
// character set are decoded together: many programs cut letters in two.
func decodeHeader(value []byte) headerText {
	value = value[:min(len(value), maxValue)]
	h := headerText{raw: !isASCII(value)}
	var out strings.Builder
	var held []byte // of encoded words with the character set
	var charset string
	flush := func() {
		if len(held) > 0 {
			s, ok := decodeAll(charset, held)
			out.WriteString(s)
			h.raw, held = h.raw || !ok, nil
		}
	}
	for len(value) > 0 {
		start := bytes.Index(value, []byte("=?"))
		if start < 0 {
			break
		}
		word, ok := cutWord(value[start:])
		if !ok {
			flush()
			out.WriteString(plainWord(value[:start+2]))
			value = value[start+2:]
			continue
		}
		if len(bytes.TrimSpace(value[:start])) > 0 || charset != word.charset {
			flush()
		}
		if len(held) == 0 && (out.Len() == 0 || len(bytes.TrimSpace(value[:start])) > 0) {
			out.WriteString(plainWord(value[:start]))
		}
		charset, held = word.charset, append(held, word.bytes...)
		value = value[start+word.size:]
	}
	flush()
	out.WriteString(plainWord(value))
	h.text = tidy(out.String())
	return h
}

// encodedWord is one "=?charset?encoding?text?=".
type encodedWord struct {
	charset string
	bytes   []byte
	size    int
}

func cutWord(b []byte) (w encodedWord, ok bool) {
	parts := bytes.SplitN(b[2:min(len(b), 4<<10)], []byte("?"), 4)
	if len(parts) < 4 || len(parts[1]) != 1 || len(parts[3]) == 0 || parts[3][0] != '=' || bytes.ContainsAny(parts[0], " \t\r\n") {
		return w, false
	}
	charset, _, _ := strings.Cut(strings.ToLower(string(parts[0])), "*") // a language, RFC 2231 section 5
	w = encodedWord{charset: charset, size: 2 + len(parts[0]) + 1 + 1 + 1 + len(parts[2]) + 2}
	switch parts[1][0] {
	case 'b', 'B':
		text := bytes.TrimRight(parts[2], "=")
		w.bytes = make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))
		n, err := base64.RawStdEncoding.Decode(w.bytes, text)
		w.bytes = w.bytes[:n]
		return w, err == nil || n > 0
	case 'q', 'Q':
		w.bytes = wordQ(parts[2])
		return w, true
	}
	return w, false
}

func wordQ(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '_':
			out = append(out, ' ')
		case b[i] == '=' && i+2 < len(b) && unhex(b[i+1]) >= 0 && unhex(b[i+2]) >= 0:
			out = append(out, byte(unhex(b[i+1])<<4|unhex(b[i+2])))
			i += 2
		default:
			out = append(out, b[i])
		}
	}
	return out
}

// plainWord is text of a header that is not encoded: UTF-8, or what it most
// likely is.
func plainWord(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	s, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "?")
	}
	return string(s)
}

// tidy drops what can't be seen, makes one space of all white space, and cuts
// what is too long.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > maxName {
		s = strings.ToValidUTF8(s[:maxName], "")
	}
	return s
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c - 'A' + 10)
	case c >= 'a' && c <= 'f':
		return int(c - 'a' + 10)
	}
	return -1
}
