package lab_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
	"mxodus/engine/microsoft"
)

// tenancy is a practice tenant: an old server, an authority, an Exchange-like
// server, and a project between them.
type tenancy struct {
	from, to  *lab.Server
	exchange  *lab.Exchange
	authority *lab.Authority
	*trip
}

const practiceApp = "0a0a0a0a-1111-2222-3333-444444444444"

// newTenancy makes a tenant with that many mailboxes, named u0@acme.example and
// so on.
func newTenancy(t testing.TB, mailboxes int, lifetime time.Duration) *tenancy {
	t.Helper()
	return newTenancyFrom(t, lab.Options{}, mailboxes, lifetime)
}

// newTenancyFrom does so for an old server of this kind.
func newTenancyFrom(t testing.TB, from lab.Options, mailboxes int, lifetime time.Duration) *tenancy {
	t.Helper()
	w := &tenancy{from: start(t, from)}
	var err error
	if w.authority, err = lab.NewAuthority("acme.example", lifetime); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.authority.Close)
	w.authority.AddApp(practiceApp, "canary-secret")
	w.exchange = &lab.Exchange{Good: w.authority.Good}
	if w.to, err = lab.NewExchange(w.exchange, lab.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.to.Close)
	cloud, err := lab.WriteCloud(t.TempDir(), w.authority, w.to)
	if err != nil {
		t.Fatal(err)
	}
	e, err := microsoft.Endpoint(engine.Endpoint{Cloud: cloud, Tenant: "acme.example", ClientID: practiceApp})
	if err != nil {
		t.Fatal(err)
	}
	var rows []engine.UserRow
	for n := range mailboxes {
		name := fmt.Sprintf("u%d@acme.example", n)
		w.from.AddUser(name, "sun")
		w.to.AddMailbox(name)
		rows = append(rows, row(name, "sun", name, ""))
	}
	w.trip = newTrip(t, w.from.Endpoint(), e, rows...)
	w.vault.secrets[engine.AppSecretName(engine.SideDestination)] = "canary-secret"
	w.tokens = microsoft.NewTokens(engine.SideDestination, e, w.vault)
	return w
}

// add makes users of mailboxes that stand on both servers.
func (w *tenancy) add(rows ...engine.UserRow) {
	w.t.Helper()
	users, err := engine.AddUsers(w.t.Context(), w.file, w.vault, rows)
	if err != nil {
		w.t.Fatal(err)
	}
	w.users = append(w.users, users...)
}

// verified fails unless every message is accounted for.
func (w *tenancy) verified(t *testing.T) {
	t.Helper()
	v := engine.NewVerify(w.project, w.file, w.dialer(), engine.VerifyOptions{Users: w.users})
	if res, err := v.Run(t.Context()); err != nil || !res.OK {
		t.Errorf("verify: %v, %+v", err, res)
	}
}

// put stores letters n to m at the old server.
func (w *tenancy) put(user, folder string, n, m int, flags ...string) {
	for ; n < m; n++ {
		w.from.Put(user, folder, letter(n), time.Date(2020, 3, 2, 10, 0, n%60, 0, time.UTC), flags...)
	}
}

// subjects counts the letters of a mailbox at a server, by folder and subject.
func subjects(s *lab.Server, user string) map[string]int {
	out := map[string]int{}
	for _, f := range s.Folders(user) {
		for _, m := range s.Messages(user, f) {
			for line := range strings.Lines(string(m.Body())) {
				if strings.HasPrefix(line, "Subject: ") {
					out[f+"/"+strings.TrimSpace(line)]++
					break
				}
			}
		}
	}
	return out
}

func TestMailboxesArriveAtExchangeOnceThroughItsMoods(t *testing.T) {
	const mailboxes, letters = 8, 60
	w := newTenancy(t, mailboxes, 3*time.Second)
	for n := range mailboxes {
		name := fmt.Sprintf("u%d@acme.example", n)
		w.put(name, "INBOX", 0, letters, `\Seen`)
		w.put(name, "Projects", letters, 2*letters)
	}
	var mu sync.Mutex
	dice := rand.New(rand.NewPCG(1, 2))
	moods := map[string]int{}
	w.to.OnCommand(func(c lab.Command) error {
		mu.Lock()
		defer mu.Unlock()
		if c.Name != "APPEND" && c.Name != "SELECT" && c.Name != "STATUS" && c.Name != "AUTHENTICATE" {
			return nil
		}
		switch n := dice.IntN(300); {
		case n < 2 && moods["throttle "+c.User] == 0 && c.Name == "APPEND":
			moods["throttle "+c.User]++
			moods["throttle"]++
			w.exchange.Throttle(c.User, 1500*time.Millisecond)
			return lab.Throttled(1500 * time.Millisecond)
		case n == 2 && c.Name != "AUTHENTICATE":
			moods["bye"]++
			return lab.Bye("Connection closed.")
		case n == 3 && c.Name == "AUTHENTICATE":
			moods["busy"]++
			return lab.No("", "Server Unavailable. 15")
		case n == 4 && moods["expire"] < 3:
			moods["expire"]++
			w.authority.ExpireAll()
		}
		return nil
	})
	s := w.run()
	t.Logf("moods: %v, tokens: %d", moods, w.authority.Granted("client_credentials"))
	if s.Sum.Copied != mailboxes*2*letters || s.Sum.Failed != 0 || s.Sum.Skipped != 0 {
		t.Errorf("%+v", s.Sum)
	}
	for n := range mailboxes {
		name := fmt.Sprintf("u%d@acme.example", n)
		if !maps.Equal(subjects(w.from, name), subjects(w.to, name)) {
			t.Errorf("%s: %v", name, subjects(w.to, name))
		}
		if early := w.exchange.Early(name); early > 0 {
			t.Errorf("%s: %d commands came before the wait was over", name, early)
		}
	}
	if moods["throttle"] == 0 || moods["bye"] == 0 || moods["expire"] == 0 {
		t.Errorf("nothing happened: %v", moods)
	}
	w.to.OnCommand(nil)
	before := w.to.Counters().Appends
	if w.run(); w.to.Counters().Appends != before {
		t.Error("a second run sent something")
	}
}

func TestExchangeGetsWhatItTakesAndTheRestIsExplained(t *testing.T) {
	w := newTenancy(t, 2, time.Hour)
	name := "u0@acme.example"
	w.put(name, "INBOX", 0, 3, `\Seen`, "$Label1")
	w.put(name, "INBOX", 3, 5, `\Flagged`)
	w.put(name, "Files", 10, 12)
	w.put(name, "Sent", 12, 14)
	w.put(name, "projects", 14, 15)
	w.put(name, "Projects", 15, 16)
	w.to.SetMaxMessage(30_000)
	w.from.Put(name, "INBOX", append(letter(21), []byte(strings.Repeat("A line of a large one.\r\n", 2000))...), time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC))
	long := append(letter(20), []byte("\r\n"+strings.Repeat("x", 11000)+"\r\n")...)
	w.from.Put(name, "INBOX", long, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	w.exchange.Deny("u1@acme.example", true)
	b := w.batch()
	if _, err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	st := b.Status()
	for _, u := range st.Users {
		if u.User.Address == "u1@acme.example" && (u.State != engine.UserFailed || !strings.Contains(u.Why, "gives no access")) {
			t.Errorf("the mailbox without rights: %s %q", u.State, u.Why)
		}
	}
	got := subjects(w.to, name)
	for _, want := range []string{"INBOX/Subject: Letter 0", "Sent Items/Subject: Letter 12", "Files (mail)/Subject: Letter 10"} {
		if got[want] != 1 {
			t.Errorf("%s: %v", want, slices.Sorted(maps.Keys(got)))
		}
	}
	if n := w.to.Counters().Commands["STORE"]; n != 1 {
		t.Errorf("Flagged was set again by %d commands, expected 1", n)
	}
	flagged := 0
	for _, m := range w.to.Messages(name, "INBOX") {
		if slices.Contains(m.Flags, `\Flagged`) {
			flagged++
		}
	}
	if flagged != 2 {
		t.Errorf("%d messages are flagged, expected 2", flagged)
	}
	apart := 0
	for _, r := range w.records() {
		if r.State != engine.Copied {
			apart++
			if r.Reason == engine.ReasonTooBig && r.State == engine.Skipped && strings.HasPrefix(r.Said, "Maximum size of appendable") {
				continue
			}
			if r.State != engine.Skipped || r.Reason != engine.ReasonLongLine || !strings.Contains(r.Said, "Command Argument Error") {
				t.Errorf("set apart for %s %q", r.Reason, r.Said)
			}
		}
	}
	if apart != 2 {
		t.Errorf("%d messages were set apart, expected 2", apart)
	}
}

// TestATenantDecidesWhatIsTooLarge: what the default limit of a tenant refuses is
// set apart in its words, and what a raised one takes arrives.
func TestATenantDecidesWhatIsTooLarge(t *testing.T) {
	for limit, copied := range map[int64]int{35 << 20: 1, 100 << 20: 2} {
		w := newTenancy(t, 1, time.Hour)
		w.to.SetMaxMessage(limit)
		w.put("u0@acme.example", "INBOX", 0, 1)
		large := append(letter(1), bytes.Repeat([]byte(strings.Repeat("0123456789", 100)+"\r\n"), 37<<10)...)
		w.from.Put("u0@acme.example", "INBOX", large, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
		if s := w.run(); s.Sum.Copied != copied || s.Sum.Skipped != 2-copied {
			t.Errorf("with %d: %+v", limit, s.Sum)
		}
	}
}
