package tui

import (
	"cmp"
	"context"
	"errors"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/tui/widget"
)

// The carrying out of a plan: users are made, their first passwords told once,
// their mailboxes waited for.

// apply carries the plan out in the background.
func (s *staff) apply() tea.Cmd {
	if s.works.making() {
		return nil
	}
	s.steps = nil
	for _, x := range s.plan.Steps {
		if !x.Nothing() {
			s.steps = append(s.steps, x)
		}
	}
	work, a, l, e, plan := &staffing{}, s.adapters, s.held(), s.session.project.Destination, s.plan
	s.works.staff, s.session.staffing = work, work.status()
	s.phase, s.over, s.fault, s.note, s.saved, s.result = staffWork, false, nil, "", "", widget.Table{}
	s.result.Resize(len(s.steps))
	wait := s.works.start(work, func(ctx context.Context) error { return work.carryOut(ctx, a, l, e, plan) })
	return s.ask("staff apply", func(ctx context.Context) (any, error) {
		err := wait(ctx)
		v := staffApplied{of: work, snap: work.status(), firsts: work.told()}
		if after, loadErr := load(ctx, l.file, l.vault); loadErr == nil {
			v.loaded = &after
		}
		return v, err
	})
}

// applied shows the passwords, and waits for the mailboxes meanwhile.
func (s *staff) applied(v staffApplied, err error) tea.Cmd {
	s.works.ended(v.of)
	s.session.staffing = v.snap
	if v.loaded != nil {
		s.session.refresh(*v.loaded)
		s.session.changed(0)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		s.fault = faultOf(err)
	}
	if s.firsts = v.firsts; len(s.firsts) > 0 {
		s.phase, s.works.untold = staffSecrets, true
		s.result = widget.Table{}
		s.result.Resize(len(s.firsts))
	}
	return s.await(v)
}

// await waits for the mailboxes of those who got a licence.
func (s *staff) await(v staffApplied) tea.Cmd {
	users := map[string]engine.User{}
	var ids []string
	for _, r := range v.snap.results {
		if r.Licensed {
			u := r.Step.User
			u.DestinationLogin = cmp.Or(u.DestinationLogin, r.Member.Address)
			ids, users[r.Member.ID] = append(ids, r.Member.ID), u
		}
	}
	if s.over = len(ids) == 0; s.over {
		return nil
	}
	work, a, l, p, o := v.of, s.adapters, s.held(), s.session.project, s.dialOptions()
	return s.ask("staff await", func(ctx context.Context) (any, error) {
		d, err := work.tenant(a, l, p.Destination)
		if err == nil {
			err = work.await(ctx, d, a.Dial(p, l.vault, o), users, ids)
		}
		return staffAwaited{work.status()}, err
	})
}

func (s *staff) workKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case s.result.Update(msg):
	case s.works.making():
	case key.Matches(msg, keys.Enter) && s.over, key.Matches(msg, keys.Back):
		s.drop("staff await")
		return s.read()
	}
	return nil
}

// staffForget is the answer of somebody who was asked.
type staffForget struct{}

func (s *staff) secretsKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case s.result.Update(msg):
	case key.Matches(msg, keys.Reveal):
		s.reveal = !s.reveal
	case key.Matches(msg, keys.Files):
		s.openSheet()
	case !key.Matches(msg, keys.Enter, keys.Back):
	case s.saved != "":
		s.forget()
	default:
		return send(questionMsg{&widget.Confirm{Title: "Do you have the passwords?", Text: []string{
			"They are shown here once and kept nowhere. Without them these users can't sign in; an administrator would have to give them new ones."},
			Answers: []widget.Answer{{Label: "Stay here"}, {Label: "I have them all", Msg: addressed{s.id, staffForget{}}}}}})
	}
	return nil
}

// forget lets the passwords go.
func (s *staff) forget() {
	s.firsts, s.reveal, s.works.untold, s.phase = nil, false, false, staffWork
	s.result = widget.Table{}
	s.result.Resize(len(s.steps))
}

// openSheet asks where the sheet goes.
func (s *staff) openSheet() {
	s.form = widget.NewForm(&widget.Field{Name: "folder", Label: "Into the folder", Check: need("a folder"),
		Help: "It is made if it isn't there, and only you may read what is in it. The sheet is for paper: print it, hand it out in person, then delete it."})
	s.form.Set("folder", s.beside("passwords-"+s.now.Format("2006-01-02-1504")))
	s.phase = staffSheet
}

func (s *staff) sheetKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.Back):
		s.phase = staffSecrets
	case key.Matches(msg, keys.Save) && s.form.Valid(), s.form.Update(msg):
		dir, l, firsts, now := homePath(s.form.Get("folder")), s.held(), s.firsts, s.now.Round(0)
		return s.ask("staff sheet", func(ctx context.Context) (any, error) { return writeFirsts(ctx, l, firsts, dir, now) })
	}
	return nil
}

func (s *staff) sheetWritten(v filesWritten) {
	v.post.learned = s.session.post.learned
	s.session.post, s.phase, s.saved, s.works.untold = v.post, staffSecrets, v.show, false
}
