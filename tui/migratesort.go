package tui

import (
	"cmp"
	"slices"

	"mxodus/engine"
	"mxodus/engine/say"
)

// migrateSort is an order of the users.
type migrateSort int

const (
	sortAddress migrateSort = iota
	sortState
	sortLeft
	sortCount
)

func (s migrateSort) String() string {
	return [...]string{"by address", "by state, problems first", "by what is left"}[s]
}

// problemGroup is one kind of problem, wherever it came up.
type problemGroup struct {
	level  engine.Level
	fault  engine.Fault // of the newest
	count  int
	users  []string
	places []string // user and folder
	newest engine.Problem
}

// arrange works out which users are shown, in which order, and groups problems.
func (m *migrate) arrange() {
	b := m.session.batch
	keep := int64(0)
	if u := m.current(); u != nil && m.pane == paneUsers {
		keep = u.User.ID
	}
	if m.groups = nil; b == nil {
		m.roll.arrange(0, nil, nil)
		m.faults.Resize(0)
		return
	}
	m.roll.arrange(len(b.Users), func(i int) bool {
		u := &b.Users[i]
		return (!m.only || needsLook(u)) && m.filter.shows(u.User.Address, u.User.SourceLogin, string(u.State))
	}, func(i, j int) int { return m.compare(&b.Users[i], &b.Users[j]) })
	for row, i := range m.shown {
		if b.Users[i].User.ID == keep {
			m.table.Go(row) // the cursor stays with its user
		}
	}
	m.groups = groupProblems(b.Users)
	m.faults.Resize(len(m.groups))
	if u := m.user(m.open); u != nil {
		m.folders.Resize(len(u.Folders))
	}
}

func (m *migrate) compare(a, b *engine.UserStatus) int {
	switch m.sort {
	case sortState:
		return cmp.Compare(urgency(b), urgency(a))
	case sortLeft:
		return cmp.Compare(b.Sum.TotalBytes-b.Sum.SettledBytes(), a.Sum.TotalBytes-a.Sum.SettledBytes())
	}
	return 0
}

// urgency is how much a user wants to be looked at.
func urgency(u *engine.UserStatus) int {
	switch u.State {
	case engine.UserFailed:
		return 5
	case engine.UserAttention:
		return 4
	case engine.UserWaiting, engine.UserPaused, engine.UserStopped:
		return 3
	case engine.UserDone:
		return 0
	}
	if grave(u.Problems) > 0 {
		return 2
	}
	return 1
}

// groupProblems brings the same problem of many users together, worst first.
func groupProblems(users []engine.UserStatus) []problemGroup {
	type kind struct{ code, what string }
	at := map[kind]int{}
	var out []problemGroup
	for _, u := range users {
		for _, p := range u.Problems {
			k := kind{string(p.Fault.Code), p.Fault.What}
			i, ok := at[k]
			if !ok {
				i = len(out)
				at[k] = i
				out = append(out, problemGroup{level: p.Level, fault: p.Fault, newest: p})
			}
			out[i].take(name(u.User), p)
		}
	}
	rank := map[engine.Level]int{engine.Bad: 2, engine.Attention: 1}
	slices.SortStableFunc(out, func(a, b problemGroup) int {
		return cmp.Or(cmp.Compare(rank[b.level], rank[a.level]), cmp.Compare(b.count, a.count))
	})
	return out
}

func (g *problemGroup) take(user string, p engine.Problem) {
	g.count += max(1, p.Count)
	if !slices.Contains(g.users, user) {
		g.users = append(g.users, user)
	}
	place := user
	if p.Folder != "" {
		place += ", " + clean(p.Folder)
	}
	if p.Count > 1 {
		place += " (" + say.Number(p.Count) + ")"
	}
	g.places = append(g.places, place)
	if p.At.After(g.newest.At) {
		g.newest, g.fault = p, p.Fault
	}
}
