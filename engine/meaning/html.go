package meaning

import (
	"html"
	"strings"
)

// htmlReader passes on what HTML shows as text: no tags, no comments, no scripts
// and styles; entities as the letters that they stand for. It forgives what
// browsers forgive, and needs little memory.
type htmlReader struct {
	to    runeSink
	state htmlState
	tag   []byte // its beginning: the name
	value bool   // "=" came: a quote begins a value
	quote rune
	dash  int    // of "-->"
	end   string // what ends the text that is not shown: "</style"
	seen  int    // how much of it came
	ref   []byte // an entity so far
}

type htmlState uint8

const (
	htmlText htmlState = iota
	htmlOpen           // behind "<"
	htmlTag
	htmlMark // "<!"
	htmlComment
	htmlHidden // within script, style, title
	htmlRef
)

const maxRef = 32

func (h *htmlReader) put(r rune) {
	switch h.state {
	case htmlText:
		h.text(r)
	case htmlOpen:
		h.open(r)
	case htmlTag:
		h.inTag(r)
	case htmlMark:
		h.inMark(r)
	case htmlComment:
		switch {
		case r == '-':
			h.dash++
		case r == '>' && h.dash >= 2:
			h.state = htmlText
		default:
			h.dash = 0
		}
	case htmlHidden:
		h.hidden(r)
	case htmlRef:
		h.inRef(r)
	}
}

func (h *htmlReader) text(r rune) {
	switch r {
	case '<':
		h.state = htmlOpen
	case '&':
		h.state, h.ref = htmlRef, append(h.ref[:0], '&')
	default:
		h.to.put(r)
	}
}

// open takes what comes behind "<": only a letter, "/", "!" or "?" makes a tag.
func (h *htmlReader) open(r rune) {
	switch lower := r | 0x20; {
	case r == '!':
		h.state, h.tag = htmlMark, h.tag[:0]
	case r == '/' || r == '?' || lower >= 'a' && lower <= 'z':
		h.state, h.tag, h.value, h.quote = htmlTag, append(h.tag[:0], byte(lower)), false, 0
		if r == '/' || r == '?' {
			h.tag[0] = byte(r)
		}
	default:
		h.state = htmlText
		h.to.put('<')
		h.text(r)
	}
}

func (h *htmlReader) inTag(r rune) {
	switch {
	case h.quote != 0:
		if r == h.quote {
			h.quote = 0
		}
	case h.value && (r == '"' || r == '\''):
		h.quote, h.value = r, false
	case r == '>':
		h.endTag()
	case r == '=':
		h.value = true
	case r != ' ' && r != '\t' && r != '\r' && r != '\n':
		h.value = false
	}
	if len(h.tag) < 16 {
		h.tag = append(h.tag, byte(min(r, 0x7f)))
	}
}

func (h *htmlReader) endTag() {
	h.state = htmlText
	name := strings.ToLower(string(h.tag))
	if end := strings.IndexFunc(name, func(r rune) bool { return r <= ' ' || r == '>' }); end >= 0 {
		name = name[:end]
	}
	switch name {
	case "script", "style", "title":
		h.state, h.end, h.seen = htmlHidden, "</"+name, 0
	}
}

// inMark tells comments from the rest of "<!".
func (h *htmlReader) inMark(r rune) {
	switch {
	case r == '>':
		h.state = htmlText
	case len(h.tag) < 2:
		h.tag = append(h.tag, byte(min(r, 0x7f)))
		if string(h.tag) == "--" {
			h.state, h.dash = htmlComment, 2 // "<!-->" is one, too
		}
	}
}

func (h *htmlReader) hidden(r rune) {
	if r >= 'A' && r <= 'Z' {
		r |= 0x20
	}
	switch {
	case r == rune(h.end[h.seen]):
		if h.seen++; h.seen == len(h.end) {
			h.state, h.tag, h.value, h.quote = htmlTag, append(h.tag[:0], '/'), false, 0
		}
	case r == '<':
		h.seen = 1
	default:
		h.seen = 0
	}
}

// inRef collects an entity: up to ";", or to what can't be part of one.
func (h *htmlReader) inRef(r rune) {
	part := r == '#' && len(h.ref) == 1 || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	if part && len(h.ref) < maxRef {
		h.ref = append(h.ref, byte(r))
		return
	}
	if r == ';' {
		h.ref = append(h.ref, ';')
	}
	h.endRef()
	if r != ';' {
		h.text(r)
	}
}

func (h *htmlReader) endRef() {
	h.state = htmlText
	for _, c := range html.UnescapeString(string(h.ref)) {
		h.to.put(c)
	}
}

func (h *htmlReader) close() {
	switch h.state {
	case htmlOpen:
		h.to.put('<')
	case htmlRef:
		h.endRef()
	}
}
