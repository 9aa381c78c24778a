package tui

import (
	"context"
	"time"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/report"
	"mxodus/tui/handover"
)

func lettersScene(r *root, at stepID) *letters {
	p := &r.session.project
	p.CutOver = sceneTime.AddDate(0, 0, 7)
	p.Letters = engine.Letters{HelpName: "Carla \x1b[31mRossi", HelpPhone: "+43 1 234 56", SenderAddress: "it@acme.example",
		WindowStart: p.CutOver.Add(-12 * time.Hour), WindowEnd: p.CutOver.Add(36 * time.Hour), LastDay: p.CutOver.AddDate(0, 1, 0),
		SMTP: engine.MailServer{Host: "smtp.acme.example", Port: 587, Security: engine.StartTLS, Login: "it"}}
	r.session.people[1].Language = "de"
	file := r.session.file.(*fakeFile)
	file.project = *p
	for _, x := range r.session.people {
		file.users = append(file.users, x.User)
	}
	r.session.runs = []engine.Run{{ID: 1, Kind: "full", Started: sceneTime, Finished: sceneTime.Add(time.Hour), Summary: engine.Summary{Sent: 96770, Users: 6}}}
	s := r.steps[at].(*letters)
	s.table.Resize(len(s.kinds()))
	return s
}

// sceneMade makes the letters under the cursor and opens a pane on them.
func sceneMade(s *letters, pane lettersPane) *letters {
	made, err := makeLetters(context.Background(), s.session.file, s.kind(), s.session.moving())
	if err != nil {
		panic(err)
	}
	s.want = pane
	s.takeMade(made)
	return s
}

func sceneDelivery(k letter.Kind, user int64, state engine.DeliveryState) engine.Delivery {
	return engine.Delivery{UserID: user, Letter: string(k), Way: letter.WaySMTP, State: state, To: "x", At: sceneTime.Add(-time.Hour), Said: "550 5.1.1 \x1b[2Jnobody of that name"}
}

// letterScene makes a scene of the step Tell or Welcome.
func letterScene(at stepID, change func(r *root, s *letters)) func() *root {
	return func() *root {
		r := newScene(at, 6)
		s := lettersScene(r, at)
		change(r, s)
		return r
	}
}

var letterScenes = []scene{
	{"tell-empty", func() *root { return newScene(stepTell, 6) }},
	{"tell-list", letterScene(stepTell, func(r *root, s *letters) {
		for i := range 6 {
			r.session.post.went = append(r.session.post.went, sceneDelivery(letter.Announcement, int64(i+1), engine.DeliverySent))
		}
		r.session.post.written = map[string]written{string(letter.Prepare): {At: sceneTime, Dir: "/home/admin/acme-letters"}}
		s.table.Go(1)
	})},
	{"tell-saved", letterScene(stepTell, func(r *root, s *letters) {
		s.takeFiles(filesWritten{dir: "/home/admin/acme-letters", kind: letter.Announcement, show: "/home/admin/acme-letters/announcement-print.html",
			post: postbox{written: map[string]written{string(letter.Announcement): {At: sceneTime, Dir: "/home/admin/acme-letters", Files: []string{"announcement-print.html"}}}}}, nil)
	})},
	{"tell-read", letterScene(stepTell, func(_ *root, s *letters) { sceneMade(s, paneRead) })},
	{"tell-learning", letterScene(stepTell, func(_ *root, s *letters) { s.table.Go(1); s.fetch(paneRead) })},
	{"tell-facts", letterScene(stepTell, func(_ *root, s *letters) {
		s.openFacts()
		s.form.Set("CutOver", "next Saturday")
		s.form.Valid()
	})},
	{"tell-words", letterScene(stepTell, func(_ *root, s *letters) {
		s.takeWords(wordsRead{language: s.language(), text: "Subject: It moves\n# It moves\n\nHello {{.Name}},\n\n\x1b[31mred {{if}}\n"}, nil)
		s.tookWords(wordsKept{wrong: &letter.Mistake{File: "en/announcement.txt", Line: 6, What: "missing value for if"}}, nil)
	})},
	{"tell-save", letterScene(stepTell, func(_ *root, s *letters) { sceneMade(s, paneSave) })},
	{"tell-way", letterScene(stepTell, func(_ *root, s *letters) { sceneMade(s, paneSend); s.openWay(); s.form.FocusOn("host") })},
	{"tell-send", letterScene(stepTell, func(_ *root, s *letters) { sceneMade(s, paneSend) })},
	{"tell-sending", letterScene(stepTell, func(r *root, s *letters) {
		sceneMade(s, paneSend)
		r.works.post = newPosting(letter.Announcement, letter.WaySMTP, 6)
		r.works.on[r.works.post]++
		p := r.works.post.status()
		p.done = []letter.Delivered{{Letter: s.made.list[0], Fate: letter.Sent, Way: letter.WaySMTP, At: sceneTime},
			{Letter: s.made.list[1], Fate: letter.Failed, Way: letter.WaySMTP, Fault: sceneFault()}}
		r.session.posting = p
		s.people.Go(1)
	})},
	{"tell-sent", letterScene(stepTell, func(r *root, s *letters) {
		sceneMade(s, paneSend)
		states := []engine.DeliveryState{engine.DeliverySent, engine.DeliveryFailed, engine.DeliverySending}
		for i := range 6 {
			r.session.post.went = append(r.session.post.went, sceneDelivery(letter.Announcement, int64(i+1), states[i%3]))
		}
		s.people.Go(2)
	})},
	{"welcome-list", letterScene(stepWelcome, func(*root, *letters) {})},
	{"welcome-fault", letterScene(stepWelcome, func(_ *root, s *letters) {
		s.fault = &engine.Fault{What: "A template of letters has a mistake.", Do: "Mend en/welcome.txt, line 3.", Who: "you", Said: "unexpected \x1b[1m{{end}}"}
	})},
	{"welcome-passwords", letterScene(stepWelcome, func(_ *root, s *letters) { s.table.Go(2); s.openSave() })},
	{"report-making", func() *root { r := newScene(stepReport, 6); r.steps[stepReport].Init(); return r }},
	{"report-new", reportScene(func(r *root, s *reporting) {})},
	{"report-folder", reportScene(func(r *root, s *reporting) { s.openForm() })},
	{"report-written", reportScene(func(r *root, s *reporting) { sceneWritten(r) })},
	{"report-fault", reportScene(func(r *root, s *reporting) { s.report, s.fault = nil, sceneFault() })},
	{"report-letter", reportScene(func(r *root, s *reporting) { s.letter = true; s.owner.Init(); s.owner.table.Resize(1) })},
	{"report-end", reportScene(func(r *root, s *reporting) {
		sceneWritten(r)
		r.session.names.ending = &engine.Ending{At: sceneTime, Safe: true}
		s.ended = true
	})},
	{"report-practice", reportScene(func(r *root, s *reporting) {
		sceneWritten(r)
		r.session.names.ending, r.session.practice = &engine.Ending{At: sceneTime, Safe: true}, true
		s.ended = true
	})},
}

func sceneWritten(r *root) {
	r.session.post.written = map[string]written{reportDoc: {At: sceneTime, Dir: "/home/admin/acme-report", Files: report.Files()}}
}

func reportScene(change func(r *root, s *reporting)) func() *root {
	return func() *root {
		r := newScene(stepReport, 6)
		lettersScene(r, stepTell)
		s := r.steps[stepReport].(*reporting)
		made := sceneReport(r)
		s.drop("report")
		s.report = &made
		change(r, s)
		return r
	}
}

// sceneReport is a report of six mailboxes, one message of which was left out.
func sceneReport(r *root) report.Report {
	p := &engine.Proof{At: sceneTime}
	for _, x := range r.session.people {
		a := engine.Account{Source: 9310, Copied: 9310}
		u := engine.ProvenUser{ID: x.ID, Address: x.Address, At: sceneTime.Add(2 * time.Hour), OK: true}
		if x.ID == 2 {
			a.Copied, a.Skipped = 9307, 3
			u.Reasons = []engine.ReasonCount{{Outcome: "skipped", Reason: engine.ReasonTooBig, Messages: 3, Bytes: 130 << 20}}
		}
		u.Counts, u.Bytes = a, engine.Volume{Source: 2 << 30, There: 2 << 30}
		p.Users = append(p.Users, u)
	}
	in := report.Input{Project: r.session.project, Users: r.session.moving(), Proof: p, Now: sceneTime, Zone: time.UTC, Program: "mxodus test", DNS: handover.DNSRows(nil, nil)}
	in.Project.CutOverDone = true
	in.Stop = engine.StopFacts{AllNew: true, NewSince: sceneTime}
	return report.Make(in)
}
