package engine

import (
	"bytes"
	"strings"
)

// receiptFields ask for a read receipt (RFC 8098 section 2.1 and its forerunners).
// A client that opens the copy of an old message may send one again, years late.
var receiptFields = [...]string{"disposition-notification-to", "return-receipt-to", "x-confirm-reading-to"}

// silenceReceipts renames the fields at the top of a message that ask for a read
// receipt, in place, and says whether there were any: "To", the end of their
// names, becomes "No" (Disposition-Notification-No), which no client knows. The
// size stays, and so does every other byte; what the fields said can still be
// read. Doing it twice is doing it once.
func silenceReceipts(b *Body) (any bool) {
	s := receiptScanner{body: b, fresh: true}
	for at, c := range b.chunks {
		if !s.scan(int64(at)*chunkSize, c) {
			break
		}
	}
	return s.found
}

// receiptScanner walks over a header that comes in pieces.
type receiptScanner struct {
	body  *Body
	fresh bool   // at the beginning of a line
	name  []byte // of the line so far, while it may be one of ours
	start int64  // offset of the line
	dead  bool   // the rest of the line is of no interest
	found bool
}

// maxReceiptName is as much of a line as can matter: the longest name, and the
// white space that the obsolete syntax (RFC 5322 section 4.5) allows behind it.
const maxReceiptName = 128

// scan takes the next piece; false when the header is over.
func (s *receiptScanner) scan(at int64, p []byte) bool {
	for i := 0; i < len(p); {
		if s.dead {
			n := bytes.IndexByte(p[i:], '\n')
			if n < 0 {
				return true
			}
			i += n + 1
			s.dead, s.fresh = false, true
			continue
		}
		if s.fresh {
			s.fresh, s.start, s.name = false, at+int64(i), s.name[:0]
		}
		switch c := p[i]; {
		case c == '\n' && len(bytes.Trim(s.name, "\r")) == 0:
			return false
		case c == '\n':
			s.fresh = true
		case c == ':':
			s.end()
			s.dead = true
		case len(s.name) == maxReceiptName:
			s.dead = true
		default:
			s.name = append(s.name, lowerASCII(c))
		}
		i++
	}
	return true
}

// end takes a line's name, which is whole.
func (s *receiptScanner) end() {
	name := string(bytes.TrimRight(s.name, " \t"))
	for _, f := range receiptFields {
		if name == f {
			at := s.start + int64(len(f))
			*s.body.at(at - 2), *s.body.at(at - 1) = 'N', 'o'
			s.found = true
		}
	}
}

// silenced is the name, in lower case, that a field has instead.
func silenced(field string) string { return strings.TrimSuffix(field, "to") + "no" }

// asked is the name that a silenced field had; others stay. Identities rest on
// it, so that a message has the same one on both sides.
func asked(field []byte) []byte {
	for _, f := range receiptFields {
		if string(field) == silenced(f) {
			copy(field[len(field)-2:], "to")
		}
	}
	return field
}
