package tui

import (
	"context"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// livePane is what is on screen of a project that another process runs.
type livePane int

const (
	livePaneAll livePane = iota
	livePaneUser
	livePaneProblems
	livePaneLog
)

// openPane opens the pane that a key means.
func (p *project) openPane(msg tea.KeyMsg) tea.Cmd {
	v := p.core.live
	switch at := v.table.At(); {
	case key.Matches(msg, keys.Log):
		v.pane, v.log = livePaneLog, widget.Log{}
	case key.Matches(msg, keys.Problems):
		v.pane = livePaneProblems
		return p.readProblems()
	case at >= 0 && v.pane == livePaneAll:
		v.pane, v.open, v.folders = livePaneUser, v.now.row(at).ID, widget.Table{}
		v.folders.Resize(len(v.now.folders[v.open]))
	}
	return nil
}

func (p *project) livePaneKey(msg tea.KeyMsg) tea.Cmd {
	v := p.core.live
	switch {
	case key.Matches(msg, keys.Back, keys.Enter):
		v.pane = livePaneAll
	case key.Matches(msg, keys.Problems, keys.Log):
		return p.openPane(msg)
	case v.pane == livePaneUser:
		v.folders.Update(msg)
	case v.pane == livePaneProblems:
		v.faults.Update(msg)
	case v.pane == livePaneLog:
		v.log.Update(msg, len(v.now.events))
	}
	return nil
}

func (p *project) livePaneKeys() []key.Binding {
	out := []key.Binding{keys.Scroll}
	if v := p.core.live; v.pane != livePaneProblems {
		out = append(out, named(keys.Problems, "problems"))
	}
	if p.core.live.pane != livePaneLog {
		out = append(out, keys.Log)
	}
	return append(out, named(keys.Back, "close"))
}

func (p *project) livePaneView(w, h int) string {
	v := p.core.live
	switch v.pane {
	case livePaneLog:
		return p.logView(&v.log, v.now.events, v.now.whose, w, h)
	case livePaneProblems:
		if v.groups == nil && p.waiting(laneProblems) {
			return joined(h, []string{p.headline("Problems and notes", "", w), "", p.look.Accent.Paint(p.look.Spinner(p.frame)) + " Reading the journal."})
		}
		return p.problemsView(v.groups, &v.faults, w, h)
	}
	return p.liveUserView(w, h)
}

// liveUserView shows one user by folder, as far as the journal knows.
func (p *project) liveUserView(w, h int) string {
	l, v := p.look, p.core.live
	t, list := v.now.tallies[v.open], v.now.folders[v.open]
	seen := l.Dim.Paint("seen " + say.Clock(v.now.at))
	if u := v.now.status(v.open); u != nil {
		state := p.state(v.now.stand, u)
		seen = state.Ink.Paint(state.Text) + "   " + seen
	}
	head := append([]string{p.headline(v.now.whose(v.open), seen, w)}, p.liveUserSum(t, w)...)
	head = append(head, "")
	foot := p.liveUserEvents(w, min(4, h/5))
	table := v.folders.View(l, liveFolderColumns, w, max(3, h-len(head)-len(foot)), func(i int) []widget.Cell { return liveFolder(l, &list[i]) }, nil)
	return joined(h, head, strings.Split(table, "\n"), foot)
}

// liveUserSum is how much of a user's mail is there.
func (p *project) liveUserSum(t engine.Tally, w int) []string {
	l, v := p.look, p.core.live
	if u := v.now.status(v.open); u != nil {
		out := p.userSum(u, w)
		if u.Why != "" {
			out = append(out, l.Attention.Paint(l.Cut(clean(u.Why), w)))
		}
		return out
	}
	var out []string
	total := v.now.kept.Users[v.open].Messages
	there, size := brought(t)
	words := say.Count(there, "message")
	if total >= there && total > 0 {
		words = say.Number(there) + " of about " + say.Count(total, "message")
		out = append(out, l.Gauge(min(0.9999, float64(there)/float64(total)), min(w, 84)))
	}
	words += ", " + say.Size(size) + ": " + say.Number(t.Copied) + " copied, " + say.Number(t.Present) + " were there, " + say.Number(t.Skipped) + " left out, " + say.Number(t.Failed) + " refused"
	return append(out, paragraph(words, w)...)
}

var liveFolderColumns = []widget.Column{
	{Title: "Folder", Width: 18, Grow: 3},
	{Title: "Goes to", Width: 16, Grow: 2, Fold: 3},
	{Title: "Messages", Width: 9, Right: true},
	{Title: "Size", Width: 7, Right: true, Fold: 2},
	{Title: "Left out", Width: 8, Right: true},
	{Title: "Failed", Width: 6, Right: true},
}

func liveFolder(l *widget.Look, c *engine.FolderCount) []widget.Cell {
	var t engine.Tally
	t.AddCount(*c)
	there, size := brought(t)
	some := func(n int, ink widget.Ink) widget.Cell {
		if n == 0 {
			ink = l.Dim
		}
		return widget.Cell{Text: say.Number(n), Ink: ink}
	}
	to := widget.Cell{Text: clean(strings.Join(c.Folder.DestPath, "/")), Ink: l.Dim}
	switch {
	case c.Folder.Refusal != "":
		to = widget.Cell{Text: l.Failed + " can't be made", Ink: l.Bad}
	case c.Folder.Renamed != "":
		to.Text = l.Glyphs.Attention + " " + to.Text
	}
	return []widget.Cell{{Text: clean(strings.Join(c.Folder.Path, "/"))}, to, {Text: say.Number(there)},
		{Text: say.Size(size), Ink: l.Dim}, some(t.Skipped, l.Attention), some(t.Failed, l.Bad)}
}

// liveUserEvents are what happened to the user last, oldest first.
func (p *project) liveUserEvents(w, most int) []string {
	l, v := p.look, p.core.live
	var out []string
	for _, e := range v.now.events {
		if e.UserID == v.open && len(out) < most {
			sign, ink := levelSign(l, e.Level)
			out = append([]string{l.Dim.Paint(e.At.Local().Format("15:04:05")) + " " + ink.Paint(sign) + " " + l.Cut(clean(e.Text), w-11)}, out...)
		}
	}
	if len(out) > 0 {
		out = append([]string{""}, out...)
	}
	return out
}

// whose is the name of a user; "" where there is none.
func (s *liveSnap) whose(id int64) string {
	for _, u := range s.users {
		if u.ID == id {
			return name(u)
		}
	}
	return ""
}

func (p *project) readProblems() tea.Cmd {
	v := p.core.live
	if p.waiting(laneProblems) {
		return nil
	}
	f, s := v.of.file, v.now
	if s.stand != nil {
		v.groups = groupProblems(s.stand.Users)
		v.faults.Resize(len(v.groups))
		return nil
	}
	return p.ask(laneProblems, func(ctx context.Context) (any, error) { return journalProblems(ctx, f, s) })
}

func (p *project) takeProblems(r reply) {
	v := p.core.live
	if v == nil {
		return
	}
	if r.err != nil {
		v.fault = faultOf(r.err)
		return
	}
	v.groups, _ = r.value.([]problemGroup)
	v.faults.Resize(len(v.groups))
}
