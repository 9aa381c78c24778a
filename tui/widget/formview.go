package widget

// formLabel is how wide labels are.
const formLabel = 18

// View draws the questions on at most height lines; the one with the focus is
// always among them.
func (f *Form) View(l *Look, width, height int) string {
	var lines []string
	top, bottom := 0, 0
	for i, x := range f.fields {
		if !f.shown(i) {
			continue
		}
		if i == f.at {
			top = len(lines)
		}
		lines = append(lines, f.draw(l, x, i == f.at, width)...)
		if i == f.at {
			bottom = len(lines)
		}
	}
	first := 0
	if len(lines) > height {
		first = max(0, min(Window((top+bottom)/2, len(lines), height), top))
	}
	return Page(lines[first:min(first+height, len(lines))], height)
}

// Height is how many lines View would use if it had them.
func (f *Form) Height(l *Look, width int) int {
	n := 0
	for i, x := range f.fields {
		if f.shown(i) {
			n += len(f.draw(l, x, i == f.at, width))
		}
	}
	return n
}

// draw draws one question: label and answer, and what is wrong or what it is
// about beneath.
func (f *Form) draw(l *Look, x *Field, focus bool, width int) []string {
	room := max(8, width-formLabel-4)
	lead, label := "  ", l.Fit(x.Label, formLabel)
	if focus {
		lead, label = l.Accent.Paint(l.Current)+" ", l.Strong.Paint(label)
	}
	lead += label + "  "
	var out []string
	if len(x.Options) > 0 {
		for i, o := range x.Options {
			out = append(out, lead+x.option(l, i, o.Label, focus, room))
			lead = Blank(formLabel + 4)
		}
	} else {
		out = append(out, lead+x.answer(l, room, focus, f.reveal))
	}
	ink, text := l.Dim, ""
	switch {
	case x.fault != "" && x.left:
		ink, text = l.Bad, l.Failed+" "+x.fault
	case focus:
		text = x.Help
	}
	for _, s := range Wrap(text, room) {
		out = append(out, Blank(formLabel+4)+ink.Paint(s))
	}
	return out
}

func (x *Field) option(l *Look, i int, label string, focus bool, room int) string {
	if i != x.picked {
		return l.Cut("( ) "+label, room)
	}
	text := l.Cut("("+l.Mark+") "+label, room)
	if focus {
		return l.Accent.Paint(text)
	}
	return text
}

// answer draws the input, on a line of dots where it is empty.
func (x *Field) answer(l *Look, room int, focus, reveal bool) string {
	width := min(room, 56)
	if x.input.Value() == "" && !focus {
		return l.Dim.Paint(l.Fit(x.hint(l), width))
	}
	if x.input.Value() == "" && x.Hint != "" {
		return l.Cursor.Paint(" ") + l.Dim.Paint(l.Fit(x.Hint, width-1))
	}
	return x.input.View(l, width, focus, reveal)
}

func (x *Field) hint(l *Look) string {
	if x.Hint != "" {
		return x.Hint
	}
	return l.Dash
}
