package meaning

import (
	"bytes"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxParams is how many parameters of one field count.
const maxParams = 200

// parameters reads a field such as Content-Type: its value and its parameters,
// with names in lower case. Parameters that are continued or encoded (RFC 2231)
// are put together; broken ones are read as far as they go. raw names those with
// bytes that are no ASCII.
func parameters(field []byte) (value string, params map[string]string, raw map[string]bool) {
	head, rest, _ := bytes.Cut(field, []byte(";"))
	value, params, raw = strings.TrimSpace(string(head)), map[string]string{}, map[string]bool{}
	pieces := map[string]map[int]piece{}
	for range maxParams {
		if len(rest) == 0 {
			break
		}
		var name string
		var v []byte
		name, v, rest = cutParameter(rest)
		if name == "" {
			continue
		}
		base, part, encoded := splitName(name)
		if part < 0 && !encoded {
			if _, twice := params[base]; !twice {
				params[base], raw[base] = string(v), !isASCII(v)
			}
			continue
		}
		if pieces[base] == nil {
			pieces[base] = map[int]piece{}
		}
		pieces[base][max(part, 0)] = piece{v, encoded}
	}
	for base, list := range pieces {
		params[base], raw[base] = joinPieces(list)
	}
	return value, params, raw
}

// piece is one part of a parameter that is continued.
type piece struct {
	text    []byte
	encoded bool
}

// joinPieces puts a parameter together: charset'language'text, percent-encoded,
// with the character set in the first part (RFC 2231 section 4.1).
func joinPieces(list map[int]piece) (text string, raw bool) {
	var all []byte
	charset := ""
	for i, at := range slices.Sorted(maps.Keys(list)) {
		p := list[at]
		if !p.encoded {
			all = append(all, p.text...)
			continue
		}
		b := p.text
		if i == 0 {
			if parts := bytes.SplitN(b, []byte("'"), 3); len(parts) == 3 {
				charset, b = strings.ToLower(string(parts[0])), parts[2]
			}
		}
		if s, err := url.PathUnescape(string(b)); err == nil {
			b = []byte(s)
		}
		all = append(all, b...)
	}
	if charset == "" {
		return string(all), !isASCII(all)
	}
	text, ok := decodeAll(charset, all)
	return text, !ok
}

// splitName takes "name*0*" apart; part is -1 where there is none.
func splitName(name string) (base string, part int, encoded bool) {
	name, encoded = strings.CutSuffix(name, "*")
	base, number, ok := strings.Cut(name, "*")
	if n, err := strconv.Atoi(number); ok && err == nil && n >= 0 && n < maxParams {
		return base, n, encoded
	}
	return base, -1, encoded
}

// cutParameter takes one "name=value" off the front.
func cutParameter(b []byte) (name string, value, rest []byte) {
	b = bytes.TrimLeft(b, "; \t\r\n")
	eq := bytes.IndexAny(b, "=;")
	if eq < 0 {
		return "", nil, nil
	}
	if b[eq] == ';' {
		return "", nil, b[eq:]
	}
	name = strings.ToLower(string(bytes.TrimSpace(b[:eq])))
	b = bytes.TrimLeft(b[eq+1:], " \t\r\n")
	if len(b) == 0 || b[0] != '"' {
		end := bytes.IndexByte(b, ';')
		if end < 0 {
			end = len(b)
		}
		return name, bytes.TrimSpace(b[:end]), b[end:]
	}
	for i := 1; i < len(b); i++ {
		switch {
		case b[i] == '\\' && i+1 < len(b) && (b[i+1] == '"' || b[i+1] == '\\'):
			i++
			value = append(value, b[i])
		case b[i] == '"':
			return name, value, b[i+1:]
		case b[i] != '\r' && b[i] != '\n':
			value = append(value, b[i])
		}
	}
	return name, value, nil
}
