package imapconn

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// limits bound what a server may send.
type limits struct {
	line    int   // one line without literals, bytes
	name    int   // a folder's name or another short string, bytes
	literal int64 // announced size of a literal, bytes
	// skip is the size up to which a longer literal is only skipped: it costs
	// itself. A literal that is longer still ends the connection.
	skip int64
}

// tooLong says that a server sent, or announced, more than we take. The
// connection can't go on.
type tooLong struct {
	what  string
	size  int64 // 0 when not known
	limit int64
}

func (e *tooLong) Error() string {
	if e.size > 0 {
		return fmt.Sprintf("the server announced %s of %d bytes; at most %d are taken", e.what, e.size, e.limit)
	}
	return fmt.Sprintf("the server sent %s of more than %d bytes", e.what, e.limit)
}

// badReply says that a reply can't be read. The rest of it was skipped; the
// connection goes on.
type badReply struct{ why string }

func (e *badReply) Error() string { return "reply can't be read: " + e.why }

// reply is one reply of a server, read piece by piece: whatever is not taken of
// it is skipped by the next one. It belongs to one goroutine, and is used again
// for the next reply.
type reply struct {
	src *feed
	lim limits
	// sees, if set, gets every line as it came (for the trace).
	sees func(line []byte)

	tag    string // "" for an untagged reply, "+" for a continuation request
	kind   string // upper case: OK, FETCH, LIST, ...; empty when there is none
	num    uint32 // of "* 12 FETCH"
	hasNum bool
	bad    bool // the head is no IMAP

	line []byte // what is left of the current line
	lit  int64  // bytes of the open literal not taken yet
	open bool   // a literal is being read
	// follows is the size of the literal at the end of the current line, -1
	// when there is none; its mark is still in line.
	follows int64

	name []byte // scratch for fetch: names must outlive a literal's line
	val  value
}

// next reads the head of the next reply. Errors end the connection.
func (r *reply) next() error {
	if err := r.skip(); err != nil {
		return err
	}
	r.tag, r.kind, r.num, r.hasNum, r.bad = "", "", 0, false, false
	if err := r.load(); err != nil {
		return err
	}
	r.head()
	if r.tag == "+" || r.isStatus() {
		r.follows = -1 // free text; a number in braces is no literal there
		return nil
	}
	return r.checkLiteral()
}

// checkLiteral refuses a literal that is too long even to be skipped.
func (r *reply) checkLiteral() error {
	if r.follows > max(r.lim.skip, r.lim.literal) {
		return &tooLong{what: "a literal", size: r.follows, limit: r.lim.literal}
	}
	return nil
}

// isStatus says that the reply is OK, NO, BAD, BYE or PREAUTH (RFC 3501 section
// 7.1).
func (r *reply) isStatus() bool {
	switch r.kind {
	case "OK", "NO", "BAD", "BYE", "PREAUTH":
		return !r.hasNum
	}
	return false
}

// load reads the next line.
func (r *reply) load() error {
	line, err := r.src.line(r.lim.line)
	if err != nil {
		return err
	}
	r.line, r.follows = line, literalMark(line)
	if r.sees != nil {
		r.sees(line)
	}
	return nil
}

// head takes tag, number and kind off the line.
func (r *reply) head() {
	if len(r.line) > 0 && r.line[0] == '+' {
		r.tag = "+"
		r.line = bytes.TrimPrefix(r.line[1:], []byte(" "))
		return
	}
	word := r.word()
	if string(word) != "*" {
		r.tag = string(word)
	}
	word = r.word()
	if len(word) > 0 && word[0] >= '0' && word[0] <= '9' && r.tag == "" {
		n, ok := digits(word)
		r.num, r.hasNum, r.bad = uint32(n), true, !ok || n > 1<<32-1
		word = r.word()
	}
	r.kind = kindOf(word)
	r.bad = r.bad || r.kind == ""
}

// word takes everything up to the next space.
func (r *reply) word() []byte {
	line := r.line
	i := bytes.IndexByte(line, ' ')
	if i < 0 {
		r.line = line[len(line):]
		return line
	}
	r.line = line[i+1:]
	return line[:i]
}

// kindOf is a word in upper case; the frequent ones cost no allocation.
func kindOf(word []byte) string {
	switch string(word) {
	case "FETCH":
		return "FETCH"
	case "OK":
		return "OK"
	case "LIST":
		return "LIST"
	case "STATUS":
		return "STATUS"
	case "EXISTS":
		return "EXISTS"
	}
	return strings.ToUpper(string(word))
}

// literalMark is n when a line ends in {n}, {n+} or ~{n}; -1 when it doesn't.
func literalMark(line []byte) int64 {
	if len(line) < 3 || line[len(line)-1] != '}' {
		return -1
	}
	i := bytes.LastIndexByte(line, '{')
	if i < 0 || i > 0 && strings.IndexByte(" (~]", line[i-1]) < 0 {
		return -1
	}
	digits := bytes.TrimSuffix(line[i+1:len(line)-1], []byte("+"))
	if len(digits) == 0 {
		return -1
	}
	n := int64(0)
	for _, c := range digits {
		if c < '0' || c > '9' {
			return -1
		}
		n = min(n*10+int64(c-'0'), 1<<60)
	}
	return n
}

// enter begins reading the literal that the current line ends with and returns
// its size. The bytes are taken with Read; leave goes on behind it.
func (r *reply) enter() int64 {
	r.lit, r.open = r.follows, true
	r.line = nil
	return r.lit
}

// Read takes bytes of the open literal; io.EOF at its end. It is whole only if
// io.EOF came: a lost connection is another error.
func (r *reply) Read(p []byte) (int, error) {
	if !r.open || r.lit == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > r.lit {
		p = p[:r.lit]
	}
	n, err := r.src.read(p)
	r.lit -= int64(n)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// leave skips what is left of the open literal and loads the line behind it.
func (r *reply) leave() error {
	for r.lit > 0 {
		b, err := r.src.peek()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		n := min(int64(len(b)), r.lit)
		r.src.held = int(n)
		r.lit -= n
	}
	r.open = false
	if err := r.load(); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	return r.checkLiteral()
}

// skip drops what is left of the reply.
func (r *reply) skip() error {
	for r.open || r.follows >= 0 {
		if !r.open {
			r.enter()
		}
		if err := r.leave(); err != nil {
			return err
		}
	}
	r.line, r.follows = nil, -1
	return nil
}
