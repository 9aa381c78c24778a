package tui

import (
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

func scenePilot(p engine.Pilot) *root {
	r := newScene(stepMigrate, 6)
	sceneChecks(r)
	r.session.facts.Pilot = p
	r.session.runs = []engine.Run{{Kind: "full", Started: sceneTime, Finished: sceneTime.Add(time.Hour), Summary: engine.Summary{Sent: 9310, Users: 1}}}
	m := r.steps[stepMigrate].(*migrate)
	b := sceneBatch(r)
	r.session.batch = nil
	m.pilot.result = &engine.BatchStatus{Users: b.Users[:1], Sum: b.Users[0].Sum}
	m.arrange()
	return r
}

var pilotScenes = []scene{
	{"pilot-pick", func() *root {
		r := newScene(stepMigrate, 6)
		sceneChecks(r)
		r.steps[stepMigrate].(*migrate).pickPilot()
		return r
	}},
	{"pilot-chosen", func() *root {
		r := scenePilot(engine.Pilot{User: 1})
		r.session.runs, r.steps[stepMigrate].(*migrate).pilot.result = nil, nil
		return r
	}},
	{"pilot-open", func() *root { return scenePilot(engine.Pilot{User: 1, Copied: sceneTime, Verified: sceneTime}) }},
	{"pilot-good", func() *root {
		return scenePilot(engine.Pilot{User: 1, Copied: sceneTime, Verified: sceneTime, OK: true})
	}},
}

func TestPilotGoesFirstAndAlone(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	w.dialer = waitingDialer{}
	sit(t, w, o, func(s *sitting) {
		s.root.session.probe = &engine.ProbeStatus{Finished: true}
		for _, u := range acmeUsers() {
			s.root.session.probe.Users = append(s.root.session.probe.Users, engine.UserCheck{User: u, State: engine.CheckOK})
		}
		s.handle(goMsg{to: stepMigrate})
		s.settle()
		s.sees("Or let one user go first (u): a pilot.", "u one user first")
		s.press("u", "down", "enter")
		s.sees("Migrate: one user first", "ben@acme.example", "Enter copy this user", "u another user")
		if w.files["p"].kept["pilot"] == nil {
			t.Error("the pilot was not kept")
		}
		s.press("enter")
		s.wait(time.Second)
		b := s.root.session.batch
		if b == nil || len(b.Users) != 1 || b.Users[0].User.ID != 2 {
			t.Fatalf("the batch is of %+v", b)
		}
	})
}

// What one user's run says is not taken for the whole.
func TestPilotAloneIsNoMigration(t *testing.T) {
	r := scenePilot(engine.Pilot{User: 1, Copied: sceneTime, Verified: sceneTime, OK: true})
	if r.session.migrated() || r.steps[stepVerify].Blocked() == "" || r.steps[stepMigrate].Done() {
		t.Error("one user's mail counts as everybody's")
	}
	r.session.facts.Pilot.Good = sceneTime
	interrupted := engine.Run{Kind: "delta", Started: sceneTime, Finished: sceneTime, Summary: engine.Summary{Users: 6, Interrupted: true}}
	if r.session.runs = append(r.session.runs, interrupted); r.session.migrated() {
		t.Error("an interrupted run of all counts")
	}
	r.session.runs[1].Summary.Interrupted = false
	if !r.session.migrated() {
		t.Error("a run of all doesn't count")
	}
}

func TestPilotIsVerifiedAndThenAPersonSaysThatItIsGood(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	w.dialer = waitingDialer{}
	sit(t, w, o, func(s *sitting) {
		s.root.session.facts.Pilot = engine.Pilot{User: 1}
		s.root.session.kept, s.root.session.probe = engine.Tested{}, &engine.ProbeStatus{Finished: true, Users: []engine.UserCheck{{User: acmeUsers()[0], State: engine.CheckOK}, {User: acmeUsers()[1], State: engine.CheckOK}}}
		s.handle(goMsg{to: stepMigrate})
		s.settle()
		m := s.root.steps[stepMigrate].(*migrate)
		m.pilot.alone = true
		status := engine.BatchStatus{Users: []engine.UserStatus{{User: acmeUsers()[0], State: engine.UserDone}}, Sum: engine.Tally{Copied: 12}}
		s.run(m.reply(reply{value: batchEnded{status: status, summary: engine.Summary{Users: 1}}}))
		s.wait(time.Second)
		s.sees("Copied: 12 messages", "Verifying: both servers are read again.")
		v := s.root.works.verify
		s.run(m.reply(reply{value: pilotVerified{of: v, snap: &verifySnap{VerifyResult: engine.VerifyResult{OK: true}}}}))
		s.settle()
		s.sees("Verified: every message is accounted for", "Now look yourself", "Enter it is good: copy all")
		s.press("enter")
		s.wait(time.Second)
		if b := s.root.session.batch; b == nil || len(b.Users) != 2 {
			t.Fatalf("the others don't follow: %+v", b)
		}
		if doc := string(w.files["p"].kept["pilot"]); !strings.Contains(doc, `"good"`) {
			t.Errorf("kept %s", doc)
		}
	})
}

func TestFailedPilotIsNotVerified(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	sit(t, w, o, func(s *sitting) {
		s.root.session.facts.Pilot = engine.Pilot{User: 1}
		s.root.session.runs = []engine.Run{{Kind: "full", Started: time.Now(), Finished: time.Now()}}
		s.handle(goMsg{to: stepMigrate})
		m := s.root.steps[stepMigrate].(*migrate)
		m.pilot.alone = true
		s.run(m.reply(reply{value: batchEnded{status: engine.BatchStatus{Users: []engine.UserStatus{{User: acmeUsers()[0], State: engine.UserFailed}}}, summary: engine.Summary{Users: 1, UsersFailed: 1}}}))
		s.settle()
		if !s.root.session.facts.Pilot.Copied.IsZero() || s.root.works.verifying() {
			t.Error("a mailbox that failed was taken as copied")
		}
		s.sees("Enter copy this user")
	})
}

func TestPilotIsProposedFromTheMiddle(t *testing.T) {
	r := newScene(stepMigrate, 4)
	r.session.kept.Users = map[int64]engine.TestedUser{1: {State: engine.CheckOK, Messages: 9000}, 2: {State: engine.CheckOK}, 3: {State: engine.CheckOK, Messages: 500}, 4: {State: engine.CheckOK, Messages: 100}}
	m := r.steps[stepMigrate].(*migrate)
	m.pickPilot()
	if got := m.pilot.menu.Chosen().Answer.(int64); got != 3 {
		t.Errorf("user %d", got)
	}
}
