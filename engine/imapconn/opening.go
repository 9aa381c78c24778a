package imapconn

import (
	"bytes"
	"strconv"

	"mxodus/engine"
)

// opening is one EXAMINE or SELECT (RFC 3501 section 6.3.1): what it said, once
// its tagged reply came.
type opening struct {
	wire     string
	writable bool
	answered bool
	exists   bool // the server said how many messages there are
	result   engine.ScanResult
}

// opens sends EXAMINE, or SELECT when the folder is to be written to, and notes
// it as the selected folder. Commands may follow in the same flight: when they
// are answered, the opening has been. then is called once it has; nil for none.
// s.selected is nil again when it fails.
func (s *session) opens(p *pipeline, wire string, writable bool, then func(*opening)) (*opening, error) {
	if then == nil {
		then = func(*opening) {}
	}
	o := &opening{wire: wire, writable: writable}
	verb := "EXAMINE"
	if writable {
		verb = "SELECT"
	}
	if !sendable(wire) {
		o.answered, o.result.Err = true, s.unsendable(wire)
		then(o)
		return o, nil
	}
	s.selected = o
	err := p.send(verb, func(r *rawIO) { r.folder(wire) }, o.see, func(kind string, st status) error {
		o.answered = true
		if kind != "OK" {
			o.result.Err = s.refusal("open the folder "+folderText(wire), kind, st, engine.SkipFolder)
			if s.selected == o {
				s.selected = nil
			}
		}
		then(o)
		return nil
	})
	if n := len(p.open); err == nil && n > 0 {
		p.open[n-1].opens = wire
	}
	return o, err
}

// see takes an untagged reply to the opening.
func (o *opening) see(rep *reply) error {
	st := &o.result.Status
	switch {
	case rep.kind == "EXISTS" && rep.hasNum:
		st.Messages, o.exists = int(rep.num), true
	case rep.kind == "OK":
		said := statusOf(rep.line)
		switch said.code {
		case "UIDVALIDITY":
			st.UIDValidity = uint32(codeNumber(said.arg, 32))
		case "UIDNEXT":
			st.UIDNext = uint32(codeNumber(said.arg, 32))
		case "HIGHESTMODSEQ":
			st.HighestModSeq = codeNumber(said.arg, 64)
		case "PERMANENTFLAGS":
			o.permanent(said.arg)
		}
	}
	return nil
}

// permanent reads the argument of PERMANENTFLAGS (RFC 3501 section 7.1).
func (o *opening) permanent(arg string) {
	o.result.Flags, o.result.AnyKeyword = []string{}, false
	for _, f := range bytes.Fields(bytes.Trim([]byte(arg), "()")) {
		if string(f) == `\*` {
			o.result.AnyKeyword = true
			continue
		}
		o.result.Flags = append(o.result.Flags, string(f))
	}
}

// codeNumber reads a number of a response code; 0 when it is none.
func codeNumber(arg string, bits int) uint64 {
	n, err := strconv.ParseUint(arg, 10, bits)
	if err != nil {
		return 0
	}
	return n
}

// empty says that the folder is known to hold nothing.
func (o *opening) empty() bool { return o.exists && o.result.Status.Messages == 0 }
