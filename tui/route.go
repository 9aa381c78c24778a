package tui

import (
	"fmt"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/tui/widget"
)

// goTo brings a step on screen, if there is one and it isn't blocked, and hands
// it a message, if there is one.
func (r *root) goTo(to stepID, then tea.Msg) tea.Cmd {
	if to < 0 {
		return r.quit()
	}
	if int(to) >= len(r.steps) || r.why(to) != "" {
		return nil
	}
	r.at = to
	cmd := r.steps[to].Init()
	if then != nil {
		cmd = tea.Batch(cmd, r.steps[to].Update(then))
	}
	return cmd
}

// quit leaves, and asks first when work is under way.
func (r *root) quit() tea.Cmd {
	if !r.works.running() && !r.works.untold {
		return tea.Quit
	}
	if r.question != nil && r.question.Title == leaveTitle {
		return nil
	}
	what := "The test is still going on. It changes nothing, and can be started again at any time."
	if r.works.making() || r.works.untold {
		what = "First passwords of new users were not saved or confirmed yet (step Users). If you leave now, they are lost, and an administrator of the tenant has to give these users new ones."
	} else if r.works.copying() {
		what = "Mail is being copied. If you leave, what is on its way is finished or written down, and the copying stops. Nothing is lost: open the project again to go on exactly there."
		if r.session.practice {
			what = "Mail is being copied, for practice. If you leave, the made-up company goes away: \"mxodus demo\" begins it anew. With a project of your own nothing would be lost."
		}
	} else if r.works.verifying() {
		what = "The verification is still going on. It changes nothing, and can be started again at any time."
	} else if r.works.posting() {
		what = "Letters are being sent. If you leave, the one on its way is finished, and what went out is written down. Send the rest another time: nobody gets a letter twice."
	}
	r.question = &widget.Confirm{Title: leaveTitle, Text: []string{what},
		Answers: []widget.Answer{{Label: "Stay"}, {Label: "Stop and leave", Msg: quitMsg{}}}}
	return nil
}

const leaveTitle = "Leave mxodus?"

// openGo shows the list of steps.
func (r *root) openGo() {
	r.menu = widget.Menu{Items: r.places()}
	r.menu.Go(int(r.at))
	r.over = overGo
}

// places are the steps as they are now: what is read in the background opens
// them while the list is on screen.
func (r *root) places() []widget.Item {
	var items []widget.Item
	for i, s := range r.steps {
		sign, ink := r.sign(stepID(i))
		item := widget.Item{Label: fmt.Sprintf("%2d  %s", i+1, s.Title()), Sign: sign, Ink: ink, Answer: stepID(i)}
		if why := r.why(stepID(i)); why != "" {
			item.Off, item.Text = true, "not yet: "+why
		} else {
			item.Text = stale(s)
		}
		items = append(items, item)
	}
	return items
}

// overKey is a key while the help, the list of steps, a text or a folder is open.
func (r *root) overKey(msg tea.KeyMsg) tea.Cmd {
	switch r.over {
	case overRead:
		r.readingKey(msg)
		return nil
	case overPick:
		return r.pickKey(msg)
	}
	if key.Matches(msg, keys.Back) || r.over == overHelp {
		r.over = overNothing
		return nil
	}
	if r.menu.Update(msg) {
		r.over = overNothing
		return r.goTo(r.menu.Chosen().Answer.(stepID), nil)
	}
	return nil
}

// sign is how a step appears in the rail.
func (r *root) sign(id stepID) (string, widget.Ink) {
	l, s := r.look, r.steps[id]
	switch {
	case id == r.at:
		return l.Current, l.Accent
	case stale(s) != "":
		return l.Glyphs.Attention, l.Attention
	case s.Done():
		return l.Done, l.Good
	case r.why(id) != "":
		return l.Blocked, l.Dim
	}
	return l.Todo, l.Dim
}
