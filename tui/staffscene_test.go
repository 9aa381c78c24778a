package tui

import (
	"context"
	"strings"

	"mxodus/engine"
)

// staffScene makes a scene of the tenant's part of the users step.
func staffScene(phase staffPhase) func() *root {
	return func() *root {
		r := newScene(stepUsers, 7)
		r.session.project = tenantProject()
		d := sceneTenant()
		r.adapters.Directory = func(engine.Side, engine.Endpoint, engine.Vault) (engine.Directory, error) { return d, nil }
		u := r.steps[stepUsers].(*users)
		u.phase, u.staff.phase, u.staff.view = usersStaff, phase, d.view
		r.session.people[1].DisplayName, r.session.people[5].LeftOut = "Ben Berg", true
		u.staff.match()
		u.staff.arrange()
		return r
	}
}

func sceneTenant() *fakeTenant {
	d := acmeTenant()
	d.view.Tenant.Name = "Acme \x1b[31mCloud"
	d.view.Users = append(d.view.Users,
		engine.TenantUser{ID: "b", Address: "b.berg@acme.example", DisplayName: "Berg, Ben", Mailbox: engine.MailboxReady},
		engine.TenantUser{ID: "c", Address: "c.rossi@acme.example", Aliases: []string{"carla@acme.example"}, Licences: []string{"basic"}, Mailbox: engine.MailboxUnderway},
		engine.TenantUser{ID: "x", Address: "東京@acme.example", DisplayName: "e\x1b[2Jvil", Licences: []string{"basic", "full"}, Mailbox: engine.MailboxReady})
	return d
}

func sceneStaff(phase staffPhase, change func(r *root, s *staff)) func() *root {
	return func() *root {
		r := staffScene(phase)()
		change(r, r.steps[stepUsers].(*users).staff)
		return r
	}
}

// sceneStaffPlan fills the form in and plans.
func sceneStaffPlan(s *staff) {
	s.openForm()
	s.makePlan()
}

// sceneResults is a plan of which all but the last user is done.
func sceneResults(r *root, s *staff) {
	sceneStaffPlan(s)
	s.phase = staffWork
	st := &staffSnap{boxes: map[string]staffBox{}}
	for i, x := range s.plan.Steps {
		if x.Nothing() {
			continue
		}
		s.steps = append(s.steps, x)
		res := engine.StaffResult{Step: x, Made: x.New.Address != "", Licensed: x.Licence != nil, Linked: x.Link != "", Member: engine.TenantUser{ID: x.New.Address, Address: x.New.Address}}
		if x.Problem != nil {
			res = engine.StaffResult{Step: x, Fault: x.Problem}
		}
		st.boxes[res.Member.ID] = staffBox{state: engine.MailboxReady, tried: i%2 == 0}
		st.results = append(st.results, res)
	}
	s.result.Resize(len(s.steps))
	r.session.staffing = st
}

var staffScenes = []scene{
	{"staff-empty", func() *root {
		r := newScene(stepUsers, 0)
		r.session.project, r.adapters.Directory = tenantProject(), func(engine.Side, engine.Endpoint, engine.Vault) (engine.Directory, error) { return acmeTenant(), nil }
		return r
	}},
	{"staff-reading", sceneStaff(staffReading, func(r *root, s *staff) {
		r.session.staffing = &staffSnap{until: r.now.Add(12e9)}
	})},
	{"staff-permission", sceneStaff(staffReading, func(r *root, s *staff) {
		r.session.project.Destination.SignIn = engine.SignInDevice
		r.adapters.SignInDirectory = func(context.Context, engine.Side, engine.Endpoint, engine.Vault, func(engine.SignInPage) error) (string, error) {
			return "", nil
		}
		s.fault = &engine.Fault{Code: engine.CodePermission, Who: "an administrator of the tenant", What: "The one who signed in may not read users, or has not agreed to the permission User.Read.All of Microsoft Graph.",
			Do: "Sign in as an administrator of users and domains, and agree to what the page asks.", Said: "Authorization_RequestDenied: \x1b[31mInsufficient privileges."}
	})},
	{"staff-sign-in", sceneStaff(staffReading, func(_ *root, s *staff) {
		s.page = &engine.SignInPage{URL: "https://microsoft.com/devicelogin", Code: "ABCD-EFGH"}
	})},
	{"staff-table", sceneStaff(staffTable, func(_ *root, s *staff) {
		s.table.Go(1)
		s.set("x", true)
	})},
	{"staff-no-seats", sceneStaff(staffTable, func(_ *root, s *staff) {
		s.view.Licences = s.view.Licences[1:]
		s.openForm()
	})},
	{"staff-form", sceneStaff(staffForm, func(_ *root, s *staff) { s.openForm() })},
	{"staff-plan", sceneStaff(staffPlan, func(_ *root, s *staff) { sceneStaffPlan(s) })},
	{"staff-making", sceneStaff(staffWork, func(r *root, s *staff) {
		sceneResults(r, s)
		r.session.staffing.results = r.session.staffing.results[:1]
		r.works.staff = &staffing{}
		r.works.on[r.works.staff]++
	})},
	{"staff-made", sceneStaff(staffWork, func(r *root, s *staff) {
		sceneResults(r, s)
		s.over = true
	})},
	{"staff-secrets", sceneStaff(staffSecrets, func(r *root, s *staff) {
		sceneResults(r, s)
		s.phase, s.saved, r.works.untold = staffSecrets, "/home/admin/acme-passwords-2026-11-21-1802/first-passwords-print.html", false
		for _, x := range r.session.people[:4] {
			s.firsts = append(s.firsts, firstPassword{x.User, "Hush-Hush-Hush"})
		}
		s.result.Resize(4)
	})},
	{"staff-sheet", sceneStaff(staffSheet, func(r *root, s *staff) { s.openSheet() })},
	{"hand-form", handScene(exportForm, nil)},
	{"hand-busy", handScene(exportBusy, func(e *exporting) {
		e.session.measured = &engine.ProbeStatus{Done: 3, Users: make([]engine.UserCheck, 6)}
	})},
	{"hand-refused", handScene(exportRefused, func(e *exporting) {
		e.refused = []engine.HandOverRefusal{{User: "anna@acme.example", What: "The password for the old server is missing.", Do: "Type it in, in the step Users."},
			{User: "東京@acme.example", What: "The log-in " + strings.Repeat("very", 9) + " holds a comma, which the service can't read.", Do: "Give another log-in, or leave this user out."}}
	})},
	{"hand-ready", handScene(exportReady, func(e *exporting) { e.made = sceneHandOver() })},
	{"hand-written", handScene(exportWritten, func(e *exporting) {
		e.made, e.dir, e.stale = sceneHandOver(), "/home/admin/acme-handover", []string{"mailboxes-9.csv"}
	})},
	{"hand-fault", handScene(exportFault, func(e *exporting) {
		e.fault = &engine.Fault{What: "The name of the old server can't be given to Microsoft's service.", Who: "you", Do: "Give the name by which the internet reaches it: --server mail.acme.example"}
	})},
}

func sceneHandOver() *engine.HandOver {
	return &engine.HandOver{Files: []string{"readme.txt", "hand-over.ps1", "mailboxes-1.csv", "mailboxes-2.csv"},
		Batches: []engine.HandOverBatch{{Name: "Acme pilot", File: "mailboxes-1.csv", Users: 1, Pilot: true}, {Name: "Acme 1", File: "mailboxes-2.csv", Users: 1200}},
		Warnings: []engine.Fault{{Class: engine.StopBatch, What: "From here, mail.old-host.example leads to an address inside the company (10.0.0.7). Microsoft's service comes from outside.",
			Do: "The service comes from Microsoft's cloud: let it in at the firewall, and give the name by which the internet reaches the server: --server mail.acme.example"},
			{Class: engine.SkipFolder, What: "3 messages are larger than 35 MB; the service leaves them out.", Do: "They are named in the readme."}}}
}

func handScene(phase exportPhase, change func(e *exporting)) func() *root {
	return func() *root {
		r := newScene(stepTest, 6)
		sceneChecks(r)
		r.session.project = tenantProject()
		r.adapters.HandOver = func(engine.HandOverOptions) (*engine.HandOver, error) { return sceneHandOver(), nil }
		e := r.steps[stepTest].(*test).hand
		e.open()
		e.phase, e.halt = phase, func() {}
		if change != nil {
			change(e)
		}
		return r
	}
}
