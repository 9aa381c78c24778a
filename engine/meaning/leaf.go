package meaning

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"strings"
)

// leaf is a part that holds no others but an attached message: it is decoded and
// digested as it comes.
type leaf struct {
	out     *message
	decoder decoder
	plain   bool // not encoded: line ends are CRLF
	part    part

	digest hash.Hash
	text   *textReader // of what is text
	shown  *text       // where its letters go, if it is shown and not attached
	before *letterHash // of a form that comes in pieces: what came before
	html   bool
	nested *parser
	event  *eventReader
}

// newLeaf begins a part. in is the multipart that it stands in.
func newLeaf(out *message, h header, kind mediaType, in *level, depth int) *leaf {
	l := &leaf{out: out}
	l.part.kind = kind.String()
	disposition, params, raw := parameters(h.disposition)
	l.part.name = partName(params, raw, "filename")
	if l.part.name.text == "" {
		l.part.name = partName(kind.params, kind.raw, "name")
	}
	attached := strings.EqualFold(strings.TrimSpace(disposition), "attachment") || l.part.name.text != ""
	l.html = l.part.kind == "text/html"
	var to io.Writer
	switch {
	case (l.html || l.part.kind == "text/plain") && !attached && *out.room > 0:
		l.text = newTextReader(kind.params["charset"], l.html)
		l.show(in)
		if l.text.letters.after = l.before; l.before == nil {
			l.text.letters.after = out.running(l)
		}
		to = l.text
	case (l.part.kind == "message/rfc822" || l.part.kind == "message/global") && depth < maxDepth:
		l.nested = newParser(depth+1, out.room)
		to = l.nested
	default:
		to = l.attach(kind)
	}
	encoding := strings.ToLower(strings.TrimSpace(string(h.encoding)))
	l.plain = encoding != "binary"
	l.decoder = newDecoder(encoding, to)
	if l.decoder == nil {
		out.breaks(fmt.Sprintf("the transfer encoding %.40q is not known", encoding))
		l.decoder = identity{to}
	}
	return l
}

func partName(params map[string]string, raw map[string]bool, key string) headerText {
	h := decodeHeader([]byte(params[key]))
	h.raw = h.raw && raw[key]
	return h
}

// show finds the text that this is a form of: alternatives are one text. A form may
// come in pieces, with pictures between them.
func (l *leaf) show(in *level) {
	for a := in; a != nil; a = a.parent {
		if a.subtype != "alternative" {
			continue
		}
		if a.text == nil {
			a.text, a.forms = &text{}, map[bool]*letterHash{}
			l.out.texts = append(l.out.texts, a.text)
			*l.out.room--
		}
		l.shown = a.text
		if l.before = a.forms[l.html]; l.before == nil {
			a.forms[l.html] = l.text.letters
		}
		return
	}
	l.shown = &text{}
	l.out.texts = append(l.out.texts, l.shown)
	*l.out.room--
}

func (l *leaf) form(t *text) *letters {
	if l.html {
		return &t.html
	}
	return &t.plain
}

// attach digests an attachment.
func (l *leaf) attach(kind mediaType) io.Writer {
	l.digest = sha256.New()
	to := []io.Writer{l.digest}
	if kind.top == "text" || strings.HasPrefix(kind.sub, "pgp") || strings.HasSuffix(kind.sub, "xml") || kind.sub == "json" || kind.top == "message" {
		l.text = newTextReader(kind.params["charset"], l.html)
		to = append(to, l.text)
	}
	if l.part.isEvent() {
		l.event = &eventReader{}
		to = append(to, l.event)
	}
	return io.MultiWriter(append(to, (*byteCount)(&l.part.size))...)
}

// byteCount counts what is written to it.
type byteCount int64

func (c *byteCount) Write(b []byte) (int, error) {
	*c += byteCount(len(b))
	return len(b), nil
}

var crlf = []byte("\r\n")

// write takes a line without its end; eol takes the end, once it is certain that
// it belongs to the part.
func (l *leaf) write(b []byte) { l.decoder.write(b) }

func (l *leaf) eol(b []byte) {
	if l.plain {
		b = crlf
	}
	l.decoder.write(b)
}

// close ends the part and files it.
func (l *leaf) close() {
	l.part.broken = l.decoder.close()
	if l.text != nil {
		l.text.close()
	}
	if l.shown != nil {
		got := l.text.letters.result()
		if l.before != nil {
			doubt := got.doubt
			got = l.before.result()
			got.doubt = cmp.Or(got.doubt, doubt)
		}
		if l.part.broken {
			got.doubt = "its encoding is damaged"
		}
		*l.form(l.shown) = got
		return
	}
	l.part.text = nil
	if l.text != nil {
		got := l.text.letters.result()
		l.part.text = &got
	}
	if l.event != nil {
		l.part.event = l.event.event()
	}
	if l.nested != nil {
		l.part.message = l.nested.close()
		l.part.digest = l.part.message.digest()
	} else {
		l.digest.Sum(l.part.digest[:0])
	}
	l.out.attach(l.part)
}

// attach files an attachment.
func (m *message) attach(p part) {
	m.sum.add(p.digest)
	if *m.room <= 0 {
		m.more++
		return
	}
	*m.room--
	m.parts = append(m.parts, p)
}
