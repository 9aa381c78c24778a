package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// column is one column of a table.
type column struct {
	title string
	right bool // numbers stand to the right
	least int  // may be cut to this width; 0: never cut
}

// table prints rows under a heading, aligned by the width on screen. Cells are
// clean text.
type table struct {
	columns []column
	rows    [][]string
	more    string // stands where a cell was cut
}

func (a *app) table(columns ...column) *table {
	return &table{columns: columns, more: a.term.marks().more}
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// write prints the table, cut to the width of the terminal; 0 cuts nothing.
func (t *table) write(w io.Writer, columns int) {
	head := make([]string, len(t.columns))
	for i, c := range t.columns {
		head[i] = c.title
	}
	t.print(w, append([][]string{head}, t.rows...), columns)
}

// writeBare prints the rows without a heading.
func (t *table) writeBare(w io.Writer, columns int) { t.print(w, t.rows, columns) }

func (t *table) print(w io.Writer, rows [][]string, columns int) {
	const gap, indent = 2, 2
	widths := t.widths()
	t.shrink(widths, columns-indent-gap*(len(widths)-1), columns > 0)
	for _, row := range rows {
		var b strings.Builder
		b.WriteString(strings.Repeat(" ", indent))
		for i, cell := range row {
			if i > 0 {
				b.WriteString(strings.Repeat(" ", gap))
			}
			b.WriteString(t.pad(cell, widths[i], t.columns[i].right))
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

func (t *table) widths() []int {
	out := make([]int, len(t.columns))
	for i, c := range t.columns {
		out[i] = ansi.StringWidth(c.title)
		for _, r := range t.rows {
			out[i] = max(out[i], ansi.StringWidth(r[i]))
		}
	}
	return out
}

// shrink takes from the widest column that may be cut until all fits.
func (t *table) shrink(widths []int, room int, bounded bool) {
	sum := 0
	for _, w := range widths {
		sum += w
	}
	for bounded && sum > room {
		widest := -1
		for i, c := range t.columns {
			if c.least > 0 && widths[i] > c.least && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		widths[widest]--
		sum--
	}
}

// pad cuts or fills s to a width on screen.
func (t *table) pad(s string, width int, right bool) string {
	if ansi.StringWidth(s) > width {
		s = ansi.Truncate(s, width, t.more)
	}
	fill := strings.Repeat(" ", max(0, width-ansi.StringWidth(s)))
	if right {
		return fill + s
	}
	return s + fill
}
