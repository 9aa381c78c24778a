package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// manyUsers gives the world that many users, all with the same mailbox.
func (w *world) manyUsers(n int) *world {
	w.users = nil
	for i := range n {
		w.users = append(w.users, User{ID: int64(i + 1), Address: fmt.Sprintf("user%d@acme.example", i+1)})
	}
	return w
}

func (w *world) probe() *Probe { return NewProbe(w.project, w.users, fakeDialer{w.src, w.dst}) }

func (w *world) probed() ProbeStatus {
	w.t.Helper()
	p := w.probe()
	if err := p.Run(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	return p.Status()
}

func warned(c UserCheck) (codes []string) {
	for _, f := range c.Warnings {
		codes = append(codes, string(f.Code))
		if f.What == "" || f.Do == "" || f.Who == "" {
			codes = append(codes, "without words")
		}
	}
	return codes
}

func TestProbeCountsWhatWouldBeCopied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30).manyUsers(5)
		w.dst.folder("INBOX").add(letter(1), nil, testDate)
		s := w.probed()
		if !s.Finished || s.Done != 5 {
			t.Fatalf("%+v", s)
		}
		for _, c := range s.Users {
			if c.State != CheckOK || c.Source.State != CheckOK || c.Destination.State != CheckOK {
				t.Errorf("%s: %v %v %v", c.User.Address, c.State, c.Source.Fault, c.Destination.Fault)
			}
			if c.Messages != 30 || c.Bytes < 30*100 || c.Folders != 2 || len(c.Mappings) != 2 || c.Destination.Messages != 1 || c.Source.Took == 0 {
				t.Errorf("%+v", c)
			}
		}
		e := s.Estimate
		if e.Messages != 150 || e.Min <= 0 || e.Min > e.Likely || e.Likely > e.Max || e.LimitedBy == "" {
			t.Errorf("estimate %+v", e)
		}
		if w.src.sessions+w.dst.sessions != 0 {
			t.Error("connections were left open")
		}
	})
}

func TestProbeWarnsOfEverythingThatWouldBeLeftOutOrRenamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		w.project.Limits = Limits{MaxMessages: 20, MaxMessageBytes: 1000}
		w.src.folder("INBOX").add(letter(1)+strings.Repeat("x", 2000), nil, testDate)
		w.src.folder("A*B").add(letter(50), nil, testDate)
		w.src.folder("A*B/c").add(letter(51), nil, testDate)
		w.src.folder("Shared/Sales").add(letter(52), nil, testDate)
		w.src.folder("Locked").add(letter(53), nil, testDate)
		w.src.shared = map[string]bool{"Shared/Sales": true}
		w.src.broken = map[string]error{"Locked": &Fault{Class: SkipFolder, Code: CodeRefused, What: "No rights.", Who: "you"}}
		w.dst.quota = &Quota{Used: 900, Limit: 2000}
		c := w.probed().Users[0]
		want := []string{"refused", "too-big", "beyond-message-limit", "quota", "shared-folder", "folder-renamed"}
		if got := warned(c); !slices.Equal(got, want) || c.State != CheckWarning {
			t.Fatalf("%s: %v, want %v", c.State, got, want)
		}
		if c.Messages != 20 || c.TooBig != 1 || c.BeyondLimit != 12 {
			t.Fatalf("%d messages, %d too big, %d beyond", c.Messages, c.TooBig, c.BeyondLimit)
		}
	})
}

func TestProbeCountsAllMailOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 0)
		all := w.src.folder("[Gmail]/All Mail")
		all.use = UseAll
		for i := range 30 {
			all.add(letter(i), nil, testDate)
			if i < 20 {
				w.src.folder("INBOX").add(letter(i), nil, testDate)
			}
		}
		if c := w.probed().Users[0]; c.Messages != 30 || c.Source.Messages != 50 {
			t.Fatalf("%d messages, %d at the source", c.Messages, c.Source.Messages)
		}
	})
}

func TestAFailedUserHoldsUpNobodyAndCanBeTestedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3).manyUsers(6)
		refused := &Fault{Class: StopMailbox, Code: CodeAuth, What: "The old server refused the password.", Do: "Ask for it.", Who: "you"}
		w.src.onUser = func(u User) error {
			if u.ID%2 == 0 {
				return refused
			}
			return nil
		}
		p := w.probe()
		if err := p.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Status().Users {
			failed := c.User.ID%2 == 0
			if failed != (c.State == CheckFailed) || failed != (c.Source.Fault != nil) || c.Destination.State != CheckOK {
				t.Fatalf("%+v", c)
			}
			if failed && (c.Source.Fault.Do == "" || c.Source.Fault.Side != SideSource) {
				t.Fatalf("%+v", c.Source.Fault)
			}
		}
		dials := w.src.dials
		w.src.onUser = nil
		if err := p.Retest(t.Context(), 2); err != nil || p.Status().Users[1].State != CheckOK || p.Status().Users[3].State != CheckFailed {
			t.Fatalf("%v %+v", err, p.Status())
		}
		if err := p.Retest(t.Context()); err != nil || w.src.dials != dials+3 {
			t.Fatalf("%v, %d sign-ins instead of 3", err, w.src.dials-dials)
		}
		for _, c := range p.Status().Users {
			if c.State != CheckOK {
				t.Fatalf("%+v", c)
			}
		}
	})
}

func TestProbeLivesWithFewConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3).manyUsers(12)
		w.src.limit, w.dst.limit = 3, 1
		w.src.slow, w.dst.slow = time.Second, time.Second
		s := w.probed()
		for _, c := range s.Users {
			if c.State != CheckOK {
				t.Fatalf("%+v %v %v", c.State, c.Source.Fault, c.Destination.Fault)
			}
		}
		if !strings.Contains(s.Estimate.LimitedBy, "the new server lets 1 connection in") {
			t.Errorf("limited by %q", s.Estimate.LimitedBy)
		}
	})
}

func TestProbeTriesAgainWhatMayPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.src.onDial = func(n int) error {
			if n < 3 {
				return errCut
			}
			return nil
		}
		if c := w.probed().Users[0]; c.State != CheckOK {
			t.Fatalf("%+v", c)
		}
		w.src.onDial = func(n int) error { return errCut }
		w.src.dials = 0
		if c := w.probed().Users[0]; c.State != CheckFailed || c.Source.Fault.Code != CodeLost || w.src.dials != probeTries {
			t.Fatalf("%+v after %d tries", c, w.src.dials)
		}
	})
}

func TestAPanicIsAFaultOfThatUserOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3).manyUsers(3)
		w.src.onUser = func(u User) error {
			if u.ID == 2 {
				panic("oops")
			}
			return nil
		}
		s := w.probed()
		if s.Users[1].Source.Fault == nil || s.Users[1].Source.Fault.Code != CodeInternal || s.Users[0].State != CheckOK || s.Users[2].State != CheckOK {
			t.Fatalf("%+v", s.Users)
		}
	})
}

func TestCancelledProbeCanGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3).manyUsers(20)
		w.src.onUser = func(User) error { time.Sleep(time.Minute); return nil }
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(90*time.Second, cancel)
		p := w.probe()
		if err := p.Run(ctx); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		s := p.Status()
		if s.Done != 8 || s.Left == 0 || s.Users[19].State != CheckWaiting {
			t.Fatalf("%d done, %v left", s.Done, s.Left)
		}
		w.src.onUser = nil
		if err := p.Retest(t.Context()); err != nil || p.Status().Done != 20 {
			t.Fatalf("%v, %d done", err, p.Status().Done)
		}
	})
}

func TestEstimateSaysWhatLimits(t *testing.T) {
	user := func(messages int, bytes int64, info SessionInfo) *probed {
		return &probed{check: UserCheck{User: User{Address: "a@acme.example"}, Messages: messages, Bytes: bytes, Source: SideCheck{State: CheckOK}, Destination: SideCheck{State: CheckOK, Info: info}},
			sample: speedSample{bytes: 1 << 20, messages: 10, took: time.Second}}
	}
	quick := SessionInfo{LiteralPlus: true}
	for name, c := range map[string]struct {
		users []*probed
		words string
		least time.Duration
	}{
		"nothing":           {[]*probed{user(0, 0, quick)}, "nothing to copy", time.Second},
		"the line":          {[]*probed{user(100, 1<<30, quick)}, "the old server gives about 1.0 MB a second", 1024 * time.Second},
		"round trips":       {[]*probed{user(1000, 1<<20, SessionInfo{})}, "messages a second into one mailbox", 30 * time.Second},
		"Exchange":          {[]*probed{user(1000, 1<<20, SessionInfo{Rewrites: true, LiteralPlus: true})}, "messages a second into one mailbox", 120 * time.Second},
		"one large mailbox": {[]*probed{user(100, 1<<30, quick), user(10, 1000, quick)}, "is the largest", 1024 * time.Second},
		"many mailboxes":    {slices.Repeat([]*probed{user(100, 8<<20, quick)}, 16), "8 mailboxes are copied at once", 16 * time.Second},
	} {
		p := NewProbe(Project{}, nil, nil)
		p.users = c.users
		e := p.estimate()
		if !strings.Contains(e.LimitedBy, c.words) || e.Likely < c.least || e.Likely > c.least*12/10 || e.Min >= e.Likely || e.Max <= e.Likely {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestNothingIsEstimatedWhereNoNewMailboxOpens(t *testing.T) {
	user := func(dest CheckState) *probed {
		return &probed{check: UserCheck{Messages: 100, Bytes: 1 << 20, Source: SideCheck{State: CheckOK}, Destination: SideCheck{State: dest}}}
	}
	p := NewProbe(Project{}, nil, nil)
	p.users = []*probed{user(CheckFailed), user(CheckFailed)}
	if e := p.estimate(); e.Max != 0 || e.LimitedBy != "" || e.Messages != 200 {
		t.Errorf("%+v", e)
	}
	p.users = append(p.users, user(CheckOK))
	if e := p.estimate(); e.Max == 0 {
		t.Errorf("one opens: %+v", e)
	}
}

func TestAMailboxThatWasNeverOpenedIsTold(t *testing.T) {
	exchange := SessionInfo{Rewrites: true}
	for name, c := range map[string]struct {
		info SessionInfo
		l    Listing
		want bool
	}{
		"never opened":     {exchange, listing("/", "INBOX"), true},
		"in German":        {exchange, listing("/", "INBOX", "Gesendete Elemente"), false},
		"another server's": {SessionInfo{}, listing("/", "INBOX"), false},
	} {
		if f, got := freshWarning(c.info, c.l); got != c.want || got && f.Code != CodeNoLanguage {
			t.Errorf("%s: %v %+v", name, got, f)
		}
	}
}
