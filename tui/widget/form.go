package widget

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// Field is one question of a form.
type Field struct {
	Name  string // its owner's name for it
	Label string
	Help  string // a sentence, shown while the field has the focus
	// Options make it a choice of one; else it is a line of text.
	Options []Option
	Secret  bool
	// Files are the endings, with their dots, of files of which it asks for one's path;
	// none: it asks for no file.
	Files []string
	// Hint stands in an empty input.
	Hint string
	// Check says in words what is wrong and how to mend it; "" when nothing is.
	Check func(value string) string
	// Hidden, if not nil, says that the question doesn't arise now.
	Hidden func() bool

	input  Input
	picked int
	fault  string
	left   bool // the focus was here and went on: from now on errors show
}

// Option is one answer of a choice.
type Option struct{ Value, Label string }

// Form asks a few questions, one below the other. Errors show beside a field
// as soon as it is left.
type Form struct {
	fields []*Field
	at     int
	reveal bool
	edited bool
	begun  []string // the values as they stood before the first key; nil: no key came
}

// NewForm makes a form with the focus on its first question.
func NewForm(fields ...*Field) *Form {
	f := &Form{fields: fields}
	for _, x := range fields {
		x.input.Secret = x.Secret
	}
	f.move(0)
	return f
}

// Get is the value of a field, without the blanks around it (but for secrets).
func (f *Form) Get(name string) string {
	x := f.field(name)
	switch {
	case x == nil:
		return ""
	case len(x.Options) > 0:
		return x.Options[x.picked].Value
	case x.Secret:
		return x.input.Value()
	}
	return strings.TrimSpace(x.input.Value())
}

// Set fills a field in.
func (f *Form) Set(name, value string) {
	x := f.field(name)
	if x == nil {
		return
	}
	for i, o := range x.Options {
		if o.Value == value {
			x.picked = i
		}
	}
	x.input.Set(value)
	x.fault = ""
}

// Fault shows an error beside a field, in words, and moves the focus there.
func (f *Form) Fault(name, words string) {
	for i, x := range f.fields {
		if x.Name == name {
			x.fault, x.left, f.at = words, true, i
		}
	}
}

// Focus is the name of the field with the focus.
func (f *Form) Focus() string { return f.fields[f.at].Name }

// Files are the endings of files that fit the field with the focus; none: it asks
// for no file.
func (f *Form) Files() []string { return f.fields[f.at].Files }

// Choosing says whether the field with the focus is a choice.
func (f *Form) Choosing() bool { return len(f.fields[f.at].Options) > 0 }

// FocusOn moves the focus to a field.
func (f *Form) FocusOn(name string) {
	for i, x := range f.fields {
		if x.Name == name && f.shown(i) {
			f.at = i
		}
	}
}

// Edited says whether anything was changed by hand.
func (f *Form) Edited() bool { return f.edited }

// Changed says whether it says something else than before the first key.
func (f *Form) Changed() bool { return f.begun != nil && !slices.Equal(f.begun, f.values()) }

// Answer fills the field with the focus with what a person chose elsewhere.
func (f *Form) Answer(value string) {
	f.begin()
	f.Set(f.Focus(), value)
}

func (f *Form) begin() {
	if f.begun == nil {
		f.begun = f.values()
	}
}

func (f *Form) values() []string {
	out := make([]string, len(f.fields))
	for i, x := range f.fields {
		out[i] = f.Get(x.Name)
	}
	return out
}

// HasSecret says whether there is something to reveal.
func (f *Form) HasSecret() bool {
	for i, x := range f.fields {
		if x.Secret && f.shown(i) {
			return true
		}
	}
	return false
}

// ToggleReveal shows secrets, or hides them again.
func (f *Form) ToggleReveal() { f.reveal = !f.reveal }

// Revealed says whether secrets are shown.
func (f *Form) Revealed() bool { return f.reveal }

// Update edits. It says true when Enter was pressed on the last question and
// nothing is wrong.
func (f *Form) Update(msg tea.KeyMsg) (submit bool) {
	f.begin()
	x := f.fields[f.at]
	switch msg.Type {
	case tea.KeyTab:
		f.leave(1)
	case tea.KeyShiftTab:
		f.leave(-1)
	case tea.KeyEnter:
		return f.enter()
	case tea.KeyDown:
		if !x.pick(1) {
			f.leave(1)
		} else {
			f.edited = true
		}
	case tea.KeyUp:
		if !x.pick(-1) {
			f.leave(-1)
		} else {
			f.edited = true
		}
	default:
		f.edit(x, msg)
	}
	return false
}

func (f *Form) edit(x *Field, msg tea.KeyMsg) {
	if len(x.Options) > 0 {
		switch msg.Type {
		case tea.KeyRight:
			x.pick(1)
		case tea.KeyLeft:
			x.pick(-1)
		case tea.KeySpace:
			x.picked = (x.picked + 1) % len(x.Options)
		}
		f.edited = true
		return
	}
	before := x.input.Value()
	x.input.Update(msg)
	if x.input.Value() != before {
		f.edited = true
		x.fault = ""
	}
}

// pick moves a choice; false at its ends.
func (x *Field) pick(by int) bool {
	to := x.picked + by
	if to < 0 || to >= len(x.Options) {
		return false
	}
	x.picked = to
	return true
}

// enter goes to the next question, or hands the form in.
func (f *Form) enter() bool {
	f.check(f.at)
	if f.next(f.at, 1) >= 0 {
		f.move(1)
		return false
	}
	return f.Valid()
}

// Valid checks every question and puts the focus on the first that is wrong.
func (f *Form) Valid() bool {
	ok := true
	for i := len(f.fields) - 1; i >= 0; i-- {
		if !f.check(i) {
			ok, f.at = false, i
		}
	}
	return ok
}

func (f *Form) leave(by int) {
	f.check(f.at)
	f.move(by)
}

// check looks at one field and shows what is wrong from now on.
func (f *Form) check(i int) bool {
	x := f.fields[i]
	x.fault, x.left = "", true
	if x.Check != nil && f.shown(i) {
		x.fault = x.Check(f.Get(x.Name))
	}
	return x.fault == ""
}

// move goes by questions that are shown; 0 finds the nearest.
func (f *Form) move(by int) {
	if by == 0 {
		if f.shown(f.at) {
			return
		}
		by = 1
	}
	if to := f.next(f.at, by); to >= 0 {
		f.at = to
	}
}

func (f *Form) next(from, by int) int {
	for i := from + by; i >= 0 && i < len(f.fields); i += by {
		if f.shown(i) {
			return i
		}
	}
	return -1
}

func (f *Form) shown(i int) bool { return f.fields[i].Hidden == nil || !f.fields[i].Hidden() }

func (f *Form) field(name string) *Field {
	for _, x := range f.fields {
		if x.Name == name {
			return x
		}
	}
	return nil
}

// AtLast says whether Enter hands the form in now.
func (f *Form) AtLast() bool { return f.next(f.at, 1) < 0 }
