package imapconn

import (
	"bytes"
	"fmt"
	"io"
)

// valueKind is the form of a value in a reply.
type valueKind uint8

const (
	valNil     valueKind = iota + 1 // NIL
	valWord                         // a number, a flag, anything without delimiters
	valString                       // quoted; text has its escapes undone
	valList                         // text is what stands between the outer parentheses
	valLiteral                      // size bytes, taken with reader or bytes
	valHuge                         // a literal that is longer than we take; it is skipped
)

// value is one value of a reply. text is valid until the next one is read.
type value struct {
	kind valueKind
	text []byte
	size int64 // of a literal, huge or not
	rep  *reply
}

// reader gives the bytes of a literal or of a string, at most once. It is whole
// when it ended with io.EOF.
func (v *value) reader() io.Reader {
	if v.kind == valLiteral {
		return v.rep
	}
	return bytes.NewReader(v.text)
}

// length is the number of bytes that reader gives; -1 when there is nothing to
// read ("not given").
func (v *value) length() int64 {
	switch v.kind {
	case valLiteral:
		return v.size
	case valString:
		return int64(len(v.text))
	}
	return -1
}

// bytes collects a literal, string or word of at most limit bytes; false when it
// is longer, or a list. Errors end the connection.
func (v *value) bytes(limit int) (b []byte, ok bool, err error) {
	switch {
	case v.kind == valList, v.kind == valNil, v.kind == valHuge:
		return nil, false, nil
	case v.kind != valLiteral:
		return v.text, len(v.text) <= limit, nil
	case v.size > int64(limit):
		return nil, false, nil
	}
	b = make([]byte, v.size)
	_, err = io.ReadFull(v.rep, b)
	return b, err == nil, err
}

// number is an unsigned number; false when it is none or has more than 64 bits.
func (v *value) number() (uint64, bool) {
	if v.kind != valWord && v.kind != valString {
		return 0, false
	}
	return digits(v.text)
}

// digits is a number of at most 64 bits.
func digits(b []byte) (n uint64, ok bool) {
	for _, c := range b {
		if c < '0' || c > '9' || n > (1<<64-1-9)/10 {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, len(b) > 0
}

// space skips blanks.
func (r *reply) space() {
	for len(r.line) > 0 && r.line[0] == ' ' {
		r.line = r.line[1:]
	}
}

// atLiteral says that the literal's mark is all that is left of the line.
func (r *reply) atLiteral() bool {
	if r.follows < 0 {
		return false
	}
	i := bytes.LastIndexByte(r.line, '{')
	return i == 0 || i == 1 && r.line[0] == '~'
}

// value reads the next value of the reply. A literal is open afterwards; what
// is not taken of it is skipped by whatever reads on.
func (r *reply) value(v *value) error {
	if r.open {
		if err := r.leave(); err != nil {
			return err
		}
	}
	r.space()
	*v = value{rep: r}
	switch {
	case r.atLiteral():
		if v.kind, v.size = valLiteral, r.enter(); v.size > r.lim.literal {
			v.kind = valHuge
		}
		return nil
	case len(r.line) == 0:
		return &badReply{"a value is missing"}
	case r.line[0] == '"':
		text, rest, ok := unquote(r.line)
		if !ok {
			return &badReply{"a string has no end"}
		}
		v.kind, v.text, r.line = valString, text, rest
		return nil
	case r.line[0] == '(':
		return r.list(v)
	}
	n := bytes.IndexAny(r.line, " ()")
	if n < 0 {
		n = len(r.line)
	}
	if n == 0 {
		return &badReply{fmt.Sprintf("unexpected %q", r.line[0])}
	}
	v.kind, v.text, r.line = valWord, r.line[:n], r.line[n:]
	if bytes.EqualFold(v.text, []byte("NIL")) {
		v.kind, v.text = valNil, nil
	}
	return nil
}

// unquote takes a quoted string off b, undoing escapes in place.
func unquote(b []byte) (text, rest []byte, ok bool) {
	w := 1
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '"':
			return b[1:w], b[i+1:], true
		case '\\':
			if i++; i == len(b) {
				return nil, nil, false
			}
		}
		b[w] = b[i]
		w++
	}
	return nil, nil, false
}

// list reads a parenthesised list. A list with literals in it has no text: they
// are only skipped.
func (r *reply) list(v *value) error {
	v.kind = valList
	depth, whole := 0, true
	for {
		end, d, quoted := listEnd(r.line, depth)
		if end >= 0 {
			if whole {
				v.text = r.line[1:end]
			}
			r.line = r.line[end+1:]
			return nil
		}
		if r.follows < 0 || quoted {
			return r.oddList(v, whole)
		}
		depth, whole = d, false
		r.enter()
		if err := r.leave(); err != nil {
			return err
		}
	}
}

// oddList reads a list whose quotes don't match: some servers don't escape what
// stands in a flag.
func (r *reply) oddList(v *value, whole bool) error {
	end := bytes.IndexByte(r.line, ')')
	if !whole || end < 0 {
		return &badReply{"a list has no end"}
	}
	v.text, r.line = r.line[1:end], r.line[end+1:]
	return nil
}

// listEnd is where the list that begins at depth ends in b, or -1, and the depth
// at the end of b and whether a quote is open there. Parentheses within quotes
// don't count.
func listEnd(b []byte, depth int) (end, at int, quoted bool) {
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return i, 0, false
			}
		}
	}
	return -1, depth, quoted
}

// fetch walks the items of a FETCH reply (RFC 3501 section 7.4.2) in the order
// they came. name is in upper case with its section: "UID", "BODY[]",
// "BODY[HEADER.FIELDS (DATE)]". name and v are valid during the call. An error
// of f is returned at once. *badReply means that the rest was skipped.
func (r *reply) fetch(f func(name []byte, v *value) error) error {
	err := r.items(f)
	if _, bad := err.(*badReply); bad {
		if err := r.skip(); err != nil {
			return err
		}
	}
	return err
}

func (r *reply) items(f func(name []byte, v *value) error) error {
	if err := r.enterItems(); err != nil {
		return err
	}
	for {
		name, err := r.item(r.name[:0], &r.val)
		if err != nil {
			return err
		}
		if name == nil {
			return r.skip()
		}
		r.name = name
		if err := f(name, &r.val); err != nil {
			return err
		}
	}
}

// enterItems takes the parenthesis before a FETCH's items.
func (r *reply) enterItems() error {
	r.space()
	if len(r.line) == 0 || r.line[0] != '(' {
		return &badReply{"FETCH without a list"}
	}
	r.line = r.line[1:]
	return nil
}

// item reads the next item; name, which is put into buf, is nil behind the last
// one.
func (r *reply) item(buf []byte, v *value) (name []byte, err error) {
	if r.open {
		if err := r.leave(); err != nil {
			return nil, err
		}
	}
	r.space()
	if len(r.line) > 0 && r.line[0] == ')' {
		return nil, nil
	}
	if name, err = r.itemName(buf); err != nil {
		return nil, err
	}
	return name, r.value(v)
}

// itemName takes an item's name off the line, in upper case.
func (r *reply) itemName(buf []byte) ([]byte, error) {
	n := bytes.IndexAny(r.line, " ([")
	if n > 0 && r.line[n] == '[' {
		end := bytes.IndexByte(r.line[n:], ']')
		if end < 0 {
			return nil, &badReply{"a section has no end"}
		}
		n += end + 1
		if n < len(r.line) && r.line[n] == '<' {
			if end := bytes.IndexByte(r.line[n:], '>'); end >= 0 {
				n += end + 1
			}
		}
	}
	if n <= 0 {
		return nil, &badReply{"an item has no name"}
	}
	for _, c := range r.line[:n] {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		buf = append(buf, c)
	}
	r.line = r.line[n:]
	return buf, nil
}
