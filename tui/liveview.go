package tui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

func (p *project) liveKeys() []key.Binding {
	var out []key.Binding
	if p.core.live.ended {
		out = append(out, named(keys.Enter, "take over"))
	}
	if p.core.live.pane != livePaneAll {
		return p.livePaneKeys()
	}
	return append(out, keys.Move, keys.Details, named(keys.Problems, "problems"), keys.Log, keys.Back)
}

func (p *project) liveView(w, h int) string {
	l, v := p.look, p.core.live
	s := v.now
	if s == nil {
		out := []string{p.headline("Running elsewhere", "", w), "", l.Accent.Paint(l.Spinner(p.frame)) + " Looking at the journal."}
		if v.fault != nil {
			out = append(out, p.faultLines(v.fault, w)...)
		}
		return joined(h, out)
	}
	if v.pane != livePaneAll {
		return p.livePaneView(w, h)
	}
	title := "Running elsewhere"
	if v.ended {
		title = "It has ended"
	}
	head := []string{p.headline(title, l.Dim.Paint("seen "+s.at.Local().Format("15:04:05 MST")), w)}
	head = append(head, p.holderLines(w)...)
	if v.fault != nil {
		head = append(head, p.faultLines(v.fault, w)...)
	}
	if s.stand != nil {
		head = append(append(head, p.overall(s.stand, w)...), p.waits(s.stand, w)...)
	} else {
		head = append(head, v.overall(l, w)...)
	}
	if h >= 14 {
		head = append(head, "")
	}
	events := p.liveEvents(w, max(4, (h-len(head))/3, h-len(head)-s.rows()-2))
	room := max(3, h-len(head)-len(events)-1)
	return joined(h, head, p.liveTable(w, min(room, s.rows()+1)), []string{""}, events)
}

// liveTable lists the users: as in a run of one's own, where the run tells how it
// stands; else by what the journal counts.
func (p *project) liveTable(w, h int) []string {
	l, v, b := p.look, p.core.live, p.core.live.now.stand
	list := v.table
	list.Resize(v.now.rows())
	columns, row := liveColumns, func(i int) []widget.Cell { return v.row(l, i) }
	switch {
	case b == nil:
	case b.Finished.IsZero():
		columns, row = batchColumns(w), func(i int) []widget.Cell { return p.batchRow(b, &b.Users[i], w) }
	default:
		columns, row = endedColumns, func(i int) []widget.Cell { return p.endedRow(b, &b.Users[i]) }
	}
	return strings.Split(list.View(l, columns, w, h, row, nil), "\n")
}

// holderLines say who runs it, or that nobody does any more.
func (p *project) holderLines(w int) []string {
	l, v := p.look, p.core.live
	if v.ended {
		out := paragraph("The other mxodus has ended. Press Enter to take over: then everything works here.", w)
		if r := lastOf(v.now.runs); r != nil {
			out = append(out, l.Cut(runWords(l, *r), w))
		}
		return out
	}
	o := v.now.holder
	words := "Process " + strconv.Itoa(o.PID) + " on " + clean(o.Host) + " runs this project since " + say.Soon(o.Since) + ". It can only be watched here; when that one ends, you may take over."
	return paragraph(words, w)
}

func lastOf(runs []engine.Run) *engine.Run {
	var last *engine.Run
	for i := range runs {
		if last == nil || runs[i].Started.After(last.Started) {
			last = &runs[i]
		}
	}
	return last
}

// total is how many messages there are by the last test; 0: nobody knows.
func (v *live) total() (messages int, bytes int64) {
	for _, u := range v.now.users {
		messages += v.now.kept.Users[u.ID].Messages
		bytes += v.now.kept.Users[u.ID].Bytes
	}
	return messages, bytes
}

// brought is what is at the new server: the test counts just what can get there.
func brought(t engine.Tally) (messages int, bytes int64) {
	return t.Copied + t.Present, t.CopiedBytes + t.PresentBytes
}

// overall is what has come of everything. How much there is, only the test knows:
// the journal holds what was looked at.
func (v *live) overall(l *widget.Look, w int) []string {
	s := v.now
	total, bytes := v.total()
	there, size := brought(s.sum)
	words := say.Count(there, "message") + ", " + say.Size(size)
	if total >= there && total > 0 {
		words = say.Number(there) + " of about " + say.Count(total, "message") + ", " + say.Size(size) + " of " + say.Size(max(size, bytes))
	}
	if messages, perSecond := v.rate(); messages > 0 {
		words += "; now " + say.PerSecond(messages) + " messages/s, " + say.Size(int64(perSecond)) + "/s"
	} else if r := lastOf(s.runs); r != nil && !v.ended && !r.Finished.IsZero() {
		words += "; it waits for the next look"
	}
	out := []string{l.Cut(words, w)}
	if total > 0 {
		out = append([]string{l.Gauge(v.honest(float64(there)/float64(total)), min(w, 84))}, out...)
	}
	return out
}

// honest is how far a bar by the test's counts may be filled: while a run is under way
// the old mailbox may hold more than when it was tested.
func (v *live) honest(part float64) float64 {
	if v.ended {
		return min(1, part)
	}
	return min(0.9999, part)
}

var liveColumns = []widget.Column{
	{Title: "User", Width: 20, Grow: 3},
	{Title: "Messages", Width: 9, Right: true},
	{Title: "", Width: 12, Fold: 3},
	{Title: "Size", Width: 7, Right: true, Fold: 2},
	{Title: "Left out", Width: 8, Right: true, Fold: 1},
	{Title: "Failed", Width: 6, Right: true},
}

func (v *live) row(l *widget.Look, i int) []widget.Cell {
	u := v.now.users[i]
	t := v.now.tallies[u.ID]
	bar := widget.Cell{}
	there, size := brought(t)
	if total := v.now.kept.Users[u.ID].Messages; total > 0 {
		bar = l.Thin(v.honest(float64(there)/float64(total)), 12)
	}
	failed := widget.Cell{Text: say.Number(t.Failed), Ink: l.Dim}
	if t.Failed > 0 {
		failed.Ink = l.Bad
	}
	return []widget.Cell{{Text: name(u)}, {Text: say.Number(there)}, bar, {Text: say.Size(size)}, {Text: say.Number(t.Skipped), Ink: l.Dim}, failed}
}

// liveEvents are the last lines of the history, oldest first, each of them whole.
func (p *project) liveEvents(w, most int) []string {
	l, s := p.look, p.core.live.now
	if most < 2 {
		return nil
	}
	var out []string
	for i := range s.events {
		lines := p.eventLines(&s.events[i], s.whose, w)
		if len(out)+len(lines) > most-1 && len(out) > 0 {
			break
		}
		out = append(lines[:min(len(lines), most-1):min(len(lines), most-1)], out...)
	}
	if len(out) == 0 {
		return nil
	}
	return append([]string{l.Dim.Paint("What happened last")}, out...)
}

// eventLines are one line of the history, wrapped.
func (c *core) eventLines(e *engine.Event, who func(id int64) string, w int) []string {
	l := c.look
	sign, ink := levelSign(l, e.Level)
	text := clean(e.Text)
	if user := who(e.UserID); user != "" {
		text = user + ": " + text
	}
	lines := widget.Wrap(text, max(20, w-11))
	for i := range lines {
		lead := widget.Blank(11)
		if i == 0 {
			lead = l.Dim.Paint(e.At.Local().Format("15:04:05")) + " " + ink.Paint(sign) + " "
		}
		lines[i] = lead + lines[i]
	}
	return lines
}
