package tui

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

// scenePlan is an open project with a planned cut-over, in the zone of its letters.
func scenePlan() *root {
	r := newScene(stepProject, 6)
	p := &r.session.project
	p.Letters.Zone, p.CutOver = "Europe/Vienna", time.Date(2026, 12, 11, 17, 0, 0, 0, time.UTC)
	r.session.facts = engine.ScheduleFacts{Zone: time.FixedZone("CET", 3600), Tested: sceneTime.Add(-20 * time.Hour),
		Estimate: engine.Estimate{Min: 3 * time.Hour, Max: 5 * time.Hour}, MX: engine.MXFacts{OldTTL: 24 * time.Hour, TTL: 24 * time.Hour}}
	return r
}

var planScenes = []scene{
	{"project-planned", func() *root {
		r := scenePlan()
		r.session.runs = []engine.Run{{Kind: "full", Started: sceneTime, Finished: sceneTime.Add(3 * time.Hour), Summary: engine.Summary{Sent: 96770, Users: 1}}}
		return r
	}},
	{"plan", func() *root { r := scenePlan(); r.steps[stepProject].(*project).openPlan(); return r }},
	{"plan-late", func() *root {
		r := scenePlan()
		r.now = sceneTime.AddDate(0, 0, 20)
		r.steps[stepProject].(*project).openPlan()
		return r
	}},
	{"plan-none", func() *root {
		r := newScene(stepProject, 6)
		r.session.project.Letters.Zone, r.session.facts.Zone = "Europe/Vienna", time.FixedZone("CET", 3600)
		r.steps[stepProject].(*project).openPlan()
		return r
	}},
	{"plan-form", func() *root {
		r := scenePlan()
		p := r.steps[stepProject].(*project)
		p.openCutOver()
		p.plan.form.Set("when", "next friday")
		p.plan.form.Valid()
		return r
	}},
}

// Sittings are in virtual time, which begins at midnight of 1 January 2000.
func TestCutOverIsPlannedAndMovesTheRest(t *testing.T) {
	p := sceneProject()
	p.Letters.Zone = "Europe/Vienna"
	w, o := openAt(p, acmeUsers()...)
	dir := t.TempDir()
	sit(t, w, o, func(s *sitting) {
		w.files["p"].path = filepath.Join(dir, "acme.mxodus")
		s.sees("not planned yet (e); earliest Fri 21 Jan, 18:00 CET", "What is next", "Test every user", "e plan the cut-over")
		s.press("e")
		s.sees("When is the cut-over?", "2000-01-21 18:00", "Times are in Europe/Vienna, where it is Sat 1 Jan, 01:00 CET now.")
		for range "2000-01-21 18:00" {
			s.press("backspace")
		}
		s.write("31.2.2000")
		s.sees("This is no date. It looks like 2026-12-04 18:00.")
		for range "31.2.2000" {
			s.press("backspace")
		}
		s.write("1.1.1999")
		s.sees("This has passed.")
		for range "1.1.1999" {
			s.press("backspace")
		}
		s.write("28.1.2000")
		s.sees("The plan", "cut-over Fri 28 Jan, 18:00 CET", "Send the reminder Thu 27 Jan")
		if got := w.files["p"].project.CutOver; !got.Equal(time.Date(2000, 1, 28, 17, 0, 0, 0, time.UTC)) {
			t.Errorf("kept %s", got)
		}
		s.press("c")
		s.sees("Written to")
		ics, err := os.ReadFile(filepath.Join(dir, "acme.ics"))
		if err != nil || !strings.Contains(string(ics), "DTSTART:20000128T170000Z") {
			t.Errorf("%v: %s", err, ics)
		}
		s.press("e")
		s.press("backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace")
		s.write("24 18:00") // 2000-01-24 18:00
		s.sees("Send the reminder Sun 23 Jan", "on a Monday")
		s.press("esc")
		s.sees("Mon 24 Jan, 18:00 CET, in 23 days 17 h")
	})
}

func TestTasksThatCannotBeSeenAreSaidToBeDone(t *testing.T) {
	p := sceneProject()
	p.CutOver = time.Date(2000, 1, 10, 17, 0, 0, 0, time.UTC)
	w, o := openAt(p, acmeUsers()...)
	sit(t, w, o, func(s *sitting) {
		s.press("p")
		s.sees("Send the announcement late: by", "Send it today: short notice is better than none.")
		s.press(" ")
		s.sees("Send the announcement done Sat 1 Jan", "You said that it is done.")
		facts, err := engine.ReadSchedule(context.Background(), w.files["p"])
		if err != nil || len(facts.Marks) != 1 {
			t.Errorf("kept %+v, %v", facts.Marks, err)
		}
		s.press(" ")
		s.sees("Send the announcement late: by")
		s.press("enter")
		s.sees("Tell")
		if s.root.at != stepTell {
			t.Errorf("at %d", s.root.at)
		}
	})
}

// The next start goes on in the step that was on screen, if it can be opened.
func TestNextStartGoesOnWhereItStopped(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	sit(t, w, o, func(s *sitting) {
		s.handle(goMsg{to: stepTell})
		s.settle()
	})
	sit(t, w, o, func(s *sitting) {
		s.sees("Enter go on: Tell")
		s.press("enter")
		if s.root.at != stepTell {
			t.Errorf("at %d", s.root.at)
		}
	})
	w.files["p"].kept[docPlace] = []byte("Verify")
	sit(t, w, o, func(s *sitting) { s.sees("Enter go on: Test") }) // nothing is copied yet
	w.files["p"].kept[docPlace] = []byte("Gone")
	sit(t, w, o, func(s *sitting) { s.sees("Enter go on: Test") })
}

// What was tested, and which warnings were accepted, holds in the next sitting.
func TestAcceptedWarningsAreReadBack(t *testing.T) {
	atTest(t, []engine.CheckState{engine.CheckOK, engine.CheckWarning}, func(s *sitting, w *fakeWorld) {
		s.root.session.probe.At = time.Now()
		if _, err := engine.KeepTested(context.Background(), w.files["p"], *s.root.session.probe); err != nil {
			t.Fatal(err)
		}
		s.press("enter", "down", "enter")
		o := Options{Path: "p"}
		again := func(want string, f func(s *session)) {
			t.Helper()
			l, err := openProject(context.Background(), w.adapters(), o.Path, "")
			if err != nil {
				t.Fatal(err)
			}
			var x session
			x.begin(l, false)
			f(&x)
			if _, why := x.tested(); why != want {
				t.Errorf("%q instead of %q", why, want)
			}
		}
		again("", func(*session) {})
		again("not tested yet", func(x *session) { x.project.Source.Host = "other.example" })
		again("not tested yet", func(x *session) {
			x.people = append(x.people, person{User: engine.User{ID: 9, Address: "new@acme.example"}, source: "a", destination: "b"})
		})
		if _, err := engine.ForgetTested(context.Background(), w.files["p"], 1); err != nil {
			t.Fatal(err)
		}
		again("not tested yet", func(*session) {})
	})
}
