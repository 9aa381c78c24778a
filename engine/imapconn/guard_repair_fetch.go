package imapconn

import (
	"bytes"
	"io"
	"strconv"
	"strings"
)

// libFetch is a FETCH reply on its way to go-imap.
type libFetch struct {
	name  []byte     // scratch for items' names
	held  []heldBody // bodies that came before their UID
	has   asked
	items int  // written into the list
	uid   bool // known
	begun bool // go-imap has got a part of it
	drop  bool // it says nothing that go-imap could use
}

// heldBody is a body in memory.
type heldBody struct {
	name string
	text []byte
}

// asked are the items that a FETCH asks for, or that a reply has.
type asked uint8

const (
	askFlags asked = 1 << iota
	askSize
	askDate
	askBody
)

// askedIn reads a FETCH command's arguments.
func askedIn(args string) (a asked) {
	args = strings.ToUpper(args)
	if strings.Contains(args, "BODY") || strings.Contains(args, "BINARY") {
		return askBody // whatever comes with it
	}
	if strings.Contains(args, "FLAGS") {
		a |= askFlags
	}
	if strings.Contains(args, "RFC822.SIZE") {
		a |= askSize
	}
	if strings.Contains(args, "INTERNALDATE") {
		a |= askDate
	}
	return a
}

// wanted says that some FETCH of go-imap in flight asks for what a reply has.
// All else is an update that nobody asked for: go-imap would take one for the
// answer, and lose the answer.
func (g *guard) wanted(has asked) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, f := range g.flights {
		if f.asks != 0 && f.asks&^has == 0 {
			return true
		}
	}
	return false
}

// beginFetch reads a FETCH reply up to its first literal, or wholly.
func (l *libReader) beginFetch() error {
	l.fe = libFetch{name: l.fe.name[:0], held: l.fe.held[:0]}
	l.out = append(strconv.AppendUint(append(l.out, "* "...), uint64(l.rep.num), 10), " FETCH ("...)
	if err := l.rep.enterItems(); err != nil {
		return l.dropFetch()
	}
	return l.fetchItems()
}

// resumeFetch goes on behind a literal.
func (l *libReader) resumeFetch() error {
	l.out = l.out[:0]
	return l.fetchItems()
}

func (l *libReader) fetchItems() error {
	f := &l.fe
	var v value
	for {
		name, err := l.rep.item(f.name[:0], &v)
		if _, bad := err.(*badReply); bad {
			name = nil // what came before it is good
		} else if err != nil {
			return err
		}
		if name == nil {
			return l.endFetch()
		}
		f.name = name
		if bytes.HasPrefix(name, []byte("BODY[")) {
			if err := l.body(name, &v); err != nil || l.mid {
				return err
			}
			continue
		}
		l.item(string(name), &v)
	}
}

// item writes one of the items that go-imap knows and we ask for.
func (l *libReader) item(name string, v *value) {
	f := &l.fe
	switch name {
	case "UID":
		n, ok := v.number()
		if !ok || n == 0 || n > 1<<32-1 || f.uid {
			f.drop = f.drop || !f.uid
			return
		}
		f.uid = true
		l.out = strconv.AppendUint(append(l.between(), "UID "...), n, 10)
	case "FLAGS":
		f.has |= askFlags
		if v.kind == valList || v.kind == valNil {
			l.out = append(l.between(), "FLAGS "...)
			l.flagList(v.text)
		}
	case "RFC822.SIZE":
		f.has |= askSize
		if n, ok := v.number(); ok && n < 1<<62 {
			l.out = strconv.AppendUint(append(l.between(), "RFC822.SIZE "...), n, 10)
		}
	case "INTERNALDATE":
		f.has |= askDate
		if t := (zones{}).parseDate(v.text); !t.IsZero() {
			l.out = appendDate(append(l.between(), "INTERNALDATE "...), t)
		}
	case "MODSEQ":
		if n, err := strconv.ParseUint(string(v.text), 10, 64); err == nil && v.kind == valList {
			l.out = append(strconv.AppendUint(append(l.between(), "MODSEQ ("...), n, 10), ')')
		}
	}
}

// between is out, with a space unless the list begins.
func (l *libReader) between() []byte {
	l.fe.items++
	if l.fe.items > 1 {
		return append(l.out, ' ')
	}
	return l.out
}

// body passes a body on, or keeps it until the UID is known: go-imap would lose
// it otherwise.
func (l *libReader) body(name []byte, v *value) error {
	f := &l.fe
	size := v.length()
	switch {
	case f.drop || !isSection(name) || v.kind == valList || v.kind == valWord:
		return nil // what is huge is not given
	case size < 0: // NIL: not given, which is not the same as empty
		f.has |= askBody
		l.out = append(append(l.between(), name...), " NIL"...)
		return nil
	}
	f.has |= askBody
	if !f.begun && !l.g.wanted(f.has) {
		f.drop = true
		return nil
	}
	if f.uid && v.kind == valLiteral {
		l.announce(name, size)
		f.begun, l.mid = true, true
		return nil
	}
	return l.hold(name, v)
}

// announce writes an item's name and the mark of its literal.
func (l *libReader) announce(name []byte, size int64) {
	l.out = append(append(l.between(), name...), " {"...)
	l.out = append(strconv.AppendInt(l.out, size, 10), "}\r\n"...)
}

// hold keeps a body in memory. Without memory for it, the reply is left out:
// whoever asked asks again for this message alone.
func (l *libReader) hold(name []byte, v *value) error {
	size := v.length()
	if !l.g.spare.take(size) {
		l.fe.drop = true
		return nil
	}
	l.lent += size
	text := make([]byte, size)
	if _, err := io.ReadFull(v.reader(), text); err != nil {
		return err
	}
	l.fe.held = append(l.fe.held, heldBody{string(name), text})
	return nil
}

// endFetch ends the list, after the bodies that were held.
func (l *libReader) endFetch() error {
	f := &l.fe
	if !f.begun && (f.drop || !f.uid || !l.g.wanted(f.has)) {
		return l.dropFetch()
	}
	for _, h := range f.held {
		l.announce([]byte(h.name), int64(len(h.text)))
		if len(h.text) > 0 {
			l.tail = append(l.tail, l.out, h.text)
			l.out = nil
		}
	}
	l.out = append(l.out, ")\r\n"...)
	if len(l.tail) > 0 {
		l.tail = append(l.tail, l.out)
		l.out, l.tail = l.tail[0], l.tail[1:]
	}
	return l.rep.skip()
}

func (l *libReader) dropFetch() error {
	l.out, l.tail, l.mid = l.out[:0], nil, false
	return l.rep.skip()
}

// isSection says that a body item's name is one that go-imap can read: a
// section of RFC 3501 section 6.4.5 with plain header names.
func isSection(name []byte) bool {
	rest := name[len("BODY["):]
	end := bytes.IndexByte(rest, ']')
	if end < 0 {
		return false
	}
	part, tail := string(rest[:end]), string(rest[end+1:])
	if tail != "" {
		n, ok := strings.CutPrefix(strings.TrimSuffix(tail, ">"), "<")
		if !ok || !strings.HasSuffix(tail, ">") || !isNumber(n) {
			return false
		}
	}
	part, fields, has := strings.Cut(part, " ")
	if has {
		names, ok := strings.CutPrefix(strings.TrimSuffix(fields, ")"), "(")
		if !ok || !strings.HasSuffix(fields, ")") || names == "" {
			return false
		}
		for _, n := range strings.Split(names, " ") {
			if !isAtom(strings.Trim(n, `"`)) || strings.Count(n, `"`)%2 != 0 {
				return false
			}
		}
	}
	switch part {
	case "", "HEADER", "TEXT":
		return !has
	case "HEADER.FIELDS", "HEADER.FIELDS.NOT":
		return has
	}
	return !has && isPart(part)
}

// isPart says that s is a part's number: "1.2.3".
func isPart(s string) bool {
	for _, n := range strings.Split(s, ".") {
		if !isNumber(n) || n == "0" {
			return false
		}
	}
	return true
}
