package tui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// goWithout is the answer of somebody who was asked about users whose test failed.
type goWithout struct{}

// undecided are users whose test failed, and of whom nobody said to go on without.
func (t *test) undecided() []engine.UserCheck {
	if t.session.probe == nil {
		return nil
	}
	var out []engine.UserCheck
	for _, c := range t.session.probe.Users {
		if c.State == engine.CheckFailed && !t.session.accepted[c.User.ID] {
			out = append(out, c)
		}
	}
	return out
}

// askWithout asks whether to go on without users whose test failed.
func (t *test) askWithout(failed []engine.UserCheck) tea.Cmd {
	title, all := "1 user failed the test", names3(failed)
	text := "Until it is mended, this user is left out of every run: "
	if len(failed) > 1 {
		title, text = say.Count(len(failed), "user")+" failed the test", "Until they are mended, these users are left out of every run: "
	}
	return send(questionMsg{&widget.Confirm{Title: title, Text: []string{text + all + ".", "It is kept in the project's history that you went on."},
		Answers: []widget.Answer{{Label: "Mend it first"}, {Label: "Go on without", Msg: addressed{t.id, goWithout{}}}}}})
}

// names3 are the first three users, and how many there are beyond.
func names3(checks []engine.UserCheck) string {
	var out []string
	for _, c := range checks[:min(3, len(checks))] {
		out = append(out, name(c.User))
	}
	if len(checks) > 3 {
		out = append(out, say.Count(len(checks)-3, "more user"))
	}
	return strings.Join(out, ", ")
}

// without goes on, and writes that into the project's history.
func (t *test) without(failed []engine.UserCheck) tea.Cmd {
	for _, c := range failed {
		t.session.accepted[c.User.ID] = true
	}
	file, now := t.session.file, t.now
	kept := t.ask("without", func(ctx context.Context) (any, error) {
		for _, c := range failed {
			if err := file.Event(ctx, engine.Event{At: now, UserID: c.User.ID, Level: engine.Attention, Text: "The test failed. Somebody chose to go on without this user."}); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
	return tea.Batch(kept, t.next())
}
