package lab

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// section is the part of a message that a FETCH asks for. Whole messages and
// headers come exactly as they are stored, however malformed.
func section(m *message, item *imap.FetchItemBodySection) []byte {
	if len(item.Part) > 0 {
		return imapserver.ExtractBodySection(m.open(), item)
	}
	whole := m.bytes()
	head := headerLength(whole)
	switch item.Specifier {
	case imap.PartSpecifierHeader, imap.PartSpecifierMIME:
		header := whole[:head]
		if len(item.HeaderFields) > 0 || len(item.HeaderFieldsNot) > 0 {
			header = pick(header, item)
		}
		return cut(header, item.Partial)
	case imap.PartSpecifierText:
		return cut(whole[head:], item.Partial)
	}
	return cut(whole, item.Partial)
}

func cut(b []byte, p *imap.SectionPartial) []byte {
	if p == nil {
		return b
	}
	from := min(max(p.Offset, 0), int64(len(b)))
	return b[from:min(from+p.Size, int64(len(b)))]
}

// headerLength is where the body begins: behind the first empty line, or at the
// first line that can't be a header field.
func headerLength(b []byte) int {
	at := 0
	for line := range bytes.Lines(b) {
		text := bytes.TrimRight(line, "\r\n")
		if len(text) == 0 {
			return at + len(line)
		}
		folded := text[0] == ' ' || text[0] == '\t'
		if !folded && bytes.IndexByte(text, ':') < 1 {
			return at
		}
		at += len(line)
	}
	return at
}

// pick keeps the fields that were asked for, and ends with an empty line (RFC
// 3501 section 6.4.5).
func pick(header []byte, item *imap.FetchItemBodySection) []byte {
	named := func(list []string, name string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
	}
	var out []byte
	keep := false
	for line := range bytes.Lines(header) {
		if line[0] != ' ' && line[0] != '\t' {
			name, _, _ := strings.Cut(string(line), ":")
			name = strings.TrimSpace(name)
			keep = name != "" && (named(item.HeaderFields, name) || (len(item.HeaderFields) == 0 && !named(item.HeaderFieldsNot, name)))
		}
		if keep {
			out = append(out, line...)
		}
	}
	return append(out, "\r\n"...)
}

// streamed says whether a FETCH asks for nothing but whole messages, which then
// need not be held in memory.
func streamed(item *imap.FetchItemBodySection) bool {
	return len(item.Part) == 0 && item.Specifier == imap.PartSpecifierNone && item.Partial == nil
}

// writeSection writes one body section of a FETCH reply.
func writeSection(w *imapserver.FetchResponseWriter, m *message, item *imap.FetchItemBodySection) error {
	if !streamed(item) {
		b := section(m, item)
		lit := w.WriteBodySection(item, int64(len(b)))
		_, err := lit.Write(b)
		return closing(lit, err)
	}
	lit := w.WriteBodySection(item, m.size)
	_, err := io.Copy(lit, m.open())
	return closing(lit, err)
}

func closing(c io.Closer, err error) error {
	if closeErr := c.Close(); err == nil {
		err = closeErr
	}
	return err
}
