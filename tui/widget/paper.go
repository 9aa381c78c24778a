package widget

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
)

// Paper is a sheet for many lines, made for pasted tables: Enter is a new line
// and tabs stay tabs. It never finishes by itself, because some consoles send
// pasted text as single keys, line ends as Enter.
type Paper struct {
	// Hide, if not nil, says which characters of a line are shown as stars.
	Hide func(line []rune) []bool

	lines    [][]rune
	row, col int
}

// Text is everything on the sheet, lines ended by \n but the last.
func (p *Paper) Text() string {
	var b strings.Builder
	for n, line := range p.lines {
		if n > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(string(line))
	}
	return b.String()
}

// Set replaces what is on the sheet.
func (p *Paper) Set(text string) {
	*p = Paper{Hide: p.Hide}
	p.insert(text)
}

// Lines is how many lines hold something.
func (p *Paper) Lines() int {
	n := 0
	for _, line := range p.lines {
		if strings.TrimSpace(string(line)) != "" {
			n++
		}
	}
	return n
}

// Update edits; it says whether the key meant anything here.
func (p *Paper) Update(msg tea.KeyMsg) bool {
	p.open()
	switch msg.Type {
	case tea.KeyRunes, tea.KeySpace:
		p.insert(string(msg.Runes))
	case tea.KeyTab:
		p.insert("\t")
	case tea.KeyEnter, tea.KeyCtrlJ:
		p.insert("\n")
	case tea.KeyBackspace:
		p.backspace()
	case tea.KeyDelete:
		if p.move(1) {
			p.backspace()
		}
	case tea.KeyLeft:
		p.move(-1)
	case tea.KeyRight:
		p.move(1)
	case tea.KeyUp:
		p.row = max(0, p.row-1)
	case tea.KeyDown:
		p.row = min(len(p.lines)-1, p.row+1)
	case tea.KeyHome:
		p.col = 0
	case tea.KeyEnd:
		p.col = len(p.lines[p.row])
	default:
		return false
	}
	p.col = min(p.col, len(p.lines[p.row]))
	return true
}

func (p *Paper) open() {
	if len(p.lines) == 0 {
		p.lines = [][]rune{nil}
	}
}

// insert puts text at the cursor. Terminals end pasted lines with \r, \n or both.
func (p *Paper) insert(text string) {
	p.open()
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	for n, part := range strings.Split(text, "\n") {
		if n > 0 {
			rest := slices.Clone(p.lines[p.row][p.col:])
			p.lines[p.row] = p.lines[p.row][:p.col]
			p.row, p.col = p.row+1, 0
			p.lines = slices.Insert(p.lines, p.row, rest)
		}
		add := []rune(strings.Map(dropControl, part))
		p.lines[p.row] = slices.Insert(p.lines[p.row], p.col, add...)
		p.col += len(add)
	}
}

func dropControl(r rune) rune {
	if unicode.IsControl(r) && r != '\t' {
		return -1
	}
	return r
}

func (p *Paper) backspace() {
	if p.col > 0 {
		p.lines[p.row] = slices.Delete(p.lines[p.row], p.col-1, p.col)
		p.col--
		return
	}
	if p.row == 0 {
		return
	}
	p.col = len(p.lines[p.row-1])
	p.lines[p.row-1] = append(p.lines[p.row-1], p.lines[p.row]...)
	p.lines = slices.Delete(p.lines, p.row, p.row+1)
	p.row--
}

// move goes one character on or back, over line ends.
func (p *Paper) move(by int) bool {
	col := p.col + by
	switch {
	case col >= 0 && col <= len(p.lines[p.row]):
		p.col = col
	case by < 0 && p.row > 0:
		p.row--
		p.col = len(p.lines[p.row])
	case by > 0 && p.row < len(p.lines)-1:
		p.row, p.col = p.row+1, 0
	default:
		return false
	}
	return true
}

// View draws the lines around the cursor with their numbers.
func (p *Paper) View(l *Look, width, height int) string {
	lines := p.lines
	if len(lines) == 0 {
		lines = [][]rune{nil}
	}
	first := Window(p.row, len(lines), height)
	var out []string
	for n := first; n < min(first+height, len(lines)); n++ {
		number := l.Dim.Paint(fmt.Sprintf("%4d ", n+1))
		out = append(out, number+p.line(l, lines[n], n == p.row, width-5))
	}
	return Page(out, height)
}

// line draws one line; the one with the cursor scrolls sideways with it.
func (p *Paper) line(l *Look, runes []rune, current bool, width int) string {
	cells := l.cells(runes)
	if p.Hide != nil {
		for i, hidden := range p.Hide(runes) {
			if hidden {
				cells[i] = l.Star
			}
		}
	}
	if !current {
		return l.Cut(strings.Join(cells, ""), width)
	}
	cells = append(cells, " ")
	room, first := width-Width(cells[p.col]), p.col
	for first > 0 && room >= Width(cells[first-1]) {
		first--
		room -= Width(cells[first])
	}
	cells[p.col] = l.Cursor.Paint(cells[p.col])
	return l.Cut(strings.Join(cells[first:], ""), width)
}

// cells are the characters of a line as they are shown.
func (l *Look) cells(runes []rune) []string {
	cells := make([]string, len(runes), len(runes)+1)
	for i, r := range runes {
		switch {
		case r == '\t':
			cells[i] = l.Tab + " "
		case unicode.IsPrint(r):
			cells[i] = string(r)
		default:
			cells[i] = l.More
		}
	}
	return cells
}

// Go puts the cursor at the beginning of a line, counted from 0.
func (p *Paper) Go(row int) { p.row, p.col = max(0, min(row, len(p.lines)-1)), 0 }
