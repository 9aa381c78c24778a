package lab_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
)

// weather is what an Exchange-like server does to its clients: whom it meets is
// left to chance.
type weather struct {
	w *tenancy

	mu      sync.Mutex
	every   int // so many commands
	seen    int
	signIns int
	left    []string // moods still to come, in this order
	moods   map[string]int
}

// newWeather begins the weather: one of the moods comes every so many commands,
// and each tenth sign-in meets a server that is away.
func newWeather(w *tenancy, every int, moods ...string) *weather {
	s := &weather{w: w, every: every, left: moods, moods: map[string]int{}}
	w.to.OnCommand(s.strike)
	return s
}

func (s *weather) strike(c lab.Command) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.Name == "AUTHENTICATE" {
		if s.signIns++; s.signIns%10 == 0 {
			s.moods["away"]++
			return lab.No("", "Server Unavailable. 15")
		}
		return nil
	}
	if s.seen++; s.seen < s.every || len(s.left) == 0 || c.Name != "APPEND" {
		return nil
	}
	mood := s.left[0]
	s.seen, s.left = 0, s.left[1:]
	s.moods[mood]++
	return s.strikeWith(mood, c)
}

func (s *weather) strikeWith(mood string, c lab.Command) error {
	switch mood {
	case "idle":
		return lab.Bye("Connection is closed. 13")
	case "bad commands":
		return lab.Bye("Connection closed. 14")
	case "store":
		return lab.No("", "Server Unavailable. 15")
	case "throttle":
		s.w.exchange.Throttle(c.User, 1200*time.Millisecond)
	case "throttle all":
		s.w.exchange.ThrottleTenant(time.Second)
	case "expire":
		s.w.authority.ExpireAll()
	}
	return nil
}

// twenty makes twenty mailboxes with that many small letters each.
func twenty(t testing.TB, letters int, lifetime time.Duration) *tenancy {
	w := newTenancy(t, 20, lifetime)
	for n := range 20 {
		name := fmt.Sprintf("u%d@acme.example", n)
		w.put(name, "INBOX", 0, letters/2, `\Seen`)
		w.put(name, "Projects", letters/2, letters)
	}
	return w
}

// sound fails unless every letter of every mailbox arrived once, and no wait was
// broken.
func (w *tenancy) sound(t testing.TB, except ...string) {
	t.Helper()
	left := map[string]bool{}
	for _, name := range except {
		left[name] = true
	}
	for _, u := range w.users {
		if left[u.Address] {
			continue
		}
		if !maps.Equal(subjects(w.from, u.Address), subjects(w.to, u.Address)) {
			t.Errorf("%s doesn't hold each letter once", u.Address)
		}
		if n := w.exchange.Early(u.Address); n > 0 {
			t.Errorf("%s: %d commands came before the wait was over", u.Address, n)
		}
	}
}

// TestTwentyMailboxesArriveOnceThroughAStorm is all of Exchange's moods at once:
// waits of mailboxes and of the tenant, sign-ins that end, connections that are
// closed, a mailbox that takes one session, one that gives no access, one that has no
// room for more, and messages that are refused without a reason.
func TestTwentyMailboxesArriveOnceThroughAStorm(t *testing.T) {
	const letters = 60
	w := twenty(t, letters, 4*time.Second)
	w.to.SetMaxConns(1)
	w.exchange.PerMailbox = lab.Budget{Burst: 15, PerSecond: 15}
	const odd, closed, picky, full = "u3@acme.example", "u7@acme.example", "u5@acme.example", "u11@acme.example"
	refused := []int{2, 3, 17, 31, 44, 59}
	w.exchange.Unfit = unfit(picky, refused...)
	w.exchange.SetRoom(full, 20_000)
	long := append(letter(letters), []byte(strings.Repeat("x", 11000)+"\r\n")...)
	w.from.Put(odd, "INBOX", long, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	w.exchange.Deny(closed, true)
	once := []string{"throttle", "idle", "store", "throttle all", "bad commands", "expire", "throttle"}
	s := newWeather(w, 50, slices.Repeat(once, 2)...)
	sum := w.runUntilOnlyWaiting(full)
	t.Logf("%v, tokens: %d, told to wait: %d", s.moods, w.authority.Granted("client_credentials"), refusals(w))
	fitted := letterCount(w, full)
	if sum.Sum.Copied != 18*letters-len(refused)+fitted || sum.Sum.Skipped != 1+len(refused) || sum.Sum.Failed != 0 || sum.UsersFailed != 1 {
		t.Errorf("%+v with %d in the full mailbox", sum, fitted)
	}
	w.sound(t, odd, closed, picky, full)
	if n := letterCount(w, picky); n != letters-len(refused) || fitted == 0 || fitted == letters {
		t.Errorf("%s holds %d letters, %s %d", picky, n, full, fitted)
	}
	if got := w.to.Messages(odd, "INBOX"); len(got) != letters/2 || len(w.to.Messages(closed, "INBOX")) != 0 {
		t.Errorf("%s holds %d messages in INBOX, expected %d", odd, len(got), letters/2)
	}
	if len(s.left) > 0 || s.moods["away"] == 0 {
		t.Errorf("moods that never came: %v", s.left)
	}
	w.to.OnCommand(nil)
	w.exchange.Deny(closed, false)
	w.exchange.SetRoom(full, 0)
	before := w.to.Counters().Appends
	if sum := w.run(); sum.Sum.Copied != 20*letters-len(refused) || sum.Sum.Skipped != 1+len(refused) || sum.Sum.Failed != 0 || w.to.Counters().Appends < before+letters {
		t.Errorf("afterwards: %+v", sum.Sum)
	}
	w.sound(t, odd, picky)
	if n := letterCount(w, picky); n != letters-len(refused) {
		t.Errorf("afterwards %s holds %d letters", picky, n)
	}
	w.verified(t)
}

// letterCount is how many letters a mailbox holds, each of them once.
func letterCount(w *tenancy, address string) (n int) {
	for subject, times := range subjects(w.to, address) {
		if n++; times != 1 {
			w.t.Errorf("%s holds %s %d times", address, subject, times)
		}
	}
	return n
}

// runUntilOnlyWaiting runs a batch and stops one mailbox once all others have ended:
// whether a server that always says it isn't available is away or full shows only
// after minutes.
func (w *tenancy) runUntilOnlyWaiting(address string) engine.Summary {
	w.t.Helper()
	b := w.batch()
	ended := make(chan struct{})
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ended:
				return
			case <-tick.C:
			}
			if id, only := onlyLeft(b.Status(), address); only {
				b.Stop(id)
				return
			}
		}
	}()
	s, err := b.Run(w.t.Context())
	close(ended)
	if err != nil {
		w.t.Fatalf("run: %v", err)
	}
	w.explain(b)
	return s
}

// onlyLeft says that all users but one have ended.
func onlyLeft(st engine.BatchStatus, address string) (id int64, only bool) {
	only = len(st.Users) > 0
	for _, u := range st.Users {
		switch u.State {
		case engine.UserDone, engine.UserFailed, engine.UserAttention:
		default:
			only = only && u.User.Address == address
		}
		if u.User.Address == address {
			id = u.User.ID
		}
	}
	return id, only
}

// BenchmarkExchange20 moves twenty mailboxes to a server that takes only so much
// a second, and tells what share of that came through.
func BenchmarkExchange20(b *testing.B) {
	for _, c := range []struct {
		name            string
		letters         int
		mailbox, tenant lab.Budget
		storm           bool
	}{
		{name: "mailbox", letters: 800, mailbox: lab.Budget{Burst: 40, PerSecond: 40}},
		{name: "rare", letters: 1200, mailbox: lab.Budget{Burst: 600, PerSecond: 50}},
		{name: "tenant", letters: 400, tenant: lab.Budget{Burst: 200, PerSecond: 400}},
		{name: "storm", letters: 1200, mailbox: lab.Budget{Burst: 40, PerSecond: 40}, storm: true},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				lifetime := time.Hour
				if c.storm {
					lifetime = 8 * time.Second
				}
				w := twenty(b, c.letters, lifetime)
				w.exchange.PerMailbox, w.exchange.PerTenant = c.mailbox, c.tenant
				if c.storm {
					newWeather(w, 500, slices.Repeat([]string{"idle", "store", "bad commands"}, 15)...)
				}
				start := time.Now()
				if s := w.run(); s.Sum.Copied != 20*c.letters {
					b.Fatalf("%+v", s)
				}
				took := time.Since(start)
				ideal := needs(c.mailbox, c.letters)
				ideal = max(ideal, needs(c.tenant, 20*c.letters))
				b.ReportMetric(ideal.Seconds()/took.Seconds(), "share")
				b.ReportMetric(float64(refusals(w))/float64(20*c.letters), "refusals/letter")
				w.sound(b)
			}
		})
	}
}

func needs(budget lab.Budget, letters int) time.Duration {
	if budget.PerSecond == 0 {
		return 0
	}
	return time.Duration(float64(letters-budget.Burst) / budget.PerSecond * float64(time.Second))
}

func refusals(w *tenancy) (n int) {
	for _, u := range w.users {
		n += w.exchange.Refused(u.Address)
	}
	return n
}
