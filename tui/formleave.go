package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/tui/widget"
)

// formHolder is a step with forms.
type formHolder interface {
	// asking is the form that is open; nil: none is.
	asking() *widget.Form
}

// form is the form on screen; nil: there is none.
func (r *root) form() *widget.Form {
	if x, ok := r.steps[r.at].(formHolder); ok && r.steps[r.at].Typing() {
		return x.asking()
	}
	return nil
}

// leaveForm is the answer of somebody who gives up what was typed into a form.
type leaveForm struct{ form *widget.Form }

// asksToLeave says that Esc would throw away what was typed into a form: one rule
// for all of them.
func (r *root) asksToLeave(msg tea.KeyMsg) bool {
	f := r.form()
	return f != nil && key.Matches(msg, keys.Back) && f.Changed()
}

func (r *root) askToLeave() tea.Cmd {
	return send(questionMsg{&widget.Confirm{Title: "Leave the form?", Text: []string{"What you typed or chose in it is not kept."},
		Answers: []widget.Answer{{Label: "Go on filling it in"}, {Label: "Leave it", Msg: leaveForm{r.form()}}}}})
}

// left leaves the form that was asked about, if it is still there.
func (r *root) left(msg leaveForm) tea.Cmd {
	if r.form() != msg.form {
		return nil
	}
	return r.steps[r.at].Update(tea.KeyMsg{Type: tea.KeyEsc})
}
