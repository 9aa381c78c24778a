package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/tui/widget"
)

// The mouse does what keys do, and nothing that keys can't: the wheel is Up and Down, a
// click on a step goes there, and one on a row of a table puts the cursor on it. It is
// off unless asked for: a terminal whose mouse a program has no longer marks text.

// wheelRows is how far the wheel goes at once.
const wheelRows = 3

func (r *root) mouse(m tea.MouseMsg) tea.Cmd {
	typing := r.over == overNothing && r.steps[r.at].Typing()
	if r.question != nil || r.over == overHelp || typing || r.width < leastWidth || r.height < leastHeight {
		return nil
	}
	switch {
	case m.Button == tea.MouseButtonWheelUp:
		return r.pressed(tea.KeyUp, wheelRows)
	case m.Button == tea.MouseButtonWheelDown:
		return r.pressed(tea.KeyDown, wheelRows)
	case m.Button != tea.MouseButtonLeft || m.Action != tea.MouseActionPress:
		return nil
	}
	if id, ok := r.stepAt(m.X, m.Y); ok && r.over == overNothing {
		return r.goTo(id, nil)
	}
	if rows := r.rowsAway(m.X, m.Y); rows < 0 {
		return r.pressed(tea.KeyUp, -rows)
	} else {
		return r.pressed(tea.KeyDown, rows)
	}
}

// pressed is a key, so many times.
func (r *root) pressed(key tea.KeyType, times int) tea.Cmd {
	var cmds []tea.Cmd
	for range times {
		cmds = append(cmds, r.key(tea.KeyMsg{Type: key}))
	}
	return tea.Batch(cmds...)
}

// bodyTop is the line of the screen on which a step begins.
func (r *root) bodyTop() int {
	if r.width >= railFrom {
		return headLines
	}
	return headLines + railLines
}

// stepAt is the step whose name, or sign, is at a place on the screen.
func (r *root) stepAt(x, y int) (stepID, bool) {
	if r.width < railFrom { // the signs stand side by side
		return stepID(x - 1), y == 1 && x >= 1 && x <= len(r.steps)
	}
	_, h := body(r.width, r.height)
	rows := r.railRows(h)
	if at := y - headLines; x < railWidth-1 && at >= 0 && at < len(rows) {
		return rows[at].step, rows[at].text != ""
	}
	return 0, false
}

// rowsAway is how many rows a place is below the one under the cursor: tables have it
// at their left edge. 0: it is no row.
func (r *root) rowsAway(x, y int) int {
	w, h := body(r.width, r.height)
	lines, at := strings.Split(r.content(w, h), "\n"), y-r.bodyTop()
	if at < 0 || at >= len(lines) || r.width >= railFrom && x < railWidth {
		return 0
	}
	for i, line := range lines {
		if !strings.HasPrefix(widget.Plain(line), r.look.Current) {
			continue
		}
		for _, between := range lines[min(i, at) : max(i, at)+1] {
			if strings.TrimSpace(widget.Plain(between)) == "" {
				return 0
			}
		}
		return at - i
	}
	return 0
}
