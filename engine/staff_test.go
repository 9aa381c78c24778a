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

// fakeTenant is a tenant in memory; it takes changes as the real one does.
type fakeTenant struct {
	view  TenantView
	calls []string
	fail  map[string]error // by call
}

func (f *fakeTenant) did(call string) error {
	f.calls = append(f.calls, call)
	return f.fail[call]
}

func (f *fakeTenant) find(id string) *TenantUser {
	i := slices.IndexFunc(f.view.Users, func(t TenantUser) bool { return t.ID == id })
	return &f.view.Users[i]
}

func (f *fakeTenant) Create(_ context.Context, n NewTenantUser) (TenantUser, error) {
	if err := f.did("create " + n.Address); err != nil {
		return TenantUser{}, err
	}
	t := TenantUser{ID: n.Address, Address: n.Address, Nickname: n.Nickname, DisplayName: n.DisplayName, UsageLocation: n.UsageLocation, Enabled: true, Mailbox: MailboxNone}
	f.view.Users = append(f.view.Users, t)
	return t, nil
}

func (f *fakeTenant) SetUsageLocation(_ context.Context, id, country string) error {
	err := f.did("locate " + id)
	if err == nil {
		f.find(id).UsageLocation = country
	}
	return err
}

func (f *fakeTenant) AssignLicence(_ context.Context, id, licence string) error {
	err := f.did("license " + id)
	if err == nil {
		f.find(id).Licences, f.find(id).Mailbox = []string{licence}, MailboxUnderway
		f.view.Licences[0].Used++
	}
	return err
}

func (f *fakeTenant) Tenant(context.Context) (Tenant, error) { return f.view.Tenant, nil }
func (f *fakeTenant) Users(context.Context) ([]TenantUser, error) {
	return slices.Clone(f.view.Users), nil
}
func (f *fakeTenant) User(context.Context, string) (TenantUser, error) { return TenantUser{}, nil }
func (f *fakeTenant) Licences(context.Context) ([]Licence, error)      { return f.view.Licences, nil }

func newTenant() *fakeTenant {
	return &fakeTenant{fail: map[string]error{}, view: TenantView{
		Tenant:  Tenant{Country: "DE"},
		Domains: []Domain{{Name: "acme.example", Verified: true}, {Name: "new.example"}},
		Licences: []Licence{{ID: "basic", Name: "O365_BUSINESS_ESSENTIALS", Title: "Business Basic", Seats: 10, Mailbox: true, Active: true},
			{ID: "flow", Name: "FLOW_FREE", Title: "Flow", Seats: 99, Active: true}},
		Users: []TenantUser{
			{ID: "anna", Address: "anna@acme.example", Nickname: "anna", Enabled: true, Mailbox: MailboxReady, Licences: []string{"basic"}},
			{ID: "ben", Address: "ben@acme.example", Nickname: "ben", Enabled: true, Mailbox: MailboxNone},
		}}}
}

// theStaff are users of a project: there, unlicensed, and nobody yet.
func theStaff() []User {
	return []User{{ID: 1, Address: "anna@acme.example"}, {ID: 2, Address: "ben@acme.example"}, {ID: 3, Address: "carla.dumas@acme.example"}, {ID: 4, Address: "dora@acme.example", LeftOut: true}}
}

func (f *fakeTenant) plan(t *testing.T, users []User, w StaffWish) StaffPlan {
	t.Helper()
	p, err := PlanStaff(MatchUsers(users, f.view.Users, nil), f.view, w)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func apply(t *testing.T, p StaffPlan, f *fakeTenant) (results []StaffResult, passwords map[string]Secret, file *fakeFile) {
	t.Helper()
	file, passwords = newFakeFile(), map[string]Secret{}
	results, err := p.Apply(t.Context(), f, file, StaffHooks{Password: func(u TenantUser, s Secret) error {
		passwords[u.Address] = s
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return results, passwords, file
}

func TestPlanMakesAndLicensesWhatIsMissingAndASecondOneIsEmpty(t *testing.T) {
	f := newTenant()
	p := f.plan(t, theStaff(), StaffWish{Licence: "o365_business_essentials"})
	var said []string
	for _, s := range p.Steps {
		said = append(said, s.String())
	}
	if want := []string{"", "set the usage location DE, assign Business Basic", "make the user, assign Business Basic"}; !slices.Equal(said, want) {
		t.Errorf("%q", said)
	}
	if n := p.Steps[2].New; n.DisplayName != "Carla Dumas" || n.Nickname != "carla.dumas" || n.UsageLocation != "DE" || n.Password != "" || p.Seats != 2 {
		t.Errorf("%+v", n)
	}
	if len(f.calls) != 0 {
		t.Errorf("planning did %v", f.calls)
	}
	results, passwords, file := apply(t, p, f)
	want := []string{"locate ben", "license ben", "create carla.dumas@acme.example", "license carla.dumas@acme.example"}
	if !slices.Equal(f.calls, want) || len(results) != 2 || len(passwords) != 1 || len(passwords["carla.dumas@acme.example"]) < 16 {
		t.Errorf("%v, %d passwords", f.calls, len(passwords))
	}
	history := fmt.Sprint(file.events)
	if len(file.events) != 3 || strings.Contains(history, passwords["carla.dumas@acme.example"].Reveal()) || !strings.Contains(history, "Made the Microsoft 365 user carla.dumas") {
		t.Error(history)
	}
	again := f.plan(t, theStaff(), StaffWish{Licence: "basic"})
	if changes, problems := again.Todo(); changes+problems != 0 || again.Seats != 0 {
		t.Errorf("a second run would do %+v", again.Steps)
	}
}

func TestHalfDoneRunIsCompleted(t *testing.T) {
	f := newTenant()
	f.fail["license carla.dumas@acme.example"] = &Fault{Class: StopMailbox, What: "Not now.", Said: "no"}
	results, passwords, file := apply(t, f.plan(t, theStaff(), StaffWish{Licence: "basic"}), f)
	if r := results[1]; !r.Made || r.Licensed || r.Fault == nil || len(passwords) != 1 || file.events[len(file.events)-1].Level != Attention {
		t.Errorf("%+v, %v", results, file.events)
	}
	f.calls, f.fail = nil, nil
	_, passwords, _ = apply(t, f.plan(t, theStaff(), StaffWish{Licence: "basic"}), f)
	if !slices.Equal(f.calls, []string{"license carla.dumas@acme.example"}) || len(passwords) != 0 {
		t.Errorf("%v", f.calls)
	}
}

func TestFaultOfOneLeavesTheOthersAndOneOfAllStops(t *testing.T) {
	for class, calls := range map[Class]int{StopMailbox: 3, StopBatch: 1} {
		f := newTenant()
		f.fail["locate ben"] = &Fault{Class: class, What: "No."}
		results, _, _ := apply(t, f.plan(t, theStaff(), StaffWish{Licence: "basic"}), f)
		if len(f.calls) != calls || len(results) != 2 || results[1].Untried != (class == StopBatch) {
			t.Errorf("%d: %v, %+v", class, f.calls, results)
		}
	}
}

func TestUntellablePasswordStopsEverything(t *testing.T) {
	f := newTenant()
	p := f.plan(t, []User{{ID: 1, Address: "x@acme.example"}, {ID: 2, Address: "y@acme.example"}}, StaffWish{Licence: "basic"})
	full := errors.New("disk full")
	_, err := p.Apply(t.Context(), f, newFakeFile(), StaffHooks{Password: func(TenantUser, Secret) error { return full }})
	if !errors.Is(err, full) || len(f.calls) != 1 {
		t.Errorf("%v, %v", err, f.calls)
	}
}

func TestWhatStandsInTheWayIsSaidBeforeAnythingIsDone(t *testing.T) {
	f := newTenant()
	f.view.Licences[0].Seats = 1
	f.view.Users = append(f.view.Users, TenantUser{ID: "off", Address: "off@acme.example", Mailbox: MailboxOff})
	p := f.plan(t, []User{
		{ID: 1, Address: "zoe@acme.example"},
		{ID: 2, Address: "ben@acme.example"},
		{ID: 3, Address: "x@new.example"},
		{ID: 4, Address: "jürgen@acme.example"},
		{ID: 5, Address: "info@acme.example", Shared: true},
		{ID: 6, Address: "off@acme.example"},
		{ID: 7, Address: "zoe@acme.example", UserRoot: "Zoe", SourceLogin: "all"}, // into the same mailbox
	}, StaffWish{Licence: "basic"})
	codes := make([]Code, len(p.Steps))
	for i, s := range p.Steps {
		if s.Problem != nil {
			codes[i] = s.Problem.Code
			if s.Problem.Do == "" || s.Problem.Who == "" || s.String() != "" {
				t.Errorf("%+v", s)
			}
		}
	}
	if want := []Code{"", CodeNoSeats, CodeNotVerified, CodeRefused, CodeNotFound, CodeRefused, ""}; !slices.Equal(codes, want) || p.Seats != 2 || !p.Steps[6].Nothing() {
		t.Errorf("%v, %d seats", codes, p.Seats)
	}
	results, _, _ := apply(t, p, f)
	if len(results) != 6 || !slices.Equal(f.calls, []string{"create zoe@acme.example", "license zoe@acme.example"}) {
		t.Errorf("%v, %+v", f.calls, results)
	}
}

func TestWishesThatCannotBeAreRefused(t *testing.T) {
	f := newTenant()
	r := MatchUsers(theStaff(), f.view.Users, nil)
	for want, w := range map[Code]StaffWish{CodeNotFound: {Licence: "FLOW_FREE"}, CodeNoCountry: {Licence: "basic", Country: "Germany"}} {
		if _, err := PlanStaff(r, f.view, w); !IsCode(err, want) {
			t.Errorf("%+v: %v", w, err)
		}
	}
	if _, err := PlanStaff(r, f.view, StaffWish{Licence: "E9"}); !strings.Contains(AsFault(err).Do, "O365_BUSINESS_ESSENTIALS (10 free)") {
		t.Error(AsFault(err).Do)
	}
	f.view.Tenant.Country = ""
	if _, err := PlanStaff(r, f.view, StaffWish{Licence: "basic"}); !IsCode(err, CodeNoCountry) {
		t.Error(err)
	}
	f.view.Licences[0].Active = false
	if _, err := PlanStaff(r, f.view, StaffWish{Licence: "basic", Country: "de"}); !IsCode(err, CodeNoSeats) {
		t.Error(err)
	}
}

func TestFoundByAliasTheNewLogInIsNoted(t *testing.T) {
	f := newTenant()
	f.view.Users[0].Aliases = []string{"a.lindner@acme.example"}
	p := f.plan(t, []User{{ID: 1, Address: "a.lindner@acme.example"}}, StaffWish{})
	f2 := newFakeFile()
	f2.users = []User{{ID: 1, Address: "a.lindner@acme.example"}}
	if _, err := p.Apply(t.Context(), f, f2, StaffHooks{}); err != nil || f2.users[0].DestinationLogin != "anna@acme.example" {
		t.Errorf("%+v, %v", f2.users, err)
	}
}

func TestMailboxesAreWaitedForUntilTheyAreThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTenant()
		f.view.Users[1].Mailbox = MailboxUnderway
		looks := 0
		began := time.Now()
		seen, err := AwaitMailboxes(t.Context(), f, []string{"anna", "ben"}, 10*time.Second, func(seen []TenantUser) {
			if looks++; looks == 3 {
				f.view.Users[1].Mailbox = MailboxReady
			}
		})
		if err != nil || len(seen) != 2 || looks != 4 || time.Since(began) != 30*time.Second {
			t.Errorf("%+v, %v after %d looks", seen, err, looks)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
		defer cancel()
		if _, err := AwaitMailboxes(ctx, f, []string{"nobody yet"}, 10*time.Second, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}
