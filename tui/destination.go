package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/tui/widget"
)

// destination is the step of the new side: Microsoft 365 (tenant.go), or another
// mail server (server.go).
type destination struct {
	server
	tenant tenant
	kinds  widget.Menu
	kind   engine.EndpointKind // empty: still to be chosen
}

func newDestination(s seat) *destination {
	d := &destination{tenant: tenant{seat: s}, server: server{seat: s, side: engine.SideDestination, word: "new server",
		about: "Where the mail goes: Microsoft 365, or another mail server. The mailboxes must exist there. Nothing that is in them is changed or deleted: mxodus only adds.",
		before: func() string {
			if s.session.project.Source.Host == "" {
				return "check the old server first"
			}
			return ""
		}}}
	d.kinds.Items = []widget.Item{
		{Label: "Microsoft 365", Text: "Exchange Online. An app, or a person, signs in to all mailboxes; mxodus leads through the set-up.", Answer: engine.KindMicrosoft365},
		{Label: "Another mail server", Text: "Any server that speaks IMAP, with its users' passwords or an administrator's log-in.", Answer: engine.KindIMAP}}
	return d
}

func (*destination) Title() string { return "Destination" }

func (d *destination) Typing() bool {
	if d.kind == engine.KindMicrosoft365 {
		return d.tenant.Typing()
	}
	return d.kind != "" && d.server.Typing()
}

func (d *destination) Init() tea.Cmd {
	if e := d.session.project.Destination; e.Host != "" {
		d.kind = e.Kind
	}
	switch d.kind {
	case engine.KindMicrosoft365:
		return d.tenant.Init()
	case engine.KindIMAP:
		return d.server.Init()
	}
	return nil
}

func (d *destination) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyMsg); ok {
		switch {
		case d.kind == "":
			return d.kindKey(k)
		case key.Matches(k, keys.Other) && !d.Typing():
			d.kind = ""
			return nil
		}
	}
	if d.kind == engine.KindMicrosoft365 {
		return d.tenant.Update(msg)
	}
	return d.server.Update(msg)
}

// asking is the form that is open.
func (d *destination) asking() *widget.Form {
	switch {
	case d.kind == engine.KindMicrosoft365 && d.tenant.Typing():
		return d.tenant.form
	case d.kind == engine.KindIMAP:
		return d.server.asking()
	}
	return nil
}

func (d *destination) kindKey(msg tea.KeyMsg) tea.Cmd {
	if key.Matches(msg, keys.Back) {
		return d.back()
	}
	if !d.kinds.Update(msg) {
		return nil
	}
	d.kind = d.kinds.Chosen().Answer.(engine.EndpointKind)
	was := d.session.project.Destination
	switch {
	case d.kind == engine.KindMicrosoft365:
		return d.tenant.Init()
	case was.Kind == engine.KindMicrosoft365: // not to be filled in with what is Microsoft's
		d.server.phase = serverForm
		d.openForm(engine.Endpoint{})
		return nil
	}
	d.server.phase = serverFresh
	return d.server.Init()
}

func (d *destination) Keys() []key.Binding {
	switch d.kind {
	case "":
		return []key.Binding{named(keys.Enter, "choose"), keys.Move, keys.Back}
	case engine.KindMicrosoft365:
		return d.tenant.Keys()
	}
	out := d.server.Keys()
	if !d.Typing() {
		out = append(out, keys.Other)
	}
	return out
}

func (d *destination) View(w, h int) string {
	switch d.kind {
	case "":
		head := append([]string{d.headline("Destination", "", w), ""}, paragraph("Where does the mail go?", w)...)
		head = append(head, "")
		return joined(h, head, lines(d.kinds.View(d.look, w, max(1, h-len(head)))))
	case engine.KindMicrosoft365:
		return d.tenant.View(w, h)
	}
	return d.server.View(w, h)
}
