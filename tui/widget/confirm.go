package widget

import (
	tea "github.com/charmbracelet/bubbletea"
)

// Confirm is a question that carries its answers: each answer is a message for
// whoever asked. The first answer is the harmless one: Enter takes it.
type Confirm struct {
	Title   string
	Text    []string // paragraphs
	Answers []Answer
	at      int
	top     int // of the text, where it is scrolled
}

// Answer is one way out. Msg may be nil: then nothing happens.
type Answer struct {
	Label string
	Msg   tea.Msg
}

// Update moves between the answers. done says that one was taken; Esc takes
// the first.
func (c *Confirm) Update(msg tea.KeyMsg) (answer tea.Msg, done bool) {
	switch msg.Type {
	case tea.KeyLeft, tea.KeyUp, tea.KeyShiftTab:
		c.at = max(0, c.at-1)
	case tea.KeyRight, tea.KeyDown, tea.KeyTab:
		c.at = min(len(c.Answers)-1, c.at+1)
	case tea.KeyPgUp:
		c.top = max(0, c.top-confirmScroll)
	case tea.KeyPgDown:
		c.top += confirmScroll
	case tea.KeyEnter:
		return c.Answers[c.at].Msg, true
	case tea.KeyEsc:
		return c.Answers[0].Msg, true
	}
	return nil, false
}

// confirmScroll is how far PgUp and PgDn go in a text that doesn't fit.
const confirmScroll = 3

// View draws the question in a box.
func (c *Confirm) View(l *Look, width, height int) string {
	room := min(width, 76)
	var lines []string
	for i, p := range c.Text {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, Wrap(p, room-4)...)
	}
	if most := height - 3 - len(c.Answers); len(lines) > most { // the answers are never lost
		lines = c.window(l, lines, most, room-4)
	}
	lines = append(lines, "")
	for i, a := range c.Answers {
		if i == c.at {
			lines = append(lines, l.Accent.Paint(l.Current+" "+l.Cut(a.Label, room-6)))
		} else {
			lines = append(lines, "  "+l.Cut(a.Label, room-6))
		}
	}
	if over := len(lines) + 2 - height; over > 0 {
		lines = lines[min(over, len(lines)-len(c.Answers)):]
	}
	return l.Box(c.Title, lines, room)
}

// window is what of a long text is seen, and says that there is more.
func (c *Confirm) window(l *Look, lines []string, most, width int) []string {
	if most < 2 {
		return lines[:max(0, min(most, len(lines)))]
	}
	top := min(c.top, len(lines)-most+1)
	out := append([]string{}, lines[top:top+most-1]...)
	return append(out, l.Dim.Paint(l.Cut(l.More+" "+rest(top, len(lines)-top-most+1)+": PgUp, PgDn", width)))
}
