package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// column is one column of a table.
type column struct {
	title string
	right bool // numbers stand to the right
	least int  // may be cut to this width; 0: never cut
	fold  bool // may be left off where the terminal is narrow, the last one first
}

// table prints rows under a heading, aligned by the width on screen. Cells are
// clean text.
type table struct {
	columns []column
	rows    [][]string
	more    string // stands where a cell was cut
	loud    bool   // each row is a line of its own
}

func (a *app) table(columns ...column) *table {
	return &table{columns: columns, more: a.term.marks().more, loud: a.loud}
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// write prints the table, cut to the width of the terminal; 0 cuts nothing.
func (t *table) write(w io.Writer, columns int) {
	if t.loud {
		t.printAloud(w, t.rows)
		return
	}
	head := make([]string, len(t.columns))
	for i, c := range t.columns {
		head[i] = c.title
	}
	t.print(w, append([][]string{head}, t.rows...), columns)
}

// writeBare prints the rows without a heading.
func (t *table) writeBare(w io.Writer, columns int) {
	if t.loud {
		t.printAloud(w, t.rows)
		return
	}
	t.print(w, t.rows, columns)
}

func (t *table) print(w io.Writer, rows [][]string, columns int) {
	widths := t.widths()
	shown := t.fold(widths, columns)
	t.shrink(widths, shown, columns)
	for _, row := range rows {
		var b strings.Builder
		b.WriteString(strings.Repeat(" ", indent))
		for n, i := range shown {
			if n > 0 {
				b.WriteString(strings.Repeat(" ", gap))
			}
			b.WriteString(t.pad(row[i], widths[i], t.columns[i].right))
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// A table's margin, and what is between columns.
const indent, gap = 2, 2

// fold chooses the columns that fit: those that say nothing but 0 are left off
// first, then any that may be.
func (t *table) fold(widths []int, room int) []int {
	shown := make([]int, len(t.columns))
	for i := range shown {
		shown[i] = i
	}
	for _, empty := range []bool{true, false} {
		for i := len(t.columns) - 1; i >= 0 && room > 0; i-- {
			least := indent - gap
			for _, j := range shown {
				least += gap + widths[j]
				if t.columns[j].least > 0 {
					least += min(0, t.columns[j].least-widths[j])
				}
			}
			if least > room && t.columns[i].fold && (!empty || t.empty(i)) {
				shown = slices.DeleteFunc(shown, func(j int) bool { return j == i })
			}
		}
	}
	return shown
}

func (t *table) empty(column int) bool {
	return !slices.ContainsFunc(t.rows, func(r []string) bool { return r[column] != "0" })
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

// shrink takes from the widest column that may be cut until all fit.
func (t *table) shrink(widths, shown []int, room int) {
	sum := indent - gap
	for _, i := range shown {
		sum += gap + widths[i]
	}
	for ; room > 0 && sum > room; sum-- {
		widest := -1
		for _, i := range shown {
			if c := t.columns[i]; c.least > 0 && widths[i] > c.least && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		widths[widest]--
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
