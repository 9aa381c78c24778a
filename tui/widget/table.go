package widget

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// Column is one column of a table.
type Column struct {
	Title string
	Width int  // what it needs; 0: it is not shown
	Grow  int  // its share of what is left over; 0: none
	Right bool // numbers stand at the right
	// Fold says which columns go first when room is short: the highest. Those
	// with 0 stay.
	Fold int
}

// Cell is one cell: plain text and how to paint it. Rest follows it, dim.
type Cell struct {
	Text string
	Ink  Ink
	Rest string
}

// Table is a cursor on rows that its owner holds. Only the rows that are seen
// are asked for.
type Table struct {
	at, n int
}

// At is the row under the cursor; -1 when there is none.
func (t *Table) At() int {
	if t.n == 0 {
		return -1
	}
	return t.at
}

// Resize says how many rows there are; the cursor stays inside.
func (t *Table) Resize(n int) {
	t.n = n
	t.Go(t.at)
}

// Go puts the cursor on a row.
func (t *Table) Go(row int) { t.at = max(0, min(row, t.n-1)) }

// Update moves the cursor; it says whether the key meant anything here.
func (t *Table) Update(msg tea.KeyMsg) bool {
	switch msg.Type {
	case tea.KeyUp:
		t.Go(t.at - 1)
	case tea.KeyDown:
		t.Go(t.at + 1)
	case tea.KeyPgUp:
		t.Go(t.at - 10)
	case tea.KeyPgDown:
		t.Go(t.at + 10)
	case tea.KeyHome:
		t.Go(0)
	case tea.KeyEnd:
		t.Go(t.n - 1)
	default:
		return false
	}
	return true
}

const tableGap = 2

// View draws the head and the rows around the cursor. Each row gets its cells
// from row, one for each of columns; marked may be nil.
func (t *Table) View(l *Look, columns []Column, width, height int, row func(i int) []Cell, marked func(i int) bool) string {
	widths := layout(columns, width-3)
	lines := make([]string, 0, height)
	lines = append(lines, l.head(columns, widths))
	room := height - 1
	if t.n > room {
		room--
	}
	first := Window(t.at, t.n, room)
	last := min(first+room, t.n)
	for i := first; i < last; i++ {
		lines = append(lines, l.row(columns, widths, row(i), i == t.at, marked != nil && marked(i), width))
	}
	if t.n > room && room > 0 {
		lines = append(lines, l.Dim.Paint(l.Cut("   "+l.More+" "+rest(first, t.n-last), width)))
	}
	return Page(lines[:min(len(lines), height)], height)
}

func rest(above, below int) string {
	switch {
	case above == 0:
		return strconv.Itoa(below) + " more below"
	case below == 0:
		return strconv.Itoa(above) + " more above"
	}
	return strconv.Itoa(above) + " more above, " + strconv.Itoa(below) + " below"
}

func (l *Look) head(columns []Column, widths []int) string {
	var b strings.Builder
	b.WriteString("   ")
	for i, c := range columns {
		l.cell(&b, c.Title, widths[i], c.Right, i == 0)
	}
	return l.Dim.Paint(strings.TrimRight(b.String(), " "))
}

// row draws one row. The one under the cursor is painted as a whole, so that
// its colours don't fight with the background.
func (l *Look) row(columns []Column, widths []int, cells []Cell, selected, marked bool, width int) string {
	var b strings.Builder
	lead := [2]string{" ", " "}
	if selected {
		lead[0] = l.Current
	}
	if marked {
		lead[1] = l.Mark
	}
	if !selected {
		b.WriteString(lead[0] + l.Accent.Paint(lead[1]) + " ")
	} else {
		b.WriteString(lead[0] + lead[1] + " ")
	}
	for i, c := range cells {
		if widths[i] == 0 {
			continue
		}
		if i > 0 {
			b.WriteString(blanks[:tableGap])
		}
		b.WriteString(l.content(c, columns[i], widths[i], selected))
	}
	if selected {
		return l.Select.Paint(l.Fit(b.String(), width))
	}
	return b.String()
}

// content is one cell, filled up to its width.
func (l *Look) content(c Cell, column Column, width int, selected bool) string {
	switch {
	case c.Rest != "" && selected:
		return l.Fit(c.Text+c.Rest, width)
	case c.Rest != "":
		return l.Fit(c.Ink.Paint(c.Text)+l.Dim.Paint(c.Rest), width)
	}
	text := l.Fit(c.Text, width)
	if column.Right {
		text = l.FitRight(c.Text, width)
	}
	if selected {
		return text
	}
	return c.Ink.Paint(text)
}

func (l *Look) cell(b *strings.Builder, text string, width int, right, first bool) {
	if width == 0 {
		return
	}
	if !first {
		b.WriteString(blanks[:tableGap])
	}
	if right {
		b.WriteString(l.FitRight(text, width))
		return
	}
	b.WriteString(l.Fit(text, width))
}

// layout shares width among columns; folded ones get 0. The first column
// shrinks when even those that stay don't fit.
func layout(columns []Column, width int) []int {
	widths := make([]int, len(columns))
	need, grow := -tableGap, 0
	for i, c := range columns {
		if c.Width > 0 {
			widths[i] = c.Width
			need += c.Width + tableGap
		}
	}
	for need > width {
		worst := -1
		for i, c := range columns {
			if widths[i] > 0 && c.Fold > 0 && (worst < 0 || c.Fold >= columns[worst].Fold) {
				worst = i
			}
		}
		if worst < 0 {
			widths[0] = max(1, widths[0]-(need-width))
			return widths
		}
		need -= widths[worst] + tableGap
		widths[worst] = 0
	}
	for i, c := range columns {
		if widths[i] > 0 {
			grow += c.Grow
		}
	}
	spare := width - need
	for i, c := range columns {
		if widths[i] > 0 && c.Grow > 0 {
			share := spare * c.Grow / grow
			widths[i] += share
			spare -= share
			grow -= c.Grow
		}
	}
	return widths
}
