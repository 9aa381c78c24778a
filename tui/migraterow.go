package tui

import (
	"slices"
	"strconv"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// barWidth is how wide the bar of one user is.
func barWidth(w int) int { return max(10, min(28, (w-72)/2)) }

func batchColumns(w int) []widget.Column {
	return []widget.Column{
		{Title: "User", Width: 20, Grow: 3},
		{Title: "State", Width: 17, Grow: 1},
		{Title: "Progress", Width: barWidth(w), Fold: 4},
		{Title: "Messages", Width: 17, Right: true},
		{Title: "Size", Width: 7, Right: true, Fold: 5},
		{Title: "Rate", Width: 7, Right: true, Fold: 3},
		{Title: "Left", Width: 10, Right: true, Fold: 2},
		{Title: "Problems", Width: 8, Right: true, Fold: 6},
	}
}

// batchRow is a user of a run under way.
func (c *core) batchRow(b *engine.BatchStatus, u *engine.UserStatus, w int) []widget.Cell {
	l := c.look
	speed, left := "-", "-"
	if !u.State.Finished() {
		if u.Rate > 0 {
			speed = say.PerSecond(u.Rate) + "/s"
		}
		if u.Left > 0 {
			left = say.Span(u.Left)
		}
	}
	problems := widget.Cell{Text: "-", Ink: l.Dim}
	if n := grave(u.Problems); n > 0 {
		problems = widget.Cell{Text: strconv.Itoa(n), Ink: l.Attention}
	}
	whole, size, known := u.Whole()
	bar := l.Thin(progress(u.Sum, whole, size, u.Scanned), barWidth(w))
	messages, bytes := widget.Cell{Text: "-", Ink: l.Dim}, widget.Cell{Text: "-", Ink: l.Dim}
	if there, _ := u.Sum.There(); known || whole > 0 {
		about := ""
		if !u.Scanned {
			about = "~"
		}
		messages = widget.Cell{Text: say.Number(there) + " / " + about + say.Number(whole)}
		bytes.Text = say.Size(size)
	}
	return []widget.Cell{{Text: name(u.User)}, c.state(b, u), bar, messages, bytes,
		{Text: speed, Ink: l.Dim}, {Text: left, Ink: l.Dim}, problems}
}

// endedColumns are of a run that is over: what became of the messages.
var endedColumns = []widget.Column{
	{Title: "User", Width: 20, Grow: 3},
	{Title: "State", Width: 12, Grow: 1},
	{Title: "Messages", Width: 9, Right: true, Fold: 2},
	{Title: "Size", Width: 7, Right: true, Fold: 3},
	{Title: "There", Width: 9, Right: true},
	{Title: "Left out", Width: 8, Right: true, Fold: 1},
	{Title: "Refused", Width: 7, Right: true},
	{Title: "To do", Width: 6, Right: true},
}

// endedRow is a user of a run that is over: the columns from There on add up to
// Messages.
func (c *core) endedRow(b *engine.BatchStatus, u *engine.UserStatus) []widget.Cell {
	l := c.look
	some := func(n int, ink widget.Ink) widget.Cell {
		if n <= 0 {
			return widget.Cell{Text: "0", Ink: l.Dim}
		}
		return widget.Cell{Text: say.Number(n), Ink: ink}
	}
	whole, size, _ := u.Whole()
	there, _ := u.Sum.There()
	return []widget.Cell{{Text: name(u.User)}, c.state(b, u), {Text: say.Number(whole + u.Sum.Skipped)}, {Text: say.Size(size), Ink: l.Dim},
		{Text: say.Number(there)}, some(u.Sum.Skipped, l.Attention), some(u.Sum.Failed, l.Bad), some(whole-there-u.Sum.Failed, l.Attention)}
}

// progress is how much of what is to be copied is there; known says that the whole is
// known for certain.
func progress(t engine.Tally, whole int, bytes int64, known bool) float64 {
	there, size := t.There()
	switch {
	case whole <= 0 && known:
		return 1
	case whole <= 0 || there == 0:
		return 0
	case there >= whole && known:
		return 1
	}
	return min(0.9999, (float64(there)/float64(whole)+float64(size+1)/float64(bytes+1))/2)
}

// state is where a user stands, in a cell.
func (c *core) state(b *engine.BatchStatus, u *engine.UserStatus) widget.Cell {
	l := c.look
	switch u.State {
	case engine.UserDone:
		return widget.Cell{Text: l.Done + " done", Ink: l.Good}
	case engine.UserAttention:
		return widget.Cell{Text: l.Glyphs.Attention + " look at it", Ink: l.Attention}
	case engine.UserFailed:
		return widget.Cell{Text: l.Failed + " failed", Ink: l.Bad}
	case engine.UserPaused:
		if c.session.goesFirst(u.User.ID) {
			return widget.Cell{Text: l.Paused + " paused, next", Ink: l.Attention}
		}
		return widget.Cell{Text: l.Paused + " paused", Ink: l.Attention}
	case engine.UserStopped:
		return widget.Cell{Text: l.Todo + " stopped", Ink: l.Attention}
	case engine.UserQueued:
		if c.session.goesFirst(u.User.ID) {
			return widget.Cell{Text: l.Todo + " comes next", Ink: l.Accent}
		}
		return widget.Cell{Text: l.Todo + " queued", Ink: l.Dim}
	case engine.UserWaiting:
		words := l.Wait + " waiting"
		if !u.Until.IsZero() {
			words += " " + say.Countdown(u.Until.Sub(b.At))
		}
		return widget.Cell{Text: words, Ink: l.Attention}
	}
	return widget.Cell{Text: l.Spinner(c.frame) + " " + string(u.State), Ink: l.Accent}
}

// worst is the newest problem of a user that is more than a note.
func (m *migrate) worst(u *engine.UserStatus) string {
	for _, p := range slices.Backward(u.Problems) {
		if p.Level != engine.Info {
			sign, ink := levelSign(m.look, p.Level)
			return ink.Paint(sign) + " " + clean(p.Fault.What)
		}
	}
	return ""
}

// footLine says something of the user under the cursor, and how rows are
// ordered.
func (m *migrate) footLine(w int) []string {
	l := m.look
	u := m.current()
	var words string
	switch {
	case u == nil && m.only:
		return []string{l.Dim.Paint("No user has problems. Press o to see all.")}
	case u == nil:
		return nil
	case grave(u.Problems) > 0:
		words = m.worst(u)
	case u.Why != "":
		words = clean(u.Why)
	case u.State.Finished() && m.session.goesFirst(u.User.ID):
		words = l.Dim.Paint(name(u.User) + " goes first in the next run")
	case u.Folder != "":
		words = l.Dim.Paint("now in ") + clean(u.Folder)
	default:
		words = l.Dim.Paint(name(u.User))
	}
	order := m.order()
	if m.only {
		order = "only problems, " + order
	}
	return []string{l.Spread(words, l.Dim.Paint(order), w)}
}
