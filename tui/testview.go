package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

func (t *test) Keys() []key.Binding {
	if t.hand.phase != exportClosed {
		return t.hand.keys()
	}
	if t.filter.open {
		return t.filter.keys()
	}
	if t.details {
		return []key.Binding{named(keys.Back, "close"), keys.Scroll, keys.Retry, keys.Accept}
	}
	var out []key.Binding
	c := t.current()
	if !t.works.testing() && t.session.probe != nil {
		switch done, why := t.session.tested(); {
		case done:
			out = append(out, named(keys.Enter, "next"))
		case why == "warnings to accept":
			out = append(out, named(keys.Enter, "go on"))
		}
	}
	if c != nil {
		if c.State == engine.CheckWarning && !t.session.accepted[c.User.ID] {
			out = append(out, keys.Accept)
		}
		if c.State == engine.CheckFailed {
			out = append(out, keys.Mend)
		}
		out = append(out, keys.Details, keys.Retry, keys.RetryAll)
	}
	if !t.works.testing() {
		out = append(out, named(keys.Again, "test everybody anew"))
		if t.hand.possible() {
			out = append(out, keys.Hand)
		}
	}
	return append(out, keys.Filter, keys.Back)
}

func (t *test) View(w, h int) string {
	if t.hand.phase != exportClosed {
		return t.hand.View(w, h)
	}
	l, s := t.look, t.session.probe
	if s == nil {
		words := []string{l.Accent.Paint(l.Spinner(t.frame)) + " Beginning the test."}
		if t.fault != nil {
			words = t.faultLines(t.fault, w)
		}
		return joined(h, []string{t.headline("Test", "", w), ""}, words)
	}
	right := say.Number(s.Done) + " of " + say.Number(len(s.Users)) + " done"
	if words := t.outcome(); words != "" {
		right += ": " + words
	}
	if t.works.testing() {
		right = l.Accent.Paint(l.Spinner(t.frame)) + " " + right
		if s.Left > 0 {
			right += ", about " + say.Span(s.Left) + " left"
		}
	}
	if t.details && t.current() != nil {
		c := t.current()
		head := []string{t.headline("Test: "+name(c.User), right, w), ""}
		return joined(h, head, strings.Split(t.scroll.View(l, t.allOf(c, w), w, h-2), "\n"))
	}
	head := []string{t.headline("Test", right, w)}
	head = append(head, t.filter.line(l, w, len(t.shown), len(s.Users))...)
	foot := t.estimate(w)
	box := t.box(w, max(0, min(9, h/2-3)))
	room := max(3, h-len(head)-len(foot)-len(box)-1)
	if need := len(t.shown) + 1; need < room {
		room = need
	}
	table := strings.Split(t.table.View(l, testColumns, w, room, t.row, nil), "\n")
	var gap []string
	if h-len(head)-len(table)-len(box)-len(foot) > 3 {
		gap = []string{""}
	}
	return joined(h, head, []string{""}, table, gap, box, gap, foot)
}

var testColumns = []widget.Column{
	{Title: "User", Width: 18, Grow: 3},
	{Title: "Old server", Width: 11, Grow: 1},
	{Title: "New mailbox", Width: 11, Grow: 1},
	{Title: "Messages", Width: 8, Right: true, Fold: 1},
	{Title: "Size", Width: 7, Right: true, Fold: 2},
	{Title: "Too big", Width: 7, Right: true, Fold: 4},
	{Title: "Folders", Width: 7, Right: true, Fold: 5},
	{Title: "Room", Width: 9, Fold: 3},
	{Title: "Result", Width: 12},
}

func (t *test) row(i int) []widget.Cell {
	l := t.look
	c := &t.session.probe.Users[t.shown[i]]
	counts := [4]widget.Cell{{Text: "-", Ink: l.Dim}, {Text: "-", Ink: l.Dim}, {Text: "-", Ink: l.Dim}, {Text: "-", Ink: l.Dim}}
	if c.Source.State == engine.CheckOK || c.Source.State == engine.CheckWarning {
		counts = [4]widget.Cell{{Text: say.Number(c.Messages)}, {Text: say.Size(c.Bytes)}, {Text: say.Number(c.TooBig)}, {Text: say.Number(c.Folders)}}
		if c.TooBig > 0 {
			counts[2].Ink = l.Attention
		}
	}
	return []widget.Cell{{Text: name(c.User)}, t.side(c.Source), t.side(c.Destination),
		counts[0], counts[1], counts[2], counts[3], t.room(c), t.verdict(c)}
}

// side is one side of one user in a cell.
func (t *test) side(s engine.SideCheck) widget.Cell {
	l := t.look
	switch s.State {
	case engine.CheckOK:
		return widget.Cell{Text: l.Done + " good", Ink: l.Good}
	case engine.CheckWarning:
		return widget.Cell{Text: l.Glyphs.Attention + " look", Ink: l.Attention}
	case engine.CheckFailed:
		return widget.Cell{Text: l.Failed + " " + shortFault(s.Fault), Ink: l.Bad}
	case engine.CheckRunning:
		if !s.Until.IsZero() {
			return widget.Cell{Text: l.Wait + " " + say.Countdown(s.Until.Sub(t.now)), Ink: l.Attention}
		}
		return widget.Cell{Text: l.Spinner(t.frame), Ink: l.Accent}
	}
	return widget.Cell{Text: l.Todo, Ink: l.Dim}
}

// shortFault is a fault in one word, for a cell.
func shortFault(f *engine.Fault) string {
	if f == nil {
		return "failed"
	}
	switch f.Code {
	case engine.CodeAuth:
		return "refused"
	case engine.CodeSecret:
		return "password?"
	case engine.CodeDial:
		return "no answer"
	case engine.CodeCertificate, engine.CodeTLS, engine.CodeNoSTARTTLS:
		return "TLS"
	case engine.CodeConnLimit, engine.CodeFullHouse, engine.CodeThrottled, engine.CodeUnavailable:
		return "busy"
	case engine.CodeSilent, engine.CodeLost:
		return "lost"
	}
	return "failed"
}

// room compares the new mailbox's quota with what is to come.
func (t *test) room(c *engine.UserCheck) widget.Cell {
	l := t.look
	switch q := c.Quota; {
	case q == nil || q.Limit <= 0:
		return widget.Cell{Text: "no limit", Ink: l.Dim}
	case q.Used+c.Bytes > q.Limit:
		return widget.Cell{Text: l.Failed + " short", Ink: l.Bad}
	case q.Used+c.Bytes > q.Limit/10*9:
		return widget.Cell{Text: l.Glyphs.Attention + " tight", Ink: l.Attention}
	default:
		return widget.Cell{Text: l.Done + " enough", Ink: l.Good}
	}
}

func (t *test) verdict(c *engine.UserCheck) widget.Cell {
	l := t.look
	switch c.State {
	case engine.CheckOK:
		return widget.Cell{Text: l.Done + " ready", Ink: l.Good}
	case engine.CheckWarning:
		if t.session.accepted[c.User.ID] {
			return widget.Cell{Text: l.Done + " accepted", Ink: l.Good}
		}
		return widget.Cell{Text: l.Glyphs.Attention + " " + say.Count(len(c.Warnings), "warning"), Ink: l.Attention}
	case engine.CheckFailed:
		return widget.Cell{Text: l.Failed + " failed", Ink: l.Bad}
	case engine.CheckRunning:
		return widget.Cell{Text: l.Spinner(t.frame) + " testing", Ink: l.Accent}
	}
	return widget.Cell{Text: l.Todo + " waiting", Ink: l.Dim}
}

// box says of the user under the cursor what was found.
func (t *test) box(w, most int) []string {
	c := t.current()
	if c == nil || most < 3 {
		return nil
	}
	lines := t.short(c, w-4)
	if t.troubled() { // one height: rows don't jump while the cursor moves
		lines = append(lines, make([]string, max(0, most-2-len(lines)))...)
	}
	return strings.Split(t.look.Box(name(c.User), lines[:min(len(lines), most-2)], w), "\n")
}

// short is the gravest thing of a user.
func (t *test) short(c *engine.UserCheck, w int) []string {
	for _, x := range []struct {
		where string
		check engine.SideCheck
	}{{"At the old server", c.Source}, {"At the new server", c.Destination}} {
		if x.check.Fault != nil {
			out := t.faultLines(x.check.Fault, w)
			return append(out, labelled(t.look, "Tried", x.where+", "+say.Clock(x.check.At), w)...)
		}
	}
	if len(c.Warnings) > 0 {
		return t.warnings(c, w)
	}
	if c.State == engine.CheckRunning {
		return []string{t.look.Accent.Paint(t.look.Spinner(t.frame)) + " Being tested."}
	}
	if c.State != engine.CheckOK {
		return []string{t.look.Dim.Paint("Not tested yet.")}
	}
	return []string{t.look.Good.Paint(t.look.Done) + " " + say.Count(c.Messages, "message") + " in " + say.Count(c.Folders, "folder") + " can be copied. Press d for the folders."}
}

func (t *test) warnings(c *engine.UserCheck, w int) []string {
	l := t.look
	var out []string
	for _, f := range c.Warnings {
		for i, s := range paragraph(t.advice(f.What), w-2) {
			lead := "  "
			if i == 0 {
				lead = l.Attention.Paint(l.Glyphs.Attention) + " "
			}
			out = append(out, lead+s)
		}
		out = append(out, labelled(l, "What to do", t.advice(f.Do), w)...)
	}
	return out
}

// estimate is one sentence about the first run.
func (t *test) estimate(w int) []string {
	e := t.session.probe.Estimate
	if t.fault != nil {
		return t.faultLines(t.fault, w)
	}
	if !t.session.probe.Finished || e.Messages == 0 {
		return nil
	}
	words := say.Count(e.Messages, "message") + ", " + say.Size(e.Bytes) + "."
	if e.Max > 0 {
		words += " If all goes as measured, the first run takes " + between(e.Min, e.Max) + "."
	}
	if e.LimitedBy != "" {
		words += " Limit: " + clean(e.LimitedBy) + "."
	}
	return paragraph(words, w)
}
