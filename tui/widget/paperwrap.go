package widget

import "strconv"

// Prose is a Paper for running text: long lines go on in the next row of the
// screen, broken between words where that is possible.
type Prose struct{ Paper }

// piece is a part of a line that stands in one row of the screen.
type piece struct{ line, from, to int }

// View draws the rows around the cursor; the first of each line has its number.
func (p *Prose) View(l *Look, width, height int) string {
	p2 := p.Paper
	p2.open() // View changes nothing
	width = max(2, width-5)
	var rows []piece
	at := 0
	for n, line := range p2.lines {
		from := 0
		for _, to := range breaks(line, width) {
			if n == p2.row && p2.col >= from {
				at = len(rows)
			}
			rows = append(rows, piece{n, from, to})
			from = to
		}
	}
	first := Window(at, len(rows), height)
	var out []string
	for i := first; i < min(first+height, len(rows)); i++ {
		lead := Blank(5)
		if rows[i].from == 0 {
			lead = l.Dim.Paint(l.FitRight(strconv.Itoa(rows[i].line+1), 4)) + " "
		}
		col := -1
		if i == at {
			col = p2.col - rows[i].from
		}
		out = append(out, lead+l.prose(p2.lines[rows[i].line][rows[i].from:rows[i].to], col, width))
	}
	return Page(out, height)
}

// breaks says where the rows of a line end; the last is its end. The blank
// after a word stays in its row.
func breaks(line []rune, width int) (ends []int) {
	from, blank, used := 0, 0, 0
	for i, r := range line {
		used += runeWidth(r)
		if used >= width && i > from {
			to := i
			if blank > from {
				to = blank
			}
			ends = append(ends, to)
			from, used = to, 0
			for _, r := range line[to : i+1] {
				used += runeWidth(r)
			}
		}
		if r == ' ' {
			blank = i + 1
		}
	}
	return append(ends, len(line))
}

func runeWidth(r rune) int {
	if r == '\t' {
		return 2
	}
	return max(1, Width(string(r)))
}

// prose draws a row, with the cursor at col if that is not negative.
func (l *Look) prose(runes []rune, col, width int) string {
	cells := l.cells(runes)
	if col >= 0 {
		cells = append(cells, " ")
		cells[min(col, len(cells)-1)] = l.Cursor.Paint(cells[min(col, len(cells)-1)])
	}
	out := ""
	for _, c := range cells {
		out += c
	}
	return l.Cut(out, width)
}
