package meaning

import (
	"crypto/sha256"
	"fmt"
	"io"

	"mxodus/engine"
)

// The bounds of what is kept of one message. What is beyond is still digested.
const (
	maxParts  = 1000     // texts and attachments, with those of attached messages
	maxHeader = 64 << 10 // of one part
	maxDepth  = 40       // multiparts and messages within each other
	maxName   = 400      // bytes of a subject or a name
)

// message is the meaning of one message. It is not changed once it is read.
type message struct {
	date    int64 // Unix seconds
	dated   bool
	from    string // an address, lower case; empty: none
	subject headerText
	texts   []*text
	whole   *letters // of all texts, one behind the other; nil with fewer than two
	parts   []part
	more    int // attachments that are not in parts
	sum     sum // of all attachments
	report  bool
	broken  []string // what could not be taken apart, in words

	// While it is read.

	room    *int        // how many more texts and attachments are kept
	all     *letterHash // of all texts so far, each in the form that came first
	several bool
	counted map[*text]bool // texts whose letters are in all
}

// text is one text, as far as both forms are given.
type text struct{ plain, html letters }

// part is one attachment.
type part struct {
	name    headerText
	kind    string // media type, lower case
	size    int64
	digest  engine.Digest
	text    *letters // of one that is text
	message *message // of an attached message
	broken  bool     // its encoding is damaged
	event   string   // of an invitation: what tells it from others
}

// Read takes a message apart. It reads body to its end and never fails; package
// engine knows it as VerifyOptions.Meaning.
func Read(body io.WriterTo) engine.Meaning {
	room := maxParts
	p := newParser(0, &room)
	_, _ = body.WriteTo(p) // the parser takes everything
	return p.close()
}

// sum adds digests up, so that their order makes no difference.
type sum [4]uint64

func (s *sum) add(d engine.Digest) {
	for i := range s {
		for j := range 8 {
			s[i] += uint64(d[8*i+j]) << (8 * j)
		}
	}
}

// digest is what two messages share that surely mean the same.
func (m *message) digest() (d engine.Digest) {
	h := sha256.New()
	fmt.Fprintf(h, "%d %s\n%s\n%x\n", m.date, m.from, solid(m.subject.text), m.sum)
	for _, t := range m.texts {
		form := t.plain
		if t.html.n > 0 {
			form = t.html
		}
		h.Write(form.digest[:])
	}
	h.Sum(d[:0])
	return d
}

// breaks notes once what could not be taken apart.
func (m *message) breaks(why string) {
	for _, b := range m.broken {
		if b == why {
			return
		}
	}
	m.broken = append(m.broken, why)
}
