package lab_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
)

// weather is what an Exchange-like server does at random to its clients.
type weather struct {
	w *tenancy

	mu    sync.Mutex
	dice  *rand.Rand
	odds  int // of one in so many commands each
	moods map[string]int
	most  map[string]int
}

// newWeather begins the weather; one in so many commands meets each of its kinds,
// but each kind comes no more than most says.
func newWeather(w *tenancy, odds int, most map[string]int) *weather {
	s := &weather{w: w, dice: rand.New(rand.NewPCG(1, 2)), odds: odds, moods: map[string]int{}, most: most}
	w.to.OnCommand(s.strike)
	return s
}

func (s *weather) comes(kind string) bool {
	if s.moods[kind] >= s.most[kind] {
		return false
	}
	s.moods[kind]++
	return true
}

func (s *weather) strike(c lab.Command) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch n := s.dice.IntN(s.odds); {
	case c.Name == "AUTHENTICATE" && n < s.odds/40 && s.comes("away"):
		return lab.No("", "Server Unavailable. 15")
	case c.Name == "AUTHENTICATE":
	case n == 0 && s.comes("idle"):
		return lab.Bye("Connection is closed. 13")
	case n == 1 && s.comes("bad commands"):
		return lab.Bye("Connection closed. 14")
	case n == 2 && c.Name == "APPEND" && s.comes("store"):
		return lab.No("", "Server Unavailable. 15")
	case n == 3 && s.comes("throttle"):
		s.w.exchange.Throttle(c.User, 1200*time.Millisecond)
	case n == 4 && s.comes("throttle all"):
		s.w.exchange.ThrottleTenant(time.Second)
	case n == 5 && s.comes("expire"):
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
		{name: "storm", letters: 800, mailbox: lab.Budget{Burst: 40, PerSecond: 40}, storm: true},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				w := twenty(b, c.letters, time.Hour)
				w.exchange.PerMailbox, w.exchange.PerTenant = c.mailbox, c.tenant
				if c.storm {
					newWeather(w, 2000, map[string]int{"idle": 20, "bad commands": 10, "store": 20, "expire": 4, "away": 10})
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

var _ = engine.Copied
