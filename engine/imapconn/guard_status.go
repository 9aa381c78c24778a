package imapconn

import (
	"bytes"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// status is what stands behind OK, NO, BAD, BYE or PREAUTH (RFC 9051 section
// 7.1). Nothing in it is cleaned.
type status struct {
	code string // upper case, without its argument; empty when there is none
	arg  string // of the code
	text string
}

// statusOf reads the rest of a status reply.
func statusOf(line []byte) (s status) {
	line = bytes.TrimLeft(line, " ")
	if len(line) > 0 && line[0] == '[' {
		if end := codeEnd(line); end > 0 {
			code, arg, _ := strings.Cut(string(line[1:end]), " ")
			s.code, s.arg = strings.ToUpper(code), arg
			line = line[end+1:]
		}
	}
	s.text = strings.TrimSpace(string(line))
	return s
}

// codeEnd is where the code's ']' stands; -1 when there is none. Flags in
// PERMANENTFLAGS may hold a ']' at some servers: there the last one counts that
// follows the list.
func codeEnd(line []byte) int {
	if i := bytes.IndexByte(line, '('); i > 0 && i < bytes.IndexByte(line, ']') {
		if j := bytes.Index(line, []byte(")]")); j > 0 {
			return j + 1
		}
	}
	return bytes.IndexByte(line, ']')
}

// words is the code and the text as a person may read them.
func (s status) words() string {
	if s.code == "" || s.code == "CAPABILITY" {
		return s.text
	}
	code := s.code
	if s.arg != "" {
		code += " " + s.arg
	}
	return strings.TrimSpace("[" + code + "] " + s.text)
}

// statusError is the error of a tagged reply: nil for OK.
func statusError(kind string, s status) error {
	if kind == "OK" {
		return nil
	}
	return &imap.Error{Type: imap.StatusResponseType(kind), Code: imap.ResponseCode(s.code), Text: s.text}
}
