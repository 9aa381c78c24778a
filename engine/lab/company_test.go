package lab_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"mxodus/engine/lab"
)

func company(t *testing.T) *lab.Company {
	t.Helper()
	c, err := lab.NewCompany(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Practice.Close)
	return c
}

func TestCompanyHoldsWhatItsFiguresSay(t *testing.T) {
	began := time.Now()
	c := company(t)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %s to start", took)
	}
	all, big, present := 0, 0, 0
	for _, u := range c.Practice.Users {
		there := map[string]bool{}
		for _, m := range c.New.Messages(u.User.Address, "INBOX") {
			there[string(m.Body())] = true
		}
		for _, f := range c.Old.Folders(u.User.SourceLogin) {
			for _, m := range c.Old.Messages(u.User.SourceLogin, f) {
				all++
				if m.Size > 35<<20 {
					big++
				} else if there[string(m.Body())] {
					present++
				}
			}
		}
	}
	if len(c.Practice.Users) != lab.CompanyUsers || all != lab.CompanyMessages || big != lab.CompanyTooBig || present != lab.CompanyPresent {
		t.Errorf("%d users, %d messages, %d too big, %d there already", len(c.Practice.Users), all, big, present)
	}
}

func TestCompanyIsTheSameEveryTime(t *testing.T) {
	one, two := company(t), company(t)
	for _, u := range one.Practice.Users {
		a, b := one.Old.Bodies(u.User.SourceLogin), two.Old.Bodies(u.User.SourceLogin)
		if len(a) != len(b) || len(a) < 5 {
			t.Fatalf("%s: %d folders, then %d", u.User.Address, len(a), len(b))
		}
		for f := range a {
			for k, n := range a[f] {
				if b[f][k] != n {
					t.Errorf("%s, %s: %s stands there %d times, then %d", u.User.Address, f, k, n, b[f][k])
				}
			}
		}
	}
}

func TestCompanyFitsIntoMemory(t *testing.T) {
	c := company(t)
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.HeapAlloc > 60<<20 {
		t.Errorf("%d MB are in use", m.HeapAlloc>>20)
	}
	runtime.KeepAlive(c)
}

func TestCompanyLetsItsPeopleSignIn(t *testing.T) {
	c := company(t)
	for _, u := range c.Practice.Users {
		old := dial(t, c.Practice.Project.Source)
		old.ok("LOGIN " + u.User.SourceLogin + " " + u.SourcePassword.Reveal())
		if said := old.ok(`LIST "" "*"`); strings.Contains(said, "\x1b") || !strings.Contains(said, `"." INBOX`) {
			t.Errorf("%s lists %q", u.User.SourceLogin, said)
		}
		to := dial(t, c.Practice.Project.Destination)
		to.ok("LOGIN " + u.User.Address + " " + u.DestinationPassword.Reveal())
		if said := to.ok(`LIST (SPECIAL-USE) "" "*"`); !strings.Contains(said, `\Sent \HasNoChildren) "/" "Sent Items"`) {
			t.Errorf("%s lists %q", u.User.Address, said)
		}
	}
}

func TestWorkingDayBringsReadsAndDeletes(t *testing.T) {
	c := company(t)
	count := func() (all, unread int) {
		for _, u := range c.Practice.Users {
			for _, m := range c.Old.Messages(u.User.SourceLogin, "INBOX") {
				all++
				if !strings.Contains(strings.Join(m.Flags, " "), `\Seen`) {
					unread++
				}
			}
		}
		return all, unread
	}
	all, unread := count()
	said, err := c.Practice.WorkingDay(t.Context())
	if err != nil || said != "A working day has passed at the old server: new mail came (2 for Anna, 3 for Ben, 4 for Carla), Dora read 3 messages, and Eli deleted one." {
		t.Errorf("%q, %v", said, err)
	}
	nowAll, nowUnread := count()
	if nowAll != all+9-1 || nowUnread != unread+9-3 {
		t.Errorf("%d messages, %d unread; then %d, %d", all, unread, nowAll, nowUnread)
	}
}
