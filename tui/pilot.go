package tui

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// pilotPane is the part of the migrate step in which one user goes first: copied,
// verified, and looked at, before the others follow.
type pilotPane struct {
	picking bool
	menu    widget.Menu
	alone   bool                // the batch that runs, or is about to, is the pilot's
	verify  bool                // the dialer that comes is for verifying the pilot
	result  *engine.BatchStatus // how the pilot's batch of this sitting ended
	account *verifySnap         // and its verification
}

// pilotUser is the user who goes first; nil when nobody was chosen, or that user
// can't be moved any more.
func (s *session) pilotUser() *engine.User {
	if s.facts.Pilot.User == 0 {
		return nil
	}
	for _, u := range s.chosen() {
		if u.ID == s.facts.Pilot.User {
			return &u
		}
	}
	return nil
}

// pilotOnly says that there is a pilot, and that no run has taken others yet: that
// one mailbox is there doesn't mean that the mail was moved.
func (s *session) pilotOnly() bool {
	return s.pilotUser() != nil && len(s.chosen()) > 1 && !slices.ContainsFunc(s.runs, func(r engine.Run) bool {
		return (r.Kind == "full" || r.Kind == "delta") && !r.Finished.IsZero() && !r.Summary.Interrupted && r.Summary.Users > 1
	})
}

// piloting says that the pilot is on screen in place of the whole batch.
func (m *migrate) piloting() bool {
	return m.session.pilotOnly() && m.session.facts.Pilot.Good.IsZero() && !m.works.copying()
}

// mayPilot says that one user may go first.
func (m *migrate) mayPilot() bool {
	return len(m.session.passed()) > 1 && !m.works.copying() && !m.session.migrated() && (m.session.facts.Pilot.Good.IsZero() || m.session.pilotUser() == nil)
}

func (m *migrate) pickPilot() {
	m.pilot.picking, m.pilot.menu = true, widget.Menu{}
	for i, u := range m.session.passed() {
		text := ""
		if k, ok := m.session.kept.Users[u.ID]; ok && k.Messages > 0 {
			text = say.Count(k.Messages, "message") + ", " + say.Size(k.Bytes)
		}
		m.pilot.menu.Items = append(m.pilot.menu.Items, widget.Item{Label: name(u), Text: text, Answer: u.ID})
		if u.ID == m.session.facts.Pilot.User {
			m.pilot.menu.Go(i)
		}
	}
	if m.session.pilotUser() == nil {
		m.pilot.menu.Go(m.session.middling())
	}
}

// middling is the place of a user whose mailbox is neither empty nor the largest, as
// far as the test tells: the one in the middle of those that hold any mail.
func (s *session) middling() int {
	var at []int
	users := s.passed()
	for i, u := range users {
		if s.kept.Users[u.ID].Messages > 0 {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return 0
	}
	slices.SortStableFunc(at, func(i, j int) int {
		return cmp.Compare(s.kept.Users[users[i].ID].Messages, s.kept.Users[users[j].ID].Messages)
	})
	return at[(len(at)-1)/2]
}

func (m *migrate) pickKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.Back):
		m.pilot.picking = false
	case m.pilot.menu.Update(msg):
		user := m.pilot.menu.Chosen().Answer.(int64)
		m.pilot = pilotPane{}
		m.session.batch, m.ended = nil, nil
		return m.keepPilot(engine.Pilot{User: user})
	}
	return nil
}

// pilotKey is a key while the pilot is on screen; it says whether it took it.
func (m *migrate) pilotKey(msg tea.KeyMsg) (tea.Cmd, bool) {
	p := m.session.facts.Pilot
	busy := m.works.verifying() || m.waiting("prepare")
	switch {
	case busy:
		return nil, !key.Matches(msg, keys.Back)
	case key.Matches(msg, keys.Pilot):
		m.pickPilot()
	case key.Matches(msg, keys.Again):
		return m.runPilot(), true
	case !key.Matches(msg, keys.Enter):
		return nil, false
	case p.Copied.IsZero() || !p.Verified.IsZero() && !p.OK:
		return m.runPilot(), true
	case p.Verified.IsZero():
		return m.verifyPilot(), true
	default:
		p.Good = m.now.Round(0)
		m.session.batch, m.ended, m.session.facts.Pilot = nil, nil, p
		return tea.Batch(m.keepPilot(p), m.begin(false)), true
	}
	return nil, true
}

// keepPilot writes the pilot down.
func (m *migrate) keepPilot(p engine.Pilot) tea.Cmd {
	m.session.facts.Pilot = p
	file := m.session.file
	return m.ask("pilot", func(ctx context.Context) (any, error) { return nil, engine.KeepPilot(ctx, file, p) })
}

func (m *migrate) runPilot() tea.Cmd {
	m.pilot.alone, m.pilot.verify = true, false
	return m.begin(false)
}

func (m *migrate) verifyPilot() tea.Cmd {
	m.pilot.verify = true
	return m.prepare()
}

// pilotVerified is the last word of the pilot's verification.
type pilotVerified struct {
	of     *verification
	snap   *verifySnap
	loaded *loaded
}

func (m *migrate) startPilotVerify(d engine.Dialer) tea.Cmd {
	u := m.session.pilotUser()
	m.pilot.verify = false
	if u == nil {
		return nil
	}
	l := m.held()
	run := newVerification(m.session.project, l.file, d, []engine.User{*u}, false, m.adapters.Meaning)
	m.works.verify, m.session.verify = run, nil
	wait := m.works.start(run, func(ctx context.Context) error {
		_, err := run.Run(ctx)
		return err
	})
	return m.ask("pilot verify", func(ctx context.Context) (any, error) {
		err := wait(ctx)
		e := pilotVerified{of: run, snap: run.snap()}
		if after, loadErr := load(ctx, l.file, l.vault); loadErr == nil {
			e.loaded = &after
		}
		return e, err
	})
}

// pilotCopied takes note of how the pilot's batch ended, and verifies it.
func (m *migrate) pilotCopied(e batchEnded, err error) tea.Cmd {
	m.pilot.alone, m.pilot.result = false, &e.status
	if err != nil && !errors.Is(err, context.Canceled) || e.summary.Interrupted || e.summary.UsersFailed > 0 || len(e.status.Users) == 0 {
		return nil
	}
	p := engine.Pilot{User: e.status.Users[0].User.ID, Copied: m.now.Round(0)}
	return tea.Batch(m.keepPilot(p), m.verifyPilot())
}

func (m *migrate) pilotChecked(v pilotVerified, err error) tea.Cmd {
	m.works.ended(v.of)
	m.session.verify = nil // it is of one user only
	if v.loaded != nil {
		p := m.session.facts.Pilot
		m.session.refresh(*v.loaded)
		m.session.facts.Pilot = p
	}
	if m.pilot.account = v.snap; err != nil {
		return nil
	}
	p := m.session.facts.Pilot
	p.Verified, p.OK = m.now.Round(0), v.snap.OK
	return m.keepPilot(p)
}
