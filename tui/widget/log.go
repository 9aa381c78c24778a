package widget

import tea "github.com/charmbracelet/bubbletea"

// Line is one line of a log.
type Line struct {
	Time string
	Sign string
	Ink  Ink
	Text string
}

// Log shows lines, newest last, broken where they are longer than the room is wide.
// The cursor stays on the newest until somebody goes back.
type Log struct{ back int } // from the newest

// Update moves the cursor; it says whether the key meant anything here.
func (g *Log) Update(msg tea.KeyMsg, lines int) bool {
	switch msg.Type {
	case tea.KeyUp:
		g.back++
	case tea.KeyDown:
		g.back--
	case tea.KeyPgUp:
		g.back += 10
	case tea.KeyPgDown:
		g.back -= 10
	case tea.KeyHome:
		g.back = lines
	case tea.KeyEnd:
		g.back = 0
	default:
		return false
	}
	g.back = max(0, min(g.back, lines-1))
	return true
}

// View draws what is seen of lines around the cursor.
func (g *Log) View(l *Look, lines []Line, width, height int) string {
	if len(lines) == 0 {
		return Page(nil, height)
	}
	at := max(0, len(lines)-1-g.back)
	current := lines[at].rows(l, width, true)
	var above, below []string
	for i := at - 1; i >= 0 && len(above) < height; i-- {
		above = append(lines[i].rows(l, width, false), above...)
	}
	for i := at + 1; i < len(lines) && len(below) < height; i++ {
		below = append(below, lines[i].rows(l, width, false)...)
	}
	all := append(append(above, current...), below...)
	first := min(len(above), Window(len(above)+len(current)/2, len(all), height))
	return Page(all[first:], height)
}

// rows are a line as it is seen: its time and sign, and its text beside them.
func (x Line) rows(l *Look, width int, current bool) []string {
	mark := " "
	if current {
		mark = l.Accent.Paint(l.Current)
	}
	lead := mark + " " + l.Dim.Paint(x.Time) + "  " + x.Ink.Paint(l.Fit(x.Sign, 1)) + "  "
	indent := Width(lead)
	out := Wrap(x.Text, width-indent)
	if len(out) == 0 {
		return []string{lead}
	}
	for i := range out {
		out[i] = lead + out[i]
		lead = Blank(indent)
	}
	return out
}
