package imapconn

import (
	"bytes"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
)

// repair writes the reply into out as go-imap can read it, or leaves it out. Any
// reply that go-imap can't parse would end the connection, and one folder with an
// odd name would hide all others. What is left out is missing for whoever asked:
// replies that matter byte for byte are read by raw.
func (l *libReader) repair() error {
	r := &l.rep
	l.out = l.out[:0]
	switch {
	case r.tag == "+":
		if l.g.takePlus() {
			l.out = append(l.out, goOn...)
		}
		return nil
	case r.tag != "":
		if !l.g.land(r) {
			return r.skip() // nobody asked
		}
		l.status(r.tag)
		return nil
	case r.bad:
		return r.skip()
	case r.hasNum:
		return l.numbered()
	case r.isStatus():
		l.status("*")
		return nil
	}
	return l.untagged()
}

// takePlus takes one of the continuations that go-imap waits for.
func (g *guard) takePlus() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.plusDue == 0 {
		return false
	}
	g.plusDue--
	return true
}

// numbered are EXISTS, EXPUNGE and FETCH. RECENT means nothing to anybody.
func (l *libReader) numbered() error {
	switch l.rep.kind {
	case "FETCH":
		return l.beginFetch()
	case "EXISTS", "EXPUNGE":
		l.out = append(strconv.AppendUint(append(l.out, "* "...), uint64(l.rep.num), 10), ' ')
		l.out = append(append(l.out, l.rep.kind...), "\r\n"...)
	}
	return l.rep.skip()
}

// untagged are the replies that hold names, numbers and lists.
func (l *libReader) untagged() error {
	rewrite := map[string]func(*reply) bool{
		"LIST": l.list, "STATUS": l.folderStatus, "SEARCH": l.search, "FLAGS": l.flags,
		"NAMESPACE": l.namespaces, "QUOTA": l.quota, "QUOTAROOT": l.quotaRoot,
	}[l.rep.kind]
	if rewrite == nil {
		return l.rep.skip()
	}
	ok, err := l.gather()
	if err != nil || !ok {
		return err
	}
	l.out = append(append(append(l.out, "* "...), l.rep.kind...), ' ')
	if rewrite(&reply{line: l.flat, follows: -1}) {
		l.out = append(l.out, "\r\n"...)
	} else {
		l.out = l.out[:0]
	}
	return nil
}

// gather puts the reply's rest on one line, with literals as quoted strings.
// False means that it is too long to be sensible; it was skipped.
func (l *libReader) gather() (ok bool, err error) {
	r := &l.rep
	l.flat = append(l.flat[:0], r.line...)
	for r.follows >= 0 {
		if i := bytes.LastIndexByte(l.flat, '{'); i >= 0 {
			l.flat = bytes.TrimSuffix(l.flat[:i], []byte("~"))
		}
		if r.follows > int64(r.lim.name) || len(l.flat) > 4*r.lim.name {
			return false, r.skip()
		}
		text := make([]byte, r.enter())
		if _, err := io.ReadFull(r, text); err != nil {
			return false, err
		}
		l.flat = appendQuoted(l.flat, string(text))
		if err := r.leave(); err != nil {
			return false, err
		}
		l.flat = append(l.flat, r.line...)
	}
	return true, nil
}

// status writes OK, NO, BAD, BYE or PREAUTH with those codes that go-imap does
// something with, and a text without surprises.
func (l *libReader) status(tag string) {
	kind := l.rep.kind
	if tag != "*" && kind != "OK" && kind != "NO" {
		kind = "BAD" // whatever else it is, it isn't done
	}
	s := statusOf(l.rep.line)
	l.out = append(append(append(append(l.out, tag...), ' '), kind...), ' ')
	if code := libCode(s); code != "" {
		l.out = append(append(append(l.out, '['), code...), "] "...)
	}
	if s.text == "" || s.text[0] == '[' {
		s.text = "- " + s.text // neither nothing nor a code
	}
	l.out = append(appendText(l.out, s.text), "\r\n"...)
}

// libCode is a response code as go-imap can read it; empty when it can't.
func libCode(s status) string {
	args := strings.Fields(s.arg)
	number := func(i int) bool { return len(args) > i && isNumber(args[i]) }
	switch s.code {
	case "APPENDUID":
		if len(args) == 2 && number(0) && number(1) {
			return s.code + " " + args[0] + " " + args[1]
		}
		return ""
	case "UIDNEXT", "UIDVALIDITY":
		if number(0) {
			return s.code + " " + args[0]
		}
		return ""
	case "HIGHESTMODSEQ":
		if n, err := strconv.ParseUint(s.arg, 10, 64); err == nil {
			return s.code + " " + strconv.FormatUint(n, 10)
		}
		return ""
	case "PERMANENTFLAGS":
		return s.code + " (" + strings.Join(libFlags([]byte(strings.Trim(s.arg, " ()")), true), " ") + ")"
	case "CAPABILITY", "COPYUID": // the one is ours to say, the other nobody asks for
		return ""
	}
	if isAtom(s.code) {
		return s.code
	}
	return ""
}

// isNumber says that s is a number of 32 bits.
func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 32)
	return err == nil
}

// appendText adds text with control characters as blanks.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if c < 0x20 || c == 0x7f {
			c = ' '
		}
		b = append(b, c)
	}
	return b
}

// libFlags are the flags in a list's text that go-imap can read. Those of some
// servers stand in quotes.
func libFlags(text []byte, wildcard bool) (flags []string) {
	for _, f := range bytes.Fields(text) {
		s := strings.Trim(string(f), `"`)
		if isAtom(strings.TrimPrefix(s, `\`)) || wildcard && s == `\*` {
			flags = append(flags, s)
		}
	}
	return flags
}

// wireMark begins the name that go-imap gets for a folder whose own it might not
// carry unchanged. See libName.
const wireMark = "mxodus-wire-"

// libName is a folder's name for go-imap: itself if go-imap hands on its bytes
// unchanged, else wireMark and its bytes in hex, which wireName undoes.
func libName(wire []byte) string {
	plain := !bytes.HasPrefix(wire, []byte(wireMark)) && len(wire) > 0
	for _, c := range wire {
		plain = plain && c >= 0x20 && c <= 0x7e && c != '&'
	}
	if plain {
		return string(wire)
	}
	return wireMark + hex.EncodeToString(wire)
}

// wireName is the name byte for byte as the server spells it, from one that
// go-imap gave.
func wireName(name string) string {
	if rest, ok := strings.CutPrefix(name, wireMark); ok {
		if wire, err := hex.DecodeString(rest); err == nil {
			return string(wire)
		}
	}
	return name
}
