package letter

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// columns is where lines of plain text end, as most mail programs like it.
const columns = 72

// Plain is the letter as plain text, with LF between lines.
func (d Document) Plain(l Language, footer string) string {
	var b strings.Builder
	b.WriteString(d.Title + "\n" + strings.Repeat("=", min(utf8.RuneCountInString(d.Title), columns)) + "\n\n")
	for _, block := range d.Blocks {
		block.plain(&b, l.Colon)
		b.WriteByte('\n')
	}
	b.WriteString("-- \n" + wrap(footer, "", "") + "\n")
	return b.String()
}

func (block Block) plain(b *strings.Builder, colon string) {
	switch block.Kind {
	case "facts":
		for _, row := range block.Rows {
			b.WriteString(wrap(joined(row, colon), "", "  ") + "\n")
		}
		return
	case "table":
		for i, row := range block.Rows {
			if i > 0 {
				b.WriteString(wrap(joined(row, " | "), "  - ", "    ") + "\n")
			} else {
				b.WriteString(wrap(joined(row, " | "), "    ", "    ") + "\n")
			}
		}
		return
	}
	for i, item := range block.Items {
		text := plainText(item)
		switch block.Kind {
		case "heading":
			b.WriteString(text + "\n" + strings.Repeat("-", min(utf8.RuneCountInString(text), columns)) + "\n")
		case "steps":
			n := strconv.Itoa(i+1) + ". "
			b.WriteString(wrap(text, n, strings.Repeat(" ", len(n))) + "\n")
		case "list":
			b.WriteString(wrap(text, "- ", "  ") + "\n")
		case "note":
			b.WriteString(wrap(text, "> ", "> ") + "\n")
		default:
			b.WriteString(wrap(text, "", "") + "\n")
		}
	}
}

func joined(row []Line, between string) string {
	var out []string
	for _, cell := range row {
		out = append(out, plainText(cell))
	}
	return strings.Join(out, between)
}

// wrap breaks text between words; further lines begin with rest. A word that is
// too long stays whole: it may be an address.
func wrap(text, first, rest string) string {
	var b strings.Builder
	b.WriteString(first)
	n := utf8.RuneCountInString(first)
	empty := true
	// Blanks that may not break a line, as in 35 MB, stay whole.
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }) {
		w := utf8.RuneCountInString(word)
		if !empty && n+1+w > columns {
			b.WriteString("\n" + rest)
			n, empty = utf8.RuneCountInString(rest), true
		}
		if !empty {
			b.WriteByte(' ')
			n++
		}
		b.WriteString(word)
		n += w
		empty = false
	}
	return b.String()
}
