package meaning

import (
	"crypto/sha256"
	"hash"
	"unicode"
	"unicode/utf8"

	"mxodus/engine"
)

// letters are what a text says: how many there are, and their digest.
type letters struct {
	n      int64
	digest engine.Digest
	// rough is the digest of those that every character set has; it counts where
	// doubt says why the others may have been read otherwise.
	rough engine.Digest
	doubt string
	uu    bool // it seems to hold a file (uuencode), which servers take out
}

// letterHash digests letters; white space and what can't be seen is no letter.
type letterHash struct {
	letters
	hash, soft hash.Hash
	buf, ascii []byte
	after      *letterHash // gets the same letters, behind those before
}

func newLetterHash() *letterHash { return &letterHash{hash: sha256.New(), soft: sha256.New()} }

func (h *letterHash) put(r rune) {
	if r < utf8.RuneSelf {
		if r <= ' ' || r == 0x7f {
			return
		}
		if r != '?' { // what servers write for a letter that they don't know
			h.ascii = append(h.ascii, byte(r))
		}
		h.buf = append(h.buf, byte(r))
	} else if unicode.IsSpace(r) || unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) {
		return
	} else {
		h.buf = utf8.AppendRune(h.buf, r)
	}
	h.n++
	if h.after != nil {
		h.after.put(r)
	}
	if len(h.buf) >= 2<<10 {
		h.flush()
	}
}

func (h *letterHash) flush() {
	h.hash.Write(h.buf)
	h.soft.Write(h.ascii)
	h.buf, h.ascii = h.buf[:0], h.ascii[:0]
}

// result is what came so far; more may come.
func (h *letterHash) result() letters {
	h.flush()
	h.hash.Sum(h.letters.digest[:0])
	h.soft.Sum(h.letters.rough[:0])
	return h.letters
}

// running is where the letters of all texts are put together, for a text that is
// not the first; nil for the first, whose own digest goes on as that of all, and
// for further forms of a text.
func (m *message) running(l *leaf) *letterHash {
	if m.counted[l.shown] {
		return nil
	}
	if m.counted == nil {
		m.counted, m.all = map[*text]bool{l.shown: true}, l.text.letters
		return nil
	}
	m.counted[l.shown], m.several = true, true
	return m.all
}

// done ends what is only needed while a message is read.
func (m *message) done() {
	if m.several {
		whole := m.all.result()
		m.whole = &whole
	}
	m.all, m.counted, m.room = nil, nil, nil
}

// plainReader passes on what a plain text says, without the marks of quoting at
// the beginnings of lines: where lines are broken anew they come elsewhere (RFC
// 3676 section 4.5), and mail folders add their own (">From").
type plainReader struct {
	to    runeSink
	fresh bool
	line  []byte // its beginning, while it may be uuencode's
	uu    bool
}

func (p *plainReader) put(r rune) {
	switch {
	case r == '\n':
		p.fresh, p.line = true, p.line[:0]
		return
	case p.fresh && (r == '>' || r == ' ' || r == '\r'):
		return
	}
	p.fresh = false
	if len(p.line) < len(uuBegin) {
		p.line = append(p.line, byte(min(r, 0x7f)))
		p.uu = p.uu || isUU(p.line)
	}
	p.to.put(r)
}

const uuBegin = "begin 644 "

func isUU(line []byte) bool {
	if len(line) != len(uuBegin) || string(line[:6]) != uuBegin[:6] || line[9] != ' ' {
		return false
	}
	for _, c := range line[6:9] {
		if c < '0' || c > '7' {
			return false
		}
	}
	return true
}
