package engine

import "bytes"

// maxHeader is as much of a message as is looked at for its header.
const maxHeader = 256 << 10

// HeaderOf is the header block at the beginning of body, with the blank line
// that ends it if there is one; at most 256 KiB. It is to be read only, and not
// after the body's Release.
func HeaderOf(body *Body) []byte {
	head := body.Head(chunkSize)
	if n := headerEnd(head); n >= 0 {
		return head[:n]
	}
	if body.Size() <= int64(len(head)) {
		return head
	}
	head = body.Head(maxHeader)
	if n := headerEnd(head); n >= 0 {
		return head[:n]
	}
	return head
}

// headerEnd is the offset behind the first blank line, or -1.
func headerEnd(b []byte) int {
	for at := 0; at < len(b); {
		n := bytes.IndexByte(b[at:], '\n')
		if n < 0 {
			return -1
		}
		blank := isBlankLine(b[at : at+n])
		at += n + 1
		if blank {
			return at
		}
	}
	return -1
}

// fieldScanner walks through a header block, field by field. Lines that are no
// fields (an mbox "From " line, rubbish) are passed over.
type fieldScanner struct {
	rest        []byte
	name, value []byte // value is still folded
}

// next goes to the next field; false at the blank line or the end.
func (s *fieldScanner) next() bool {
	for len(s.rest) > 0 {
		line := s.take()
		if line == nil {
			return false
		}
		colon := bytes.IndexByte(line, ':')
		if colon < 0 {
			continue
		}
		s.name = bytes.TrimRight(line[:colon], " \t")
		if isFieldName(s.name) {
			s.value = line[colon+1:]
			return true
		}
	}
	return false
}

// take cuts the next line, with the lines that continue it, off the rest; nil
// when it is the blank line.
func (s *fieldScanner) take() []byte {
	n := bytes.IndexByte(s.rest, '\n')
	if n < 0 {
		n = len(s.rest) - 1
	}
	if isBlankLine(s.rest[:n+1]) {
		s.rest = nil
		return nil
	}
	n++
	for n < len(s.rest) && (s.rest[n] == ' ' || s.rest[n] == '\t') {
		k := bytes.IndexByte(s.rest[n:], '\n')
		if k < 0 {
			n = len(s.rest)
			break
		}
		n += k + 1
	}
	line := s.rest[:n]
	s.rest = s.rest[n:]
	return line
}

// isBlankLine says whether a line is nothing but its end.
func isBlankLine(line []byte) bool {
	for _, c := range line {
		if c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}

// isFieldName follows RFC 5322 section 2.2.
func isFieldName(name []byte) bool {
	for _, c := range name {
		if c < 33 || c > 126 {
			return false
		}
	}
	return len(name) > 0
}

// appendUnfolded appends a value trimmed, with every run of white space as one
// space, and with X for what is no ASCII: Dovecot stores 0x80 for NUL, Cyrus X
// for every byte above 0x7f.
func appendUnfolded(b, value []byte) []byte {
	start, gap := len(b), false
	for _, c := range value {
		if isBlank(c) {
			gap = true
			continue
		}
		if gap && len(b) > start {
			b = append(b, ' ')
		}
		gap = false
		b = append(b, headerByte(c))
	}
	return b
}

// appendSolid is appendUnfolded without any white space.
func appendSolid(b, value []byte) []byte {
	for _, c := range value {
		if !isBlank(c) {
			b = append(b, headerByte(c))
		}
	}
	return b
}

// headerByte is what all servers make the same of a byte in a header.
func headerByte(c byte) byte {
	if c == 0 || c >= 0x80 {
		return 'X'
	}
	return c
}

// appendWholeHeader appends every field in order, but those that servers and
// tools add, change or hide on the way.
func appendWholeHeader(b, header []byte) []byte {
	b = append(b, 'w')
	fields := fieldScanner{rest: header}
	for fields.next() {
		mark := len(b)
		for _, c := range fields.name {
			b = append(b, lowerASCII(c))
		}
		if isVolatileField(asked(b[mark:])) {
			b = b[:mark]
			continue
		}
		b = append(b, ':')
		b = append(appendUnfolded(b, fields.value), 0)
	}
	return b
}

// isVolatileField says whether a field (lower case) belongs to a mailbox and
// not to the message: mbox servers keep flags and UIDs in some of these and
// hide them, clients and other migration tools add the rest.
func isVolatileField(name []byte) bool {
	switch string(name) {
	case "status", "x-status", "x-keywords", "x-uid", "x-uidl", "x-imap", "x-imapbase", // mbox: Dovecot, UW
		"content-length", "lines", // mbox
		"x-account-key",                // Thunderbird
		"x-tuid",                       // mbsync
		"x-gm-msgid", "x-gmail-labels", // Takeout
		"x-folder":
		return true
	}
	for _, prefix := range [...]string{"x-mozilla-", "x-evolution-", "x-offlineimap-", "x-ms-exchange-", "x-ms-has-attach", "x-ms-tnef-correlator", "x-gm-thrid"} {
		if len(name) >= len(prefix) && string(name[:len(prefix)]) == prefix {
			return true
		}
	}
	return false
}

func isBlank(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func lowerASCII(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// equalFoldASCII compares with lower, which is lower case.
func equalFoldASCII(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i, c := range b {
		if lowerASCII(c) != lower[i] {
			return false
		}
	}
	return true
}
