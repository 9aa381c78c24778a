package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// Who of the project is who in the tenant, and who is taken in from there.

// staffDecided is the answer of somebody who was asked who a user is.
type staffDecided struct {
	user engine.User
	who  string // an address in the tenant, or engine.Nobody
}

// askWho asks who a doubtful user is: the one under the cursor, or the first.
func (s *staff) askWho() tea.Cmd {
	m := s.doubtful()[0]
	if r := s.current(); r != nil && r.match != nil && slices.Contains(s.doubtful(), r.match) {
		m = r.match
	}
	who := name(m.User)
	answers := []widget.Answer{{Label: "Decide later"}}
	for i, t := range m.Like {
		if i < 4 {
			answers = append(answers, widget.Answer{Label: "Yes, " + whoIs(t), Msg: addressed{s.id, staffDecided{m.User, t.Address}}})
		}
	}
	answers = append(answers, widget.Answer{Label: "No, somebody else", Msg: addressed{s.id, staffDecided{m.User, engine.Nobody}}})
	return send(questionMsg{&widget.Confirm{Title: "Is it the same person?", Answers: answers,
		Text: []string{who + " may be in the tenant under another address: only the names are alike. If you say yes, this user's mail goes into that mailbox."}}})
}

// whoIs is somebody in the tenant, by name and address.
func whoIs(t engine.TenantUser) string {
	if t.DisplayName == "" {
		return clean(t.Address)
	}
	return clean(t.DisplayName + ", " + t.Address)
}

// decide takes note of who somebody is; the project keeps the new log-in.
func (s *staff) decide(m staffDecided) tea.Cmd {
	s.decided[m.user.ID] = m.who
	if m.who == engine.Nobody || strings.EqualFold(m.user.DestinationName(), m.who) {
		s.note = name(m.user) + " is somebody else: not in the tenant yet."
		s.match()
		return nil
	}
	u, l := m.user, s.held()
	u.DestinationLogin = m.who
	note := name(u) + " is " + clean(m.who) + " in the tenant."
	return s.ask("staff save", func(ctx context.Context) (any, error) { return saveUsers(ctx, l, []engine.User{u}, note) })
}

// markAll marks all who are shown and can be taken in; where all are marked, none.
func (s *staff) markAll() {
	var all []string
	for _, i := range s.shown {
		if t := s.rows[i].rest; t != nil && adoptable(t) {
			all = append(all, t.ID)
		}
	}
	s.roll.markAll(all)
}

// taken are the marked ones.
func (s *staff) taken() engine.Roster {
	var r engine.Roster
	for _, t := range s.roster.Rest {
		if s.marked[t.ID] {
			r.Rest = append(r.Rest, t)
		}
	}
	return r
}

func (s *staff) adopted() int { return len(s.taken().Rest) }

// staffAdopt is the answer of somebody who was asked.
type staffAdopt struct{}

func (s *staff) askAdopt() tea.Cmd {
	text := "Their log-ins at the old server are taken to be their addresses."
	if s.session.project.Source.Admin == "" && s.session.project.Source.NeedsPasswords() {
		text += " Their passwords there are still to be typed in or imported."
	}
	return send(questionMsg{&widget.Confirm{Title: "Take " + say.Count(s.adopted(), "user") + " into the project?", Text: []string{text + " Nothing changes in the tenant."},
		Answers: []widget.Answer{{Label: "Not now"}, {Label: "Take in", Msg: addressed{s.id, staffAdopt{}}}}}})
}

// adopt takes the marked users into the project.
func (s *staff) adopt() tea.Cmd {
	rows, l := s.taken().Adopt(), s.held()
	words := say.Count(len(rows), "user")
	return s.ask("staff save", func(ctx context.Context) (any, error) {
		saved, err := addUsers(ctx, l, rows, words+" taken into the project.")
		if err != nil {
			return nil, err
		}
		return saved, l.file.Event(ctx, engine.Event{At: time.Now(), Level: engine.Info, Text: "Took " + words + " from the Microsoft 365 tenant into the project."})
	})
}
