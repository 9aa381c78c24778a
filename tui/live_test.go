package tui

import (
	"context"
	"fmt"
	"strings"
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
		s := &liveSnap{at: sceneTime.Add(time.Duration(look) * 10 * time.Second), holder: otherProcess(), project: sceneProject(), tallies: map[int64]engine.Tally{}, folders: map[int64][]engine.FolderCount{}, kept: kept,
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

// sceneJournal is what its journal holds of the folders.
func sceneJournal(r *root, pane livePane) *root {
	v := r.core.live
	for i, x := range v.now.users {
		inbox := countOf(x.ID, 900, i/5)
		inbox.Folder.Path, inbox.Folder.DestPath, inbox.Folder.ID = []string{"INBOX"}, []string{"INBOX"}, 1
		sent := countOf(x.ID, 100*(i+1), 0)
		sent.Folder.Path, sent.Folder.DestPath, sent.Folder.Renamed = []string{"Gesendet\x1b[2J"}, []string{"Sent Items"}, "the new server's own"
		v.now.folders[x.ID] = []engine.FolderCount{inbox, sent}
	}
	v.of.file.(*fakeFile).records = map[int64][]engine.Record{1: {{State: engine.Failed, Reason: engine.ReasonRefused, Said: "NO \x1b[2Jno", At: sceneTime}}}
	groups, err := journalProblems(context.Background(), v.of.file, v.now)
	if err != nil {
		panic(err)
	}
	v.pane, v.open, v.groups = pane, v.now.users[1].ID, groups
	v.folders.Resize(2)
	v.faults.Resize(len(groups))
	return r
}

// sceneStanding is a run that tells how it stands.
func sceneStanding(pane livePane) *root {
	r := sceneLive(false)
	v := r.core.live
	v.now.stand = sceneBatch(newScene(stepProject, 6))
	v.now.events = append([]engine.Event{{At: sceneTime.Add(2 * time.Minute), UserID: 3, Level: engine.Info,
		Text: "Paused this user. " + strings.Repeat("What happened is told whole. ", 4)}}, v.now.events...)
	v.pane, v.open = pane, v.now.users[1].ID
	v.table.Resize(6)
	return r
}

var liveScenes = []scene{
	{"live-standing", func() *root { return sceneStanding(livePaneAll) }},
	{"live-standing-user", func() *root { return sceneStanding(livePaneUser) }},
	{"live-user", func() *root { return sceneJournal(sceneLive(false), livePaneUser) }},
	{"live-problems", func() *root { return sceneJournal(sceneLive(false), livePaneProblems) }},
	{"live-log", func() *root { return sceneJournal(sceneLive(false), livePaneLog) }},
	{"live", func() *root { return sceneLive(false) }},
	{"live-ended", func() *root { return sceneLive(true) }},
}

// A run that another process runs tells every user's state, and what is still to come.
func TestProjectThatRunsElsewhereTellsHowItStands(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	f := w.files["p"]
	f.holder, f.counts = otherProcess(), []engine.FolderCount{countOf(1, 900, 0)}
	sit(t, w, o, func(s *sitting) {
		stand := func(state string, copied int) {
			f.mu.Lock()
			f.kept = map[string][]byte{"run/standing": fmt.Appendf(nil, `{"at":%q,"started":%q,"pass":1,"rate":12,"left":180000000000,"left_min":120000000000,"left_max":300000000000,
				"users":[{"id":1,"state":%q,"scanned":true,"sum":{"Total":1001,"Copied":%d,"Skipped":1},"left":60000000000},{"id":2,"state":"queued","sum":{},"expect":2000}]}`,
				time.Now().Format(time.RFC3339), sceneTime.Format(time.RFC3339), state, copied)}
			f.mu.Unlock()
			s.wait(3 * time.Second)
		}
		stand("copying", 900)
		s.sees("900 of about 3,000 messages", "about 3 min left (2 min to 5 min)", "copying", "900 / 1,000", "queued", "0 / ~2,000")
		stand("paused", 950)
		s.sees("950 of about 3,000 messages", "paused", "950 / 1,000")
		s.press("d")
		s.sees("anna@acme.example", "paused", "950 of 1,000 messages", "1 left out for a reason")
		s.press("esc")
		s.wait(time.Minute) // it says nothing any more
		s.sees("900 messages")
		s.seesNot("queued")
	})
}

func TestProjectThatRunsElsewhereIsOnlyWatched(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	f := w.files["p"]
	f.holder, f.counts = otherProcess(), []engine.FolderCount{countOf(1, 100, 0)}
	sit(t, w, o, func(s *sitting) {
		s.sees("Running elsewhere", "Process 4711 on server", "runs this project since", "100 messages")
		s.press("ctrl+g")
		s.sees("not yet: another mxodus runs it")
		s.press("esc")
		s.seesNot("Enter take over")
		for _, k := range []string{"enter", "p", "c", " ", "n", "x", "down", "e", "esc"} {
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
		s.sees("305 messages", "messages/s")
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

func TestOneUserAndProblemsOfAnotherProcessCanBeRead(t *testing.T) {
	w, o := openAt(sceneProject(), acmeUsers()...)
	f := w.files["p"]
	inbox := countOf(2, 100, 2)
	inbox.Folder.ID, inbox.Folder.Path = 7, []string{"INBOX"}
	f.holder, f.counts = otherProcess(), []engine.FolderCount{inbox}
	f.records = map[int64][]engine.Record{7: {{State: engine.Failed, Reason: engine.ReasonRefused, Said: "NO spam", At: sceneTime},
		{State: engine.Failed, Reason: engine.ReasonRefused, At: sceneTime}, {State: engine.Copied}}}
	f.runs = []engine.Run{{Kind: "full", Started: sceneTime}}
	f.events = []engine.Event{{At: sceneTime.Add(time.Minute), UserID: 1, Level: engine.Bad, Text: "The password was refused.", Said: "NO [AUTHENTICATIONFAILED]"},
		{At: sceneTime.Add(-time.Hour), UserID: 1, Level: engine.Bad, Text: "Of an earlier run."}}
	sit(t, w, o, func(s *sitting) {
		s.press("down", "d")
		s.sees("ben@acme.example", "INBOX", "100 copied, 0 were there, 0 left out, 2 refused")
		s.press("e")
		s.sees("Not copied: the new server refused it.", "The password was refused.")
		s.seesNot("Of an earlier run.")
		s.sees("every later run tries them again", "ben@acme.example, INBOX (2)", "NO spam")
		s.press("l")
		s.sees("anna@acme.example: Of an earlier run.", "NO [AUTHENTICATIONFAILED]")
		s.press("esc")
		s.sees("Running elsewhere")
		if f.writes != 0 {
			t.Errorf("%d changes", f.writes)
		}
	})
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
