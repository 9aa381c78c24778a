package tui

import (
	"context"
	"errors"
	"io/fs"
	"strconv"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/tui/widget"
)

// exporting is the part of the step Test that hands the mailboxes over to
// Microsoft's own migration service: asked for, measured, shown, then written.
type exporting struct {
	seat
	phase   exportPhase
	form    *widget.Form
	scroll  widget.Scroll
	made    *engine.HandOver
	refused []engine.HandOverRefusal
	dir     string   // where it was written
	stale   []string // lists of an earlier one there
	fault   *engine.Fault
	halt    context.CancelFunc // ends the measuring
	asked   int                // how often was measured
}

type exportPhase int

const (
	exportClosed exportPhase = iota
	exportForm
	exportBusy
	exportRefused
	exportReady
	exportWritten
	exportFault
)

// possible says that Microsoft's service can be handed anything.
func (e *exporting) possible() bool {
	return e.session.open() && e.session.project.Destination.Kind == engine.KindMicrosoft365 && e.adapters.HandOver != nil
}

// handLogIns are how the service can sign in.
var handLogIns = []widget.Option{
	{Value: string(engine.HandOverAuto), Label: "as this project does"},
	{Value: string(engine.HandOverUser), Label: "each user's own password"},
	{Value: string(engine.HandOverMaster), Label: "user*admin (Dovecot)"},
	{Value: string(engine.HandOverExchange), Label: "DOMAIN/admin/user (Exchange)"},
	{Value: string(engine.HandOverMirapoint), Label: "#user@domain#admin# (Mirapoint)"},
	{Value: string(engine.HandOverRoot), Label: "a root folder per user (Courier)"},
}

func (e *exporting) open() {
	e.phase, e.fault = exportForm, nil
	if e.form != nil {
		return // as it was typed before
	}
	e.form = widget.NewForm(
		&widget.Field{Name: "folder", Label: "Into the folder", Check: need("a folder"), Help: "It is made if it isn't there, and only you may read what is in it."},
		&widget.Field{Name: "pilot", Label: "Goes first", Hint: "nobody", Check: e.checkPilot, Help: "Addresses of users who go first, in a batch of their own, with commas between. One is enough: look into that mailbox before the others follow."},
		&widget.Field{Name: "server", Label: "Old server", Hint: clean(e.session.project.Source.Host), Help: "The name by which the internet reaches the old server, with a port if need be. Empty: as in this project."},
		&widget.Field{Name: "split", Label: "Batches of", Hint: "50,000", Check: checkSplit, Help: "The most mailboxes in one batch. Empty: as many as Microsoft takes."},
		&widget.Field{Name: "login", Label: "It signs in", Options: handLogIns, Help: "How Microsoft's service signs in at the old server."},
		&widget.Field{Name: "measure", Label: "Measure first", Options: []widget.Option{{Value: "yes", Label: "yes, with Microsoft's limits"}, {Value: "no", Label: "no: no numbers, and no warnings of sizes"}},
			Help: "Every old mailbox is looked at, as in the test. The new server is not asked."},
	)
	e.form.Set("folder", e.beside("handover"))
	if u := e.session.pilotUser(); u != nil {
		e.form.Set("pilot", u.Address)
	}
}

func checkSplit(v string) string {
	if n, err := strconv.Atoi(v); v != "" && (err != nil || n < 1) {
		return "This needs a number, like 500, or nothing."
	}
	return ""
}

func (e *exporting) checkPilot(v string) string {
	if _, unknown := e.pilots(v); unknown != "" {
		return clean(unknown) + " is not among the users who can be moved."
	}
	return ""
}

// pilots are the users of these addresses.
func (e *exporting) pilots(v string) (ids []int64, unknown string) {
	for _, a := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		found := false
		for _, u := range e.session.chosen() {
			if strings.EqualFold(u.Address, a) {
				ids, found = append(ids, u.ID), true
			}
		}
		if !found {
			return nil, a
		}
	}
	return ids, ""
}

// options are what was asked for.
func (e *exporting) options() engine.HandOverOptions {
	pilot, _ := e.pilots(e.form.Get("pilot"))
	split, _ := strconv.Atoi(e.form.Get("split"))
	return engine.HandOverOptions{Project: e.session.project, Users: e.session.chosen(), Vault: e.session.vault, LogIn: engine.HandOverLogIn(e.form.Get("login")),
		Server: e.form.Get("server"), PerBatch: split, Pilot: pilot, Program: e.core.options.Program, File: e.session.file.Path(), Now: e.now.Round(0)}
}

func (e *exporting) typing() bool { return e.phase == exportForm }

func (e *exporting) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case reply:
		return e.reply(msg)
	case handReplace:
		return e.write(true)
	case handWrite:
		return e.write(false)
	case tea.KeyMsg:
		return e.key(msg)
	}
	return nil
}

func (e *exporting) key(msg tea.KeyMsg) tea.Cmd {
	switch e.phase {
	case exportForm:
		switch {
		case key.Matches(msg, keys.Back):
			e.phase = exportClosed
		case key.Matches(msg, keys.Save) && e.form.Valid(), e.form.Update(msg):
			return e.check()
		}
	case exportBusy:
		if key.Matches(msg, keys.Back) {
			e.drop("hand check")
			e.halt()
			e.phase = exportForm
		}
	default:
		return e.pageKey(msg)
	}
	return nil
}

// pageKey is a key on one of the pages that are read.
func (e *exporting) pageKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case e.waiting("hand write"), e.scroll.Update(msg, 1<<16):
	case key.Matches(msg, keys.Back):
		e.phase, e.fault = exportForm, nil
	case !key.Matches(msg, keys.Enter):
	case e.phase == exportReady:
		return e.askWrite()
	case e.phase == exportWritten:
		e.phase = exportClosed
	default:
		e.phase = exportForm
	}
	return nil
}

func (e *exporting) reply(r reply) tea.Cmd {
	if v, ok := r.value.(handMeasured); ok {
		e.works.ended(v.of)
		if v.of != e.works.hand || e.phase != exportBusy {
			return nil // somebody went back meanwhile
		}
	}
	var refused *engine.HandOverError
	switch {
	case errors.As(r.err, &refused):
		e.refused = refused.Refused
		e.show(exportRefused)
		return nil
	case errors.Is(r.err, fs.ErrExist):
		return send(questionMsg{&widget.Confirm{Title: "Replace the files of an earlier hand-over?", Text: []string{clean(engine.AsFault(r.err).What)},
			Answers: []widget.Answer{{Label: "Leave them"}, {Label: "Replace them", Msg: addressed{e.id, handReplace{}}}}}})
	case r.err != nil:
		e.show(exportFault)
		e.fault = faultOf(r.err)
		return nil
	}
	switch v := r.value.(type) {
	case handChecked:
		if v.dialer != nil {
			return e.measure(v.dialer)
		}
		e.made = v.made
		e.show(exportReady)
	case handMeasured:
		e.made = v.made
		e.show(exportReady)
	case handWritten:
		e.dir, e.stale = v.dir, v.stale
		e.show(exportWritten)
	}
	return nil
}

func (e *exporting) show(p exportPhase) { e.phase, e.scroll, e.fault = p, widget.Scroll{}, nil }
