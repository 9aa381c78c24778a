package tui

import (
	"context"
	"errors"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/tui/widget"
)

// migrate is the step that copies. What it shows stands in migrateview.go and
// migratepanes.go; the batch itself runs in works.
type migrate struct {
	seat
	pane        migratePane
	roll[int64] // of session.batch.Users
	folders     widget.Table
	faults      widget.Table
	log         widget.Log
	sort        migrateSort
	only        bool // users with problems
	troubled    bool // users with problems come first, whatever the order
	groups      []problemGroup
	events      []engine.Event // newest first
	open        int64          // user of paneUser
	follow      bool           // of the batch that runs, or is about to
	ended       *batchEnded    // how the last one of this sitting ended
	fault       *engine.Fault
	pilot       pilotPane
	between     bool         // once this batch has ended, everybody is verified, and it follows again
	limits      *widget.Form // open: the limits are asked for
}

type migratePane int

const (
	paneUsers migratePane = iota
	paneUser
	paneProblems
	paneLog
)

func newMigrate(s seat) *migrate { return &migrate{seat: s} }

func (*migrate) Title() string { return "Migrate" }
func (*migrate) About() string {
	return "The mail is copied, newest first. You may pause, stop, close the window and go on another day: nothing is lost and nothing arrives twice. Run again as often as you like: a later run copies only what is new. Follow does that by itself every few minutes."
}
func (m *migrate) Done() bool   { return m.session.open() && m.session.migrated() }
func (m *migrate) Typing() bool { return m.limits != nil || m.pane == paneUsers && m.filter.open }

func (m *migrate) Blocked() string {
	if !m.session.open() || len(m.session.chosen()) == 0 {
		return "no user is ready yet"
	}
	_, why := m.session.tested()
	return why
}

func (m *migrate) Init() tea.Cmd {
	m.arrange()
	if !m.session.open() {
		return nil
	}
	return tea.Batch(m.readLog(), m.readFolders())
}

// begin starts a run, or a follow. The dialer comes first.
func (m *migrate) begin(follow bool) tea.Cmd {
	if m.works.copying() || m.waiting("prepare") {
		return nil
	}
	m.follow, m.fault, m.session.dayWords = follow, nil, ""
	return m.prepare()
}

// batchEnded is the last word of a batch.
type batchEnded struct {
	batch   *engine.Batch
	status  engine.BatchStatus
	summary engine.Summary
	loaded  *loaded // the project after it; nil if it can't be read
}

func (m *migrate) start(d engine.Dialer) tea.Cmd {
	l := m.held()
	users := m.session.passed()
	if u := m.session.pilotUser(); m.pilot.alone && u != nil {
		users = []engine.User{*u}
	}
	batch := engine.NewBatch(m.session.project, l.file, d,
		engine.BatchOptions{Users: users, Follow: m.follow, Log: m.options.Log})
	for _, id := range m.session.first {
		batch.Prefer(id)
	}
	m.works.batch = batch
	m.session.batch, m.ended = nil, nil
	sums := make(chan engine.Summary, 1) // whoever waits may be gone before the batch is
	wait := m.works.start(batch, func(ctx context.Context) error {
		sum, err := batch.Run(ctx)
		sums <- sum
		return err
	})
	return m.ask("run", func(ctx context.Context) (any, error) {
		err := wait(ctx)
		e := batchEnded{batch: batch, status: batch.Status()}
		select {
		case e.summary = <-sums:
		default:
		}
		if after, loadErr := load(ctx, l.file, l.vault); loadErr == nil {
			e.loaded = &after
		}
		return e, err
	})
}

func (m *migrate) Update(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case reply:
		cmd = m.reply(msg)
	case snapshot:
		if m.pane == paneLog {
			cmd = m.readLog()
		}
	case toggleFollow:
		cmd = m.toggleFollow()
	case verifyBetween:
		cmd = m.endForVerify()
	case preferUsers:
		cmd = m.preferOr(msg.ids...)
	case stopUser:
		cmd = m.control(func(b *engine.Batch) { b.Stop(msg.ids...) })
	case tea.KeyMsg:
		cmd = m.key(msg)
	}
	m.arrange()
	return cmd
}

func (m *migrate) reply(r reply) (cmd tea.Cmd) {
	switch v := r.value.(type) {
	case batchEnded:
		if m.finish(v); m.pilot.alone {
			cmd = m.pilotCopied(v, r.err)
		} else if m.between {
			m.between = false
			if r.err == nil && !v.status.Stopping {
				cmd = send(goMsg{stepVerify, verifyNow{}})
			}
		}
	case pilotVerified:
		cmd = m.pilotChecked(v, r.err)
	case engine.Dialer:
		if m.pilot.verify {
			return m.startPilotVerify(v)
		}
		return m.start(v)
	case []engine.Event:
		m.events = v
	case []engine.FolderCount:
		if m.restored() {
			m.session.batch = m.session.batch.WithFolders(v)
		}
	case loaded:
		if r.err == nil {
			m.session.refresh(v)
		}
	case dayPassed:
		m.session.dayWords = v.words
	}
	if locked := (*engine.LockedError)(nil); errors.As(r.err, &locked) {
		m.pilot.alone, m.pilot.verify = false, false
		return send(goMsg{stepProject, watchOther{}})
	}
	if r.err != nil && !errors.Is(r.err, context.Canceled) {
		m.fault = faultOf(r.err)
		m.pilot.alone, m.pilot.verify = false, false
	}
	return cmd
}

func (m *migrate) finish(e batchEnded) {
	m.works.ended(e.batch)
	m.follow, m.ended, m.session.batch = false, &e, &e.status
	if e.loaded != nil {
		m.session.refresh(*e.loaded)
	}
	if e.loaded == nil || engine.NewSinceVerified(m.session.runs) {
		m.session.verify = nil // it was of an earlier state
	}
	m.arrange()
	m.table.Go(0) // users with problems
}

// control tells the batch something: in a command, since it takes the batch's
// lock.
func (m *migrate) control(do func(*engine.Batch)) tea.Cmd {
	batch := m.works.batch
	if !m.works.copying() {
		return nil
	}
	return m.ask("control", func(context.Context) (any, error) {
		do(batch)
		return nil, nil
	})
}

func (m *migrate) readLog() tea.Cmd {
	if m.waiting("log") {
		return nil
	}
	file := m.session.file
	return m.ask("log", func(ctx context.Context) (any, error) { return file.Events(ctx, 0, mostEvents) })
}

const mostEvents = 500

// current is the user under the cursor; nil when there is none.
func (m *migrate) current() *engine.UserStatus {
	if m.pane == paneUser {
		return m.user(m.open)
	}
	at := m.at()
	if m.session.batch == nil || at < 0 || at >= len(m.session.batch.Users) { // of a batch before
		return nil
	}
	return &m.session.batch.Users[at]
}

func (m *migrate) user(id int64) *engine.UserStatus {
	if m.session.batch == nil {
		return nil
	}
	for i := range m.session.batch.Users {
		if m.session.batch.Users[i].User.ID == id {
			return &m.session.batch.Users[i]
		}
	}
	return nil
}

// whose is the name of a user of this batch; "" for any other.
func (m *migrate) whose(id int64) string {
	if u := m.user(id); u != nil {
		return name(u.User)
	}
	return ""
}

func (m *migrate) key(msg tea.KeyMsg) tea.Cmd {
	if m.limits != nil {
		return m.limitsKey(msg)
	}
	if m.pilot.picking {
		return m.pickKey(msg)
	}
	if m.pane == paneUsers && m.piloting() {
		if cmd, took := m.pilotKey(msg); took {
			return cmd
		}
	}
	if m.paneKey(msg) {
		return nil
	}
	switch {
	case key.Matches(msg, keys.Back):
		if m.pane != paneUsers {
			m.pane = paneUsers
			return nil
		}
		return m.back()
	case key.Matches(msg, keys.Enter):
		return m.enter()
	case key.Matches(msg, keys.Log):
		m.pane, m.log = paneLog, widget.Log{}
		return m.readLog()
	case key.Matches(msg, keys.Problems):
		m.pane = paneProblems
	case key.Matches(msg, keys.Pilot) && m.mayPilot():
		m.pickPilot()
	case key.Matches(msg, keys.Details):
		m.openUser()
	case key.Matches(msg, keys.Day) && m.canPassDay():
		return m.passDay()
	case key.Matches(msg, keys.Limits):
		m.openLimits()
	case key.Matches(msg, keys.Again):
		return m.begin(false)
	case key.Matches(msg, keys.Follow):
		return m.toggleFollow()
	}
	return m.workKey(msg)
}

// paneKey moves within the pane that is open; it says whether it took the key.
func (m *migrate) paneKey(msg tea.KeyMsg) bool {
	switch m.pane {
	case paneUser:
		return m.folders.Update(msg)
	case paneProblems:
		return m.faults.Update(msg)
	case paneLog:
		return m.log.Update(msg, len(m.events))
	}
	return m.roll.update(msg)
}

func (m *migrate) enter() tea.Cmd {
	switch {
	case m.pane != paneUsers:
		m.pane = paneUsers
	case m.works.copying():
		m.openUser()
	case m.ended != nil && m.Done():
		return m.next()
	default:
		return m.begin(false)
	}
	return nil
}

func (m *migrate) openUser() {
	if u := m.current(); u != nil {
		m.pane, m.open, m.folders = paneUser, u.User.ID, widget.Table{}
	}
}

// workKey is a key that tells the batch something.
func (m *migrate) workKey(msg tea.KeyMsg) tea.Cmd {
	u := m.current()
	switch {
	case key.Matches(msg, keys.Sort):
		m.sort = (m.sort + 1) % sortCount
	case key.Matches(msg, keys.Only):
		m.only = !m.only
	case u != nil && key.Matches(msg, keys.Prefer) && m.mayPrefer(u):
		return m.preferOr(u.User.ID)
	case !m.works.copying():
		return nil
	case key.Matches(msg, keys.PauseAll):
		paused := m.session.batch != nil && m.session.batch.Paused
		return m.control(func(b *engine.Batch) { pauseOr(b, !paused) })
	case key.Matches(msg, keys.StopAll):
		return m.askStop("all users", nil)
	case key.Matches(msg, keys.RetryAll):
		return m.control(func(b *engine.Batch) { b.Retry() })
	case u == nil:
		return nil
	case key.Matches(msg, keys.Pause):
		id, paused := u.User.ID, u.State == engine.UserPaused
		return m.control(func(b *engine.Batch) { pauseOr(b, !paused, id) })
	case key.Matches(msg, keys.Stop) && !u.State.Finished():
		return m.askStop(name(u.User), []int64{u.User.ID})
	case key.Matches(msg, keys.Retry) && u.State.Finished():
		id := u.User.ID
		return m.control(func(b *engine.Batch) { b.Retry(id) })
	}
	return nil
}

func pauseOr(b *engine.Batch, pause bool, ids ...int64) {
	if pause {
		b.Pause(ids...)
		return
	}
	b.Resume(ids...)
}

// stopUser is the answer of somebody who was asked.
type stopUser struct{ ids []int64 }

func (m *migrate) askStop(whom string, ids []int64) tea.Cmd {
	return send(questionMsg{&widget.Confirm{Title: "Stop " + whom + "?",
		Text:    []string{"What is on its way is finished and written down. The next run goes on exactly there: nothing is lost, and nothing arrives twice."},
		Answers: []widget.Answer{{Label: "Go on copying"}, {Label: "Stop " + whom, Msg: addressed{m.id, stopUser{ids}}}}}})
}
