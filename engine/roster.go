package engine

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Roster is the project's users beside the tenant's.
type Roster struct {
	Matches []Match      // one for each user of the project, in their order
	Rest    []TenantUser // the tenant's that nobody of the project is, or may be
}

// Match is a user of the project and who that is in the tenant.
type Match struct {
	User  User
	How   MatchHow
	Found TenantUser // with MatchAddress, MatchAlias and MatchDecided
	// Like is who it may be, the likeliest first; with MatchDoubtful.
	Like []TenantUser
}

// MatchHow says how a user was found in the tenant.
type MatchHow string

// The ways to be found.
const (
	MatchNone     MatchHow = "none"     // nobody there
	MatchAddress  MatchHow = "address"  // by the sign-in name or the main address
	MatchAlias    MatchHow = "alias"    // by a further address
	MatchDecided  MatchHow = "decided"  // somebody said so
	MatchDoubtful MatchHow = "doubtful" // only by a like name: somebody must say
)

// Is says that the user is in the tenant, without doubt.
func (m Match) Is() bool { return m.How != MatchNone && m.How != MatchDoubtful }

// Nobody is the decision that a user is nobody in the tenant yet, whatever the
// names.
const Nobody = "new"

// MatchUsers finds the project's users in a tenant: by address, then by alias,
// then by name, which is only a guess to be asked about. decided is what was
// said about guesses, by the user's ID: the address of somebody in the tenant,
// or Nobody.
func MatchUsers(users []User, tenant []TenantUser, decided map[int64]string) Roster {
	m := newMatcher(tenant)
	r := Roster{Matches: make([]Match, len(users))}
	for i, u := range users {
		r.Matches[i] = m.exact(u, decided[u.ID])
	}
	likely := map[int]bool{}
	for i := range r.Matches {
		if x := &r.Matches[i]; x.How == MatchNone && decided[x.User.ID] != Nobody {
			for _, n := range m.like(x.User) {
				x.How, likely[n] = MatchDoubtful, true
				x.Like = append(x.Like, tenant[n])
			}
		}
	}
	for i, t := range tenant {
		if !m.used[i] && !likely[i] {
			r.Rest = append(r.Rest, t)
		}
	}
	return r
}

// matcher finds users in a tenant; what it holds are positions.
type matcher struct {
	tenant    []TenantUser
	addresses map[string]int
	aliases   map[string]int
	used      map[int]bool
}

func newMatcher(tenant []TenantUser) *matcher {
	m := &matcher{tenant: tenant, addresses: map[string]int{}, aliases: map[string]int{}, used: map[int]bool{}}
	for i, t := range tenant {
		for _, a := range t.Aliases {
			m.aliases[strings.ToLower(a)] = i
		}
		if t.Mail != "" {
			m.addresses[strings.ToLower(t.Mail)] = i
		}
	}
	for i, t := range tenant { // a sign-in name is stronger than somebody else's main address
		m.addresses[strings.ToLower(t.Address)] = i
	}
	return m
}

// exact finds a user without doubt, or nobody.
func (m *matcher) exact(u User, decided string) Match {
	take := func(how MatchHow, i int) Match {
		m.used[i] = true
		return Match{User: u, How: how, Found: m.tenant[i]}
	}
	if decided != "" && decided != Nobody {
		if i, ok := m.addresses[strings.ToLower(decided)]; ok {
			return take(MatchDecided, i)
		}
	}
	names := []string{u.DestinationName(), u.Address}
	if strings.Contains(u.SourceLogin, "@") {
		names = append(names, u.SourceLogin)
	}
	for _, name := range names {
		if i, ok := m.addresses[strings.ToLower(name)]; ok {
			return take(MatchAddress, i)
		}
	}
	for _, name := range names {
		if i, ok := m.aliases[strings.ToLower(name)]; ok {
			return take(MatchAlias, i)
		}
	}
	return Match{User: u, How: MatchNone}
}

// like finds who a user may be: the same name before the @ in another domain, or
// the same name of a person in whatever order. Who is somebody else without
// doubt is left out.
func (m *matcher) like(u User) []int {
	local, _, _ := strings.Cut(strings.ToLower(u.Address), "@")
	mine := []string{personKey(u.DisplayName), personKey(local)}
	rank := map[int]int{}
	for i, t := range m.tenant {
		if m.used[i] {
			continue
		}
		theirs, _, _ := strings.Cut(strings.ToLower(t.Address), "@")
		switch {
		case personKey(t.DisplayName) != "" && personKey(t.DisplayName) == mine[0]:
			rank[i] = 1
		case theirs == local:
			rank[i] = 2
		case slices.ContainsFunc(mine, func(k string) bool {
			return strings.Contains(k, " ") && (k == personKey(t.DisplayName) || k == personKey(theirs))
		}):
			rank[i] = 3
		}
	}
	out := make([]int, 0, len(rank))
	for i := range rank {
		out = append(out, i)
	}
	slices.SortFunc(out, func(a, b int) int { return cmp.Or(rank[a]-rank[b], a-b) })
	return out
}

// personKey is a person's name without order, case, punctuation and umlauts:
// "Lindner, Anna" and anna.lindner have the same.
func personKey(s string) string {
	s = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss").Replace(strings.ToLower(s))
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	slices.Sort(words)
	return strings.Join(words, " ")
}

// Adopt makes rows for the project of those in the tenant who have a mailbox or
// get one, and are not in the project yet. Their log-in at the source is taken to
// be their address.
func (r Roster) Adopt() (rows []UserRow) {
	for _, t := range r.Rest {
		if t.Mailbox != MailboxReady && t.Mailbox != MailboxUnderway {
			continue
		}
		u := User{Address: cmp.Or(t.Mail, t.Address), DisplayName: t.DisplayName, Shared: !t.Enabled && len(t.Licences) == 0}
		u.SourceLogin = u.Address
		if !strings.EqualFold(u.Address, t.Address) {
			u.DestinationLogin = t.Address
		}
		rows = append(rows, UserRow{User: u})
	}
	return rows
}
