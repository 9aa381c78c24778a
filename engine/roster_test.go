package engine

import (
	"slices"
	"testing"
)

func TestUsersAreFoundByAddressThenAliasAndGuessedByName(t *testing.T) {
	tenant := []TenantUser{
		{ID: "1", Address: "anna@acme.example", DisplayName: "Anna Lindner"},
		{ID: "2", Address: "b.carver@acme.example", Mail: "ben.carver@acme.example", Aliases: []string{"ben@acme.example"}},
		{ID: "3", Address: "carla@acme.onmicrosoft.example", DisplayName: "Dumas, Carla"},
		{ID: "4", Address: "dora@acme.onmicrosoft.example", DisplayName: "D. E."},
		{ID: "5", Address: "x9@acme.example", DisplayName: "Eli Romero"},
		{ID: "6", Address: "rest@acme.example", DisplayName: "Rest", Mailbox: MailboxReady, Mail: "r@acme.example"},
		{ID: "7", Address: "admin@acme.onmicrosoft.example", Mailbox: MailboxNone},
		{ID: "8", Address: "jürgen@acme.example", DisplayName: "Jürgen Weiß"},
	}
	users := []User{
		{ID: 1, Address: "Anna@Acme.example"},
		{ID: 2, Address: "ben@acme.example"},
		{ID: 3, Address: "carla@acme.example", DisplayName: "Carla Dumas"},
		{ID: 4, Address: "dora@acme.example"},
		{ID: 5, Address: "eli.romero@acme.example"},
		{ID: 6, Address: "fritz@acme.example", DisplayName: "Fritz"},
		{ID: 7, Address: "anna2@acme.example", DisplayName: "Anna Lindner"}, // the tenant's Anna is somebody else
		{ID: 8, Address: "jw@acme.example", DisplayName: "WEISS Juergen"},
	}
	r := MatchUsers(users, tenant, nil)
	for i, want := range []struct {
		how MatchHow
		id  string
	}{{MatchAddress, "1"}, {MatchAlias, "2"}, {MatchDoubtful, "3"}, {MatchDoubtful, "4"}, {MatchDoubtful, "5"}, {MatchNone, ""}, {MatchNone, ""}, {MatchDoubtful, "8"}} {
		m := r.Matches[i]
		got := m.Found.ID
		if len(m.Like) > 0 {
			got = m.Like[0].ID
		}
		if m.How != want.how || got != want.id {
			t.Errorf("%s: %s %q, expected %v", m.User.Address, m.How, got, want)
		}
	}
	if len(r.Rest) != 2 || r.Rest[0].ID != "6" {
		t.Errorf("rest: %+v", r.Rest)
	}
	rows := r.Adopt()
	if len(rows) != 1 || rows[0].User.Address != "r@acme.example" || rows[0].User.DestinationLogin != "rest@acme.example" {
		t.Errorf("adopted: %+v", rows)
	}
}

func TestDecisionsEndDoubts(t *testing.T) {
	tenant := []TenantUser{{ID: "3", Address: "carla@acme.onmicrosoft.example", DisplayName: "Carla"}}
	users := []User{{ID: 3, Address: "carla@acme.example", DisplayName: "Carla"}}
	if m := MatchUsers(users, tenant, map[int64]string{3: Nobody}).Matches[0]; m.How != MatchNone {
		t.Errorf("%+v", m)
	}
	if m := MatchUsers(users, tenant, map[int64]string{3: "CARLA@acme.onmicrosoft.example"}).Matches[0]; m.How != MatchDecided || m.Found.ID != "3" {
		t.Errorf("%+v", m)
	}
}

func TestFirstPasswordsAreStrongReadableAndNeverTheSame(t *testing.T) {
	seen := map[string]bool{}
	for range 2000 {
		s := FirstPassword().Reveal()
		if len(s) != 19 || seen[s] {
			t.Fatalf("%q", s)
		}
		seen[s] = true
		counts := [4]int{}
		for _, r := range s {
			switch {
			case slices.Contains([]rune("Il1Oo0"), r):
				t.Errorf("%q looks like another", r)
			case r >= 'A' && r <= 'Z':
				counts[0]++
			case r >= 'a' && r <= 'z':
				counts[1]++
			case r >= '0' && r <= '9':
				counts[2]++
			case r == '-':
				counts[3]++
			}
		}
		if slices.Contains(counts[:], 0) || s[0] >= '0' && s[0] <= '9' {
			t.Errorf("%q lacks a kind, or begins with a digit", s)
		}
	}
}
