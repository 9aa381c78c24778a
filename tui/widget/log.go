package widget

import tea "github.com/charmbracelet/bubbletea"

// Line is one line of a log.
type Line struct {
	Time string
	Sign string
	Ink  Ink
	Text string
}

// Log shows lines, newest last. It follows them until somebody scrolls back.
type Log struct{ back int } // lines scrolled back from the newest

// Update scrolls; it says whether the key meant anything here.
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

// View draws what is seen of lines.
func (g *Log) View(l *Look, lines []Line, width, height int) string {
	last := max(min(height, len(lines)), len(lines)-g.back)
	last = min(last, len(lines))
	var out []string
	for _, x := range lines[max(0, last-height):last] {
		lead := " " + l.Dim.Paint(x.Time) + "  " + x.Ink.Paint(x.Sign) + "  "
		out = append(out, lead+l.Cut(x.Text, width-Width(x.Time)-Width(x.Sign)-5))
	}
	return Page(out, height)
}
