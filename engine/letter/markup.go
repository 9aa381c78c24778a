package letter

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// Document is a letter taken apart. The markup, line by line:
//
//	Subject: of the mail        the first line
//	# title                     ## heading
//	1. a step                   - a point
//	: name | value              a fact
//	| cell | cell |             a table; its first row is the header
//	> something to be noticed
//
// Lines in a row are one paragraph. Within a line: **strong**,
// <https://address>, <mailto:address>; a backslash makes the next character
// ordinary.
type Document struct {
	Subject string
	Title   string
	Blocks  []Block
}

// Block is one part of a letter. Kind is heading, para, note, steps, list,
// facts or table; Items are lines, or the two cells of each fact.
type Block struct {
	Kind  string
	Items []Line
	Rows  [][]Line
}

// Line is a line or a cell.
type Line []Span

// Short says that a cell is so short that it should not be broken: a date, a
// size, a number.
func (l Line) Short() bool { return utf8.RuneCountInString(plainText(l)) <= 12 }

// Span is a piece of a line that looks the same throughout.
type Span struct {
	Text   string
	Strong bool
	Link   string // https: or mailto:, else empty
}

var errNoSubject = errors.New(`the first line must be "Subject: ..."`)

// parse reads markup. Every text but one without a subject is right.
func parse(text string) (Document, error) {
	var d Document
	text = strings.TrimLeft(strings.ReplaceAll(text, "\r\n", "\n"), "\n ")
	first, rest, _ := strings.Cut(text, "\n")
	subject, ok := strings.CutPrefix(first, "Subject:")
	if d.Subject = plainText(spans(strings.TrimSpace(subject))); !ok || d.Subject == "" {
		return d, errNoSubject
	}
	gap := true // a blank line came before
	for line := range strings.SplitSeq(rest, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			gap = true
			continue
		}
		d.line(line, gap)
		gap = false
	}
	if d.Title == "" {
		d.Title = d.Subject
	}
	return d, nil
}

func (d *Document) line(line string, gap bool) {
	kind, text := sort(line)
	switch kind {
	case "title":
		d.Title = plainText(spans(text))
		return
	case "facts", "table":
		d.grow(kind, false)
		b := &d.Blocks[len(d.Blocks)-1]
		b.Rows = append(b.Rows, cells(text))
		return
	case "para":
		if !gap && len(d.Blocks) > 0 && d.Blocks[len(d.Blocks)-1].Kind == "para" {
			b := &d.Blocks[len(d.Blocks)-1]
			b.Items[0] = append(append(b.Items[0], Span{Text: " "}), spans(text)...)
			return
		}
	}
	d.grow(kind, kind == "para" || kind == "heading")
	b := &d.Blocks[len(d.Blocks)-1]
	b.Items = append(b.Items, spans(text))
}

// grow begins a block, unless the last one is of that kind and can go on.
func (d *Document) grow(kind string, always bool) {
	if n := len(d.Blocks); always || n == 0 || d.Blocks[n-1].Kind != kind {
		d.Blocks = append(d.Blocks, Block{Kind: kind})
	}
}

// sort says what a line is.
func sort(line string) (kind, text string) {
	for _, m := range []struct{ mark, kind string }{{"# ", "title"}, {"## ", "heading"}, {"- ", "list"}, {": ", "facts"}, {"> ", "note"}} {
		if text, ok := strings.CutPrefix(line, m.mark); ok {
			return m.kind, text
		}
	}
	if rest, ok := strings.CutPrefix(line, "|"); ok {
		return "table", strings.TrimSuffix(rest, "|")
	}
	digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
	if text, ok := strings.CutPrefix(line[digits:], ". "); ok && digits > 0 {
		return "steps", text
	}
	return "para", line
}

// cells cuts a row at the bars that no backslash makes ordinary.
func cells(row string) (out []Line) {
	start := 0
	for i := 0; i < len(row); i++ {
		switch row[i] {
		case '\\':
			i++
		case '|':
			out = append(out, spans(strings.TrimSpace(row[start:i])))
			start = i + 1
		}
	}
	return append(out, spans(strings.TrimSpace(row[start:])))
}

// spans reads what stands within a line.
func spans(line string) (out Line) {
	var b strings.Builder
	strong := false
	flush := func() {
		if b.Len() > 0 {
			out = append(out, Span{Text: b.String(), Strong: strong})
			b.Reset()
		}
	}
	for i := 0; i < len(line); {
		r, w := utf8.DecodeRuneInString(line[i:])
		switch {
		case r == '\\' && i+w < len(line):
			r2, w2 := utf8.DecodeRuneInString(line[i+w:])
			b.WriteRune(r2)
			i += w + w2
			continue
		case strings.HasPrefix(line[i:], "**"):
			flush()
			strong = !strong
			i += 2
			continue
		case r == '<':
			if target, n := link(line[i:]); n > 0 {
				flush()
				out = append(out, Span{Text: strings.TrimPrefix(target, "mailto:"), Strong: strong, Link: target})
				i += n
				continue
			}
		}
		b.WriteRune(r)
		i += w
	}
	flush()
	return out
}

// link reads <https://...> or <mailto:...>, and says how long it is.
func link(s string) (target string, n int) {
	end := 1
	var b strings.Builder
	for ; end < len(s) && s[end] != '>'; end++ {
		if s[end] == '\\' && end+1 < len(s) {
			end++
		}
		b.WriteByte(s[end])
	}
	target = b.String()
	if end >= len(s) || !strings.HasPrefix(target, "https://") && !strings.HasPrefix(target, "mailto:") || strings.ContainsAny(target, " \"<>") {
		return "", 0
	}
	return target, end + 1
}

// plainText is spans without their looks.
func plainText(list Line) string {
	var b strings.Builder
	for _, s := range list {
		b.WriteString(s.Text)
	}
	return b.String()
}
