package tui

import (
	"cmp"
	"context"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// userSort is an order of the users.
type userSort int

const (
	userSortAdded userSort = iota
	userSortAddress
	userSortState
	userSortCount
)

func (s userSort) String() string {
	return [...]string{"as they were added", "by address", "by state, to mend first"}[s]
}

func (u *users) compare(a, b *person) int {
	address := cmp.Compare(strings.ToLower(a.Address), strings.ToLower(b.Address))
	switch u.sort {
	case userSortAddress:
		return address
	case userSortState:
		rank := map[engine.Level]int{engine.Bad: 0, engine.Attention: 1}
		of := func(p *person) int {
			if r, ok := rank[u.session.standing(*p).level]; ok {
				return r
			}
			return 2
		}
		return cmp.Or(cmp.Compare(of(a), of(b)), address)
	}
	return 0
}

// markAll marks every user that is shown; where all are marked, none.
func (u *users) markAll() {
	var all []int64
	for _, i := range u.shown {
		all = append(all, u.session.people[i].ID)
	}
	u.roll.markAll(all)
}

// What a field of many users may become; asItIs leaves each.
const asItIs = ""

// openMany asks what all marked users shall have in common.
func (u *users) openMany() {
	u.form = widget.NewForm(
		&widget.Field{Name: "login", Label: "Old log-in", Options: []widget.Option{{Value: asItIs, Label: "leave as it is"},
			{Value: "local", Label: "the part before the @"}, {Value: "address", Label: "the whole address"}}},
		&widget.Field{Name: "password", Label: "Old password", Secret: true, Help: "The same for all of them. Empty: leave as it is.",
			Hidden: func() bool { return u.session.project.Source.Admin != "" }},
		&widget.Field{Name: "newpassword", Label: "New password", Secret: true, Help: "The same for all of them. Empty: leave as it is.",
			Hidden: func() bool { return u.session.project.Destination.Admin != "" }},
		&widget.Field{Name: "language", Label: "Letters in", Options: []widget.Option{{Value: asItIs, Label: "leave as it is"},
			{Value: "en", Label: "English"}, {Value: "de", Label: "German"}, {Value: "fr", Label: "French"}, {Value: "es", Label: "Spanish"}}},
		&widget.Field{Name: "shared", Label: "Shared mailbox", Help: "A mailbox that several people use: its letters say so.",
			Options: []widget.Option{{Value: asItIs, Label: "leave as it is"}, {Value: "yes", Label: "yes"}, {Value: "no", Label: "no"}}},
	)
	u.phase = usersMany
}

func (u *users) manyKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.Back):
		u.phase = usersTable
	case key.Matches(msg, keys.Reveal):
		u.form.ToggleReveal()
	case key.Matches(msg, keys.Save), u.form.Update(msg):
		return u.saveMany()
	}
	return nil
}

func (u *users) saveMany() tea.Cmd {
	targets, get, l := u.targets(), u.form.Get, u.held()
	secrets := map[string]engine.Secret{}
	var changed []engine.User
	for _, p := range targets {
		changed = append(changed, changedUser(p.User, get))
		for side, field := range map[engine.Side]string{engine.SideSource: "password", engine.SideDestination: "newpassword"} {
			if s := get(field); s != "" {
				secrets[engine.SecretName(side, p.ID)] = engine.Secret(s)
			}
		}
	}
	note := who(targets) + " changed."
	return u.ask("save", func(ctx context.Context) (any, error) {
		if len(secrets) > 0 {
			if err := l.vault.Set(ctx, secrets); err != nil {
				return nil, err
			}
		}
		return saveUsers(ctx, l, changed, note)
	})
}

// changedUser is a user with what was asked for all of them.
func changedUser(x engine.User, get func(string) string) engine.User {
	switch get("login") {
	case "local":
		x.SourceLogin, _, _ = strings.Cut(x.Address, "@")
	case "address":
		x.SourceLogin = x.Address
	}
	if v := get("language"); v != asItIs {
		x.Language = v
	}
	if v := get("shared"); v != asItIs {
		x.Shared = v == "yes"
	}
	return x
}

func (u *users) manyView(w, h int) string {
	head := []string{u.headline("Change "+say.Count(len(u.targets()), "user")+" at once", "", w), ""}
	return joined(h, head, strings.Split(u.form.View(u.look, w, max(1, h-len(head))), "\n"))
}
