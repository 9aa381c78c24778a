package tui

import (
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/say"
)

// A mark in the rail that was earned stays; what came since asks for another look.
func TestAVerificationStaysDoneUntilNewMailCame(t *testing.T) {
	r := newScene(stepCutover, 6)
	v, at := r.steps[stepVerify].(*verify), sceneTime
	run := func(kind string, sent int) {
		at = at.Add(time.Hour)
		r.session.runs = append(r.session.runs, engine.Run{Kind: kind, Started: at, Finished: at.Add(time.Minute), Summary: engine.Summary{Users: 6, Sent: sent}})
	}
	rail := func() string { sign, _ := r.sign(stepVerify); return sign }
	run("full", 9000)
	if v.Done() || rail() != r.look.Todo {
		t.Fatalf("%q before any verification", rail())
	}
	run("verify", 0)
	run("delta", 0)
	if !v.Done() || rail() != r.look.Done {
		t.Errorf("%q after a delta that found nothing", rail())
	}
	run("delta", 2)
	if rail() != r.look.Glyphs.Attention || v.Stale() == "" {
		t.Errorf("%q after a delta that brought mail", rail())
	}
	run("verify", 0)
	if rail() != r.look.Done {
		t.Errorf("%q after verifying again", rail())
	}
	r.session.runs[len(r.session.runs)-1].Summary.Users = 1 // a pilot
	if v.Done() {
		t.Error("one user's verification counts for all")
	}
}

// TestAVerificationThatWaitsForAServerCountsDown: also where a server that was told
// to go slower is asked again only later.
func TestAVerificationThatWaitsForAServerCountsDown(t *testing.T) {
	r := newScene(stepVerify, 1)
	v := r.steps[stepVerify].(*verify)
	u := engine.VerifiedUser{State: engine.CheckRunning, Until: v.now.Add(95 * time.Second)}
	if c := v.verdict(&u); c.Text != v.look.Wait+" 1:35" {
		t.Errorf("%q", c.Text)
	}
}

func TestVerifyTellsWhatContentsProvedBefore(t *testing.T) {
	r := newScene(stepVerify, 3)
	s := sceneVerify(r)
	s.Contents = &engine.ProvenContents{At: sceneTime, Bytes: 4847, Differed: 1}
	r.session.verify = s
	v := r.steps[stepVerify].(*verify)
	v.arrange()
	if words := strings.Join(strings.Fields(v.View(80, 20)), " "); !strings.Contains(words, "Contents were compared on "+say.Soon(sceneTime)+": 4,847 by bytes, 1 differed; the report says so.") {
		t.Error(words)
	}
}
