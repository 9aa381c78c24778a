package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// test is the step that tries every user on both sides before anything is
// copied.
type test struct {
	seat
	table    widget.Table
	filter   filter
	shown    []int // places in session.probe.Users
	details  bool
	scroll   widget.Scroll
	fault    *engine.Fault
	retested int
	hand     *exporting // to Microsoft's own service
}

func newTest(s seat) *test { return &test{seat: s, hand: &exporting{seat: s, halt: func() {}}} }

func (*test) Title() string { return "Test" }
func (*test) About() string {
	return "Every user is signed in on both sides, and the old mailbox is measured: folders, messages, sizes. Nothing is copied and nothing is changed. You see what would be left out, which folder names change, and about how long the first run takes."
}
func (t *test) Done() bool {
	ok, _ := t.session.tested()
	return t.session.open() && ok && len(t.undecided()) == 0
}
func (t *test) Typing() bool { return t.filter.open || t.hand.typing() }

// asking is the form that is open.
func (t *test) asking() *widget.Form {
	if t.hand.typing() {
		return t.hand.form
	}
	return nil
}

func (t *test) Blocked() string {
	switch {
	case !t.session.open() || t.session.project.Destination.Host == "":
		return "check the new server first"
	case len(t.session.chosen()) == 0:
		return "no user is ready yet"
	}
	return ""
}

// Init begins a test if there is none of these users.
func (t *test) Init() tea.Cmd {
	t.arrange()
	switch ids := t.session.retest; {
	case t.works.testing():
		return nil
	case t.session.probe == nil:
		return t.prepare()
	case len(ids) > 0:
		t.session.retest = nil
		return t.retest(ids...)
	}
	return nil
}

// prepare makes the dialer: that may open a trace file.
func (s seat) prepare() tea.Cmd {
	dial, p, v, o := s.adapters.Dial, s.session.project, s.session.vault, s.dialOptions()
	return s.ask("prepare", func(context.Context) (any, error) { return dial(p, v, o), nil })
}

// probeEnded is the last word of a test.
type probeEnded struct {
	probe  *engine.Probe
	status engine.ProbeStatus
}

func (t *test) start(d engine.Dialer) tea.Cmd {
	probe := engine.NewProbe(t.session.project, t.session.chosen(), d)
	t.works.probe = probe
	t.session.probe, t.session.retest, t.session.accepted = nil, nil, map[int64]bool{}
	return t.watch("test", probe, probe.Run)
}

// watch runs a part of the test in the background and waits for its end.
func (t *test) watch(name string, probe *engine.Probe, run func(context.Context) error) tea.Cmd {
	t.fault = nil
	wait := t.works.start(probe, run)
	return t.ask(name, func(ctx context.Context) (any, error) {
		err := wait(ctx)
		return probeEnded{probe, probe.Status()}, err
	})
}

// retest tests some users again; none means all that are not green.
func (t *test) retest(ids ...int64) tea.Cmd {
	if t.works.probe == nil {
		return t.prepare()
	}
	probe := t.works.probe
	t.retested++
	for _, id := range ids {
		delete(t.session.accepted, id)
	}
	return t.watch(fmt.Sprint("retest ", t.retested), probe, func(ctx context.Context) error { return probe.Retest(ctx, ids...) })
}

func (t *test) Update(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case reply:
		cmd = t.reply(msg)
	case handReplace, handWrite:
		cmd = t.hand.update(msg)
	case acceptAll:
		cmd = t.accept(t.warned())
		if failed := t.undecided(); len(failed) > 0 {
			cmd = tea.Batch(cmd, t.askWithout(failed))
		} else {
			cmd = tea.Batch(cmd, t.next())
		}
	case goWithout:
		cmd = t.without(t.undecided())
	case tea.KeyMsg:
		cmd = t.key(msg)
	}
	t.arrange()
	return cmd
}

func (t *test) reply(r reply) (cmd tea.Cmd) {
	if strings.HasPrefix(r.lane.name, "hand ") {
		return t.hand.update(r)
	}
	if e, ok := r.value.(probeEnded); ok {
		t.works.ended(e.probe)
		if e.probe == t.works.probe {
			t.session.probe = &e.status
			cmd = t.keep(e.status)
		}
	}
	if r.err != nil {
		t.fault = faultOf(r.err)
		return cmd
	}
	switch v := r.value.(type) {
	case engine.Dialer:
		return t.start(v)
	case engine.Tested:
		t.know(v)
	}
	return cmd
}

// arrange works out which rows are shown.
func (t *test) arrange() {
	t.shown = t.shown[:0]
	if t.session.probe != nil {
		for i, c := range t.session.probe.Users {
			if t.filter.shows(c.User.Address, c.User.SourceLogin, string(c.State)) {
				t.shown = append(t.shown, i)
			}
		}
		if t.session.probe.Finished { // what is to be mended first
			rank := map[engine.CheckState]int{engine.CheckFailed: -2, engine.CheckWarning: -1}
			slices.SortStableFunc(t.shown, func(i, j int) int {
				return rank[t.session.probe.Users[i].State] - rank[t.session.probe.Users[j].State]
			})
		}
	}
	t.table.Resize(len(t.shown))
}

// outcome counts who failed and who has warnings; "" while there is nobody.
func (t *test) outcome() string {
	failed, warned := t.troubles()
	var out []string
	if failed > 0 {
		out = append(out, t.look.Bad.Paint(say.Number(failed)+" failed"))
	}
	if warned > 0 {
		out = append(out, t.look.Attention.Paint(say.Number(warned)+" with warnings"))
	}
	return strings.Join(out, ", ")
}

func (t *test) troubles() (failed, warned int) {
	for _, c := range t.session.probe.Users {
		switch c.State {
		case engine.CheckFailed:
			failed++
		case engine.CheckWarning:
			warned++
		}
	}
	return failed, warned
}

func (t *test) troubled() bool {
	failed, warned := t.troubles()
	return failed+warned > 0
}

// current is the user under the cursor; nil when there is none.
func (t *test) current() *engine.UserCheck {
	at := t.table.At()
	if at < 0 || at >= len(t.shown) {
		return nil
	}
	return &t.session.probe.Users[t.shown[at]]
}

func (t *test) key(msg tea.KeyMsg) tea.Cmd {
	if t.hand.phase != exportClosed {
		return t.hand.update(msg)
	}
	if t.details {
		if key.Matches(msg, keys.Back, keys.Details) {
			t.details = false
			return nil
		}
		if t.scroll.Update(msg, 1<<16) {
			return nil
		}
	} else if t.filter.update(msg) || t.table.Update(msg) {
		return nil
	}
	c := t.current()
	switch {
	case key.Matches(msg, keys.Enter):
		return t.enter()
	case key.Matches(msg, keys.Back):
		return t.back()
	case key.Matches(msg, keys.Mend) && c != nil:
		return send(goMsg{stepUsers, editUser{c.User.ID, t.id}})
	case key.Matches(msg, keys.Retry) && c != nil:
		return t.retest(c.User.ID)
	case key.Matches(msg, keys.RetryAll) && c != nil:
		return t.retest()
	case key.Matches(msg, keys.Again) && !t.works.testing():
		return t.prepare()
	case key.Matches(msg, keys.Accept) && c != nil && c.State == engine.CheckWarning:
		return t.accept([]engine.UserCheck{*c})
	case key.Matches(msg, keys.Hand) && t.hand.possible() && !t.works.testing():
		t.hand.open()
	case key.Matches(msg, keys.Details) && c != nil:
		t.details, t.scroll = true, widget.Scroll{}
	}
	return nil
}

// enter goes on, and asks about warnings that nobody accepted yet.
func (t *test) enter() tea.Cmd {
	if t.works.testing() || t.session.probe == nil {
		return nil
	}
	if t.Done() {
		return t.next()
	}
	if ok, _ := t.session.tested(); ok {
		return t.askWithout(t.undecided())
	}
	warned := t.warned()
	if len(warned) == 0 {
		return nil
	}
	text := []string{"mxodus can copy these mailboxes, but you should know:"}
	for _, c := range warned {
		text = append(text, name(c.User)+": "+warningWords(c))
	}
	return send(questionMsg{&widget.Confirm{Title: say.Count(len(warned), "user") + " with warnings", Text: text,
		Answers: []widget.Answer{{Label: "Look at them first"}, {Label: "Accept them all and go on", Msg: addressed{t.id, acceptAll{}}}}}})
}

// acceptAll is the answer of somebody who was asked.
type acceptAll struct{}

// warned are users with warnings that nobody accepted yet.
func (t *test) warned() []engine.UserCheck {
	var out []engine.UserCheck
	for _, c := range t.session.probe.Users {
		if c.State == engine.CheckWarning && !t.session.accepted[c.User.ID] {
			out = append(out, c)
		}
	}
	return out
}

// warningWords are the warnings of a user in one line.
func warningWords(c engine.UserCheck) string {
	var out []string
	for _, w := range c.Warnings {
		out = append(out, clean(w.What))
	}
	return strings.Join(out, " ")
}

// accept takes note of accepted warnings, here and in the project.
func (t *test) accept(checks []engine.UserCheck) tea.Cmd {
	for _, c := range checks {
		t.session.accepted[c.User.ID] = true
	}
	var all []engine.UserCheck // what was accepted before may still be on its way to the file
	for _, c := range t.session.probe.Users {
		if t.session.accepted[c.User.ID] {
			all = append(all, c)
		}
	}
	file, now := t.session.file, t.now
	return t.ask("accept", func(ctx context.Context) (any, error) { return engine.AcceptChecks(ctx, file, now, all) })
}

// keep writes down what the test said.
func (t *test) keep(s engine.ProbeStatus) tea.Cmd {
	file := t.session.file
	return t.ask("keep", func(ctx context.Context) (any, error) { return engine.KeepTested(ctx, file, s) })
}

// know takes what the project keeps of the test: what was accepted in an earlier
// sitting, and is the same now, need not be accepted again.
func (t *test) know(k engine.Tested) {
	t.session.kept, t.session.facts.Tested, t.session.facts.Estimate = k, k.At, k.Estimate
	if t.session.probe == nil {
		return
	}
	for _, c := range t.session.probe.Users {
		if k.Accepts(c) {
			t.session.accepted[c.User.ID] = true
		}
	}
}
