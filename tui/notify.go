package tui

import (
	"context"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// longWork is what the bell tells of: whoever waits for less is still there.
const longWork = 20 * time.Second

// title is what goes on, for the terminal's own title.
func (r *root) title() string {
	s := r.session.batch
	switch {
	case r.works.copying() && s != nil && !s.NextPass.IsZero():
		return "mxodus: following"
	case r.works.copying() && s != nil:
		done := 0
		for i := range s.Users {
			if s.Users[i].State.Finished() {
				done++
			}
		}
		return "mxodus: copying, " + strconv.Itoa(done) + " of " + strconv.Itoa(len(s.Users)) + " done"
	case r.works.testing():
		return "mxodus: testing"
	case r.works.verifying():
		return "mxodus: verifying"
	}
	if p := r.shown(); p != nil && p.Company != "" {
		return "mxodus: " + clean(p.Company)
	}
	return "mxodus"
}

// notify keeps the terminal's title true, and rings once long work has ended.
func (r *root) notify() tea.Cmd {
	var cmds []tea.Cmd
	if title := r.title(); title != r.titled {
		r.titled = title
		cmds = append(cmds, tea.SetWindowTitle(title))
	}
	switch running := r.works.running(); {
	case running && r.working.IsZero():
		r.working = r.now
	case !running && !r.working.IsZero():
		if r.now.Sub(r.working) >= longWork && !r.options.NoBell {
			cmds = append(cmds, r.ring())
		}
		r.working = time.Time{}
	}
	return tea.Batch(cmds...)
}

func (r *root) ring() tea.Cmd {
	out := r.terminal
	return r.ask(lane{stepProject, "bell"}, func(context.Context) (any, error) {
		_, _ = out.Write([]byte{'\a'}) // a terminal that is gone hears nothing
		return nil, nil
	})
}
