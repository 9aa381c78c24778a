package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// filter narrows a table to rows that hold a text.
type filter struct {
	input widget.Input
	open  bool // being typed
}

// update takes keys while it is typed; it says whether it took this one. Enter
// keeps the filter, Esc takes it away.
func (f *filter) update(msg tea.KeyMsg) bool {
	switch {
	case !f.open && key.Matches(msg, keys.Filter):
		f.open = true
	case !f.open && f.input.Value() != "" && key.Matches(msg, keys.Back):
		f.input.Set("")
	case !f.open:
		return false
	case key.Matches(msg, keys.Enter):
		f.open = false
	case key.Matches(msg, keys.Back):
		f.input.Set("")
		f.open = false
	case msg.Type == tea.KeyUp, msg.Type == tea.KeyDown:
		return false
	default:
		f.input.Update(msg)
	}
	return true
}

// shows says whether a row with these texts is shown.
func (f *filter) shows(texts ...string) bool {
	want := strings.ToLower(strings.TrimSpace(f.input.Value()))
	if want == "" {
		return true
	}
	for _, t := range texts {
		if strings.Contains(strings.ToLower(t), want) {
			return true
		}
	}
	return false
}

// line is what stands on screen while there is a filter; none otherwise.
func (f *filter) line(l *widget.Look, width, shown, of int) []string {
	if !f.open && f.input.Value() == "" {
		return nil
	}
	words := l.Dim.Paint(say.Number(shown) + " of " + say.Number(of) + " shown")
	return []string{l.Spread(l.Accent.Paint("filter")+" "+f.input.View(l, max(8, min(30, width-30)), f.open, false), words, width)}
}

func (f *filter) keys() []key.Binding {
	return []key.Binding{named(keys.Enter, "keep the filter"), named(keys.Back, "take it away")}
}
