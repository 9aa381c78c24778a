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
	m.troubled = !b.Finished.IsZero()
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
	if m.troubled { // once a run has ended, that is what somebody looks for
		return cmp.Compare(trouble(b), trouble(a))
	}
	return 0
}

// trouble is how much is left to do about a user of a run that has ended.
func trouble(u *engine.UserStatus) int {
	if needsLook(u) || u.State == engine.UserStopped {
		return urgency(u)
	}
	return 0
}

// order says in which order users are shown.
func (m *migrate) order() string {
	if m.sort == sortAddress && m.troubled {
		return "problems first, by address"
	}
	return m.sort.String()
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

// groupProblems brings the same problem of many users together, worst first. What has
// one cause is one problem, whatever it was seen at: a full mailbox refuses messages,
// and ends the copying.
func groupProblems(users []engine.UserStatus) []problemGroup {
	type kind struct{ code, what string }
	at := map[kind]int{}
	var out []problemGroup
	for _, u := range users {
		for _, p := range u.Problems {
			k := kind{string(p.Fault.Code), p.Fault.What}
			if p.Fault.Code == engine.CodeQuota {
				k.what = ""
			}
			i, ok := at[k]
			if !ok {
				i = len(out)
				at[k] = i
				out = append(out, problemGroup{level: p.Level, fault: p.Fault, newest: p})
			}
			out[i].take(name(u.User), p)
		}
	}
	slices.SortStableFunc(out, func(a, b problemGroup) int {
		return cmp.Or(cmp.Compare(rank(b.level), rank(a.level)), cmp.Compare(b.count, a.count))
	})
	return out
}

func rank(l engine.Level) int {
	switch l {
	case engine.Bad:
		return 2
	case engine.Attention:
		return 1
	}
	return 0
}

// countGroups says how many problems and notes there are, as everywhere on screen: a
// kind is one, however often and for how many users it came up.
func countGroups(groups []problemGroup) (problems, notes int) {
	for _, g := range groups {
		if g.level != engine.Info {
			problems++
		}
	}
	return problems, len(groups) - problems
}

func groupWords(groups []problemGroup) string {
	problems, notes := countGroups(groups)
	switch {
	case notes == 0:
		return say.Count(problems, "problem")
	case problems == 0:
		return say.Count(notes, "note")
	}
	return say.Count(problems, "problem") + ", " + say.Count(notes, "note")
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
	switch worse := rank(p.Level) - rank(g.level); {
	case worse > 0, worse == 0 && p.At.After(g.newest.At):
		g.newest, g.fault, g.level = p, p.Fault, p.Level
	}
}
