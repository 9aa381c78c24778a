package tui

import (
	"mxodus/engine"
	"mxodus/tui/widget"
)

// headline is the first line of a step: its title, and how things stand.
func (c *core) headline(title, right string, width int) string {
	return c.look.Spread(c.look.Strong.Paint(title), right, width)
}

// paragraph wraps words to a width that reads well.
func paragraph(words string, width int) []string { return widget.Wrap(words, min(width, 84)) }

// faultLines say what happened, what to do, who does it, and the server's own
// words.
func (c *core) faultLines(f *engine.Fault, width int) []string {
	return c.faultOfLevel(f, engine.Bad, width)
}

func (c *core) faultOfLevel(f *engine.Fault, level engine.Level, width int) []string {
	l := c.look
	sign, ink := levelSign(l, level)
	var out []string
	for i, s := range paragraph(c.advice(f.What), width-2) {
		lead := "  "
		if i == 0 {
			lead = ink.Paint(sign) + " "
		}
		out = append(out, lead+s)
	}
	out = append(out, labelled(l, "What to do", c.advice(f.Do), width)...)
	out = append(out, labelled(l, "Who", clean(f.Who), width)...)
	out = append(out, labelled(l, "It said", clean(f.Said), width)...)
	return out
}

// labelled is a dim label with wrapped words; nothing when there are no words.
func labelled(l *widget.Look, label, words string, width int) []string {
	const room = 14
	var out []string
	for i, s := range paragraph(words, width-room-2) {
		lead := widget.Blank(room)
		if i == 0 {
			lead = l.Dim.Paint(l.Fit(label, room))
		}
		out = append(out, "  "+lead+s)
	}
	return out
}

// levelSign is the sign and ink of a level.
func levelSign(l *widget.Look, level engine.Level) (string, widget.Ink) {
	switch level {
	case engine.Attention:
		return l.Glyphs.Attention, l.Attention
	case engine.Bad:
		return l.Failed, l.Bad
	}
	return l.Todo, l.Dim
}

// lines joins a step's parts and cuts them to the room.
func joined(height int, parts ...[]string) string {
	var out []string
	for _, p := range parts {
		out = append(out, p...)
	}
	return widget.Page(out[:min(len(out), height)], height)
}
