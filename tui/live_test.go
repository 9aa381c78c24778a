package tui

import (
	"testing"
	"time"

	"mxodus/engine"
)

func otherProcess() *engine.LockedError {
	return &engine.LockedError{Host: "server\x1b[2J7", PID: 4711, Since: sceneTime}
}

func countOf(user int64, copied, failed int) engine.FolderCount {
	c := engine.FolderCount{Folder: engine.FolderRecord{UserID: user}}
	c.Messages[engine.Copied], c.Messages[engine.Failed] = copied, failed
	c.Bytes[engine.Copied] = int64(copied) << 17
	return c
}

// sceneLive is a project that another process runs, after two looks at it.
func sceneLive(ended bool) *root {
	r := newScene(stepProject, 6)
	people := r.session.people
	file := r.session.file
	r.session = session{}
	p := r.steps[stepProject].(*project)
	p.goLive(loaded{file: file})
	kept := engine.Tested{Users: map[int64]engine.TestedUser{}}
	for look := range 2 {
		s := &liveSnap{at: sceneTime.Add(time.Duration(look) * 10 * time.Second), holder: otherProcess(), project: sceneProject(), tallies: map[int64]engine.Tally{}, kept: kept,
			runs: []engine.Run{{Kind: "full", Started: sceneTime.Add(-time.Hour)}},
			events: []engine.Event{{At: sceneTime.Add(time.Minute), UserID: 2, Level: engine.Attention, Text: "3 messages are larger than 35 MB\x1b[2J and were left out."},
				{At: sceneTime, Level: engine.Info, Text: "The first run began."}}}
		for i, x := range people {
			s.users = append(s.users, x.User)
			kept.Users[x.ID] = engine.TestedUser{Messages: 9310 + i*1357, Bytes: int64(i+1) << 30}
			c := countOf(x.ID, 1000*(i+1)+look*40, i/5)
			t := engine.Tally{}
			t.AddCount(c)
			s.tallies[x.ID] = t
			s.sum.AddCount(c)
		}
		if ended && look == 1 {
			s.holder, s.runs[0].Finished, s.runs[0].Summary.Sent = nil, sceneTime, 21000
		}
		p.seeLive(reply{value: s})
	}
	return r
}

var liveScenes = []scene{
	{"live", func() *root { return sceneLive(false) }},
	{"live-ended", func() *root { return sceneLive(true) }},
}

func TestProjectThatRunsElsewhereIsOnlyWatched(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	f := w.files["p"]
	f.holder, f.counts = otherProcess(), []engine.FolderCount{countOf(1, 100, 0)}
	sit(t, w, o, func(s *sitting) {
		s.sees("Running elsewhere", "Process 4711 on server", "runs this project since", "another mxodus runs it", "100 messages")
		s.seesNot("Enter take over")
		for _, k := range []string{"enter", "p", "e", "c", " ", "n", "down"} {
			s.press(k)
		}
		for id := stepSource; id < stepCount; id++ {
			s.handle(goMsg{to: id})
			s.settle()
		}
		if s.root.at != stepProject {
			t.Fatalf("step %d was opened", s.root.at)
		}
		f.mu.Lock()
		f.counts = []engine.FolderCount{countOf(1, 300, 0), countOf(2, 5, 2)}
		f.mu.Unlock()
		s.wait(3 * time.Second)
		s.sees("307 messages", "messages/s")
		if f.writes != 0 {
			t.Errorf("%d changes", f.writes)
		}
		f.mu.Lock()
		f.holder, f.runs = nil, []engine.Run{{Kind: "full", Started: sceneTime, Finished: sceneTime.Add(time.Hour), Summary: engine.Summary{Sent: 305, Users: 2}}}
		f.mu.Unlock()
		s.wait(3 * time.Second)
		s.sees("The other mxodus has ended.", "first run: 305 messages copied", "Enter take over")
		s.press("enter")
		s.sees("Enter go on: Migrate", "What is next")
		s.press("enter")
		s.sees("Enter run again")
		if f.closed {
			t.Error("the file was closed")
		}
	})
	if !f.closed {
		t.Error("the file was left open")
	}
}

// Watching needs no passphrase; taking over does.
func TestSealedProjectCanBeWatched(t *testing.T) {
	w := newFakeWorld()
	w.passphrase = "correct horse"
	w.files["p"] = &fakeFile{path: "p", project: sceneProject(), users: acmeUsers(), holder: otherProcess()}
	sit(t, w, Options{Path: "p"}, func(s *sitting) {
		s.sees("Running elsewhere")
		w.files["p"].mu.Lock()
		w.files["p"].holder = nil
		w.files["p"].mu.Unlock()
		s.wait(3 * time.Second)
		s.press("enter")
		s.sees("is sealed")
		s.write("correct horse", "")
		s.sees("2 users", "What is next")
	})
	if !w.files["p"].closed {
		t.Error("the file was left open")
	}
}

// Another process may begin while the project is open here.
func TestRunThatBeganElsewhereIsWatched(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	sit(t, w, o, func(s *sitting) {
		s.root.session.runs = []engine.Run{{Kind: "full", Started: time.Now(), Finished: time.Now(), Summary: engine.Summary{Users: 2}}}
		s.handle(goMsg{to: stepMigrate})
		s.settle()
		w.files["p"].mu.Lock()
		w.files["p"].holder = otherProcess()
		w.files["p"].mu.Unlock()
		s.press("enter")
		s.wait(time.Second)
		s.sees("Running elsewhere", "Process 4711")
		if s.root.works.running() {
			t.Error("work is still counted as running")
		}
	})
}

func TestLeavingTheLiveViewClosesTheFile(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	w.files["p"].holder = otherProcess()
	sit(t, w, o, func(s *sitting) {
		s.press("esc")
		s.sees("Start a new project")
		if !w.files["p"].closed {
			t.Error("the file was left open")
		}
		s.wait(5 * time.Second)
		s.sees("Start a new project")
	})
}
