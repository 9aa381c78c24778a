package tui

import (
	"context"
	"errors"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/tui/widget"
)

// verify is the step that accounts for every message.
type verify struct {
	seat
	table  widget.Table
	list   widget.Table // of messages that aren't there
	absent bool         // the list is open
	deep   bool         // of the next verification
	fault  *engine.Fault
	follow bool // once this verification has ended, the deltas go on
}

// verifyNow is the wish of another step: a verification between two deltas.
type verifyNow struct{}

func newVerify(s seat) *verify { return &verify{seat: s} }

func (*verify) Title() string { return "Verify" }
func (*verify) About() string {
	return "Both servers are read again, without believing what mxodus noted while copying, and every message of the old server is accounted for. Comparing every message fetches each of them from both sides: its bytes, apart from line ends, or what it says where the new server writes messages anew. That takes about as long as copying did."
}
func (v *verify) Typing() bool { return false }
func (v *verify) Done() bool {
	if s := v.session.verify; s != nil && s.Finished {
		return s.OK
	}
	check := v.session.lastRun("verify")
	return check != nil && check.Summary.Users >= max(1, len(v.session.chosen())) && check.Summary.UsersAttention+check.Summary.UsersFailed == 0
}

// Stale says that messages came since everything was accounted for.
func (v *verify) Stale() string {
	if v.Done() && engine.NewSinceVerified(v.session.runs) {
		return "new mail since: verify again"
	}
	return ""
}

func (v *verify) Blocked() string {
	switch {
	case v.works.copying() && v.steps[stepMigrate].(*migrate).follow:
		return "deltas go on: v in Finish verifies between two"
	case v.works.copying():
		return "mail is being copied"
	case !v.session.open() || !v.session.migrated():
		return "nothing is copied yet"
	}
	return ""
}

func (v *verify) Init() tea.Cmd {
	v.arrange()
	return nil
}

// verifyEnded is the last word of a verification.
type verifyEnded struct {
	of     *verification
	snap   *verifySnap
	loaded *loaded
}

func (v *verify) start(d engine.Dialer) tea.Cmd {
	l := v.held()
	run := newVerification(v.session.project, l.file, d, v.session.chosen(), v.deep, v.adapters.Meaning)
	v.works.verify = run
	v.session.verify, v.fault = nil, nil
	wait := v.works.start(run, func(ctx context.Context) error {
		_, err := run.Run(ctx)
		return err
	})
	return v.ask("verify", func(ctx context.Context) (any, error) {
		err := wait(ctx)
		e := verifyEnded{of: run, snap: run.snap()}
		if after, loadErr := load(ctx, l.file, l.vault); loadErr == nil {
			e.loaded = &after
		}
		return e, err
	})
}

func (v *verify) Update(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case reply:
		cmd = v.reply(msg)
	case verifyNow:
		v.follow = true
		cmd = v.begin(false)
	case tea.KeyMsg:
		cmd = v.key(msg)
	}
	v.arrange()
	return cmd
}

func (v *verify) reply(r reply) (cmd tea.Cmd) {
	switch x := r.value.(type) {
	case verifyEnded:
		v.works.ended(x.of)
		v.session.verify = x.snap
		if x.loaded != nil {
			v.session.refresh(*x.loaded)
		}
		if v.follow {
			v.follow = false
			cmd = send(addressed{stepMigrate, toggleFollow{}})
		}
	case engine.Dialer:
		return v.start(x)
	case dayPassed:
		v.session.dayWords = x.words
	}
	if r.err != nil && !errors.Is(r.err, context.Canceled) {
		v.fault = faultOf(r.err)
		if v.follow && !v.works.verifying() { // it could not even begin
			v.follow = false
			cmd = send(addressed{stepMigrate, toggleFollow{}})
		}
	}
	return cmd
}

func (v *verify) arrange() {
	if s := v.session.verify; s != nil {
		v.table.Resize(len(s.Users))
		v.list.Resize(len(s.absent))
		return
	}
	v.table.Resize(0)
	v.list.Resize(0)
}

func (v *verify) key(msg tea.KeyMsg) tea.Cmd {
	if v.absent {
		if key.Matches(msg, keys.Back, keys.Missing) {
			v.absent = false
		}
		v.list.Update(msg)
		return nil
	}
	switch {
	case v.table.Update(msg):
	case key.Matches(msg, keys.Back):
		return v.back()
	case key.Matches(msg, keys.Missing) && v.session.verify != nil:
		v.absent, v.list = true, widget.Table{}
	case v.works.verifying() || v.waiting("prepare"):
		return nil
	case key.Matches(msg, keys.Enter):
		switch s := v.session.verify; {
		case s == nil:
			return v.begin(v.deep)
		case s.OK && v.session.project.CutOverDone:
			return send(goMsg{to: stepFinish})
		case s.OK:
			return v.next()
		}
		return send(goMsg{to: stepMigrate})
	case key.Matches(msg, keys.Again):
		return v.begin(false)
	case key.Matches(msg, keys.Deep):
		return v.begin(true)
	case key.Matches(msg, keys.Day) && v.canPassDay():
		return v.passDay()
	}
	return nil
}

func (v *verify) begin(deep bool) tea.Cmd {
	v.deep, v.session.dayWords = deep, ""
	return v.prepare()
}
