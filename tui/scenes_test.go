package tui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/tui/widget"
)

var firstScenes = []scene{
	{"project-choosing", func() *root {
		r := newRoot(newCore(context.Background(), newFakeWorld().adapters(), Options{}, plainLook()))
		r.steps[stepProject].(*project).offer([]offered{{"/home/admin/acme.mxodus", "Open last 21 Nov 18:02 UTC, in /home/admin."}, {"b\x1b[31m東京.mxodus", "A project in this folder."}})
		return r
	}},
	{"project-new", func() *root {
		r := newRoot(newCore(context.Background(), newFakeWorld().adapters(), Options{}, plainLook()))
		p := r.steps[stepProject].(*project)
		p.choose(projectNew)
		mustForm(p.form, "company", "Acme 東京 Ltd", "domain", "anna@acme.example", "passphrase", "correct horse", "again", "correct")
		p.form.Valid()
		return r
	}},
	{"project-open", func() *root {
		r := newScene(stepProject, 6)
		r.session.runs = []engine.Run{
			{Kind: "full", Started: sceneTime, Finished: sceneTime.Add(3 * time.Hour), Summary: engine.Summary{Sent: 96770}},
			{Kind: "delta", Started: sceneTime.Add(5 * time.Hour)}}
		return r
	}},
	{"project-practice", func() *root {
		r := newScene(stepProject, 6)
		r.session.practice = true
		return r
	}},
	{"source-looking", func() *root {
		r := newScene(stepSource, 0)
		r.steps[stepSource].(*source).phase = serverLooking
		return r
	}},
	{"source-offer", func() *root {
		r := newScene(stepSource, 0)
		r.steps[stepSource].(*source).offer(sceneDiscovery())
		return r
	}},
	{"source-form", func() *root {
		r := newScene(stepSource, 0)
		s := r.steps[stepSource].(*source)
		s.notes = sceneDiscovery().Candidates[0].Notes
		s.openForm(engine.Endpoint{Kind: engine.KindIMAP, Host: "mail.acme.example", Port: 993, Security: engine.TLS, Admin: "master", Fingerprint: "abc"})
		s.form.Valid()
		return r
	}},
	{"source-checked", func() *root {
		r := newScene(stepSource, 0)
		s := r.steps[stepSource].(*source)
		s.seen = &seenServer{info: seenInfo("mail.old-host.example")}
		return r
	}},
	{"source-mismatch", func() *root {
		r := newScene(stepSource, 0)
		s := r.steps[stepSource].(*source)
		s.seen = &seenServer{info: engine.SessionInfo{Certificate: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", CertNames: []string{"box7.hoster.example", "*.hoster.example", "evil\x1b[2J.example"}},
			fault: &engine.Fault{Code: engine.CodeCertificate, What: "The certificate of mail.old-host.example is for other names: box7.hoster.example.",
				Do: "Use one of these names as the server's address, if it belongs to it.", Who: "you"}}
		return r
	}},
	{"destination-form", func() *root {
		r := newScene(stepDestination, 0)
		r.steps[stepDestination].(*destination).openForm(engine.Endpoint{})
		return r
	}},
	{"users-empty", func() *root { return newScene(stepUsers, 0) }},
	{"users-table", func() *root {
		r := newScene(stepUsers, 14)
		p := r.session.people
		p[2].source, p[4].LeftOut, p[5].Address = "", true, "office@acme.exmaple"
		u := r.steps[stepUsers].(*users)
		u.set(2, true)
		u.table.Go(2)
		return r
	}},
	{"users-edit", func() *root {
		r := newScene(stepUsers, 3)
		u := r.steps[stepUsers].(*users)
		u.openEdit(&r.session.people[1])
		u.form.Set("address", "ben")
		u.form.Valid()
		return r
	}},
	{"users-paste", func() *root {
		r := newScene(stepUsers, 3)
		u := r.steps[stepUsers].(*users)
		u.phase = usersPaste
		u.paper.Set("anna@acme.example\tanna\tsecret\tnew\n東京@acme.example\ttokyo\t\"with, comma\"\tnew\nevil\x1b[2J\tx")
		return r
	}},
	{"users-preview", func() *root {
		r := newScene(stepUsers, 1)
		u := r.steps[stepUsers].(*users)
		table, errs := engine.OpenUserTable([]byte("dora@acme.example\tdora\tsecret\tnew\nnobody\tx\ty\tz\nanna@acme.example\tanna\tp\tq\nben@acme.example\tben\tp\tq\tr\ts\tt\n"))
		u.opened(table, errs, usersPaste)
		return r
	}},
	{"destination-kind", func() *root {
		r := newScene(stepDestination, 0)
		r.session.project.Destination = engine.Endpoint{}
		r.steps[stepDestination].(*destination).kind = ""
		return r
	}},
	{"tenant-form", func() *root {
		d := newScene(stepDestination, 0)
		t := atMicrosoft(d)
		t.openForm()
		mustForm(t.form, "client", "11111111-2222", "secret", "hush")
		return d
	}},
	{"tenant-steps", func() *root {
		r := newScene(stepDestination, 3)
		t := atMicrosoft(r)
		t.phase = tenantSetup
		t.show(engine.SetupReport{Steps: sceneSteps()}, true)
		return r
	}},
	{"tenant-hand", func() *root {
		r := newScene(stepDestination, 3)
		t := atMicrosoft(r)
		t.phase = tenantSetup
		t.show(engine.SetupReport{Steps: sceneSteps()}, true)
		t.openHand()
		return r
	}},
	{"tenant-mailboxes", func() *root {
		r := newScene(stepDestination, 3)
		t := atMicrosoft(r)
		t.phase = tenantSetup
		steps := sceneSteps()
		for i := range steps {
			steps[i].State, steps[i].Fault = engine.CheckOK, nil
		}
		steps[5].State, steps[5].Found = engine.CheckFailed, "2 of 3 mailboxes can't be opened."
		t.show(engine.SetupReport{Steps: steps, Mailboxes: []engine.MailboxCheck{
			{Name: "anna@acme.example", State: engine.CheckOK},
			{Name: "ben@acme.example", State: engine.CheckFailed, Fault: &engine.Fault{What: "IMAP is switched off\x1b[2J for this mailbox."}},
			{Name: "東京@acme.example", State: engine.CheckWarning, Found: "The licence is there; the mailbox is being made."}}}, true)
		return r
	}},
	{"tenant-signin", func() *root {
		r := newScene(stepDestination, 3)
		t := atMicrosoft(r)
		t.phase, t.page = tenantSetup, &signInWatch{engine.SignInPage{URL: "https://login.microsoft.com/device", Code: "ABCD-EFGH"}}
		return r
	}},
	{"users-columns", func() *root {
		r := newScene(stepUsers, 1)
		table, errs := engine.OpenUserTable([]byte("Kürzel;Postfach;Kennwort;Tel\x1b[31mefon\ndora;dora@acme.example;hush;1\n東京;tokyo@acme.example;hush;2\n"))
		u := r.steps[stepUsers].(*users)
		u.form = importForm()
		u.opened(table, errs, usersImport)
		return r
	}},
	{"users-many", func() *root {
		r := newScene(stepUsers, 3)
		r.steps[stepUsers].(*users).arrange()
		r.steps[stepUsers].(*users).markAll()
		r.steps[stepUsers].(*users).openMany()
		return r
	}},
	{"users-file", func() *root {
		r := newScene(stepUsers, 1)
		u := r.steps[stepUsers].(*users)
		u.form, u.phase = importForm(), usersImport
		r.over, r.pick = overPick, filePick{form: u.form, kinds: u.form.Files()}
		r.pick.show(listing{dir: "/home/ada", entries: []fileEntry{{name: "..", folder: true}, {name: "staff\x1b[2J.csv", size: 1234}, {name: "Documents", folder: true}}})
		return r
	}},
	{"test-running", func() *root {
		r := newScene(stepTest, 12)
		sceneChecks(r)
		s := r.session.probe
		s.Finished, s.Done, s.Left = false, 8, 40*time.Second
		for i := 8; i < 12; i++ {
			s.Users[i] = engine.UserCheck{User: s.Users[i].User, State: engine.CheckRunning, Source: engine.SideCheck{State: engine.CheckRunning}, Destination: engine.SideCheck{State: engine.CheckWaiting}}
		}
		s.Users[9].Destination = engine.SideCheck{State: engine.CheckRunning, Until: r.steps[stepTest].(*test).now.Add(42 * time.Second)}
		r.works.probe = engine.NewProbe(engine.Project{}, nil, nil)
		r.works.on[r.works.probe]++
		r.steps[stepTest].(*test).arrange()
		return r
	}},
	{"test-failed", func() *root {
		r := newScene(stepTest, 6)
		sceneChecks(r)
		t := r.steps[stepTest].(*test)
		t.arrange()
		t.table.Go(2)
		return r
	}},
	{"test-details", func() *root {
		r := newScene(stepTest, 6)
		sceneChecks(r)
		t := r.steps[stepTest].(*test)
		t.arrange()
		t.table.Go(1)
		t.details = true
		return r
	}},
	{"migrate-before", func() *root { r := newScene(stepMigrate, 6); sceneChecks(r); return r }},
	{"migrate-running", func() *root {
		r := newScene(stepMigrate, 12)
		sceneBatch(r)
		running(r)
		m := r.steps[stepMigrate].(*migrate)
		m.arrange()
		m.table.Go(3)
		return r
	}},
	{"migrate-ended", func() *root {
		r := newScene(stepMigrate, 6)
		b := sceneBatch(r)
		b.Finished = b.At
		r.session.runs = []engine.Run{{Kind: "full", Started: sceneTime, Finished: b.At, Summary: engine.Summary{Sent: 41208, Users: 6}}}
		m := r.steps[stepMigrate].(*migrate)
		m.ended = &batchEnded{status: *b, summary: engine.Summary{Sent: 41208, Users: 6, UsersFailed: 1, Sum: engine.Tally{Skipped: 3, Failed: 1}}}
		m.arrange()
		return r
	}},
	{"migrate-user", func() *root {
		r := newScene(stepMigrate, 6)
		sceneBatch(r)
		running(r)
		m := r.steps[stepMigrate].(*migrate)
		m.arrange()
		m.table.Go(3)
		m.openUser()
		m.arrange()
		return r
	}},
	{"migrate-problems", func() *root {
		r := newScene(stepMigrate, 12)
		sceneBatch(r)
		m := r.steps[stepMigrate].(*migrate)
		m.pane = paneProblems
		m.arrange()
		return r
	}},
	{"migrate-log", func() *root {
		r := newScene(stepMigrate, 6)
		sceneBatch(r)
		m := r.steps[stepMigrate].(*migrate)
		m.pane = paneLog
		m.events = []engine.Event{{At: sceneTime, UserID: 1, Level: engine.Attention, Text: "The old server closed the connection.", Said: "BYE \x1b[2Jtoo busy"}, {At: sceneTime, Level: engine.Info, Text: "The first run began."}}
		return r
	}},
	{"verify-again", func() *root {
		r := newScene(stepVerify, 6)
		r.session.runs = []engine.Run{{Kind: "full", Started: sceneTime.Add(-5 * time.Hour), Finished: sceneTime.Add(-3 * time.Hour), Summary: engine.Summary{Users: 6, Sent: 9000}},
			{Kind: "verify", Started: sceneTime.Add(-2 * time.Hour), Finished: sceneTime.Add(-time.Hour), Summary: engine.Summary{Users: 6}},
			{Kind: "delta", Started: sceneTime.Add(-time.Hour), Finished: sceneTime.Add(-30 * time.Minute), Summary: engine.Summary{Users: 6, Sent: 3}}}
		return r
	}},
	{"verify-before", func() *root { return newScene(stepVerify, 6) }},
	{"verify-good", func() *root {
		r := newScene(stepVerify, 6)
		sceneVerify(r)
		r.steps[stepVerify].(*verify).arrange()
		return r
	}},
	{"verify-missing", func() *root {
		r := newScene(stepVerify, 6)
		s := sceneVerify(r)
		s.OK, s.Users[1].Sum.Missing, s.Sum.Missing = false, 2, 2
		s.Users[2].Sum.Moved, s.Sum.Moved = 5, 5
		s.Users[1].Sum.Source, s.Users[2].Sum.Source, s.Sum.Source = s.Users[1].Sum.Source+2, s.Users[2].Sum.Source+5, s.Sum.Source+7
		r.steps[stepVerify].(*verify).arrange()
		return r
	}},
	{"verify-list", func() *root {
		r := newScene(stepVerify, 6)
		sceneVerify(r)
		v := r.steps[stepVerify].(*verify)
		v.absent = true
		v.arrange()
		return r
	}},
	{"help", func() *root {
		r := newScene(stepMigrate, 6)
		sceneBatch(r)
		running(r)
		r.over = overHelp
		return r
	}},
	{"source-asked", func() *root {
		r := newScene(stepSource, 0)
		s := r.steps[stepSource].(*source)
		s.offer(sceneDiscovery())
		r.over, r.reading = overRead, &reading{title: "What was asked for acme.example", lines: s.asked}
		return r
	}},
	{"go-to-step", func() *root { r := newScene(stepUsers, 0); r.openGo(); return r }},
	{"leave", func() *root {
		r := newScene(stepMigrate, 6)
		sceneBatch(r)
		running(r)
		r.quit()
		return r
	}},
	{"users-filter", func() *root {
		r := newScene(stepUsers, 14)
		u := r.steps[stepUsers].(*users)
		for _, k := range []string{"/", "u", "s", "e"} {
			u.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)})
		}
		return r
	}},
	{"delete-user", func() *root {
		r := newScene(stepUsers, 3)
		r.question = &widget.Confirm{Title: "Delete anna@acme.example?", Text: []string{"The project forgets the user."},
			Answers: []widget.Answer{{Label: "Keep"}, {Label: "Delete"}}}
		return r
	}},
}

func atMicrosoftEndpoint() engine.Endpoint {
	return engine.Endpoint{Kind: engine.KindMicrosoft365, Host: "outlook.office365.com", Port: 993, Tenant: "acme.onmicrosoft.com", ClientID: "1111"}
}

// atMicrosoft makes the destination of a scene Microsoft 365.
func atMicrosoft(r *root) *tenant {
	r.session.project.Destination = atMicrosoftEndpoint()
	d := r.steps[stepDestination].(*destination)
	d.kind = engine.KindMicrosoft365
	return &d.tenant
}
