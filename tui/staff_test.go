package tui

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mxodus/engine"
)

// fakeTenant is a tenant in memory.
type fakeTenant struct {
	engine.DirectoryDomains
	mu     sync.Mutex
	view   engine.TenantView
	wait   func(d time.Duration)
	fault  error            // of every question
	refuse map[string]error // of making a user
	made   []engine.NewTenantUser
	slow   time.Duration // how long a mailbox takes
	since  time.Time
}

func (f *fakeTenant) OnWait(tell func(time.Duration)) { f.wait = tell }

func (f *fakeTenant) Tenant(context.Context) (engine.Tenant, error) { return f.view.Tenant, f.fault }
func (f *fakeTenant) Users(context.Context) ([]engine.TenantUser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []engine.TenantUser
	for _, t := range f.view.Users {
		if t.Mailbox == engine.MailboxUnderway && time.Since(f.since) >= f.slow {
			t.Mailbox, t.Mail = engine.MailboxReady, t.Address
		}
		out = append(out, t)
	}
	return out, f.fault
}

func (f *fakeTenant) User(context.Context, string) (engine.TenantUser, error) {
	return engine.TenantUser{}, f.fault
}
func (f *fakeTenant) Licences(context.Context) ([]engine.Licence, error) {
	return f.view.Licences, f.fault
}
func (f *fakeTenant) Domains(context.Context) ([]engine.Domain, error) {
	return f.view.Domains, f.fault
}

func (f *fakeTenant) Create(_ context.Context, n engine.NewTenantUser) (engine.TenantUser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refuse[n.Address]; err != nil {
		return engine.TenantUser{}, err
	}
	f.made = append(f.made, n)
	t := engine.TenantUser{ID: "new-" + n.Address, Address: n.Address, DisplayName: n.DisplayName, Nickname: n.Nickname, UsageLocation: n.UsageLocation, Enabled: true, Mailbox: engine.MailboxNone}
	f.view.Users = append(f.view.Users, t)
	return t, nil
}

func (f *fakeTenant) SetUsageLocation(context.Context, string, string) error { return nil }
func (f *fakeTenant) AssignLicence(_ context.Context, user, licence string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.view.Users {
		if t := &f.view.Users[i]; t.ID == user {
			t.Licences, t.Mailbox, f.since = append(t.Licences, licence), engine.MailboxUnderway, time.Now()
		}
	}
	return nil
}

func acmeTenant() *fakeTenant {
	return &fakeTenant{slow: 40 * time.Second, view: engine.TenantView{
		Tenant:  engine.Tenant{ID: "t", Name: "Acme Cloud", Country: "AT"},
		Domains: []engine.Domain{{Name: "acme.example", Verified: true}},
		Licences: []engine.Licence{{ID: "basic", Name: "O365_BUSINESS_ESSENTIALS", Title: "Business Basic", Seats: 10, Used: 7, Mailbox: true, Active: true},
			{ID: "full", Name: "FULL", Title: "Business Full", Seats: 2, Used: 2, Mailbox: true, Active: true}},
		Users: []engine.TenantUser{
			{ID: "a", Address: "anna@acme.example", Mail: "anna@acme.example", DisplayName: "Anna Ash", Enabled: true, Licences: []string{"basic"}, Mailbox: engine.MailboxReady},
			{ID: "d", Address: "dora@acme.example", Mail: "dora@acme.example", DisplayName: "Dora Dill", Enabled: true, Licences: []string{"basic"}, Mailbox: engine.MailboxReady},
			{ID: "p", Address: "printer@acme.example", DisplayName: "Printer", Enabled: true, Mailbox: engine.MailboxNone},
		}}}
}

func tenantProject() engine.Project {
	p := sceneProject()
	p.Destination = engine.Endpoint{Kind: engine.KindMicrosoft365, Host: "outlook.office365.com", Port: 993, Security: engine.TLS, Tenant: "acme.onmicrosoft.com"}
	return p
}

// atStaff is a sitting at the tenant's part of the users step.
func atStaff(t *testing.T, d *fakeTenant, p engine.Project, f func(s *sitting, w *fakeWorld, log *bytes.Buffer)) {
	t.Helper()
	w, o := openAt(p, acmeUsers()...)
	w.directory = d
	w.dialer = newMailboxes{}
	var log bytes.Buffer
	o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	sit(t, w, o, func(s *sitting) {
		s.handle(goMsg{to: stepUsers})
		s.settle()
		s.sees("t from the tenant")
		s.press("t")
		f(s, w, &log)
	})
}

// newMailboxes opens every new mailbox.
type newMailboxes struct{ deafDialer }

type emptyMailbox struct{ engine.Destination }

func (emptyMailbox) Folders(context.Context) (engine.Listing, error) { return engine.Listing{}, nil }
func (emptyMailbox) Close() error                                    { return nil }
func (newMailboxes) Destination(context.Context, engine.User) (engine.Destination, error) {
	return emptyMailbox{}, nil
}

func TestUsersAreMatchedWithTheTenantAndTakenIn(t *testing.T) {
	atStaff(t, acmeTenant(), tenantProject(), func(s *sitting, w *fakeWorld, _ *bytes.Buffer) {
		s.sees("From the tenant Acme Cloud", "✓ anna@acme.example", "nobody yet", "not in project", "dora@acme.example", "1 lacks a mailbox", "Business Basic: 3 of 10 free")
		s.press("end", " ") // the printer has no mailbox
		s.sees("Printer, printer@acme.example has no mailbox that mail could go to.")
		s.seesNot("take in 1")
		s.press("up", " ")
		s.sees("take in 1")
		s.press("a")
		s.sees("Take 1 user into the project?", "passwords there are still to be typed in")
		s.press("enter")
		if len(w.files["p"].users) != 2 {
			t.Fatal("taken in by Enter alone")
		}
		s.press("a", "down", "enter")
		s.sees("1 user taken into the project.")
		u := w.files["p"].users
		if len(u) != 3 || u[2].Address != "dora@acme.example" || u[2].DisplayName != "Dora Dill" {
			t.Fatalf("took %+v", u)
		}
		if e := w.files["p"].events; len(e) != 1 || !strings.Contains(e[0].Text, "Took 1 user from the Microsoft 365 tenant") {
			t.Errorf("history: %+v", e)
		}
		s.press("esc")
		s.sees("3 users", "dora@acme.example")
	})
}

func TestWhoIsMissingIsMadeAfterAllWasShownAndThePasswordIsToldOnce(t *testing.T) {
	tenant := acmeTenant()
	atStaff(t, tenant, tenantProject(), func(s *sitting, w *fakeWorld, log *bytes.Buffer) {
		s.press("enter")
		s.sees("Make who is missing", "Business Basic: 3 of 10 free", "Usage location")
		s.seesNot("Business Full")
		s.press("enter", "backspace", "enter")
		s.sees("This needs a country in two letters")
		s.write("T")
		s.sees("What will be changed", "Nothing is changed yet.", "ben@acme.example", "make the user, named Ben; usage location AT; Business Basic", "1 seat of Business Basic will be used; 2 of 10 stay free.")
		s.press("enter")
		s.sees("Change the tenant now?")
		s.press("enter")
		if len(tenant.made) != 0 {
			t.Fatal("made by Enter alone")
		}
		s.press("enter", "down", "enter")
		s.sees("First passwords", "shown here once and kept nowhere", "ben@acme.example")
		if len(tenant.made) != 1 || tenant.made[0].UsageLocation != "AT" {
			t.Fatalf("made %+v", tenant.made)
		}
		secret := tenant.made[0].Password.Reveal()
		s.seesNot(secret)
		s.press("ctrl+r")
		s.sees(secret)
		s.press("q")
		s.sees("If you leave now, they are lost")
		s.press("enter", "enter")
		s.sees("Do you have the passwords?")
		s.press("enter")
		s.sees(secret)

		dir := filepath.Join(t.TempDir(), "sheet")
		s.press("s")
		s.root.steps[stepUsers].(*users).staff.form.Set("folder", dir)
		s.press("enter")
		s.sees("Saved, only you may read it", "then delete it")
		path := filepath.Join(dir, sheetName)
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), secret) {
			t.Fatalf("the sheet lacks the password: %v", err)
		}
		private(t, path)
		if s.root.steps[stepTell].Done() {
			t.Error("the sheet counts as a letter")
		}
		s.press("s")
		s.root.steps[stepUsers].(*users).staff.form.Set("folder", dir)
		s.press("enter")
		s.sees("holds a sheet of passwords already")
		s.press("esc", "enter")
		s.sees("1 user done.", "made, licence", "being made")
		s.seesNot(secret)
		s.wait(time.Minute)
		s.sees("✓ opens")
		s.press("enter")
		s.sees("From the tenant Acme Cloud", "✓ ben@acme.example")
		s.seesNot(secret, "lacks a mailbox")
		kept := fmt.Sprintf("%+v %s %s", w.files["p"].events, log, w.files["p"].kept)
		if strings.Contains(kept, secret) {
			t.Error("the password is in the history, the log or a document")
		}
		if !strings.Contains(kept, "Made the Microsoft 365 user ben@acme.example.") || !strings.Contains(kept, "Assigned Business Basic") {
			t.Errorf("history: %s", kept)
		}
		for name, secretKept := range w.vault.secrets {
			if secretKept.Reveal() == secret {
				t.Error("the vault keeps it as " + name)
			}
		}
	})
}

func TestADoubtfulUserIsAskedAbout(t *testing.T) {
	for answer, want := range map[string]string{"yes": "b.berg@acme.example", "no": ""} {
		tenant := acmeTenant()
		tenant.view.Users = append(tenant.view.Users, engine.TenantUser{ID: "b", Address: "b.berg@acme.example", Mail: "b.berg@acme.example", DisplayName: "Ben Berg", Mailbox: engine.MailboxReady, Licences: []string{"basic"}})
		w := acmeUsers()
		w[1].DisplayName = "Berg, Ben"
		atStaff(t, tenant, tenantProject(), func(s *sitting, world *fakeWorld, _ *bytes.Buffer) {
			world.files["p"].users = w
			s.press("esc", "o", "o", "t") // read again
			s.sees("maybe b.berg@acme.ex", "1 doubtful")
			s.press("enter")
			s.sees("Is it the same person?", "ben@acme.example may be in the tenant", "Yes, Ben Berg, b.berg@acme.example", "No, somebody else")
			s.press("enter")
			s.sees("1 doubtful")
			if answer == "yes" {
				s.press("enter", "down", "enter")
				s.sees("ben@acme.example is b.berg@acme.example in the tenant.")
			} else {
				s.press("enter", "down", "down", "enter")
				s.sees("is somebody else", "1 lacks a mailbox")
			}
			s.seesNot("doubtful")
			if got := world.files["p"].users[1].DestinationLogin; got != want {
				t.Errorf("%s: the new log-in is %q", answer, got)
			}
		})
	}
}

func TestAMissingPermissionIsSaidWithItsRemedy(t *testing.T) {
	tenant := acmeTenant()
	tenant.fault = &engine.Fault{Class: engine.StopBatch, Code: engine.CodePermission, Who: "an administrator of the tenant",
		What: "The app may not read users: it lacks the permission User.Read.All of Microsoft Graph.", Do: "Add it and grant admin consent.", Said: "Authorization_RequestDenied"}
	atStaff(t, tenant, tenantProject(), func(s *sitting, w *fakeWorld, _ *bytes.Buffer) {
		s.sees("it lacks the permission User.Read.All", "Add it and grant admin consent.", "an administrator of the tenant", "Authorization_RequestDenied", "r read again")
		tenant.fault = nil
		s.press("r")
		s.sees("From the tenant Acme Cloud", "✓ anna@acme.example")
	})
}

func TestAPersonSignsInForTheTenantsUsers(t *testing.T) {
	tenant := acmeTenant()
	tenant.fault = &engine.Fault{Class: engine.StopBatch, Code: engine.CodeToken, Who: "you", What: "Nobody has signed in for the tenant's users.", Do: "Sign in."}
	p := tenantProject()
	p.Destination.SignIn = engine.SignInDevice
	atStaff(t, tenant, p, func(s *sitting, w *fakeWorld, _ *bytes.Buffer) {
		s.sees("Nobody has signed in", "s sign in")
		s.press("s")
		s.sees("https://login.example/device", "ABCD-EFGH")
		tenant.fault = nil
		w.letIn <- "admin@acme.example"
		s.settle()
		s.sees("From the tenant Acme Cloud")
	})
}

func TestAFaultOfOneUserDoesNotHideTheOthers(t *testing.T) {
	tenant := acmeTenant()
	tenant.view.Users = tenant.view.Users[1:]
	tenant.refuse = map[string]error{"ben@acme.example": &engine.Fault{Class: engine.StopMailbox, Code: engine.CodeExists, Who: "you", What: "Somebody else has that address.", Do: "Choose another."}}
	atStaff(t, tenant, tenantProject(), func(s *sitting, w *fakeWorld, _ *bytes.Buffer) {
		s.press("enter", "enter", "enter", "enter", "down", "enter")
		s.sees("First passwords", "anna@acme.example")
		s.press("enter", "down", "enter")
		s.sees("1 user done.", "1 could not be done", "✗ failed", "Somebody else has that address.", "Choose another.")
		s.wait(time.Minute)
		s.sees("✓ opens", "Enter done")
	})
}

func TestAWaitThatTheTenantAsksForIsShown(t *testing.T) {
	r := staffScene(staffReading)()
	r.width, r.height = 100, 30
	r.session.staffing = &staffSnap{until: r.now.Add(12 * time.Second)}
	if view := r.View(); !strings.Contains(view, "Microsoft asks to wait: going on in 12 s.") && !strings.Contains(view, "Microsoft asks to wait: going on in 0:12.") {
		t.Error(view)
	}
	work := &staffing{}
	d := acmeTenant()
	if _, err := work.tenant(engine.Adapters{Directory: func(engine.Side, engine.Endpoint, engine.Vault) (engine.Directory, error) { return d, nil }}, loaded{}, engine.Endpoint{}); err != nil {
		t.Fatal(err)
	}
	d.wait(time.Minute)
	if left := time.Until(work.status().until); left < 50*time.Second {
		t.Errorf("waits %s", left)
	}
}

// private fails when others may read a file. Windows keeps that in other ways.
func private(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%s: %v, %v", path, info.Mode(), err)
	}
}

func TestNobodyIsOfferedToBeMadeWithoutASeat(t *testing.T) {
	for _, s := range allScenes {
		if s.name != "staff-no-seats" {
			continue
		}
		r := s.make()
		staff := r.steps[stepUsers].(*users).staff
		staff.fault = nil
		if staff.lacking() == 0 {
			t.Fatal("nobody is lacking in this scene")
		}
		staff.roster.Matches = slices.DeleteFunc(staff.roster.Matches, func(m engine.Match) bool { return m.How == engine.MatchDoubtful })
		if got := staff.tableKeys()[0].Help().Desc; got != "no free seat: what to do" {
			t.Errorf("Enter %s", got)
		}
		return
	}
	t.Error("no such scene")
}
