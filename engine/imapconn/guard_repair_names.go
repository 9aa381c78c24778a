package imapconn

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// These write one kind of untagged reply each, from its flat line r; false
// leaves it out.

// list is LIST (RFC 3501 section 7.2.2): attributes, separator, name. What
// LIST-EXTENDED adds behind them is left out.
func (l *libReader) list(r *reply) bool {
	attrs, sep, wire, ok := r.listed()
	if !ok {
		return false
	}
	l.out = append(l.out, '(')
	for i, a := range libFlags(attrs, false) {
		if i > 0 {
			l.out = append(l.out, ' ')
		}
		l.out = append(l.out, a...)
	}
	l.out = append(l.out, ") "...)
	l.separator(sep)
	l.out = appendQuoted(append(l.out, ' '), libName(wire))
	return true
}

// separator writes a hierarchy separator: one character, or NIL.
func (l *libReader) separator(sep []byte) {
	if c, n := utf8.DecodeRune(sep); n == 0 || n != len(sep) || c == utf8.RuneError || c < 0x20 {
		l.out = append(l.out, "NIL"...)
		return
	}
	l.out = appendQuoted(l.out, string(sep))
}

// listed takes a LIST's parts off a flat line. The name may stand there as it
// should, or with spaces, quotes or brackets that the server forgot to quote.
func (r *reply) listed() (attrs, sep, wire []byte, ok bool) {
	var v value
	if err := r.value(&v); err != nil || v.kind != valList && v.kind != valNil {
		return nil, nil, nil, false
	}
	attrs = v.text
	if err := r.value(&v); err != nil || v.kind == valList {
		return nil, nil, nil, false
	}
	sep = v.text // empty for NIL
	r.space()
	wire, ok = r.looseName("")
	return attrs, sep, wire, ok
}

// looseName takes a folder's name off a flat line. before, if not empty, begins
// what follows the name.
func (r *reply) looseName(before string) ([]byte, bool) {
	if len(r.line) > 0 && r.line[0] == '"' {
		raw := bytes.Clone(r.line)
		if text, rest, ok := unquote(r.line); ok && (len(rest) == 0 || bytes.HasPrefix(rest, []byte(" ("))) {
			r.line = rest
			return text, len(text) > 0
		}
		r.line = raw // unquote writes into the line
		if i := bytes.LastIndexByte(r.line, '"'); i > 0 {
			name := r.line[1:i]
			r.line = r.line[i+1:]
			return name, len(name) > 0
		}
		return nil, false
	}
	end := len(r.line)
	if before != "" {
		if end = bytes.LastIndex(r.line, []byte(before)); end < 0 {
			return nil, false
		}
	}
	name := r.line[:end]
	r.line = r.line[end:]
	return bytes.TrimRight(name, " "), len(name) > 0
}

// folderStatus is STATUS (RFC 3501 section 7.2.4).
func (l *libReader) folderStatus(r *reply) bool {
	r.space()
	wire, ok := r.looseName(" (")
	if !ok {
		return false
	}
	var v value
	if err := r.value(&v); err != nil || v.kind != valList {
		return false
	}
	l.out = append(appendQuoted(l.out, libName(wire)), " ("...)
	words := bytes.Fields(v.text)
	first := true
	for i := 0; i+1 < len(words); i += 2 {
		name, bits := kindOf(words[i]), 0
		switch name {
		case "MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN", "DELETED":
			bits = 32
		case "SIZE":
			bits = 63
		case "HIGHESTMODSEQ":
			bits = 64
		}
		n, err := strconv.ParseUint(string(words[i+1]), 10, max(bits, 1))
		if bits == 0 || err != nil {
			continue
		}
		if !first {
			l.out = append(l.out, ' ')
		}
		first = false
		l.out = strconv.AppendUint(append(append(l.out, name...), ' '), n, 10)
	}
	l.out = append(l.out, ')')
	return true
}

// search is SEARCH (RFC 3501 section 7.2.5): numbers; a mod-sequence behind them
// is left out.
func (l *libReader) search(r *reply) bool {
	l.out = bytes.TrimRight(l.out, " ")
	for _, w := range bytes.Fields(r.line) {
		if isNumber(string(w)) && string(w) != "0" {
			l.out = append(append(l.out, ' '), w...)
		}
	}
	return true
}

// flags is FLAGS (RFC 3501 section 7.2.6).
func (l *libReader) flags(r *reply) bool {
	var v value
	if err := r.value(&v); err != nil || v.kind != valList && v.kind != valNil {
		return false
	}
	l.flagList(v.text)
	return true
}

func (l *libReader) flagList(text []byte) {
	l.out = append(l.out, '(')
	for i, f := range libFlags(text, false) {
		if i > 0 {
			l.out = append(l.out, ' ')
		}
		l.out = append(l.out, f...)
	}
	l.out = append(l.out, ')')
}

// namespaces is NAMESPACE (RFC 2342 section 5): three lists of prefix and
// separator. Missing and unreadable ones are NIL.
func (l *libReader) namespaces(r *reply) bool {
	for i := range 3 {
		if i > 0 {
			l.out = append(l.out, ' ')
		}
		var v value
		if err := r.value(&v); err != nil || v.kind != valList {
			l.out = append(l.out, "NIL"...)
			continue
		}
		l.namespaceList(&reply{line: v.text, follows: -1})
	}
	return true
}

func (l *libReader) namespaceList(in *reply) {
	start, any := len(l.out), false
	l.out = append(l.out, '(')
	var one value
	for in.value(&one) == nil {
		if one.kind != valList {
			continue
		}
		pair := &reply{line: one.text, follows: -1}
		var prefix, sep value
		if pair.value(&prefix) != nil || pair.value(&sep) != nil || prefix.kind == valList || sep.kind == valList {
			continue
		}
		any = true
		l.out = append(appendQuoted(append(l.out, '('), string(prefix.text)), ' ')
		l.separator(sep.text)
		l.out = append(l.out, ") "...)
	}
	if !any {
		l.out = append(l.out[:start], "NIL"...)
		return
	}
	l.out[len(l.out)-1] = ')'
}

// quota is QUOTA (RFC 9208 section 4.2.1).
func (l *libReader) quota(r *reply) bool {
	var root, v value
	if r.value(&root) != nil || root.kind == valList {
		return false
	}
	l.out = append(appendQuoted(l.out, string(root.text)), " ("...)
	if r.value(&v) != nil || v.kind != valList {
		return false
	}
	words := bytes.Fields(v.text)
	for i := 0; i+2 < len(words); i += 3 {
		used, err1 := strconv.ParseUint(string(words[i+1]), 10, 63)
		limit, err2 := strconv.ParseUint(string(words[i+2]), 10, 63)
		if err1 != nil || err2 != nil || !isAtom(string(words[i])) {
			continue
		}
		if l.out[len(l.out)-1] != '(' {
			l.out = append(l.out, ' ')
		}
		l.out = append(append(l.out, kindOf(words[i])...), ' ')
		l.out = strconv.AppendUint(append(strconv.AppendUint(l.out, used, 10), ' '), limit, 10)
	}
	l.out = append(l.out, ')')
	return true
}

// quotaRoot is QUOTAROOT (RFC 9208 section 4.2.2): a folder and its roots.
func (l *libReader) quotaRoot(r *reply) bool {
	var v value
	if r.value(&v) != nil || v.kind == valList || v.kind == valNil {
		return false
	}
	l.out = appendQuoted(l.out, libName(v.text))
	for r.value(&v) == nil {
		if v.kind != valList && v.kind != valNil {
			l.out = appendQuoted(append(l.out, ' '), string(v.text))
		}
	}
	return true
}
