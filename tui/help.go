package tui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/tui/widget"
)

// globalKeys work on every step.
func (r *root) globalKeys() []key.Binding {
	if r.steps[r.at].Typing() {
		return []key.Binding{keys.Go, keys.Interrupt}
	}
	return []key.Binding{keys.Go, keys.Quit}
}

// stepKeys are the keys of the step on screen, and the one that looks for a file.
func (r *root) stepKeys() []key.Binding {
	out := r.steps[r.at].Keys()
	choosing := func(b key.Binding) bool { return slices.Contains(b.Keys(), "left") }
	if f := r.form(); f != nil && f.Choosing() && !slices.ContainsFunc(out, choosing) {
		out = slices.Insert(slices.Clone(out), min(2, len(out)), keys.Pick)
	}
	if r.filing() != nil {
		out = slices.Insert(out, min(1, len(out)), keys.Browse)
	}
	return out
}

// foot is the bottom line: what comes next, and the keys that work now.
func (r *root) foot() string {
	l := r.look
	var bindings []key.Binding
	end := keys.Help
	switch {
	case r.question != nil:
		bindings, end = []key.Binding{named(keys.Move, "choose"), named(keys.Enter, "answer"), named(keys.Back, r.question.Answers[0].Label)}, key.Binding{}
	case r.over == overHelp:
		bindings, end = []key.Binding{named(keys.Back, "close")}, key.Binding{}
	case r.over == overPick:
		bindings, end = []key.Binding{named(keys.Enter, "open"), keys.Move, named(keys.Back, "type the path")}, key.Binding{}
	case r.over == overRead:
		bindings, end = []key.Binding{keys.Scroll, named(keys.Back, "close")}, key.Binding{}
	case r.over == overGo:
		bindings, end = []key.Binding{keys.Move, named(keys.Enter, "go"), named(keys.Back, "close")}, key.Binding{}
	default:
		bindings = r.stepKeys()
		if r.steps[r.at].Typing() {
			end = keys.Interrupt
		}
	}
	bindings, back := pickBack(bindings)
	left := ""
	if r.width >= railFrom && r.over == overNothing && r.question == nil {
		left = " " + l.Dim.Paint(r.nextWords())
	}
	room := r.width - 2
	right := r.keyLine(bindings, room, back, end)
	if widget.Width(left)+widget.Width(right)+3 > r.width {
		return l.FitRight(right, r.width-1)
	}
	return l.Spread(left, right+" ", r.width)
}

// pickBack takes the way back out of the keys: it is always shown.
func pickBack(bindings []key.Binding) (rest []key.Binding, back key.Binding) {
	for _, b := range bindings {
		if k := b.Keys(); len(k) > 0 && k[0] == "esc" {
			back = b
			continue
		}
		rest = append(rest, b)
	}
	return rest, back
}

// keyLine joins as many keys as fit; those at the end are always there.
func (r *root) keyLine(bindings []key.Binding, room int, ends ...key.Binding) string {
	var last []string
	for _, b := range ends {
		if words := r.keyWords(b); words != "" {
			last = append(last, words)
			room -= widget.Width(words) + 3
		}
	}
	var parts []string
	for _, b := range bindings {
		words := r.keyWords(b)
		w := widget.Width(words) + 3
		if words == "" {
			continue
		}
		if room+3 < w {
			continue // a shorter one may fit
		}
		room -= w
		parts = append(parts, words)
	}
	return strings.Join(append(parts, last...), "   ")
}

func (r *root) keyWords(b key.Binding) string {
	if len(b.Keys()) == 0 || !b.Enabled() {
		return ""
	}
	return r.look.Accent.Paint(b.Help().Key) + " " + b.Help().Desc
}

// help says what the step is for and shows every key.
func (r *root) help(w, h int) string {
	l, s := r.look, r.steps[r.at]
	lines := []string{l.Strong.Paint(s.Title()), ""}
	lines = append(lines, widget.Wrap(s.About(), min(w, 76))...)
	lines = append(lines, "")
	all := append(r.stepKeys(), r.globalKeys()...)
	columns := 1
	if len(lines)+len(all) > h {
		columns = 2
	}
	rows := (len(all) + columns - 1) / columns
	for i := range rows {
		line := ""
		for c := range columns {
			if n := c*rows + i; n < len(all) {
				b := all[n].Help()
				line += l.Fit("  "+l.Accent.Paint(l.Fit(b.Key, 11))+" "+b.Desc, w/columns)
			}
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return widget.Page(lines[:min(len(lines), h)], h)
}
