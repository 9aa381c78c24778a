package lab

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"mime/quotedprintable"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// mailRoom writes the practice company's mail: the same in every run.
type mailRoom struct {
	rand   *rand.Rand
	number int
	files  []attachment
}

// attachment is a file that many messages carry; its encoded bytes are kept
// once.
type attachment struct {
	name, kind string
	encoded    []byte
}

func newMailRoom() *mailRoom {
	r := &mailRoom{rand: rand.New(rand.NewPCG(1848, 9))}
	for _, f := range []struct {
		name, kind, begin string
		bytes             int
	}{
		{"Quote 4711.pdf", "application/pdf", "%PDF-1.4\n", 48 << 10},
		{"Angebot_Förderrollen.pdf", "application/pdf", "%PDF-1.4\n", 91 << 10},
		{"price list.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK\x03\x04", 23 << 10},
		{"Zeichnung Winkel.dxf", "application/dxf", "  0\nSECTION\n", 64 << 10},
		{"photo-1.jpg", "image/jpeg", "\xff\xd8\xff\xe0", 130 << 10},
		{"logo.png", "image/png", "\x89PNG\r\n\x1a\n", 6 << 10},
		{"bon de livraison.pdf", "application/pdf", "%PDF-1.4\n", 33 << 10},
		{"factura.pdf", "application/pdf", "%PDF-1.4\n", 27 << 10},
	} {
		r.files = append(r.files, attachment{f.name, f.kind, encoded(r.content(f.begin, f.bytes))})
	}
	return r
}

// content is bytes that don't compress, behind the first ones of their kind.
func (r *mailRoom) content(begin string, n int) []byte {
	b := append(make([]byte, 0, n), begin...)
	for len(b) < n {
		b = append(b, byte(r.rand.Uint32()))
	}
	return b
}

// encoded is base64 in lines (RFC 2045 section 6.8).
func encoded(content []byte) []byte {
	var out []byte
	for len(content) > 0 {
		n := min(57, len(content))
		out = base64.StdEncoding.AppendEncode(out, content[:n])
		out = append(out, "\r\n"...)
		content = content[n:]
	}
	return out
}

func pickOne[T any](r *mailRoom, list []T) T { return list[r.rand.IntN(len(list))] }

// letter is one message to be written.
type letter struct {
	from, to contact
	date     time.Time
	lang     *language
	subject  string
	flags    []imap.Flag
}

// between writes one letter from one to the other.
func (r *mailRoom) between(from, to contact, lang *language, date time.Time) letter {
	l := letter{from: from, to: to, date: date, lang: lang}
	l.subject = r.fill(lang, pickOne(r, lang.subjects), to, date)
	if r.rand.IntN(4) == 0 {
		l.subject = lang.reply + l.subject
	}
	return l
}

// fill puts names and numbers into a text.
func (r *mailRoom) fill(lang *language, text string, to contact, date time.Time) string {
	first, _, _ := strings.Cut(to.name, " ")
	return strings.NewReplacer(
		"{name}", first, "{item}", pickOne(r, lang.items), "{town}", pickOne(r, towns),
		"{n}", strconv.Itoa(10000+r.rand.IntN(80000)), "{m}", strconv.Itoa(2+r.rand.IntN(48)),
		"{day}", date.AddDate(0, 0, 3+r.rand.IntN(20)).Format(lang.dates),
	).Replace(text)
}

// text is the letter's body, as plain text with CRLF.
func (r *mailRoom) text(l letter) string {
	var b strings.Builder
	b.WriteString(r.fill(l.lang, pickOne(r, l.lang.greetings), l.to, l.date) + "\r\n\r\n")
	for range 1 + r.rand.IntN(4) {
		b.WriteString(r.fill(l.lang, pickOne(r, l.lang.lines), l.to, l.date) + "\r\n\r\n")
	}
	b.WriteString(pickOne(r, l.lang.closings) + "\r\n" + l.from.name + "\r\n")
	if strings.HasPrefix(l.subject, l.lang.reply) {
		fmt.Fprintf(&b, "\r\n%s, %s:\r\n", l.to.name, l.date.AddDate(0, 0, -1).Format(l.lang.dates))
		for range 1 + r.rand.IntN(3) {
			b.WriteString("> " + r.fill(l.lang, pickOne(r, l.lang.lines), l.from, l.date) + "\r\n")
		}
	}
	return b.String()
}

// write makes a message of a letter: one in three also as HTML, one in ten with
// a file.
func (r *mailRoom) write(l letter) *message {
	r.number++
	var head bytes.Buffer
	r.header(&head, l)
	boundary := fmt.Sprintf("=_acme_%06d", r.number)
	switch r.rand.IntN(30) {
	case 0, 1, 2:
		return r.withFile(&head, l, boundary)
	case 3, 4, 5, 6, 7, 8, 9, 10, 11, 12:
		text := r.text(l)
		fmt.Fprintf(&head, "Content-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary)
		writePart(&head, "text/plain", text)
		fmt.Fprintf(&head, "\r\n--%s\r\n", boundary)
		writePart(&head, "text/html", "<html><body><p>"+strings.ReplaceAll(text, "\r\n\r\n", "</p>\r\n<p>")+"</p></body></html>\r\n")
		fmt.Fprintf(&head, "\r\n--%s--\r\n", boundary)
	default:
		writePart(&head, "text/plain", r.text(l))
	}
	return newMessage(head.Bytes(), l.date, l.flags...)
}

func (r *mailRoom) header(b *bytes.Buffer, l letter) {
	_, domain, _ := strings.Cut(l.from.address, "@")
	fmt.Fprintf(b, "Received: from mx.%s (mx.%s [192.0.2.%d])\r\n\tby mail.acme.example with ESMTPS id %X;\r\n\t%s\r\n",
		domain, domain, 1+r.number%250, 1<<20+r.number*7919, l.date.Format(time.RFC1123Z))
	fmt.Fprintf(b, "Message-ID: <%d.%06d@%s>\r\nDate: %s\r\n", l.date.Unix(), r.number, domain, l.date.Format(time.RFC1123Z))
	fmt.Fprintf(b, "From: %s\r\nTo: %s\r\nSubject: %s\r\n", l.from, l.to, mime.QEncoding.Encode("utf-8", l.subject))
	if r.number%5 == 0 {
		fmt.Fprintf(b, "References: <%d.%06d@acme.example>\r\n", l.date.Unix()-4000, r.number-1)
	}
	b.WriteString("MIME-Version: 1.0\r\n")
}

// String is the contact as it stands in a header.
func (c contact) String() string {
	return mime.QEncoding.Encode("utf-8", c.name) + " <" + c.address + ">"
}

// writePart writes the rest of a header and a body that is safe on every way.
func writePart(b *bytes.Buffer, kind, text string) {
	fmt.Fprintf(b, "Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", kind)
	w := quotedprintable.NewWriter(b)
	_, _ = io.WriteString(w, text) // into memory
	_ = w.Close()
}

// withFile makes a message that shares the file's bytes with others.
func (r *mailRoom) withFile(head *bytes.Buffer, l letter, boundary string) *message {
	file := pickOne(r, r.files)
	fmt.Fprintf(head, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary)
	writePart(head, "text/plain", r.text(l))
	name := mime.FormatMediaType("attachment", map[string]string{"filename": file.name})
	fmt.Fprintf(head, "\r\n--%s\r\nContent-Type: %s\r\nContent-Disposition: %s\r\nContent-Transfer-Encoding: base64\r\n\r\n", boundary, file.kind, name)
	tail := []byte("--" + boundary + "--\r\n")
	return joined(l.date, l.flags, head.Bytes(), file.encoded, tail)
}

// joined is a message of several pieces of memory.
func joined(date time.Time, flags []imap.Flag, pieces ...[]byte) *message {
	m := &message{date: date, flags: distinct(flags)}
	for _, p := range pieces {
		m.size += int64(len(p))
	}
	m.open = func() io.Reader {
		readers := make([]io.Reader, len(pieces))
		for i, p := range pieces {
			readers[i] = bytes.NewReader(p)
		}
		return io.MultiReader(readers...)
	}
	return m
}

// huge is a message of at least that many bytes, which takes none until it is
// read.
func (r *mailRoom) huge(l letter, size int64) *message {
	r.number++
	var head bytes.Buffer
	r.header(&head, l)
	fmt.Fprintf(&head, "Content-Type: video/mp4; name=\"hall 3.mp4\"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	piece := pickOne(r, r.files).encoded
	pieces := [][]byte{head.Bytes()}
	for n := int64(0); n < size; n += int64(len(piece)) {
		pieces = append(pieces, piece)
	}
	return joined(l.date, l.flags, pieces...)
}
