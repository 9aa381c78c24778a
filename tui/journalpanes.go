package tui

import (
	"strings"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// Panes on problems and on the history, for a run of one's own and for one that
// another process runs.

// problemsView shows every kind of problem once, with what to do.
func (c *core) problemsView(groups []problemGroup, table *widget.Table, w, h int) string {
	l := c.look
	head := []string{c.headline("Problems and notes", groupWords(groups), w), ""}
	if len(groups) == 0 {
		return joined(h, head, []string{l.Good.Paint(l.Done) + " None."})
	}
	g := &groups[max(0, table.At())]
	foot := append([]string{""}, c.faultOfLevel(&g.fault, g.level, w)...)
	foot = append(foot, labelled(l, "Where", strings.Join(g.places[:min(6, len(g.places))], "; "), w)...)
	if n := len(g.places) - 6; n > 0 {
		foot = append(foot, labelled(l, "", "and "+say.Count(n, "more place")+".", w)...)
	}
	columns := []widget.Column{{Title: "Problem", Width: 30, Grow: 4}, {Title: "Times", Width: 7, Right: true, Fold: 1}, {Title: "Users", Width: 6, Right: true}}
	room := min(len(groups)+1, max(3, h-len(head)-len(foot)))
	list := table.View(l, columns, w, room, func(i int) []widget.Cell {
		g := &groups[i]
		sign, ink := levelSign(l, g.level)
		return []widget.Cell{{Text: sign + " " + clean(g.fault.What), Ink: ink}, {Text: say.Number(g.count)}, {Text: say.Number(len(g.users))}}
	}, nil)
	return joined(h, head, strings.Split(list, "\n"), foot)
}

// logView shows the project's history: events, newest first. who names a user, and
// is "" for what is about all of them.
func (c *core) logView(g *widget.Log, events []engine.Event, who func(id int64) string, w, h int) string {
	l := c.look
	if len(events) == 0 {
		return joined(h, []string{c.headline("Log", "", w), "", l.Dim.Paint("Nothing yet.")})
	}
	newest, layout := events[0].At.Local(), "15:04:05"
	if day := "2 Jan 2006"; events[len(events)-1].At.Local().Format(day) != newest.Format(day) {
		layout = "_2 Jan 15:04"
	}
	head := []string{c.headline("Log", say.Count(len(events), "line")+", times in "+newest.Format("MST"), w), ""}
	room := h - len(head)
	lines := make([]widget.Line, len(events))
	for i, e := range events {
		sign, ink := levelSign(l, e.Level)
		text := clean(e.Text)
		if user := who(e.UserID); user != "" {
			text = user + ": " + text
		}
		if e.Said != "" {
			text += " (" + clean(e.Said) + ")"
		}
		lines[len(lines)-1-i] = widget.Line{Time: e.At.Local().Format(layout), Sign: sign, Ink: ink, Text: text}
	}
	return joined(h, head, strings.Split(g.View(l, lines, w, room), "\n"))
}
