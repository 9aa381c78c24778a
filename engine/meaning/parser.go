package meaning

import (
	"bytes"
)

// parser takes one message apart as it is written to it (RFC 2045, RFC 2046). It
// goes line by line, and holds no more than the beginning of a line and the header
// of one part.
type parser struct {
	out   *message
	depth int
	open  []*level // multiparts, the outermost first
	state state
	head  []byte // the header being read
	cut   bool   // it was longer than maxHeader
	first bool   // it is the message's own
	leaf  *leaf  // the part being read
	eol   []byte // the line end before: it may belong to a boundary

	line []byte // the beginning of a line that came in pieces
	mid  bool   // its beginning was passed on already
}

type state uint8

const (
	inHeader state = iota
	inBody
	between // before the first part, or behind the last one
)

// level is one multipart that is open.
type level struct {
	boundary []byte
	subtype  string
	text     *text                // of the alternatives; nil where there are none yet
	forms    map[bool]*letterHash // by whether it is HTML: what came of its text so far
	parent   *level
	parts    int
}

// maxLine is as much of a line as is looked at for a boundary.
const maxLine = 2 << 10

// newParser begins a message within depth others, which have room in common.
func newParser(depth int, room *int) *parser {
	return &parser{out: &message{room: room}, depth: depth, first: true}
}

// Write takes the next bytes of the message.
func (p *parser) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		end := bytes.IndexByte(b, '\n') + 1
		whole := end > 0
		if !whole {
			end = len(b)
		}
		piece := b[:end]
		b = b[end:]
		switch {
		case p.mid:
			p.take(piece, false)
			p.mid = !whole
		case whole && len(p.line) == 0:
			p.take(piece, true)
		case whole || len(p.line)+len(piece) > maxLine:
			p.line = append(p.line, piece...)
			p.take(p.line, true)
			p.line, p.mid = p.line[:0], !whole
		default:
			p.line = append(p.line, piece...)
		}
	}
	return n, nil
}

// close ends the message and returns what it means.
func (p *parser) close() *message {
	if len(p.line) > 0 {
		p.take(p.line, true)
	}
	if p.state == inHeader {
		p.endHeader()
	}
	p.endLeaf()
	for _, l := range p.open {
		if l.parts == 0 {
			p.out.breaks("its parts can't be told apart: the boundary that it announces does not come")
		}
	}
	p.open = nil
	p.out.done()
	return p.out
}

// take takes a line, or a further piece of a long one.
func (p *parser) take(line []byte, first bool) {
	if first && len(p.open) > 0 && p.boundary(line) {
		return
	}
	switch p.state {
	case inHeader:
		switch {
		case first && len(bytes.TrimRight(line, "\r\n")) == 0:
			p.endHeader()
		case len(p.head)+len(line) > maxHeader:
			p.cut = true
		default:
			p.head = append(p.head, line...)
		}
	case inBody:
		text := bytes.TrimRight(line, "\r\n")
		if len(p.eol) > 0 {
			p.leaf.eol(p.eol)
		}
		p.leaf.write(text)
		p.eol = append(p.eol[:0], line[len(text):]...)
	}
}

// boundary looks whether a line ends a part, and goes on behind it.
func (p *parser) boundary(line []byte) bool {
	if len(line) < 3 || line[0] != '-' || line[1] != '-' {
		return false
	}
	line = bytes.TrimRight(line[2:], " \t\r\n")
	for i := len(p.open) - 1; i >= 0; i-- {
		l := p.open[i]
		last := false
		if !bytes.Equal(line, l.boundary) {
			if last = bytes.Equal(bytes.TrimSuffix(line, []byte("--")), l.boundary); !last {
				continue
			}
		}
		if p.state == inHeader {
			p.endHeader()
		}
		p.endLeaf()
		l.parts++
		if last {
			p.open, p.state = p.open[:i], between
		} else {
			p.open, p.state = p.open[:i+1], inHeader
		}
		return true
	}
	return false
}

// endHeader begins what the header announces.
func (p *parser) endHeader() {
	h := readHeader(p.head)
	if p.cut {
		p.out.breaks("a header is larger than 64 KB")
	}
	if p.first {
		p.first = false
		p.out.begin(h)
	}
	p.head, p.cut, p.eol = p.head[:0], false, p.eol[:0]
	var in *level
	if n := len(p.open); n > 0 {
		in = p.open[n-1]
	}
	kind := h.contentType(in)
	if kind.top == "multipart" {
		switch boundary := kind.params["boundary"]; {
		case boundary == "":
			p.out.breaks("its parts can't be told apart: no boundary is given")
			kind = mediaType{top: "text", sub: "plain"}
		case len(p.open)+p.depth >= maxDepth:
			p.out.breaks("parts are nested too deep")
			kind = mediaType{top: "application", sub: "octet-stream"}
		default:
			p.out.report = p.out.report || kind.sub == "report"
			p.open = append(p.open, &level{boundary: bytes.TrimRight([]byte(boundary), " \t"), subtype: kind.sub, parent: in})
			p.state = between
			return
		}
	}
	p.state = inBody
	p.leaf = newLeaf(p.out, h, kind, in, p.depth+len(p.open))
}

// endLeaf ends the part that is being read.
func (p *parser) endLeaf() {
	if p.leaf != nil {
		p.leaf.close()
	}
	p.leaf, p.eol = nil, p.eol[:0]
}
