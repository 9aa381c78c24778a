package tui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
)

// Like io.go: what reads and writes may wait, and runs in commands only.

// docPlace is where a project keeps which step was last on screen, by its title:
// places in the journey change when a step comes in between.
const docPlace = "wizard/place"

func readPlace(ctx context.Context, f engine.ProjectFile) (string, error) {
	doc, err := f.Kept(ctx, docPlace)
	return engine.Clean(string(doc), 40), err
}

// keepPlace notes which step is on screen, so that the next start goes on there.
// A look back at the project is no place to go on from.
func (r *root) keepPlace() tea.Cmd {
	f, title := r.session.file, r.steps[r.at].Title()
	if !r.session.open() || r.live != nil || r.at == stepProject || title == r.session.place {
		return nil
	}
	r.session.place = title
	return r.ask(lane{stepProject, "place"}, func(ctx context.Context) (any, error) { return nil, f.Keep(ctx, docPlace, []byte(title)) })
}

// placeOf is the step with this title, if there is one.
func (c *core) placeOf(title string) (stepID, bool) {
	for i, s := range c.steps {
		if strings.EqualFold(s.Title(), title) {
			return stepID(i), true
		}
	}
	return 0, false
}
