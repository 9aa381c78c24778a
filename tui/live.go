package tui

import (
	"context"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/tui/widget"
)

// live is a project that another process runs, seen through its journal alone:
// nothing is written, no server is asked, and no passphrase is needed. It stands
// in place of the project step; all other steps are blocked meanwhile.
type live struct {
	of    loaded // the open file; its vault may be shut
	now   *liveSnap
	first *liveSnap // of this sitting, and
	past  []*liveSnap
	ended bool // nobody runs it any more
	table widget.Table
	fault *engine.Fault

	pane    livePane
	open    int64 // user of livePaneUser
	folders widget.Table
	groups  []problemGroup
	faults  widget.Table
	log     widget.Log
}

// liveSnap is what the journal said at one moment.
type liveSnap struct {
	at      time.Time
	took    time.Duration
	holder  *engine.LockedError // nil: nobody
	project engine.Project
	users   []engine.User // that are moved
	tallies map[int64]engine.Tally
	folders map[int64][]engine.FolderCount // of each user
	sum     engine.Tally
	kept    engine.Tested
	runs    []engine.Run
	events  []engine.Event // newest first
	// stand is how the run itself says that it stands; nil: it doesn't, or did so too
	// long ago to be true.
	stand *engine.BatchStatus
}

// How often the journal is looked at, and how many looks the rate is made of.
const (
	liveEvery = 2 * time.Second
	livePast  = 6
	liveLines = 200              // of the history
	liveStale = 30 * time.Second // a run under way tells every few seconds how it stands
)

// why says why a step can't be opened; "" when it can.
func (c *core) why(id stepID) string {
	if c.live != nil && id != stepProject {
		return "another mxodus runs it"
	}
	return c.steps[id].Blocked()
}

// goLive shows a project that another process runs.
func (p *project) goLive(l loaded) tea.Cmd {
	p.core.live, p.phase, p.plan = &live{of: l}, projectLive, planPane{}
	return p.watchJournal(0)
}

// watchOther asks for the live view of the open project, from another step.
type watchOther struct{}

// watchJournal looks at the journal after a while.
func (p *project) watchJournal(after time.Duration) tea.Cmd {
	f := p.core.live.of.file
	return p.ask(laneWatch, func(ctx context.Context) (any, error) {
		select {
		case <-time.After(after):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		return readLive(ctx, f)
	})
}

// seeLive takes what the journal said, and looks again later.
func (p *project) seeLive(r reply) tea.Cmd {
	v := p.core.live
	if v == nil {
		return nil
	}
	s, _ := r.value.(*liveSnap)
	if r.err != nil || s == nil {
		v.fault = faultOf(r.err)
		return p.watchJournal(liveEvery)
	}
	v.fault = nil
	if v.first == nil {
		v.first = s
	}
	v.now, v.ended = s, s.holder == nil
	v.past = append(v.past, s)
	v.past = v.past[max(0, len(v.past)-livePast):]
	v.table.Resize(s.rows())
	v.folders.Resize(len(s.folders[v.open]))
	if v.pane == livePaneProblems {
		return tea.Batch(p.readProblems(), p.watchJournal(max(liveEvery, 10*s.took)))
	}
	return p.watchJournal(max(liveEvery, 10*s.took))
}

// rate is how many messages and bytes come a second, by the last looks.
func (v *live) rate() (messages, bytes float64) {
	if len(v.past) < 2 || v.ended {
		return 0, 0
	}
	a, b := v.past[0], v.past[len(v.past)-1]
	seconds := b.at.Sub(a.at).Seconds()
	if seconds <= 0 {
		return 0, 0
	}
	_, was := brought(a.sum)
	_, now := brought(b.sum)
	return max(0, float64(b.sum.Settled()-a.sum.Settled())/seconds), max(0, float64(now-was)/seconds)
}

func (p *project) liveKey(msg tea.KeyMsg) tea.Cmd {
	v := p.core.live
	if v.pane != livePaneAll {
		return p.livePaneKey(msg)
	}
	switch {
	case v.table.Update(msg):
	case key.Matches(msg, keys.Details, keys.Problems, keys.Log) && v.now != nil:
		return p.openPane(msg)
	case key.Matches(msg, keys.Back):
		return p.leaveLive()
	case key.Matches(msg, keys.Enter) && v.ended:
		return p.takeOver()
	}
	return nil
}

// leaveLive goes back to the choice of projects.
func (p *project) leaveLive() tea.Cmd {
	v := p.core.live
	p.drop(laneWatch)
	p.drop(laneProblems)
	if p.session.open() { // it began elsewhere while it was open here
		return send(quitAsked{})
	}
	p.core.live, p.sealed = nil, v.of
	return p.leaveForm()
}

// takeOver opens what nobody else runs any more.
func (p *project) takeOver() tea.Cmd {
	l := p.core.live.of
	p.drop(laneWatch)
	p.drop(laneProblems)
	p.core.live, p.phase = nil, projectChoosing // until it is open
	if l.vault == nil {
		p.lockedUp(l)
		return nil
	}
	if l.file != p.session.file {
		p.sealed = l // until it is open
	}
	return p.ask("open", func(ctx context.Context) (any, error) { return begin(ctx, l.file, l.vault) })
}

// readLive reads the journal. Like io.go, it may wait.
func readLive(ctx context.Context, f engine.ProjectFile) (s *liveSnap, err error) {
	s = &liveSnap{at: time.Now(), tallies: map[int64]engine.Tally{}, folders: map[int64][]engine.FolderCount{}}
	if s.holder, err = holderOf(ctx, f); err != nil {
		return nil, err
	}
	if s.project, err = f.Project(ctx); err != nil {
		return nil, err
	}
	users, err := f.Users(ctx)
	if err != nil {
		return nil, err
	}
	for _, u := range users {
		if !u.LeftOut {
			s.users = append(s.users, u)
		}
	}
	counts, err := f.Counts(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range counts {
		t := s.tallies[c.Folder.UserID]
		t.AddCount(c)
		s.tallies[c.Folder.UserID] = t
		s.folders[c.Folder.UserID] = append(s.folders[c.Folder.UserID], c)
		s.sum.AddCount(c)
	}
	if s.kept, err = engine.ReadTested(ctx, f); err != nil {
		return nil, err
	}
	if s.runs, err = f.Runs(ctx); err != nil {
		return nil, err
	}
	if s.stand, err = standingOf(ctx, f, s.holder != nil, s.at); err != nil {
		return nil, err
	}
	s.events, err = f.Events(ctx, 0, liveLines)
	s.took = time.Since(s.at)
	return s, err
}

// standingOf is how the last run stands; nil where it can't be told: of a run under way
// that hasn't told for a while, as one that verifies.
func standingOf(ctx context.Context, f engine.ProjectFile, running bool, now time.Time) (*engine.BatchStatus, error) {
	b, err := engine.Standing(ctx, f, running)
	switch {
	case err != nil || b == nil || len(b.Users) == 0:
		return nil, err
	case running && (!b.Finished.IsZero() || now.Sub(b.At) > liveStale && b.NextPass.Before(now)):
		return nil, nil
	}
	return b, nil
}

// rows is how many users are listed, and row which one stands there.
func (s *liveSnap) rows() int {
	if s.stand != nil {
		return len(s.stand.Users)
	}
	return len(s.users)
}

func (s *liveSnap) row(i int) engine.User {
	if s.stand != nil {
		return s.stand.Users[i].User
	}
	return s.users[i]
}

// status is how a user of the run stands; nil: it doesn't tell.
func (s *liveSnap) status(id int64) *engine.UserStatus {
	if s.stand == nil {
		return nil
	}
	for i := range s.stand.Users {
		if s.stand.Users[i].User.ID == id {
			return &s.stand.Users[i]
		}
	}
	return nil
}
