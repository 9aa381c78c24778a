package lab

import "time"

// Stage is a place in an APPEND command.
type Stage int

// The stages, in the order in which they pass.
const (
	BeforeLiteral Stage = iota + 1 // the command has come, but nothing of the message: no "+" is sent
	FirstByte                      // one byte of the message
	Half                           // half of it
	LastByte                       // all but its last byte
	BeforeCRLF                     // all of it, but not the line end behind it
	AfterCRLF                      // the whole command; no reply is sent
	InReply                        // a part of the reply is sent
)

// Stages are all stages.
func Stages() []Stage {
	return []Stage{BeforeLiteral, FirstByte, Half, LastByte, BeforeCRLF, AfterCRLF, InReply}
}

func (s Stage) String() string {
	return [...]string{"", "before the literal", "at byte 1", "at half", "at the last byte", "before CRLF", "after CRLF", "inside the reply"}[s]
}

// bytesOf is how many bytes of a literal pass before the cut; -1 for all.
func (s Stage) bytesOf(literal int64) int64 {
	switch s {
	case FirstByte:
		return min(1, literal)
	case Half:
		return literal / 2
	case LastByte:
		return max(literal-1, 0)
	case BeforeCRLF:
		return literal
	}
	return -1
}

// Never as a Cut's Commit: the message is lost with the connection.
const Never time.Duration = -1

// Cut ends the connection in one APPEND.
type Cut struct {
	// Append says which: the n-th that the server gets to see, from 1, on
	// whatever connection, since [Ledger.Cut]. Messages that share a command
	// (MULTIAPPEND) count each.
	Append int
	Stage  Stage
	RST    bool // reset the connection; else it is closed in order
	// Commit is how long after the cut the message is stored, for AfterCRLF and
	// InReply: 0 before the cut, Never not at all. At the other stages a message
	// is never stored.
	Commit time.Duration
}
