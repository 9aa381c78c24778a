package meaning

import (
	"encoding/base64"
	"io"
)

// decoder undoes a transfer encoding (RFC 2045 section 6). It takes what programs
// take, not only what they should be given.
type decoder interface {
	write(b []byte)
	// close ends it and says whether something was damaged.
	close() (broken bool)
}

// newDecoder is the decoder of an encoding; nil when it isn't known.
func newDecoder(encoding string, to io.Writer) decoder {
	switch encoding {
	case "", "7bit", "8bit", "binary":
		return identity{to}
	case "base64":
		return &fromBase64{to: to}
	case "quoted-printable":
		return &fromQuoted{to: to}
	}
	return nil
}

type identity struct{ to io.Writer }

func (d identity) write(b []byte) { _, _ = d.to.Write(b) }
func (d identity) close() bool    { return false }

// fromBase64 passes over whatever is no base64.
type fromBase64 struct {
	to     io.Writer
	held   []byte // not yet decoded
	out    []byte
	ended  bool // padding came
	broken bool
}

func (d *fromBase64) write(b []byte) {
	for _, c := range b {
		switch {
		case c == '\r' || c == '\n' || c == ' ' || c == '\t':
		case c == '=':
			d.flush()
			d.ended = true
		case !isBase64(c):
			d.broken = true
		default:
			d.broken = d.broken || d.ended // goes on behind its end
			d.ended = false
			if d.held = append(d.held, c); len(d.held) == 4<<10 {
				d.flush()
			}
		}
	}
}

func isBase64(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}

func (d *fromBase64) flush() {
	if len(d.held)%4 == 1 {
		d.broken = true
	}
	d.out, _ = base64.RawStdEncoding.AppendDecode(d.out[:0], d.held) // the letters are all of its alphabet
	_, _ = d.to.Write(d.out)
	d.held = d.held[:0]
}

func (d *fromBase64) close() bool {
	d.broken = d.broken || !d.ended && len(d.held)%4 != 0
	d.flush()
	return d.broken
}

// fromQuoted undoes quoted-printable. White space at the end of a line is not part
// of it.
type fromQuoted struct {
	to     io.Writer
	out    []byte
	escape []byte // "=" and what came behind it
	blanks []byte
	broken bool
}

func (d *fromQuoted) write(b []byte) {
	for len(b) > 0 {
		n := 0
		for n < len(b) && b[n] > '=' { // letters, mostly
			n++
		}
		if n > 0 && len(d.escape) == 0 {
			d.out = append(append(d.out, d.blanks...), b[:n]...)
			d.blanks, b = d.blanks[:0], b[n:]
		} else {
			d.take(b[0])
			b = b[1:]
		}
		if len(d.out) >= 4<<10 {
			d.flush()
		}
	}
}

func (d *fromQuoted) take(c byte) {
	if len(d.escape) > 0 {
		d.escaped(c)
		return
	}
	switch c {
	case ' ', '\t':
		if d.blanks = append(d.blanks, c); len(d.blanks) > 4<<10 { // nobody's line end
			d.out, d.blanks = append(d.out, d.blanks...), d.blanks[:0]
		}
	case '=':
		d.out, d.blanks = append(d.out, d.blanks...), d.blanks[:0]
		d.escape = append(d.escape, c)
	case '\r':
	case '\n':
		d.out, d.blanks = append(d.out, '\r', '\n'), d.blanks[:0]
	default:
		d.out, d.blanks = append(append(d.out, d.blanks...), c), d.blanks[:0]
	}
}

// escaped takes what comes behind "=": two digits, or the end of the line.
func (d *fromQuoted) escaped(c byte) {
	switch {
	case c == '\n' && len(d.escape) == 1:
		d.escape = d.escape[:0]
	case (c == '\r' || c == ' ' || c == '\t') && len(d.escape) == 1:
	case len(d.escape) == 1 && unhex(c) >= 0:
		d.escape = append(d.escape, c)
	case len(d.escape) == 2 && unhex(c) >= 0:
		d.out = append(d.out, byte(unhex(d.escape[1])<<4|unhex(c)))
		d.escape = d.escape[:0]
	default:
		d.broken = true
		d.out = append(d.out, d.escape...)
		d.escape = d.escape[:0]
		d.take(c)
	}
}

func (d *fromQuoted) flush() {
	_, _ = d.to.Write(d.out)
	d.out = d.out[:0]
}

func (d *fromQuoted) close() bool {
	if len(d.escape) > 1 { // a soft end of the last line is none's harm
		d.broken = true
		d.out = append(d.out, d.escape...)
	}
	d.flush()
	return d.broken
}
