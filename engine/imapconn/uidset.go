package imapconn

import (
	"slices"
	"strconv"
)

// maxCommandLine is how long a command's set of UIDs may get, bytes: servers take
// lines of 8,192 (RFC 7162 section 4), and folder names and fields stand there too.
const maxCommandLine = 6000

// span is a range of UIDs, both ends included.
type span struct{ lo, hi uint32 }

// spansOf sorts UIDs into ranges; duplicates and 0, which is no UID, are dropped.
func spansOf(uids []uint32) []span {
	sorted := slices.Clone(uids)
	slices.Sort(sorted)
	var spans []span
	for _, uid := range sorted {
		spans = addSpan(spans, uid)
	}
	return spans
}

// addSpan adds a UID that is not below those already there.
func addSpan(spans []span, uid uint32) []span {
	if uid == 0 {
		return spans
	}
	if n := len(spans); n > 0 {
		switch last := &spans[n-1]; {
		case uid <= last.hi:
			return spans
		case uid == last.hi+1:
			last.hi = uid
			return spans
		}
	}
	return append(spans, span{uid, uid})
}

// holds says whether a UID is in sorted spans.
func holds(spans []span, uid uint32) bool {
	_, ok := slices.BinarySearchFunc(spans, uid, func(s span, uid uint32) int {
		switch {
		case uid < s.lo:
			return 1
		case uid > s.hi:
			return -1
		}
		return 0
	})
	return ok
}

// count is the number of UIDs in spans.
func count(spans []span) int {
	n := 0
	for _, s := range spans {
		n += int(s.hi-s.lo) + 1
	}
	return n
}

// each calls f with every UID, ascending.
func each(spans []span, f func(uid uint32)) {
	for _, s := range spans {
		for uid := s.lo; ; uid++ {
			f(uid)
			if uid == s.hi {
				break
			}
		}
	}
}

// cutSpans cuts spans into parts that fit into a command line each and hold at
// most that many UIDs.
func cutSpans(spans []span, most int) [][]span {
	var parts [][]span
	var part []span
	room, left := maxCommandLine, most
	flush := func() {
		parts = append(parts, part)
		part, room, left = nil, maxCommandLine, most
	}
	for _, s := range spans {
		for {
			take := s
			if n := int(s.hi-s.lo) + 1; n > left {
				take.hi = s.lo + uint32(left) - 1
			}
			part = append(part, take)
			left -= int(take.hi-take.lo) + 1
			room -= len("4294967295:4294967295,")
			if left == 0 || room < 0 {
				flush()
			}
			if take.hi == s.hi {
				break
			}
			s.lo = take.hi + 1
		}
	}
	if len(part) > 0 {
		flush()
	}
	return parts
}

// appendSet writes spans as a sequence-set (RFC 3501 section 9).
func appendSet(b []byte, spans []span) []byte {
	for i, s := range spans {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendSpan(b, s)
	}
	return b
}

func appendSpan(b []byte, s span) []byte {
	b = strconv.AppendUint(b, uint64(s.lo), 10)
	if s.hi != s.lo {
		b = append(b, ':')
		b = strconv.AppendUint(b, uint64(s.hi), 10)
	}
	return b
}

// parseSet reads a uid-set without "*", as APPENDUID holds it (RFC 4315); false
// when it is none, or names more than most UIDs.
func parseSet(s string, most int) (uids []uint32, ok bool) {
	for s != "" {
		lo, rest, ok := cutUint(s)
		if !ok {
			return nil, false
		}
		hi := lo
		if rest != "" && rest[0] == ':' {
			if hi, rest, ok = cutUint(rest[1:]); !ok {
				return nil, false
			}
		}
		if rest != "" {
			if rest[0] != ',' || len(rest) == 1 {
				return nil, false
			}
			rest = rest[1:]
		}
		step := 1
		if hi < lo {
			step = -1
		}
		for uid := int64(lo); ; uid += int64(step) {
			if len(uids) == most {
				return nil, false
			}
			uids = append(uids, uint32(uid))
			if uid == int64(hi) {
				break
			}
		}
		s = rest
	}
	return uids, true
}

func cutUint(s string) (n uint32, rest string, ok bool) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	v, err := strconv.ParseUint(s[:i], 10, 32)
	return uint32(v), s[i:], err == nil && v != 0
}
