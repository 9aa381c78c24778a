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
	// whatever connection, since [Server.Cut].
	Append int
	Stage  Stage
	RST    bool // reset the connection; else it is closed in order
	// Commit is how long after the cut the message is stored, for AfterCRLF and
	// InReply: 0 before the cut, Never not at all. At the other stages a message
	// is never stored.
	Commit time.Duration
}

// Cut plans cuts, in place of those planned before, and begins to count APPENDs
// for them at 1.
func (s *Server) Cut(cuts ...Cut) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cuts = map[int]*Cut{}
	for _, c := range cuts {
		s.cuts[s.seen+c.Append] = &c
	}
}

// CutsLeft is how many planned cuts have not happened yet.
func (s *Server) CutsLeft() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.cuts)
}

// sawAppend counts an APPEND, and says whether and where it is cut.
func (s *Server) sawAppend() (n int, cut *Cut) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.Appends++
	s.seen++
	cut = s.cuts[s.seen]
	delete(s.cuts, s.seen)
	return s.counts.Appends, cut
}

// later stores a message after a while.
func (s *Server) later(d time.Duration, store func()) {
	s.mu.Lock()
	s.lateOnes++
	s.mu.Unlock()
	time.AfterFunc(d, func() {
		store()
		s.mu.Lock()
		s.lateOnes--
		s.mu.Unlock()
		s.stored.Broadcast()
	})
}

// WaitLate waits until everything that is stored late is stored.
func (s *Server) WaitLate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.lateOnes > 0 {
		s.stored.Wait()
	}
}

func (s *Server) opened() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.Connections++
}

func (s *Server) received(n int, waited bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.In += int64(n)
	if waited {
		s.counts.Waits++
	}
}

func (s *Server) sent(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.Out += int64(n)
}
