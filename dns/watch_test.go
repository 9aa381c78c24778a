package dns

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"mxodus/dns/dnstest"
)

var newMX = Wanted{Cloud: Worldwide, MX: "acme-example.mail.protection.outlook.com"}

const (
	oldZone = "@ 600 IN MX 10 mail\n"
	newZone = "@ 3600 IN MX 0 acme-example.mail.protection.outlook.com.\n"
)

// set gives a server the company's zone with another serial.
func set(s *dnstest.Server, serial, text string) {
	s.Zone("acme.example", strings.Replace(zoneHead, "host 7 ", "host "+serial+" ", 1)+text)
}

func watch(t *testing.T, c *Client, m Memory) *Watch {
	t.Helper()
	w, err := c.Watch("acme.example", newMX, m)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func lookNow(t *testing.T, w *Watch) Spread {
	t.Helper()
	sp, err := w.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return sp
}

func stateFor(sp Spread, name string) ServerState {
	i := slices.IndexFunc(sp.Servers, func(s ServerState) bool { return s.Server.Name == name })
	if i < 0 {
		return ServerState{}
	}
	return sp.Servers[i]
}

func TestSafeAfterIsTheLastChangePlusTheOldTTL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, o, s := company(t, oldZone)
		s[3].Cache("acme.example", "MX", "acme.example. 600 IN MX 10 mail.acme.example.\n", time.Now().Add(-100*time.Second))
		w := watch(t, virtual(n, o), Memory{})
		sp := lookNow(t, w)
		if sp.AllNew || !sp.Agree || sp.OldTTL != 600*time.Second || !sp.SafeAfter.IsZero() || sp.Serial != 7 {
			t.Fatalf("before: %+v", sp)
		}
		if left := stateFor(sp, "pub").TTL; left != 500 {
			t.Errorf("the public resolver has %d s left, not 500", left)
		}
		set(s[0], "8", newZone)
		sp = lookNow(t, w)
		if sp.AllNew || sp.Agree || sp.Serial != 8 || !stateFor(sp, "ns2.acme.example").Behind || stateFor(sp, "ns1.acme.example").State != GivesNew {
			t.Fatalf("one lags: %+v", sp)
		}
		set(s[1], "8", newZone)
		var changed time.Time
		for sp := range w.Looks(t.Context()) {
			seen := stateFor(sp, "ns2.acme.example")
			if changed.IsZero() && seen.State == GivesNew {
				changed = seen.At
			}
			if !sp.AllNew && !changed.IsZero() {
				t.Fatalf("both are new: %+v", sp)
			}
			if sp.AllNew && (!sp.Changed.Equal(changed) || !sp.SafeAfter.Equal(changed.Add(600*time.Second)) || sp.Assumed) {
				t.Fatalf("changed %s, safe after %s, want %s + 600 s", sp.Changed, sp.SafeAfter, changed)
			}
		}
		if now := time.Now(); now.Before(changed.Add(600*time.Second)) || now.After(changed.Add(610*time.Second)) {
			t.Errorf("the watch ended at %s, changed %s", now, changed)
		}
	})
}

// Whoever asked just before the TTL was lowered remembers the old MX for the
// long TTL, even if the MX itself changed soon after.
func TestLoweredTTLDoesNotHideTheLongOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, o, s := company(t, "@ 86400 IN MX 10 mail\n")
		w := watch(t, virtual(n, o), Memory{})
		lookNow(t, w)
		set(s[0], "8", "@ 300 IN MX 10 mail\n")
		set(s[1], "8", "@ 300 IN MX 10 mail\n")
		lowered := stateFor(lookNow(t, w), "ns2.acme.example").At
		set(s[0], "9", newZone)
		set(s[1], "9", newZone)
		sp := lookNow(t, w)
		if !sp.AllNew || !sp.SafeAfter.Equal(lowered.Add(24*time.Hour)) {
			t.Errorf("safe after %s, want %s", sp.SafeAfter, lowered.Add(24*time.Hour))
		}
	})
}

func TestMemorySurvivesARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, o, s := company(t, oldZone)
		c := virtual(n, o)
		w := watch(t, c, Memory{})
		lookNow(t, w)
		set(s[0], "8", newZone)
		set(s[1], "8", newZone)
		before := lookNow(t, w)
		kept, err := json.Marshal(w.Memory())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(7 * time.Minute)
		var m Memory
		if err := json.Unmarshal(kept, &m); err != nil {
			t.Fatal(err)
		}
		after := lookNow(t, watch(t, c, m))
		if !after.AllNew || !after.SafeAfter.Equal(before.SafeAfter) || !after.Changed.Equal(before.Changed) || after.OldTTL != before.OldTTL {
			t.Errorf("before %+v\nafter %+v", before, after)
		}
		other, err := c.Watch("acme.example", Wanted{Cloud: Worldwide, MX: "other.mail.protection.outlook.com"}, m)
		if err != nil {
			t.Fatal(err)
		}
		if sp := lookNow(t, other); sp.AllNew {
			t.Error("another MX is wanted, and the old one's memory was believed")
		}
	})
}

func TestNothingSeenBeforeIsAssumedConservatively(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, o, _ := company(t, newZone)
		c := virtual(n, o)
		sp := lookNow(t, watch(t, c, Memory{}))
		if !sp.AllNew || !sp.Assumed || sp.SafeAfter.Sub(sp.Changed) != 72*time.Hour {
			t.Errorf("got %+v", sp)
		}
		sp = lookNow(t, watch(t, c, Memory{OldTTL: 900}))
		if sp.Assumed || sp.SafeAfter.Sub(sp.Changed) != 900*time.Second {
			t.Errorf("with the TTL known: %+v", sp)
		}
	})
}

func TestSilentServerIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, o, s := company(t, oldZone)
		w := watch(t, virtual(n, o), Memory{})
		lookNow(t, w)
		set(s[0], "8", newZone)
		s[1].Fault(dnstest.Faults{DropUDP: true, DropTCP: true})
		sp := lookNow(t, w)
		if st := stateFor(sp, "ns2.acme.example"); sp.AllNew || st.State != Mute || st.Was != GivesOld {
			t.Errorf("a server that died with the old MX: %+v", sp)
		}
		s[1].Fault(dnstest.Faults{})
		s[1].Drop("acme.example")
		sp = lookNow(t, w)
		if st := stateFor(sp, "ns2.acme.example"); !sp.AllNew || st.State != NoHelp || st.Status != Lame || sp.SafeAfter.IsZero() {
			t.Errorf("a lame server gives nobody the old MX: %+v", sp)
		}
		if !strings.Contains(strings.Join(sp.Notes, " "), "ns2.acme.example") {
			t.Errorf("it is not named: %q", sp.Notes)
		}
	})
}

func TestOfflineChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, o, s := company(t, oldZone)
		w := watch(t, virtual(n, o), Memory{})
		lookNow(t, w)
		before := w.Memory()
		for _, x := range s {
			x.Fault(dnstest.Faults{DropUDP: true, DropTCP: true})
		}
		w.Wake()
		sp := lookNow(t, w)
		if !sp.Offline || sp.AllNew || len(sp.Notes) == 0 {
			t.Errorf("got %+v", sp)
		}
		if after := w.Memory(); after.OldTTL != before.OldTTL || !after.At.Equal(before.At) {
			t.Errorf("remembered %+v, then %+v", before, after)
		}
		if wait := sp.Next.Sub(sp.At); wait > time.Minute {
			t.Errorf("looks again after %s only", wait)
		}
	})
}

// clock is a wall clock that can be put forward and back.
type clock struct{ off atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.off.Load())) }

func TestJumpOfTheClockLooksAtOnce(t *testing.T) {
	for _, jump := range []time.Duration{3 * time.Hour, -3 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			n, o, s := company(t, oldZone)
			c := &clock{}
			o.Now = c.now
			w := watch(t, virtual(n, o), Memory{})
			lookNow(t, w)
			set(s[0], "8", newZone)
			set(s[1], "8", newZone)
			time.AfterFunc(time.Second, func() { c.off.Store(int64(jump)) })
			began := time.Now()
			sp := lookNow(t, w)
			if took := time.Since(began); took > 20*time.Second || !sp.AllNew {
				t.Errorf("%s: looked after %s, %+v", jump, took, sp)
			}
			if now := c.now(); sp.Changed.After(now) || sp.SafeAfter.Before(now.Add(9*time.Minute)) {
				t.Errorf("%s: changed %s, safe after %s, now %s", jump, sp.Changed, sp.SafeAfter, now)
			}
		})
	}
}

func TestAnotherNetworkLooksAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, o, _ := company(t, oldZone)
		var system atomic.Pointer[Server]
		system.Store(&o.Resolvers[0])
		o.Public, o.Resolvers = o.Resolvers[1:], nil
		c := virtual(n, o)
		c.o.System = func() ([]Server, error) { return []Server{*system.Load()}, nil }
		w := watch(t, c, Memory{})
		lookNow(t, w)
		n.Forget()
		time.AfterFunc(time.Second, func() { system.Store(&Server{Name: "hotel", Kind: System, Addr: o.Public[0].Addr}) })
		began := time.Now()
		sp := lookNow(t, w)
		if took := time.Since(began); took > 20*time.Second || stateFor(sp, "hotel").State != GivesOld {
			t.Errorf("looked after %s: %+v", took, sp)
		}
	})
}

func TestWatchIsPolite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, o, s := company(t, oldZone)
		s[3].Cache("acme.example", "MX", "acme.example. 86400 IN MX 10 mail.acme.example.\n", time.Now())
		w := watch(t, virtual(n, o), Memory{})
		for range w.Looks(contextFor(t, time.Hour)) {
			continue
		}
		count := map[string]int{}
		for _, a := range n.Asked() {
			if a.Type == "MX" {
				count[a.Server]++
			}
		}
		// The zone's TTL is ten minutes: its servers are asked each five at most,
		// and the resolver that holds its answer for a day once.
		if count["192.0.2.11"] < 10 || count["192.0.2.11"] > 13 || count["192.0.2.54"] != 1 {
			t.Errorf("asked %v", count)
		}
	})
}

// contextFor ends after some virtual time.
func contextFor(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func TestWatchEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, o, _ := company(t, oldZone)
		w := watch(t, virtual(n, o), Memory{})
		lookNow(t, w)
		if _, err := w.Next(contextFor(t, time.Second)); err == nil {
			t.Error("no error")
		}
	})
}
