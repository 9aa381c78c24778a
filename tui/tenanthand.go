package tui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/tui/widget"
)

// byHand is a page over the steps of the set-up: how one of them is taken by hand,
// with what is to be copied.
type byHand struct {
	step   engine.SetupStep
	scroll widget.Scroll
}

// handHead are the lines above the page's text.
const handHead = 2

func (t *tenant) openHand() {
	if s := t.current(); s != nil && len(s.ByHand) > 0 {
		t.hand, t.note = &byHand{step: *s}, ""
		t.hand.step.ByHand = handHere(s)
	}
}

func (t *tenant) handKey(msg tea.KeyMsg) tea.Cmd {
	w, h := body(t.width, t.height)
	switch {
	case key.Matches(msg, keys.Back, keys.ByHand):
		t.hand, t.note = nil, ""
	case key.Matches(msg, keys.Enter):
		t.hand = nil
		return t.check()
	case key.Matches(msg, keys.Edit):
		t.hand = nil
		t.openForm()
	case key.Matches(msg, keys.Use):
		if texts := t.hand.texts(); int(msg.Runes[0]-'0') <= len(texts) {
			return t.copyText(texts[msg.Runes[0]-'1']...)
		}
	case key.Matches(msg, keys.Copy):
		return t.copyText(slices.Concat(t.hand.texts()...)...)
	default:
		room := h - handHead - len(t.noteLines(w)) - 1 // its last line says how much there is beyond
		t.hand.scroll.Update(msg, len(t.handLines(w))-room+1)
	}
	return nil
}

func (t *tenant) handKeys() []key.Binding {
	out := []key.Binding{named(keys.Enter, "check")}
	switch n := len(t.hand.texts()); {
	case n == 1:
		out = append(out, keys.Copy)
	case n > 1:
		pick := named(keys.Use, "copy one")
		pick.SetHelp("1-"+strconv.Itoa(min(n, 9)), "copy one")
		out = append(out, pick, named(keys.Copy, "copy all"))
	}
	return append(out, keys.Scroll, named(keys.Edit, "enter the values"), named(keys.Back, "close"))
}

// texts are what can be copied, each for itself: values one by one, commands that
// belong together at once.
func (b *byHand) texts() [][]string {
	var out [][]string
	for _, a := range b.step.ByHand {
		out = append(out, pieces(a)...)
	}
	return out
}

// pieces are what of an action goes into the clipboard at once.
func pieces(a engine.SetupAction) [][]string {
	if slices.ContainsFunc(a.Copy, func(s string) bool { return strings.Contains(s, " ") }) {
		return [][]string{a.Copy}
	}
	return slices.Collect(slices.Chunk(a.Copy, 1))
}

func (t *tenant) handView(w, h int) string {
	head := append([]string{t.headline("By hand: "+clean(t.hand.step.Title), "", w), ""}, t.noteLines(w)...)
	return joined(h, head, strings.Split(t.hand.scroll.View(t.look, t.handLines(w), w, h-len(head)), "\n"))
}

// noteLines say what was just done.
func (t *tenant) noteLines(w int) []string {
	if t.note == "" {
		return nil
	}
	return append(paragraph(t.note, w), "")
}

// handLines are the actions, numbered, and what is to be copied with the key that
// copies it.
func (t *tenant) handLines(w int) []string {
	l, n := t.look, 0
	var out []string
	for i, a := range t.hand.step.ByHand {
		for j, words := range paragraph(clean(a.Do), w-4) {
			lead := "    "
			if j == 0 {
				lead = l.Fit(strconv.Itoa(i+1)+".", 4)
			}
			out = append(out, lead+words)
		}
		for _, text := range pieces(a) {
			n++
			out = append(out, t.valueLines(text, n, w)...)
		}
	}
	return append(out, labelled(l, "Who", clean(t.hand.step.Who), w)...)
}

// valueLines are a value, or commands a line each, behind the number that copies it.
func (t *tenant) valueLines(text []string, n, w int) []string {
	l := t.look
	mark := widget.Blank(4)
	if len(t.hand.texts()) > 1 && n <= 9 {
		mark = "[" + strconv.Itoa(n) + "] "
	}
	var out []string
	for _, line := range text {
		for i, part := range widget.Wrap(clean(line), w-10) {
			if i > 0 { // a command that goes on
				part = "  " + part
			}
			out = append(out, "    "+l.Dim.Paint(mark)+l.Accent.Paint(part))
			mark = widget.Blank(4)
		}
	}
	return out
}
