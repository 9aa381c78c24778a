package tui

import (
	"context"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/tui/widget"
)

// openEdit shows the form of a user; nil is a new one.
func (u *users) openEdit(p *person) {
	f := u.userForm()
	u.editing = 0
	if p != nil {
		u.editing = p.ID
		f.Set("address", p.Address)
		f.Set("name", p.DisplayName)
		f.Set("login", p.SourceLogin)
		f.Set("password", p.source.Reveal())
		f.Set("newlogin", p.DestinationLogin)
		f.Set("newpassword", p.destination.Reveal())
		f.Set("root", p.UserRoot)
	}
	u.form, u.phase = f, usersEdit
}

func (u *users) userForm() *widget.Form {
	project := &u.session.project
	adminOf := func(e *engine.Endpoint) func() bool { return func() bool { return e.Admin != "" } }
	return widget.NewForm(
		&widget.Field{Name: "address", Label: "Address", Hint: "e.g. anna@" + project.Domain, Check: checkAddress, Help: "At the new server."},
		&widget.Field{Name: "name", Label: "Name", Help: "For letters and reports. May stay empty."},
		&widget.Field{Name: "login", Label: "Old log-in", Help: "The name that signs in at the old server. Empty: the address."},
		&widget.Field{Name: "password", Label: "Old password", Secret: true, Hidden: adminOf(&project.Source), Help: "At the old server. Ctrl-R shows it."},
		&widget.Field{Name: "newlogin", Label: "New log-in", Help: "The name that signs in at the new server. Empty: the address."},
		&widget.Field{Name: "newpassword", Label: "New password", Secret: true, Hidden: adminOf(&project.Destination), Help: "Of the new mailbox. Ctrl-R shows it."},
		&widget.Field{Name: "root", Label: "Only below", Help: "A folder at the old server below which this user's mail stands. Nearly always empty."},
	)
}

func checkAddress(v string) string {
	local, domain, ok := strings.Cut(v, "@")
	if !ok || local == "" || !strings.Contains(domain, ".") || strings.ContainsAny(v, " ,;<>") || strings.Contains(domain, "@") {
		return "This needs an address, like anna@acme.example."
	}
	return ""
}

func (u *users) editKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.Back):
		u.phase = usersTable
		return u.done()
	case key.Matches(msg, keys.Save):
		if u.form.Valid() {
			return u.saveForm()
		}
	case key.Matches(msg, keys.Reveal):
		u.form.ToggleReveal()
	case u.form.Update(msg):
		return u.saveForm()
	}
	return nil
}

func (u *users) saveForm() tea.Cmd {
	get := u.form.Get
	row := engine.UserRow{User: engine.User{Address: get("address"), DisplayName: get("name"), SourceLogin: get("login"),
		DestinationLogin: get("newlogin"), UserRoot: get("root")},
		SourcePassword: engine.Secret(get("password")), DestinationPassword: engine.Secret(get("newpassword"))}
	if row.User.SourceLogin == "" {
		row.User.SourceLogin = row.User.Address
	}
	l := u.held()
	if u.editing == 0 {
		note := name(row.User) + " is saved. Press a for the next one."
		if p := (person{User: row.User, source: row.SourcePassword, destination: row.DestinationPassword}); !u.session.standing(p).ready {
			note += " A password is missing: without it this user is left out."
		}
		return u.ask("save", func(ctx context.Context) (any, error) { return addUsers(ctx, l, []engine.UserRow{row}, note) })
	}
	same := false // but for the passwords
	for _, p := range u.session.people {
		if p.ID == u.editing {
			row.User.ID, row.User.LeftOut, row.User.Language, row.User.Shared = p.ID, p.LeftOut, p.Language, p.Shared
			same = row.User == p.User
		}
	}
	return u.ask("save", func(ctx context.Context) (any, error) {
		return changeUser(ctx, l, row, name(row.User)+" changed.", same)
	})
}
