package tui

import (
	"context"
	"errors"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/tui/widget"
)

// finish is the step that tells when it is safe to stop, and ends the migration.
type finish struct {
	seat
	form  *widget.Form // asks for a reason; nil: closed
	read  time.Time    // when the history was read last
	fault *engine.Fault
}

func newFinish(s seat) *finish { return &finish{seat: s} }

func (*finish) Title() string { return "Finish" }
func (*finish) About() string {
	return "After the change of the MX, mail can still arrive at the old server until nobody remembers the old record. Deltas bring it over. This list fills itself; when all of it is fulfilled, nothing can be lost by ending the old service."
}
func (f *finish) Typing() bool { return f.form != nil }

// asking is the form that is open.
func (f *finish) asking() *widget.Form { return f.form }
func (f *finish) Done() bool           { return f.session.open() && f.session.names.ending != nil }

func (f *finish) Blocked() string {
	if !f.session.open() || !f.session.migrated() {
		return "nothing is copied yet"
	}
	return ""
}

func (f *finish) Init() tea.Cmd { return f.readRuns() }

func (f *finish) rules() engine.StopRules { return f.session.stopRules() }

func (s *session) stopRules() engine.StopRules {
	if s.practice {
		return engine.PracticeStopRules()
	}
	return engine.StopRules{}
}

func (f *finish) judge() engine.StopVerdict {
	facts := engine.StopFacts{Now: f.now, Runs: f.session.runs, Users: len(f.session.moving())}
	seen := f.session.names.memory.Seen // of an earlier watch, until this one has looked
	if sp := f.session.spread; sp != nil {
		seen = sp.Seen()
	}
	if !seen.At.IsZero() {
		facts.Watched, facts.SeenAt, facts.AllNew, facts.NewSince, facts.SafeAfter, facts.Assumed = true, seen.At, seen.AllNew, seen.Changed, seen.SafeAfter, seen.Assumed
	}
	return engine.SafeToStop(facts, f.rules())
}

// readRuns reads the history, which a followed batch writes on.
func (f *finish) readRuns() tea.Cmd {
	if !f.session.open() || f.waiting("runs") {
		return nil
	}
	file := f.session.file
	f.read = f.now
	return f.ask("runs", func(ctx context.Context) (any, error) { return file.Runs(ctx) })
}

func (f *finish) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case reply:
		return f.reply(msg)
	case snapshot:
		if f.works.copying() && f.now.Sub(f.read) >= time.Second {
			return f.readRuns()
		}
	case endNow:
		return f.end(msg.reason)
	case tea.KeyMsg:
		return f.key(msg)
	}
	return nil
}

func (f *finish) reply(r reply) tea.Cmd {
	if r.err != nil && !errors.Is(r.err, context.Canceled) {
		f.fault = faultOf(r.err)
		return nil
	}
	switch v := r.value.(type) {
	case []engine.Run:
		f.session.runs = v
	case loaded:
		f.session.refresh(v)
	case dayPassed:
		f.session.dayWords = v.words
	}
	return nil
}

func (f *finish) key(msg tea.KeyMsg) tea.Cmd {
	switch {
	case f.form != nil:
		return f.formKey(msg)
	case key.Matches(msg, keys.Back):
		return f.back()
	case key.Matches(msg, keys.Follow):
		return send(addressed{stepMigrate, toggleFollow{}})
	case key.Matches(msg, keys.ToVerify) && f.works.copying():
		return send(addressed{stepMigrate, verifyBetween{}})
	case key.Matches(msg, keys.ToVerify):
		return send(goMsg{to: stepVerify})
	case key.Matches(msg, keys.Day) && f.canPassDay():
		return f.passDay()
	case key.Matches(msg, keys.Enter):
		switch {
		case f.Done():
			return f.next()
		case f.judge().Safe:
			return f.askEnd()
		}
		_, do := f.missing()
		return do
	case key.Matches(msg, keys.StopAll) && !f.Done() && !f.judge().Safe:
		f.form = widget.NewForm(&widget.Field{Name: "reason", Label: "Why stop now", Help: "A few words for whoever reads this later. They are kept in the project's history.",
			Check: need("a reason")})
	}
	return nil
}

// missing is what helps most while it isn't safe to stop, in a word and as a command.
// Enter does that: a key pressed by habit ends nothing. Nothing helps but to wait: "".
func (f *finish) missing() (word string, do tea.Cmd) {
	v := f.judge()
	switch {
	case !v.Checks[0].OK:
		return "to Cut-over", send(goMsg{to: stepCutover})
	case f.works.copying():
		return "", nil
	case !v.Checks[2].OK || !v.Checks[3].OK || !v.Checks[1].OK:
		return "follow", send(addressed{stepMigrate, toggleFollow{}})
	}
	return "verify", send(goMsg{to: stepVerify})
}

func (f *finish) formKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.Back):
		f.form = nil
	case f.form.Update(msg):
		reason := engine.Clean(f.form.Get("reason"), 500)
		f.form = nil
		return f.end(reason)
	}
	return nil
}

// endNow is the answer of somebody who was asked.
type endNow struct{ reason string }

func (f *finish) askEnd() tea.Cmd {
	return send(questionMsg{&widget.Confirm{Title: "End the migration?",
		Text:    []string{"Everything in the list is fulfilled. The deltas stop. You can still run one at any time."},
		Answers: []widget.Answer{{Label: "Not yet"}, {Label: "End it", Msg: addressed{f.id, endNow{}}}}}})
}

// end stops the deltas and writes down how the migration was ended. A reason is
// only given where it wasn't safe.
func (f *finish) end(reason string) tea.Cmd {
	v, now := f.judge(), f.now
	l, batch := f.held(), f.works.batch
	if !f.works.copying() {
		batch = nil
	}
	return f.ask("end", func(ctx context.Context) (any, error) {
		if batch != nil {
			batch.Stop()
		}
		if _, err := engine.EndMigration(ctx, l.file, now, v, reason); err != nil {
			return nil, err
		}
		return load(ctx, l.file, l.vault)
	})
}
