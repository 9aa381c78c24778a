package tui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/say"
)

// Users who go first: whoever needs the mail most is copied before all others, in the
// batch under way and in the next one of this sitting.

// prefer puts a user before all others.
func (s *session) prefer(id int64) {
	s.first = append(slices.DeleteFunc(slices.Clone(s.first), func(x int64) bool { return x == id }), id)
}

// goesFirst says whether a user is to be copied before all others.
func (s *session) goesFirst(id int64) bool { return slices.Contains(s.first, id) }

// preferOr puts users before all others, or, where nothing runs and they were that
// already, back among them.
func (m *migrate) preferOr(ids ...int64) tea.Cmd {
	if !m.works.copying() && !slices.ContainsFunc(ids, func(id int64) bool { return !m.session.goesFirst(id) }) {
		m.session.first = slices.DeleteFunc(slices.Clone(m.session.first), func(id int64) bool { return slices.Contains(ids, id) })
		return nil
	}
	for _, id := range slices.Backward(ids) { // the first of them first of all
		m.session.prefer(id)
	}
	return m.control(func(b *engine.Batch) {
		for _, id := range slices.Backward(ids) {
			b.Prefer(id)
		}
	})
}

// preferUsers is the wish of another step.
type preferUsers struct{ ids []int64 }

// mayPrefer says that a user has a turn that can be brought forward. Whoever is being
// copied has it.
func (m *migrate) mayPrefer(u *engine.UserStatus) bool {
	return !m.works.copying() || u.State == engine.UserQueued || u.State == engine.UserPaused || u.State.Finished()
}

// firstWords name the users who go first, in their order.
func (s *session) firstWords() string {
	var out []string
	for _, id := range slices.Backward(s.first) {
		for _, p := range s.people {
			if p.ID == id {
				out = append(out, name(p.User))
			}
		}
	}
	if n := len(out) - 3; n > 0 {
		out = append(out[:3:3], say.Count(n, "more user"))
	}
	return strings.Join(out, ", ")
}
