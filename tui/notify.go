package tui

import (
	"context"
	"io"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
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
	switch toiling := r.toiling(); {
	case toiling && r.working.IsZero():
		r.working = r.now
	case !toiling && !r.working.IsZero():
		if r.now.Sub(r.working) >= longWork && !r.options.NoBell {
			cmds = append(cmds, r.ring())
		}
		r.working = time.Time{}
	}
	return tea.Batch(cmds...)
}

// toiling says whether something runs that comes to an end. A batch that follows has,
// once its first pass is over.
func (r *root) toiling() bool {
	b := r.session.batch
	follows := r.works.copying() && b != nil && (b.Pass > 1 || !b.NextPass.IsZero())
	return r.works.running() && !(follows && len(r.works.on) == 1)
}

// titleKeeper gives the terminal back the title that it had.
type titleKeeper struct {
	out   io.Writer
	begun bool
}

// The terminal's stack of titles (XTWINOPS of xterm, which Windows Terminal and others
// ignore; there an empty title brings back their own).
const (
	pushTitle = "\x1b[22;2t"
	popTitle  = "\x1b[23;2t"
)

// filter is called before each message is handled: after the terminal was set up, and
// before it is restored.
func (k *titleKeeper) filter(_ tea.Model, msg tea.Msg) tea.Msg {
	if !k.begun {
		k.begun = true
		_, _ = io.WriteString(k.out, pushTitle) // a terminal that is gone has no title
	}
	if _, quit := msg.(tea.QuitMsg); quit {
		_, _ = io.WriteString(k.out, ansi.SetWindowTitle("")+popTitle)
	}
	return msg
}

func (r *root) ring() tea.Cmd {
	out := r.terminal
	return r.ask(lane{stepProject, "bell"}, func(context.Context) (any, error) {
		_, _ = out.Write([]byte{'\a'}) // a terminal that is gone hears nothing
		return nil, nil
	})
}
