package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

func (t *tenant) Keys() []key.Binding {
	switch t.phase {
	case tenantForm:
		return []key.Binding{named(keys.Enter, lastWord(t.form, "save")), keys.Save, keys.Fields, keys.Pick, keys.Reveal, keys.Back}
	case tenantFolder:
		return []key.Binding{named(keys.Enter, lastWord(t.form, "write them")), keys.Pick, keys.Back}
	}
	if t.page != nil {
		return []key.Binding{named(keys.Copy, "copy the address"), named(keys.Back, "give up")}
	}
	if t.hand != nil {
		return t.handKeys()
	}
	if t.watch != nil {
		return []key.Binding{named(keys.Back, "stop checking"), keys.Move}
	}
	out := []key.Binding{named(keys.Enter, "check")}
	switch {
	case t.ready():
		out[0] = named(keys.Enter, "next")
	case t.looked:
		out = []key.Binding{named(keys.Enter, "check again"), named(keys.Forward, "go on")}
	}
	if !t.byApp() {
		out = append(out, keys.SignIn)
	}
	out = append(out, named(keys.Scripts, "scripts"))
	if s := t.current(); s != nil && len(s.ByHand) > 0 {
		out = append(out, keys.ByHand)
	}
	if t.current() != nil {
		out = append(out, named(keys.Details, "all of it"))
	}
	out = append(out, named(keys.Edit, "settings"))
	switch {
	case t.ready():
		out = append(out, named(keys.Retry, "check again"))
	case !t.looked:
		out = append(out, keys.Forward)
	}
	return append(out, keys.Other, keys.Move, keys.Back)
}

func (t *tenant) View(w, h int) string {
	l := t.look
	switch t.phase {
	case tenantFresh, tenantForm:
		head := append([]string{t.headline("Microsoft 365", "", w), ""}, t.saving(w)...)
		return joined(h, head, lines(t.form.View(l, w, max(1, h-len(head)))))
	case tenantFolder:
		head := []string{t.headline("Scripts for the set-up", "", w), ""}
		return joined(h, head, lines(t.form.View(l, w, max(1, h-len(head)))))
	}
	if t.hand != nil {
		return t.handView(w, h)
	}
	if t.page != nil {
		return joined(h, []string{t.headline("Sign in to Microsoft 365", "", w), ""}, t.pageLines(w))
	}
	return t.setupView(w, h)
}

func (t *tenant) saving(w int) []string {
	if t.waiting("save") {
		return []string{t.look.Accent.Paint(t.look.Spinner(t.frame)) + t.look.Cut(" Keeping it.", w-1), ""}
	}
	return nil
}

// pageLines say where a person signs in: the code first, for it runs out.
func (t *tenant) pageLines(w int) []string {
	l, p := t.look, t.page.page
	if p.URL == "" {
		return []string{l.Accent.Paint(l.Spinner(t.frame)) + " Asking Microsoft for a page to sign in at."}
	}
	var out []string
	if p.Code != "" {
		out = append(out, labelled(l, "Code", clean(p.Code), w)...)
		out = append(out, labelled(l, "Open", clean(p.URL), w)...)
		out = append(out, "")
		out = append(out, paragraph("Open that page on any device, enter the code within a quarter of an hour, and sign in with an account that has full access to every mailbox.", w)...)
	} else {
		out = append(out, paragraph("The browser opens now. Sign in there with an account that has full access to every mailbox. If no browser opens, open this address on this computer:", w)...)
		out = append(out, "")
		out = append(out, widget.Wrap(clean(p.URL), w)...)
	}
	out = append(out, "", l.Accent.Paint(l.Spinner(t.frame))+" Waiting for you to sign in.")
	if t.note != "" {
		out = append(out, "")
		out = append(out, paragraph(t.note, w)...)
	}
	return out
}

// setupView is the list of steps, and what is to be said of the one under the
// cursor.
func (t *tenant) setupView(w, h int) string {
	l := t.look
	head := []string{t.headline("Microsoft 365", t.standing(), w)}
	head = append(head, l.Dim.Paint(l.Cut(t.aboutLine(), w)), "")
	if t.fault != nil {
		head = append(head, append(t.faultLines(t.fault, w), "")...)
	}
	if t.note != "" {
		head = append(head, append(paragraph(t.note, w), "")...)
	}
	var foot []string
	if s := t.current(); s != nil {
		foot = append([]string{""}, t.stepLines(s, w)...)
	}
	list := []widget.Column{{Title: "Step", Width: 26, Grow: 1}, {Title: "", Width: 30, Grow: 2}}
	room := min(len(t.report.Steps)+1, max(leastSteps, h-len(head)-len(foot)))
	table := lines(t.steps.View(l, list, w, room, func(i int) []widget.Cell { return t.stepRow(&t.report.Steps[i]) }, nil))
	if room = h - len(head) - len(table); len(foot) > room && room > 1 {
		more := l.More + " " + say.Count(len(foot)-room+1, "more line") + ": press " + keys.Details.Help().Key
		foot = append(foot[:room-1:room-1], l.Dim.Paint(l.Cut(more, w)))
	}
	return joined(h, head, table, foot)
}

// leastSteps are the lines that the list of steps gets in a low window: its head,
// a step, and how many there are beyond.
const leastSteps = 3

// readStep shows what is said of a step where there is room for all of it.
func (t *tenant) readStep() tea.Cmd {
	s := t.current()
	if s == nil {
		return nil
	}
	return read("Microsoft 365: "+clean(s.Title), func(w int) []string { return t.stepLines(s, w)[1:] })
}

func (t *tenant) aboutLine() string {
	e := t.endpoint()
	who := "an app signs in"
	if !t.byApp() {
		who = "a person signs in"
	}
	words := "tenant " + clean(e.Tenant) + ", " + who
	if e.Cloud != "" {
		words += ", cloud " + clean(e.Cloud)
	}
	return words
}

// standing says how far the set-up is.
func (t *tenant) standing() string {
	l := t.look
	switch {
	case t.watch != nil:
		return l.Accent.Paint(l.Spinner(t.frame) + " checking")
	case !t.looked:
		return l.Dim.Paint("not checked yet")
	case t.report.Done():
		return l.Good.Paint(l.Done + " everything is set up")
	case t.ready():
		return l.Good.Paint(l.Done + " everything so far is right")
	}
	n := 0
	for _, s := range t.report.Steps {
		if s.State == engine.CheckFailed {
			n++
		}
	}
	return l.Attention.Paint(l.Glyphs.Attention + " " + say.Count(n, "step") + " to take")
}

func (t *tenant) stepRow(s *engine.SetupStep) []widget.Cell {
	l := t.look
	state := widget.Cell{Text: l.Todo + " to be checked", Ink: l.Dim}
	if t.early(s) {
		return []widget.Cell{{Text: clean(s.Title)}, {Text: l.Todo + " once there are users", Ink: l.Dim}}
	}
	switch s.State {
	case engine.CheckOK:
		state = widget.Cell{Text: l.Done + " " + firstWords(s.Found, "done"), Ink: l.Good}
	case engine.CheckWarning:
		state = widget.Cell{Text: l.Glyphs.Attention + " " + firstWords(s.Found, "can't be told"), Ink: l.Attention}
	case engine.CheckFailed:
		state = widget.Cell{Text: l.Failed + " " + firstWords(whatOf(s), "missing"), Ink: l.Bad}
	case engine.CheckRunning:
		state = widget.Cell{Text: l.Spinner(t.frame) + " checking", Ink: l.Accent}
	case engine.CheckWaiting:
		if t.looked {
			state.Text = l.Todo + " after the step before"
		}
	}
	return []widget.Cell{{Text: clean(s.Title)}, state}
}

func whatOf(s *engine.SetupStep) string {
	if s.Fault != nil {
		return s.Fault.What
	}
	return s.Found
}

// firstWords is a text for a cell, or what stands there without one.
func firstWords(text, otherwise string) string {
	if text = clean(text); text != "" {
		return text
	}
	return otherwise
}

// stepLines say of a step what was seen, what to do and who does it.
func (t *tenant) stepLines(s *engine.SetupStep, w int) []string {
	l := t.look
	out := []string{l.Strong.Paint(clean(s.Title))}
	switch {
	case t.early(s):
		return append(out, paragraph("Mailboxes can be tried once a user is ready: that is the next step. Press Enter and add the users; the step Test then tries every mailbox.", w)...)
	case s.Fault != nil:
		out = append(out, t.faultLines(s.Fault, w)...)
	default:
		out = append(out, paragraph(clean(firstWords(s.Found, s.Why)), w)...)
		out = append(out, labelled(l, "Who", clean(s.Who), w)...)
	}
	if s.ID == engine.SetupMailboxes {
		out = append(out, t.mailboxLines(w)...)
	}
	if s.State != engine.CheckOK && s.Script {
		out = append(out, paragraph("The script takes this step: press "+keys.Scripts.Help().Key+". Or press "+keys.ByHand.Help().Key+" to see how to take it by hand.", w)...)
	}
	return out
}

// mailboxLines name the mailboxes that aren't open yet.
func (t *tenant) mailboxLines(w int) []string {
	l := t.look
	var out []string
	for _, m := range t.report.Mailboxes {
		if m.State != engine.CheckFailed && m.State != engine.CheckWarning {
			continue
		}
		sign, ink := levelSign(l, engine.Bad)
		if m.State == engine.CheckWarning {
			sign, ink = levelSign(l, engine.Attention)
		}
		words := clean(m.Found)
		if m.Fault != nil {
			words = clean(m.Fault.What)
		}
		for i, line := range paragraph(clean(m.Name)+": "+words, w-2) {
			if i == 0 {
				out = append(out, ink.Paint(sign)+" "+line)
			} else {
				out = append(out, "  "+line)
			}
		}
	}
	if len(out) > 0 {
		out = append([]string{""}, out...)
	}
	return out
}

// lines are those of a drawn part.
func lines(drawn string) []string { return strings.Split(strings.TrimRight(drawn, "\n"), "\n") }
