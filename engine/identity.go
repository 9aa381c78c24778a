package engine

import (
	"crypto/sha256"
	"encoding/binary"
)

// IdentityFields are the header fields that IdentityOf rests on while a message
// has a usable Message-ID: what servers keep as it is. They are what a scan
// asks for (BODY.PEEK[HEADER.FIELDS (...)], RFC 3501 section 6.4.5).
func IdentityFields() []string {
	return []string{"Message-ID", "Date", "From", "To", "Cc", "Subject"}
}

// The fields in the order in which they are digested.
const (
	fieldMessageID = iota
	fieldDate
	fieldFrom
	fieldTo
	fieldCc
	fieldSubject
	identityFieldCount
)

// Loose is the part of an identity that survives a server which writes headers
// anew (Exchange): a digest of the Message-ID and of Date as an instant. 0 means
// that the message has neither, so that its identity proves little.
func (id Identity) Loose() uint64 { return binary.BigEndian.Uint64(id[:8]) }

// kept is the part of an identity that a destination keeps: all of it, or with
// rewrites what is loose, unless there is nothing loose.
func (id Identity) kept(rewrites bool) Identity {
	if rewrites && id.Loose() != 0 {
		clear(id[8:])
	}
	return id
}

// IsZero says that the identity was never read: no header gives it.
func (id Identity) IsZero() bool { return id == Identity{} }

// IdentityOf is the identity of the message that begins with header, which may
// be only the IdentityFields, the whole header, or the message's beginning: all
// three give the same, except that without a usable Message-ID (see
// NeedsWholeHeader) the whole header is needed. Folding, white space, the case
// of names, the order of the IdentityFields, bare LF, what is no ASCII and a missing
// blank line make no difference. It is never zero.
func IdentityOf(header []byte) Identity {
	var found identitySpans
	usable := found.collect(header)
	var stack [1024]byte
	b := stack[:0]
	if usable {
		b = found.append(b)
	} else {
		b = appendWholeHeader(b, header)
	}
	exact := sha256.Sum256(b)
	var id Identity
	binary.BigEndian.PutUint64(id[:8], found.loose(b[:0]))
	copy(id[8:], exact[:8])
	if id.IsZero() {
		id[15] = 1
	}
	return id
}

// NeedsWholeHeader says that header, which holds the IdentityFields, has no
// usable Message-ID, so that IdentityOf needs the whole header instead.
func NeedsWholeHeader(header []byte) bool {
	var found identitySpans
	return !found.collect(header)
}

// identitySpans are the values of the IdentityFields, still folded. A field
// that comes more often than anybody's is cut, the same way everywhere.
type identitySpans struct {
	values [identityFieldCount][4][]byte
	counts [identityFieldCount]int
}

// collect reads the fields and says whether there is a usable Message-ID.
func (s *identitySpans) collect(header []byte) bool {
	usable := false
	fields := fieldScanner{rest: header}
	for fields.next() {
		i := identityField(fields.name)
		if i < 0 || s.counts[i] == len(s.values[i]) {
			continue
		}
		s.values[i][s.counts[i]] = fields.value
		s.counts[i]++
		usable = usable || i == fieldMessageID && isUsableMessageID(fields.value)
	}
	return usable
}

// append writes the fields in their fixed order, each value ended by a NUL,
// which no normalised value holds.
func (s *identitySpans) append(b []byte) []byte {
	for i := range s.values {
		b = append(b, byte('0'+i))
		for _, v := range s.values[i][:s.counts[i]] {
			b = append(appendUnfolded(b, v), 0)
		}
	}
	return b
}

// loose digests the Message-ID without white space, and Date to the second.
func (s *identitySpans) loose(b []byte) uint64 {
	for _, v := range s.values[fieldMessageID][:s.counts[fieldMessageID]] {
		if isUsableMessageID(v) {
			b = append(appendSolid(b, v), 0)
		}
	}
	if s.counts[fieldDate] > 0 {
		if t, ok := parseMailDate(s.values[fieldDate][0]); ok {
			b = binary.BigEndian.AppendUint64(append(b, 'd'), uint64(t))
		}
	}
	if len(b) == 0 {
		return 0
	}
	sum := sha256.Sum256(b)
	return binary.BigEndian.Uint64(sum[:8])
}

// identityField is the index of a field name, or -1.
func identityField(name []byte) int {
	switch len(name) {
	case 2:
		switch {
		case equalFoldASCII(name, "to"):
			return fieldTo
		case equalFoldASCII(name, "cc"):
			return fieldCc
		}
	case 4:
		switch {
		case equalFoldASCII(name, "date"):
			return fieldDate
		case equalFoldASCII(name, "from"):
			return fieldFrom
		}
	case 7:
		if equalFoldASCII(name, "subject") {
			return fieldSubject
		}
	case 10:
		if equalFoldASCII(name, "message-id") {
			return fieldMessageID
		}
	}
	return -1
}

// isUsableMessageID says whether a value names anything: "" and "<>" don't.
func isUsableMessageID(value []byte) bool {
	for _, c := range value {
		if !isBlank(c) && c != '<' && c != '>' {
			return true
		}
	}
	return false
}
