package meaning

import (
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/transform"
)

// findCharset is the character set of that name; nil where it is UTF-8 or a part of it.
func findCharset(name string) (e encoding.Encoding, known bool) {
	name = strings.ToLower(strings.Trim(name, " \t'\""))
	switch name {
	case "", "us-ascii", "ascii", "utf-8", "utf8", "unicode-1-1-utf-8", "unknown-8bit":
		return nil, true
	}
	if e, err := htmlindex.Get(name); err == nil {
		if canonical, err := htmlindex.Name(e); err == nil && canonical != "replacement" && canonical != "x-user-defined" {
			return e, true
		}
	}
	if e, err := ianaindex.MIME.Encoding(name); err == nil && e != nil {
		return e, true
	}
	return nil, false
}

// decodeAll decodes a few bytes of a header; false when some could not be.
func decodeAll(charset string, b []byte) (string, bool) {
	e, known := findCharset(charset)
	if e == nil {
		return plainWord(b), known && utf8.Valid(b)
	}
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return plainWord(b), false
	}
	return string(out), !strings.ContainsRune(string(out), utf8.RuneError)
}

// runeSink takes letters.
type runeSink interface{ put(r rune) }

// utf8Reader makes letters of UTF-8, and of what should be and isn't.
type utf8Reader struct {
	to   runeSink
	held []byte // the beginning of a letter
	bad  bool   // some were none
	high bool   // some were no ASCII
}

func (u *utf8Reader) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		if len(u.held) == 0 && b[0] < utf8.RuneSelf {
			u.to.put(rune(b[0]))
			b = b[1:]
			continue
		}
		u.high = true
		if len(u.held) == 0 && utf8.FullRune(b) {
			r, size := utf8.DecodeRune(b)
			u.letter(r, b[:size])
			b = b[size:]
			continue
		}
		u.held, b = append(u.held, b[0]), b[1:]
		u.drain(false)
	}
	return n, nil
}

// drain passes on the letters that are whole, or all.
func (u *utf8Reader) drain(all bool) {
	for len(u.held) > 0 && (all || utf8.FullRune(u.held)) {
		r, size := utf8.DecodeRune(u.held)
		u.letter(r, u.held[:size])
		u.held = u.held[size:]
	}
}

func (u *utf8Reader) letter(r rune, b []byte) {
	if r == utf8.RuneError {
		u.bad = true
		if len(b) == 1 {
			r = charmap.Windows1252.DecodeByte(b[0])
		}
	}
	u.to.put(r)
}

// textReader makes letters of a text's bytes.
type textReader struct {
	charset string
	known   bool
	utf8    *utf8Reader
	in      io.Writer
	end     io.Closer // nil: nothing to be ended
	html    *htmlReader
	plain   *plainReader
	letters *letterHash
}

func newTextReader(charset string, html bool) *textReader {
	t := &textReader{charset: charset, letters: newLetterHash()}
	var to runeSink
	if html {
		t.html = &htmlReader{to: t.letters}
		to = t.html
	} else {
		t.plain = &plainReader{to: t.letters, fresh: true}
		to = t.plain
	}
	t.utf8 = &utf8Reader{to: to}
	e, known := findCharset(charset)
	t.known, t.in = known, t.utf8
	if e != nil {
		w := transform.NewWriter(t.utf8, e.NewDecoder())
		t.in, t.end = w, w
	}
	return t
}

func (t *textReader) Write(b []byte) (int, error) {
	if _, err := t.in.Write(b); err != nil { // a decoder gave up: the rest as it is
		t.in, t.end, t.utf8.bad = t.utf8, nil, true
	}
	return len(b), nil
}

func (t *textReader) close() {
	if t.end != nil {
		if err := t.end.Close(); err != nil {
			t.utf8.bad = true
		}
	}
	t.utf8.drain(true)
	if t.html != nil {
		t.html.close()
	}
	assumed := strings.TrimSpace(t.charset) == "" || strings.Contains(strings.ToLower(t.charset), "ascii")
	switch {
	case !t.known:
		t.letters.doubt = "its character set is not known"
	case t.utf8.bad:
		t.letters.doubt = "it has bytes that are none of its character set"
	case t.utf8.high && assumed:
		t.letters.doubt = "it does not say which character set it has"
	}
	t.letters.uu = t.plain != nil && t.plain.uu
}
