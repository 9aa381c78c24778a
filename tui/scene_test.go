package tui

import (
	"context"
	"fmt"
	"time"

	"mxodus/engine"
	"mxodus/engine/preset"
	"mxodus/tui/widget"
)

// The made-up state of affairs that views are tested with. Names hold wide
// letters and terminal sequences: none may reach the screen or break a line.

var sceneTime = time.Date(2026, 11, 21, 18, 2, 0, 0, time.UTC)

func sceneProject() engine.Project {
	return engine.Project{Company: "Acme \x1b[31mLtd", Domain: "acme.example",
		Source:      engine.Endpoint{Kind: engine.KindIMAP, Host: "mail.old-host.example", Port: 993, Security: engine.TLS},
		Destination: engine.Endpoint{Kind: engine.KindIMAP, Host: "imap.new-host.example", Port: 993, Security: engine.TLS}}
}

func scenePeople(n int) []person {
	names := []string{"anna", "ben", "carla", "東京支店の代表メール", "e\x1b]0;evil\x07li", "office", "greta.von.der.langen.gasse.am.alten.markt.hundertelf", "हिन्दी"}
	var out []person
	for i := range n {
		local := names[i%len(names)]
		if i >= len(names) {
			local = fmt.Sprintf("user%02d", i)
		}
		out = append(out, person{User: engine.User{ID: int64(i + 1), Address: local + "@acme.example", SourceLogin: local}, source: "old", destination: "new"})
	}
	return out
}

// newScene is a root with an open project, at a step.
func newScene(at stepID, people int) *root {
	w := newFakeWorld()
	r := newRoot(newCore(context.Background(), w.adapters(), Options{}, plainLook()))
	r.session.begin(loaded{file: &fakeFile{path: "/home/admin/acme.mxodus"}, vault: w.vault, project: sceneProject(), people: scenePeople(people)}, false)
	r.now = sceneTime
	r.at = at
	r.steps[at].Init()
	return r
}

func sceneChecks(r *root) {
	s := &engine.ProbeStatus{At: sceneTime, Finished: true, Estimate: engine.Estimate{Messages: 96770, Bytes: 31 << 30,
		Min: 190 * time.Minute, Likely: 220 * time.Minute, Max: 270 * time.Minute, LimitedBy: "the old server lets 10 connections in"}}
	ok := engine.SideCheck{State: engine.CheckOK, Info: engine.SessionInfo{TLS: "TLS 1.3"}, Messages: 9310, At: sceneTime}
	for i, p := range r.session.people {
		c := engine.UserCheck{User: p.User, State: engine.CheckOK, Source: ok, Destination: ok, Messages: 9310 + i*1357, Bytes: int64(i+1) * 900 << 20, Folders: 34,
			Mappings: []engine.Mapping{
				{Source: engine.Folder{Path: []string{"INBOX"}}, DestPath: []string{"INBOX"}},
				{Source: engine.Folder{Path: []string{"Gesendet\x1b[2J"}}, DestPath: []string{"Sent Items"}, Renamed: "the new server's own folder for sent mail"},
				{Source: engine.Folder{Path: []string{"請求書", "2019"}}, DestPath: []string{"請求書", "2019"}},
				{Source: engine.Folder{Path: []string{"[Gmail]", "Important"}}, Skip: engine.ReasonExcluded}}}
		switch i {
		case 1:
			c.State, c.TooBig, c.Quota = engine.CheckWarning, 3, &engine.Quota{Used: 0, Limit: 2000 << 20}
			c.Warnings = []engine.Fault{{What: "3 messages are larger than 35 MB and would be left out.", Do: "They are listed after the run."},
				{What: "The new mailbox will be nearly full.", Do: "Ask for a larger one."}}
		case 2:
			c.State = engine.CheckFailed
			c.Source = engine.SideCheck{State: engine.CheckFailed, Fault: sceneFault(), At: sceneTime}
		}
		s.Users = append(s.Users, c)
	}
	s.Done = len(s.Users)
	r.session.probe = s
}

func sceneFault() *engine.Fault {
	return &engine.Fault{Class: engine.StopMailbox, Code: engine.CodeAuth, What: "The old server refused the password.",
		Do:  "Ask Carla for her current password, or reset it in the old server's control panel.",
		Who: "you, or whoever runs mail.old-host.example", Said: "NO [AUTHENTICATIONFAILED] \x1b[31mAuthentication failed."}
}

// sceneBatch is a batch in the middle of its first run.
func sceneBatch(r *root) *engine.BatchStatus {
	b := &engine.BatchStatus{At: sceneTime.Add(72 * time.Minute), Started: sceneTime, Pass: 1, Scanned: true, Rate: 36.4, ByteRate: 11 << 20,
		Left: 72 * time.Minute, LeftMin: 55 * time.Minute, LeftMax: 100 * time.Minute, SourceConns: 8, DestConns: 8}
	for i := range 120 {
		b.History = append(b.History, float64((i*37)%90+10)*1e5)
	}
	for i, p := range r.session.people {
		total := 9310 + i*1357
		u := engine.UserStatus{User: p.User, State: engine.UserCopying, Scanned: true, Rate: 22.3, ByteRate: 3 << 20, Left: time.Duration(i+1) * 3 * time.Minute,
			Folder: "Archive/2019", Sum: engine.Tally{Total: total, Copied: total / (i + 2), TotalBytes: int64(total) << 17, CopiedBytes: int64(total/(i+2)) << 17},
			Folders: []engine.FolderStatus{
				{Path: "INBOX", Dest: "INBOX", Sum: engine.Tally{Total: 4410, Copied: 4410, TotalBytes: 1 << 29}, Done: true},
				{Path: "Gesendet\x1b[2J", Dest: "Sent Items", Renamed: "special", Sum: engine.Tally{Total: 1200, Copied: 300, TotalBytes: 1 << 28}},
				{Path: "請求書/2019", Dest: "請求書/2019", Sum: engine.Tally{Total: 20, TotalBytes: 1 << 20}}}}
		switch i % 8 {
		case 0:
			u.State, u.Left, u.Rate = engine.UserDone, 0, 0
			u.Sum.Copied, u.Sum.CopiedBytes = u.Sum.Total, u.Sum.TotalBytes
		case 2:
			u.State, u.Why, u.Until = engine.UserWaiting, "The new server asked us to slow down.", b.At.Add(47*time.Second)
		case 3:
			u.Problems = []engine.Problem{{At: sceneTime, Level: engine.Attention, Folder: "請求書/2019", Count: 3,
				Fault: engine.Fault{Code: engine.CodeTooBig, What: "3 messages are larger than 35 MB and were left out.", Do: "If the new server takes larger ones, raise the limit.", Who: "you"}}}
		case 4:
			u.State, u.Why = engine.UserFailed, "The old server refused the password."
			u.Problems = []engine.Problem{{At: sceneTime, Level: engine.Bad, Count: 1, Fault: *sceneFault()}}
		case 5:
			u.State = engine.UserPaused
		case 7:
			u.State, u.Scanned = engine.UserQueued, false
		}
		b.Users = append(b.Users, u)
		b.Sum.Total += u.Sum.Total
		b.Sum.Copied += u.Sum.Copied
		b.Sum.TotalBytes += u.Sum.TotalBytes
		b.Sum.CopiedBytes += u.Sum.CopiedBytes
	}
	r.session.batch = b
	return b
}

// running makes the root believe that its batch runs.
func running(r *root) {
	r.works.batch = engine.NewBatch(engine.Project{}, nil, nil, engine.BatchOptions{})
	r.works.on[r.works.batch]++
}

func sceneVerify(r *root) *verifySnap {
	s := &verifySnap{VerifyResult: engine.VerifyResult{At: sceneTime, Finished: true, OK: true}}
	for i, p := range r.session.people {
		u := engine.VerifiedUser{User: p.User, State: engine.CheckOK, Sum: engine.Account{Source: 9310 + i, Copied: 9300, Present: 7, Skipped: 3 + i}}
		s.Users = append(s.Users, u)
		s.Sum.Source += u.Sum.Source
		s.Sum.Copied += u.Sum.Copied
		s.Sum.Present += u.Sum.Present
		s.Sum.Skipped += u.Sum.Skipped
	}
	s.absent = []engine.VerifiedMessage{
		{User: r.session.people[0].User, Folder: []string{"Gesendet\x1b[2J"}, UID: 1204, Size: 41 << 20, Outcome: "skipped", Reason: "larger than the limit for one message", Code: engine.ReasonTooBig,
			Date: sceneTime.AddDate(-2, 0, 0), Subject: "Holiday pictures \x1b[2J", From: "Gerda <gerda@friends.example>"},
		{User: r.session.people[1].User, Folder: []string{"請求書", "2019"}, UID: 7, Size: 4100, Outcome: "failed", Reason: "the new server refused it", Code: engine.ReasonRefused, Said: "NO [CANNOT] \x1b[31mbad header"}}
	r.session.verify = s
	return s
}

func sceneDiscovery() preset.Discovery {
	return preset.Discovery{Domain: "acme.example", MX: []string{"mx.acme.example"},
		Candidates: []preset.Candidate{
			{Endpoint: engine.Endpoint{Kind: engine.KindIMAP, Host: "mail.acme.example", Port: 993, Security: engine.TLS, Preset: "dovecot"}, Title: "Dovecot", Sure: preset.Likely,
				Why: "Dovecot answers at mail.acme.example, and its certificate is valid for that name.", Notes: []string{"Each user's own name and password.", "One log-in for all: a master user opens every mailbox."}},
			{Endpoint: engine.Endpoint{Kind: engine.KindIMAP, Host: "acme.example", Port: 143, Security: engine.StartTLS}, Sure: preset.Guess,
				Why: "A mail server answers at acme.example, but its certificate is for other names."}},
		Tried: []preset.Tried{{Address: "imap.acme.example:993", Why: "no such host"},
			{Address: "https://autoconfig.acme.example/mail/config-v1.1.xml", Why: "look up autoconfig.acme.example: 192.0.2.53 says that the name doesn't exist"},
			{Address: "pop.acme.example:993", Why: "no such host"}}}
}

// scene is one screen in one state.
type scene struct {
	name string
	make func() *root
}

func mustForm(f *widget.Form, values ...string) *widget.Form {
	for i := 0; i < len(values); i += 2 {
		f.Set(values[i], values[i+1])
	}
	return f
}
