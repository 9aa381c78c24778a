package imapconn

import (
	"bytes"
	"context"
	"strings"

	"mxodus/engine"
)

// listed is one folder as LIST or LSUB gave it (RFC 3501 section 7.2.2).
type listed struct {
	wire       string
	sep        string
	attrs      []string
	subscribed bool
	status     *engine.Status
}

// listing collects what a server says of an account's folders.
type listing struct {
	s      *session
	p      *pipeline
	names  naming
	list   []*listed
	byWire map[string]*listed
}

// Folders lists the account's folders: one round trip where the server knows
// LIST-STATUS (RFC 5819), two elsewhere.
func (s *session) Folders(ctx context.Context) (engine.Listing, error) {
	return s.list(ctx, "list the folders", func(*pipeline) error { return nil }, func(*listing) error { return nil })
}

// list lists, in one flight with what before sends.
func (s *session) list(ctx context.Context, what string, before func(*pipeline) error, after func(*listing) error) (engine.Listing, error) {
	l := &listing{s: s, byWire: map[string]*listed{}}
	err := s.raw(ctx, what, func(r *rawIO) error {
		l.p = &pipeline{r: r}
		if err := before(l.p); err != nil {
			return err
		}
		if err := l.run(); err != nil {
			return err
		}
		return after(l)
	})
	if err != nil {
		return engine.Listing{}, err
	}
	s.names = l.names
	return l.result(), nil
}

func (l *listing) run() error {
	if l.s.has("NAMESPACE") {
		if err := l.p.send("NAMESPACE", nil, l.seeNamespace, nil); err != nil {
			return err
		}
	}
	extended := l.s.has("LIST-EXTENDED") && l.s.has("LIST-STATUS")
	if extended {
		refused, err := l.extended()
		if err != nil {
			return err
		}
		extended = !refused
	}
	if !extended {
		if err := l.plain(); err != nil {
			return err
		}
	}
	if l.names.personal == (namespace{}) {
		l.names.guess(l.list)
	}
	return nil
}

// extended asks for everything at once (RFC 5258, RFC 5819, RFC 6154).
func (l *listing) extended() (refused bool, err error) {
	options := ` "" "*" RETURN (SUBSCRIBED`
	if l.s.has("SPECIAL-USE") {
		options += " SPECIAL-USE"
	}
	options += " STATUS (" + l.statusItems() + "))"
	err = l.p.send("LIST", func(r *rawIO) { r.text(options) }, l.see, func(kind string, _ status) error {
		refused = kind != "OK"
		return nil
	})
	if err == nil {
		err = l.p.drain()
	}
	return refused, err
}

func (l *listing) statusItems() string {
	if l.s.info.CondStore {
		return "MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ"
	}
	return "MESSAGES UIDNEXT UIDVALIDITY"
}

// plain asks for the list and the subscriptions, then for every folder's status,
// each in one flight.
func (l *listing) plain() error {
	var failed error
	err := l.p.send("LIST", func(r *rawIO) { r.text(` "" "*"`) }, l.see, func(kind string, s status) error {
		if kind != "OK" {
			failed = l.s.refusal("list the folders", kind, s, engine.StopMailbox)
		}
		return nil
	})
	if err == nil {
		err = l.p.send("LSUB", func(r *rawIO) { r.text(` "" "*"`) }, l.see, nil)
	}
	if err == nil {
		err = l.p.drain()
	}
	if err != nil || failed != nil {
		return firstOf(err, failed)
	}
	for _, f := range l.list {
		if f.noSelect() || !sendable(f.wire) {
			continue
		}
		if err := l.askStatus(f); err != nil {
			return err
		}
	}
	return l.p.drain()
}

// askStatus asks for a folder's status. A refusal costs only its numbers.
func (l *listing) askStatus(f *listed) error {
	if err := l.p.makeRoom(); err != nil {
		return err
	}
	return l.p.send("STATUS", func(r *rawIO) {
		r.folder(f.wire)
		r.text(" (" + l.statusItems() + ")")
	}, func(rep *reply) error {
		if rep.kind != "STATUS" {
			return nil
		}
		_, st, err := rep.statusData()
		if st != nil {
			f.status = st
		}
		return err
	}, nil)
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// see takes LIST, LSUB and STATUS replies. One that can't be read costs only
// itself.
func (l *listing) see(rep *reply) error {
	switch rep.kind {
	case "LIST", "LSUB", "XLIST":
		lsub := rep.kind == "LSUB"
		f, err := rep.listData()
		if f == nil || err != nil {
			return onlyFatal(err)
		}
		l.add(f, lsub)
	case "STATUS":
		wire, st, err := rep.statusData()
		if st == nil || err != nil {
			return onlyFatal(err)
		}
		if f := l.find(wire); f != nil {
			f.status = st
		}
	}
	return nil
}

// add files a folder. What is only subscribed, and doesn't exist, is no folder.
func (l *listing) add(f *listed, lsub bool) {
	known := l.byWire[foldInbox(f.wire)]
	switch {
	case known == nil && !lsub:
		l.byWire[foldInbox(f.wire)] = f
		l.list = append(l.list, f)
	case known == nil:
	case lsub:
		known.subscribed = !f.has(`\Noselect`)
	default:
		known.attrs = append(known.attrs, f.attrs...)
	}
}

func (l *listing) find(wire string) *listed { return l.byWire[foldInbox(wire)] }

// foldInbox makes the spellings of INBOX one.
func foldInbox(wire string) string {
	if isInbox(wire) {
		return inbox
	}
	return wire
}

func (f *listed) has(attr string) bool { return containsFold(f.attrs, attr) }

func (f *listed) noSelect() bool { return f.has(`\Noselect`) || f.has(`\NonExistent`) }

// result makes the engine's listing.
func (l *listing) result() engine.Listing {
	out := engine.Listing{Separator: l.names.personal.sep}
	out.Prefix, _ = decodeName(l.names.personal.prefix)
	if l.byWire[inbox] == nil {
		l.list = append(l.list, &listed{wire: inbox, sep: l.names.personal.sep})
	}
	for _, f := range l.list {
		out.Folders = append(out.Folders, l.folder(f))
	}
	return out
}

func (l *listing) folder(f *listed) engine.Folder {
	e := engine.Folder{Wire: f.wire, NoSelect: f.noSelect(), NoInferiors: f.has(`\Noinferiors`),
		Subscribed: f.subscribed || f.has(`\Subscribed`), Status: f.status}
	e.Path, e.Repaired, e.Shared = l.names.path(f.wire, f.sep)
	for _, a := range f.attrs {
		if use := special(a); use != "" && e.Use == "" {
			e.Use = use
		}
	}
	if isInbox(f.wire) {
		e.Use = engine.UseInbox
	}
	return e
}

// maxName bounds a folder's name, bytes.
const maxName = 8 << 10

// listData reads what follows LIST or LSUB; nil when it can't be read.
func (r *reply) listData() (*listed, error) {
	var v value
	f := &listed{}
	if err := r.value(&v); err != nil || v.kind != valList {
		return nil, err
	}
	for _, a := range bytes.Fields(v.text) {
		f.attrs = append(f.attrs, string(a))
	}
	if err := r.value(&v); err != nil {
		return nil, err
	}
	sep, _, err := v.bytes(8)
	if err != nil {
		return nil, err
	}
	f.sep = string(sep)
	name, ok, err := r.nameData("")
	if err != nil || !ok {
		return nil, err
	}
	f.wire = name
	return f, nil
}

// nameData reads a folder's name. A bare one may hold blanks and brackets, which
// it shouldn't: it is the rest of the line, up to the last end, if there is any.
func (r *reply) nameData(end string) (name string, ok bool, err error) {
	r.space()
	if !r.open && !r.atLiteral() && len(r.line) > 0 && r.line[0] != '"' {
		name = string(r.line)
		if i := strings.LastIndex(name, end); end != "" && i > 0 {
			name = name[:i]
		}
		r.line = r.line[len(name):]
		return name, len(name) <= maxName, nil
	}
	var v value
	if err := r.value(&v); err != nil {
		return "", false, err
	}
	b, ok, err := v.bytes(maxName)
	return string(b), ok, err
}

// statusData reads what follows STATUS (RFC 3501 section 7.2.4); nil when it
// can't be read.
func (r *reply) statusData() (wire string, st *engine.Status, err error) {
	wire, ok, err := r.nameData(" (")
	if err != nil || !ok {
		return "", nil, err
	}
	var v value
	if err := r.value(&v); err != nil || v.kind != valList {
		return wire, nil, onlyFatal(err)
	}
	st = &engine.Status{}
	words := bytes.Fields(v.text)
	for i := 0; i+1 < len(words); i += 2 {
		n, ok := (&value{kind: valWord, text: words[i+1]}).number()
		if !ok {
			continue
		}
		switch strings.ToUpper(string(words[i])) {
		case "MESSAGES":
			st.Messages = int(min(n, 1<<31))
		case "UIDNEXT":
			st.UIDNext = uint32(min(n, 1<<32-1))
		case "UIDVALIDITY":
			st.UIDValidity = uint32(min(n, 1<<32-1))
		case "HIGHESTMODSEQ":
			st.HighestModSeq = n
		}
	}
	return wire, st, nil
}

// onlyFatal drops the error of a reply that can't be read.
func onlyFatal(err error) error {
	if _, bad := err.(*badReply); bad {
		return nil
	}
	return err
}
