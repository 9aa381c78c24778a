package lab

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// scanner follows what a client sends: lines and literals. It finds every
// APPEND and the place in it where the connection is to be cut.
type scanner struct {
	out     []byte                   // what may be delivered
	line    []byte                   // of the line that is still incomplete
	literal int64                    // bytes left of a literal
	limit   int64                    // bytes of the literal that pass before the cut; -1: all
	inside  *mark                    // the APPEND whose message is in hand
	held    *mark                    // the command's end is to be held back for this message
	tag     string                   // of the command
	message bool                     // the last literal was a message
	more    bool                     // the next line goes on with the same command
	blind   bool                     // STARTTLS: what follows can't be read
	meets   func(line []byte) []byte // sees each command's first line, and may change it; nil doesn't
}

var (
	literalEnd   = regexp.MustCompile(`\{(\d+)\+?\}\r?\n$`)
	folderFirst  = regexp.MustCompile(`(?i)^\S+ APPEND \{\d+\+?\}\r?\n$`)
	commandStart = regexp.MustCompile(`(?i)^(\S+) (APPEND|STARTTLS)\b`)
)

// feed takes bytes until they are used up or a cut is due. It returns how many
// it took, and the APPEND that is to be cut once out is delivered.
func (s *scanner) feed(b []byte, begin func(tag string) *mark) (taken int, cut *mark) {
	for taken < len(b) && cut == nil {
		var n int
		switch {
		case s.blind:
			n = len(b) - taken
			s.out = append(s.out, b[taken:]...)
		case s.literal > 0:
			n, cut = s.passLiteral(b[taken:])
		default:
			n, cut = s.passLine(b[taken:], begin)
		}
		taken += n
	}
	return taken, cut
}

func (s *scanner) passLiteral(b []byte) (int, *mark) {
	n := min(int64(len(b)), s.literal)
	cut := false
	if s.limit >= 0 && n >= s.limit {
		n, cut = s.limit, true
	}
	s.out = append(s.out, b[:n]...)
	s.literal -= n
	if s.limit >= 0 {
		s.limit -= n
	}
	if cut {
		return int(n), s.inside
	}
	return int(n), nil
}

func (s *scanner) passLine(b []byte, begin func(tag string) *mark) (int, *mark) {
	end := bytes.IndexByte(b, '\n') + 1
	if end == 0 {
		s.line = append(s.line, b...)
		return len(b), nil
	}
	s.line = append(s.line, b[:end]...)
	line := s.line
	s.line = nil
	if s.meets != nil && !s.more {
		line = s.meets(line)
	}
	if s.starts(line, begin) && s.inside.cuts(BeforeLiteral) {
		return end, s.inside
	}
	literal := literalEnd.FindSubmatch(line)
	if s.more && literal == nil && s.held != nil {
		s.held.rest = line
		return end, s.held
	}
	s.out = append(s.out, line...)
	s.more = literal != nil
	if literal != nil {
		return end, s.beginLiteral(line, string(literal[1]))
	}
	return end, nil
}

// starts says whether a message to be appended begins with this line: with the
// command, or behind another message (MULTIAPPEND, RFC 3502).
func (s *scanner) starts(line []byte, begin func(tag string) *mark) bool {
	switch {
	case s.more && s.inside != nil && s.message && literalEnd.Match(line):
	case s.more:
		return false
	default:
		s.inside, s.held, s.message = nil, nil, false
		m := commandStart.FindSubmatch(line)
		if m == nil {
			return false
		}
		if strings.EqualFold(string(m[2]), "STARTTLS") {
			s.blind = true
			return false
		}
		s.tag = string(m[1])
	}
	s.inside = begin(s.tag)
	if s.inside.hold {
		s.held = s.inside
	}
	return true
}

// beginLiteral notes what follows the line. Of an APPEND, the literal is the
// message, unless it is the folder's name.
func (s *scanner) beginLiteral(line []byte, digits string) *mark {
	s.literal, _ = strconv.ParseInt(digits, 10, 64)
	s.limit = -1
	s.message = s.inside != nil && !folderFirst.Match(line)
	if !s.message || s.inside.cut == nil {
		return nil
	}
	s.limit = s.inside.cut.Stage.bytesOf(s.literal)
	if s.limit == 0 {
		return s.inside
	}
	return nil
}

func (m *mark) cuts(at Stage) bool { return m.cut != nil && m.cut.Stage == at }
