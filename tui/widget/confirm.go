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
	case tea.KeyEnter:
		return c.Answers[c.at].Msg, true
	case tea.KeyEsc:
		return c.Answers[0].Msg, true
	}
	return nil, false
}

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
	lines = append(lines, "")
	for i, a := range c.Answers {
		if i == c.at {
			lines = append(lines, l.Accent.Paint(l.Current+" "+l.Cut(a.Label, room-6)))
		} else {
			lines = append(lines, "  "+l.Cut(a.Label, room-6))
		}
	}
	if over := len(lines) + 2 - height; over > 0 { // the answers are never lost
		keep := max(0, len(lines)-len(c.Answers)-1-over)
		lines = append(lines[:keep:keep], lines[len(lines)-len(c.Answers)-1:]...)
	}
	return l.Box(c.Title, lines, room)
}
