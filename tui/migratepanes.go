package tui

import (
	"strings"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// userView shows one user by folder.
func (m *migrate) userView(w, h int) string {
	l := m.look
	u := m.user(m.open)
	state := m.state(m.session.batch, u)
	head := []string{m.headline(name(u.User), state.Ink.Paint(state.Text), w)}
	head = append(head, m.userSum(u, w)...)
	if u.Why != "" {
		words := clean(u.Why)
		if u.State == engine.UserWaiting && !u.Until.IsZero() {
			words = "In " + say.Countdown(u.Until.Sub(m.session.batch.At)) + " it goes on. " + words
		}
		head = append(head, signed(l.Wait, l.Attention, words, w)...)
	}
	head = append(head, "")
	var foot []string
	if n := len(u.Problems); n > 0 {
		foot = append(foot, "")
		for _, p := range u.Problems[max(0, n-3):] {
			foot = append(foot, m.problemLine(p, w))
		}
	}
	columns := []widget.Column{{Title: "Folder", Width: 18, Grow: 3}, {Title: "Goes to", Width: 16, Grow: 2, Fold: 3},
		{Title: "Messages", Width: 17, Right: true}, {Title: "Size", Width: 7, Right: true, Fold: 2}, {Title: "State", Width: 14}}
	table := m.folders.View(l, columns, w, max(3, h-len(head)-len(foot)), func(i int) []widget.Cell { return m.folderRow(&u.Folders[i]) }, nil)
	return joined(h, head, strings.Split(table, "\n"), foot)
}

// userSum is the bar and the counts of one user.
func (c *core) userSum(u *engine.UserStatus, w int) []string {
	whole, size, _ := u.Whole()
	there, brought := u.Sum.There()
	about := ""
	if !u.Scanned {
		about = "about "
	}
	words := say.Number(there) + " of " + about + say.Count(whole, "message") + ", " + say.Size(brought) + " of " + about + say.Size(size)
	if u.Sum.Failed > 0 {
		words += "; " + say.Number(u.Sum.Failed) + " refused"
	}
	if out := leftOutWords(u.Sum); out != "" {
		words += "; " + out
	}
	return append([]string{c.look.Gauge(progress(u.Sum, whole, size, u.Scanned), min(w, 84))}, paragraph(words+".", w)...)
}

// below shows what the user under the cursor is at, where there is room for it:
// folders that aren't done yet come first.
func (m *migrate) below(w, height int) []string {
	u := m.current()
	if u == nil || height < 6 || len(u.Folders) == 0 {
		return nil
	}
	l := m.look
	var first, last []string
	for i := range u.Folders {
		f := &u.Folders[i]
		if f.Done && f.Err == nil {
			last = append(last, m.folderLine(f, w-4))
			continue
		}
		first = append(first, m.folderLine(f, w-4))
	}
	lines := append(first, last...)
	if room := min(height-3, 12); len(lines) > room {
		lines = append(lines[:room-1:room-1], l.Dim.Paint(l.More+" "+say.Number(len(lines)-room+1)+" more: press d"))
	}
	return append([]string{""}, strings.Split(l.Box(name(u.User), lines, w), "\n")...)
}

func (c *core) folderLine(f *engine.FolderStatus, w int) string {
	l := c.look
	row := c.folderRow(f)
	whole, size := f.Sum.ToCopy()
	bar := l.Thin(progress(f.Sum, whole, size, f.Done), 16)
	tail := bar.Ink.Paint(bar.Text) + l.Dim.Paint(bar.Rest) + "  " + l.FitRight(row[2].Text, 17) + "  " + row[4].Ink.Paint(l.Fit(row[4].Text, 13))
	return l.Fit(row[0].Text, w-widget.Width(tail)-2) + "  " + tail
}

func (c *core) folderRow(f *engine.FolderStatus) []widget.Cell {
	l := c.look
	state := widget.Cell{Text: l.Todo + " to do", Ink: l.Dim}
	switch {
	case f.Err != nil:
		state = widget.Cell{Text: l.Failed + " failed", Ink: l.Bad}
	case f.Done:
		state = widget.Cell{Text: l.Done + " done", Ink: l.Good}
	case f.Sum.Total > 0 && f.Sum.Settled() >= f.Sum.Total:
		state = widget.Cell{Text: l.Done + " copied", Ink: l.Good}
	case f.Sum.Settled() > 0:
		state = widget.Cell{Text: l.Spinner(c.frame) + " under way", Ink: l.Accent}
	}
	whole, size := f.Sum.ToCopy()
	there, _ := f.Sum.There()
	dest := widget.Cell{Text: clean(f.Dest), Ink: l.Dim}
	if f.Renamed != "" {
		dest.Text = l.Glyphs.Attention + " " + dest.Text
	}
	return []widget.Cell{{Text: clean(f.Path)}, dest, {Text: say.Number(there) + " / " + say.Number(whole)},
		{Text: say.Size(size), Ink: l.Dim}, state}
}

func (c *core) problemLine(p engine.Problem, w int) string {
	l := c.look
	sign, ink := levelSign(l, p.Level)
	words := clean(p.Fault.What)
	if p.Folder != "" {
		words = clean(p.Folder) + ": " + words
	}
	if p.Count > 1 {
		words += " (" + say.Number(p.Count) + " times)"
	}
	return ink.Paint(sign) + " " + l.Cut(words, w-2)
}
