package meaning

import (
	"bytes"
	"strings"

	"mxodus/engine"
)

// header is the fields of one header that count, still folded.
type header struct {
	date, from, subject, kind, encoding, disposition []byte
	odd                                              bool // there are lines that are no fields
}

// readHeader finds the fields; of those that come twice the first counts.
func readHeader(b []byte) header {
	var h header
	for len(b) > 0 {
		n := fieldEnd(b)
		field := b[:n]
		b = b[n:]
		colon := bytes.IndexByte(field, ':')
		if colon < 0 {
			h.odd = true
			continue
		}
		to := h.field(strings.ToLower(string(bytes.TrimSpace(field[:colon]))))
		if to != nil && *to == nil {
			*to = bytes.TrimSpace(bytes.Clone(field[colon+1:]))
		}
	}
	return h
}

// fieldEnd is where the first field ends, with the lines that continue it.
func fieldEnd(b []byte) int {
	for at := 0; ; {
		n := bytes.IndexByte(b[at:], '\n')
		if n < 0 {
			return len(b)
		}
		if at += n + 1; at == len(b) || b[at] != ' ' && b[at] != '\t' {
			return at
		}
	}
}

func (h *header) field(name string) *[]byte {
	switch name {
	case "date":
		return &h.date
	case "from":
		return &h.from
	case "subject":
		return &h.subject
	case "content-type":
		return &h.kind
	case "content-transfer-encoding":
		return &h.encoding
	case "content-disposition":
		return &h.disposition
	}
	return nil
}

// begin notes what a message's own header says.
func (m *message) begin(h header) {
	m.date, m.dated = engine.MailDate(h.date)
	m.from = address(h.from)
	m.subject = decodeHeader(h.subject)
	if h.odd {
		m.breaks("lines of its header are no header")
	}
}

// mediaType is a Content-Type, in lower case.
type mediaType struct {
	top, sub string
	params   map[string]string
	raw      map[string]bool // parameters with bytes that are no ASCII
}

func (t mediaType) String() string { return t.top + "/" + t.sub }

// contentType is a part's type, or what it is taken for without one (RFC 2045
// section 5.2, RFC 2046 section 5.1.5).
func (h header) contentType(in *level) mediaType {
	value, params, raw := parameters(h.kind)
	top, sub, ok := strings.Cut(strings.ToLower(value), "/")
	top, sub = strings.TrimSpace(top), strings.TrimSpace(sub)
	switch {
	case ok && top != "" && sub != "":
		return mediaType{top, sub, params, raw}
	case value == "" && in != nil && in.subtype == "digest":
		return mediaType{"message", "rfc822", params, raw}
	}
	return mediaType{"text", "plain", params, raw}
}

// address is the first address in a From field, lower case; empty when there is
// none.
func address(value []byte) string {
	var open, quoted bool
	var found []byte
	start := 0
	for i := 0; i < len(value) && !open; i++ {
		switch c := value[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == '<' && !quoted:
			open, start = true, i+1
		}
	}
	if open {
		found = value[start:]
		if end := bytes.IndexByte(found, '>'); end >= 0 {
			found = found[:end]
		}
	} else {
		for _, word := range bytes.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" \t\r\n,;()\"", r) }) {
			if bytes.IndexByte(word, '@') >= 0 {
				found = word
				break
			}
		}
	}
	return strings.ToLower(strings.Join(strings.Fields(string(found[:min(len(found), maxName)])), ""))
}
