package lab

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"time"

	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // so that it knows more than UTF-8
)

// rewritten is what becomes of a message: Exchange takes it apart, keeps what it
// says, and puts another together. Header fields come in another order and
// encoding, some are dropped and some added; texts are in UTF-8, with a plain form
// made from the HTML; attachments are encoded anew; empty parts are gone. Bytes
// and sizes are others.
func rewritten(body []byte) []byte { return rewrite(body, 0) }

func rewrite(body []byte, depth int) []byte {
	var out bytes.Buffer
	itemOf(body, depth).write(&out, body)
	return out.Bytes()
}

// itemOf takes a message apart. One that can't be is all text.
func itemOf(body []byte, depth int) *exchangeItem {
	e, err := gomessage.Read(bytes.NewReader(body))
	if err != nil && !gomessage.IsUnknownCharset(err) && !gomessage.IsUnknownEncoding(err) || e == nil {
		e, _ = gomessage.New(gomessage.Header{}, bytes.NewReader(body))
	}
	it := &exchangeItem{depth: depth, fields: e.Header, subject: decodedWord(e.Header.Get("Subject"))}
	it.take(e, true)
	return it
}

// write writes what Exchange gives when it is asked for the item. seed makes it the
// same each time.
func (x *exchangeItem) write(out *bytes.Buffer, seed []byte) {
	x.header(out, x.fields, seed)
	x.body(out, seed)
}

// exchangeItem is a message as Exchange keeps it.
type exchangeItem struct {
	depth       int
	fields      gomessage.Header
	subject     string
	html, plain []byte
	hasHTML     bool
	attachments []exchangeFile
}

type exchangeFile struct {
	name, kind string
	content    []byte
	message    bool
}

// take takes a part and those within it.
func (x *exchangeItem) take(e *gomessage.Entity, inline bool) {
	if mr := e.MultipartReader(); mr != nil && x.depth < 20 {
		for {
			part, err := mr.NextPart()
			if part == nil || err != nil && !gomessage.IsUnknownCharset(err) && !gomessage.IsUnknownEncoding(err) {
				return
			}
			x.depth++
			x.take(part, inline)
			x.depth--
		}
	}
	kind, params, _ := e.Header.ContentType()
	disposition, dispositionParams, _ := e.Header.ContentDisposition()
	name := decodedWord(dispositionParams["filename"])
	if name == "" {
		name = decodedWord(params["name"])
	}
	content, _ := io.ReadAll(e.Body) // a damaged encoding ends it: what came is kept
	shown := inline && name == "" && !strings.EqualFold(disposition, "attachment")
	switch {
	case kind == "message/rfc822":
		x.attachments = append(x.attachments, exchangeFile{name, kind, rewrite(content, x.depth+1), true})
	case len(bytes.TrimSpace(content)) == 0:
	case shown && kind == "text/html" && !x.hasHTML:
		x.html, x.hasHTML = content, true
	case shown && (kind == "text/plain" || kind == "") && x.plain == nil:
		x.plain = content
	case shown && strings.HasPrefix(kind, "text/") && kind != "text/calendar":
		x.attachments = append(x.attachments, exchangeFile{fmt.Sprintf("ATT%05d.txt", len(x.attachments)+1), kind + "; charset=utf-8", content, false})
	default:
		if strings.HasPrefix(kind, "text/") {
			kind += "; charset=utf-8"
		}
		x.attachments = append(x.attachments, exchangeFile{name, kind, content, false})
	}
}

func decodedWord(s string) string {
	d := mime.WordDecoder{CharsetReader: gomessage.CharsetReader}
	if text, err := d.DecodeHeader(s); err == nil {
		return text
	}
	return s
}

// header writes the fields that Exchange writes, in its order.
func (x *exchangeItem) header(out *bytes.Buffer, h gomessage.Header, body []byte) {
	fmt.Fprintf(out, "Received: from DB7PR03MB5000.eurprd03.prod.outlook.example (2603:10a6::1)\r\n by AM0PR03MB4000.eurprd03.prod.outlook.example with HTTPS; %s\r\n",
		time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC).Format(time.RFC1123Z))
	put := func(name, value string) {
		if value = strings.TrimSpace(value); value != "" {
			fmt.Fprintf(out, "%s: %s\r\n", name, value)
		}
	}
	for _, name := range []string{"From", "To", "Cc", "Bcc", "Reply-To", "Sender"} {
		put(name, addressList(h.Get(name)))
	}
	put("Subject", mime.BEncoding.Encode("utf-8", x.subject))
	put("Thread-Topic", mime.BEncoding.Encode("utf-8", x.subject))
	date := h.Get("Date")
	if t, err := mail.ParseDate(date); err == nil {
		date = t.UTC().Format("Mon, 2 Jan 2006 15:04:05 +0000")
	}
	put("Date", date)
	for _, name := range []string{"Message-Id", "References", "In-Reply-To", "Disposition-Notification-To"} {
		put(name, h.Get(name))
	}
	known := []string{"From", "To", "Cc", "Bcc", "Reply-To", "Sender", "Subject", "Thread-Topic", "Date", "Message-Id", "References", "In-Reply-To", "Disposition-Notification-To", "Mime-Version"}
	for f := h.Fields(); f.Next(); {
		if k := f.Key(); !slices.Contains(known, k) && !strings.HasPrefix(k, "Content-") && !strings.HasPrefix(k, "X-") {
			put(k, f.Value())
		}
	}
	put("Content-Language", "en-US")
	put("X-MS-Exchange-Organization-SCL", "-1")
	put("X-MS-Exchange-Organization-AuthSource", fmt.Sprintf("%x.example", sha256.Sum256(body))[:40])
	out.WriteString("MIME-Version: 1.0\r\n")
}

// addressList writes addresses as Exchange does: every one with a name.
func addressList(value string) string {
	p := mail.AddressParser{WordDecoder: &mime.WordDecoder{CharsetReader: gomessage.CharsetReader}}
	list, err := p.ParseList(value)
	if err != nil {
		return mime.QEncoding.Encode("utf-8", strings.Join(strings.Fields(strings.ToValidUTF8(value, "?")), " "))
	}
	var out []string
	for _, a := range list {
		if a.Name == "" {
			a.Name = a.Address
		}
		out = append(out, a.String())
	}
	return strings.Join(out, ",\r\n ")
}

// body writes the texts and the attachments.
func (x *exchangeItem) body(out *bytes.Buffer, seed []byte) {
	sum := sha256.Sum256(seed)
	boundary := func(n int) string { return fmt.Sprintf("_%03d_%X%d_", n, sum[:12], x.depth) }
	if len(x.attachments) == 0 {
		x.texts(out, boundary(0))
		return
	}
	mixed := boundary(4)
	fmt.Fprintf(out, "Content-Type: multipart/mixed;\r\n\tboundary=\"%s\"\r\nX-MS-Has-Attach: yes\r\n\r\n--%s\r\n", mixed, mixed)
	x.texts(out, boundary(0))
	for _, f := range x.attachments {
		fmt.Fprintf(out, "\r\n--%s\r\n", mixed)
		f.write(out)
	}
	fmt.Fprintf(out, "\r\n--%s--\r\n", mixed)
}

func (x *exchangeItem) texts(out *bytes.Buffer, boundary string) {
	if !x.hasHTML {
		writeQuoted(out, "text/plain", x.plain)
		return
	}
	fmt.Fprintf(out, "Content-Type: multipart/alternative;\r\n\tboundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary)
	writeQuoted(out, "text/plain", plainOf(x.html))
	fmt.Fprintf(out, "\r\n--%s\r\n", boundary)
	writeBase64(out, "Content-Type: text/html; charset=\"utf-8\"\r\n", slices.Concat([]byte("<html>\r\n<head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\r\n</head>\r\n"), x.html))
	fmt.Fprintf(out, "\r\n--%s--\r\n", boundary)
}

// plainOf is the plain form that Exchange makes of HTML, about.
func plainOf(html []byte) []byte {
	var out bytes.Buffer
	tag := false
	for _, c := range html {
		switch {
		case c == '<':
			tag = true
		case c == '>' && tag:
			tag = false
			out.WriteByte(' ')
		case !tag:
			out.WriteByte(c)
		}
	}
	return out.Bytes()
}

func writeQuoted(out *bytes.Buffer, kind string, text []byte) {
	fmt.Fprintf(out, "Content-Type: %s; charset=\"utf-8\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", kind)
	w := quotedprintable.NewWriter(out)
	_, _ = w.Write(bytes.TrimRight(text, "\r\n")) // into memory
	_ = w.Close()
	out.WriteString("\r\n\r\n")
}

func (f exchangeFile) write(out *bytes.Buffer) {
	if f.message {
		out.WriteString("Content-Type: message/rfc822\r\nContent-Disposition: attachment;\r\n\tcreation-date=\"Mon, 05 Jan 2026 08:00:00 GMT\"\r\n\r\n")
		out.Write(f.content)
		return
	}
	kind, params, err := mime.ParseMediaType(f.kind)
	if err != nil {
		kind, params = "application/octet-stream", map[string]string{}
	}
	head := "Content-Type: " + kind
	if params["charset"] != "" {
		head += "; charset=\"utf-8\""
	}
	if f.name != "" {
		name := mime.BEncoding.Encode("utf-8", f.name)
		head += ";\r\n\tname=\"" + name + "\"\r\nContent-Description: " + name
		head += "\r\n" + strings.Replace(mime.FormatMediaType("attachment", map[string]string{"filename": f.name, "size": fmt.Sprint(len(f.content))}), "attachment; ", "Content-Disposition: attachment;\r\n\t", 1)
	}
	writeBase64(out, head+"\r\n", f.content)
}

func writeBase64(out *bytes.Buffer, head string, content []byte) {
	out.WriteString(head + "Content-Transfer-Encoding: base64\r\n\r\n")
	for len(content) > 0 {
		n := min(57, len(content))
		out.WriteString(base64.StdEncoding.EncodeToString(content[:n]) + "\r\n")
		content = content[n:]
	}
}
