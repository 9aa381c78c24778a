package widget

import (
	tea "github.com/charmbracelet/bubbletea"
)

// Scroll shows lines that may be more than there is room for.
type Scroll struct{ top int }

// Update scrolls; it says whether the key meant anything here.
func (s *Scroll) Update(msg tea.KeyMsg, lines int) bool {
	switch msg.Type {
	case tea.KeyUp:
		s.top--
	case tea.KeyDown:
		s.top++
	case tea.KeyPgUp:
		s.top -= 10
	case tea.KeyPgDown:
		s.top += 10
	case tea.KeyHome:
		s.top = 0
	case tea.KeyEnd:
		s.top = lines
	default:
		return false
	}
	s.top = max(0, min(s.top, lines-1))
	return true
}

// View draws what is seen, and says how much there is beyond.
func (s *Scroll) View(l *Look, lines []string, width, height int) string {
	if len(lines) <= height {
		return Page(lines, height)
	}
	room := height - 1
	top := max(0, min(s.top, len(lines)-room))
	out := append([]string{}, lines[top:top+room]...)
	below := len(lines) - top - room
	out = append(out, l.Dim.Paint(l.Cut(l.More+" "+rest(top, below), width)))
	return Page(out, height)
}
