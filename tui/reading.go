package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/tui/widget"
)

// reading lies over a step: text for which the step has no room.
type reading struct {
	title  string
	lines  func(width int) []string
	scroll widget.Scroll
}

// readMsg asks the root for a reading.
type readMsg struct{ of *reading }

func read(title string, lines func(width int) []string) tea.Cmd {
	return send(readMsg{&reading{title: title, lines: lines}})
}

const readingHead = 2

func (r *root) readingView(w, h int) string {
	text := r.reading.scroll.View(r.look, r.reading.lines(w), w, h-readingHead)
	return joined(h, []string{r.headline(r.reading.title, "", w), ""}, strings.Split(text, "\n"))
}

func (r *root) readingKey(msg tea.KeyMsg) {
	if key.Matches(msg, keys.Back, keys.Enter) {
		r.over, r.reading = overNothing, nil
		return
	}
	w, h := body(r.width, r.height)
	room := h - readingHead - 1 // its last line says how much there is beyond
	r.reading.scroll.Update(msg, len(r.reading.lines(w))-room+1)
}
