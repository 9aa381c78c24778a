package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"mxodus/engine"
	"mxodus/engine/say"
)

// userChanges are the flags of users.
type userChanges struct {
	csv, password, side       string
	leaveOut, take, forgotten []string
}

func (c userChanges) none() bool {
	return c.csv == "" && c.password == "" && len(c.leaveOut)+len(c.take)+len(c.forgotten) == 0
}

func (a *app) usersCommand() *cobra.Command {
	var c userChanges
	cmd := &cobra.Command{
		Use:   "users FILE [flags]",
		Short: "List a project's users, import more, set a password",
		Long: `Lists the users of a project, after making the changes that are asked for.

--import adds the users of a CSV file. --password asks for a user's new password,
without echo. Whoever is left out stays in the project but is not moved.`,
		Example: `  mxodus users acme.mxodus
  mxodus users acme.mxodus --import more.csv
  mxodus users acme.mxodus --password anna@acme.example --side source`,
		Args:              fileArg,
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.users(cmd.Context(), args[0], c)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&c.csv, "import", "", "add the users of this `CSV` file")
	f.StringVar(&c.password, "password", "", "ask for a new password of this user: `ADDRESS`")
	f.StringVar(&c.side, "side", "source", "whose password it is: `source|destination`")
	f.StringSliceVar(&c.leaveOut, "leave-out", nil, "do not move these users: `ADDRESS,...`")
	f.StringSliceVar(&c.take, "take", nil, "move these users after all: `ADDRESS,...`")
	f.StringSliceVar(&c.forgotten, "forget", nil, "take these users out of the project, with all that is known of their mail: `ADDRESS,...`")
	return cmd
}

func (a *app) users(ctx context.Context, path string, c userChanges) error {
	if c.side != string(engine.SideSource) && c.side != string(engine.SideDestination) {
		return usage("Write --side source or --side destination.", "--side %s is not known.", engine.Clean(c.side, 40))
	}
	rows, err := readUsers(c.csv)
	if err != nil {
		return err
	}
	o, err := a.open(ctx, path)
	if err != nil {
		return err
	}
	// Listing needs no passphrase, but tells who has a password if it is known.
	if !c.none() || a.hasPassphrase(o.file.Path()) {
		if o.vault, err = a.unlock(ctx, o.file); err != nil {
			return err
		}
	}
	if err := a.changeUsers(ctx, o, rows, c); err != nil {
		return err
	}
	if o.users, err = o.file.Users(ctx); err != nil {
		return err
	}
	a.listUsers(o)
	return nil
}

// hasPassphrase says whether the vault opens without asking anybody.
func (a *app) hasPassphrase(path string) bool {
	return a.opts.passphraseFile != "" || a.Getenv("MXODUS_PASSPHRASE") != "" || a.keptPassphrase(path) != ""
}

func (a *app) changeUsers(ctx context.Context, o *opened, rows []engine.UserRow, c userChanges) error {
	if len(rows) > 0 {
		added, err := engine.AddUsers(ctx, o.file, o.vault, rows)
		if err != nil {
			return err
		}
		a.notef("Took %s from the file. Delete it now: the passwords are in the project, sealed.\n", say.Count(len(added), "user"))
		if o.users, err = o.file.Users(ctx); err != nil {
			return err
		}
		a.warnUsers(o)
	}
	if err := a.mark(ctx, o, c.leaveOut, true); err != nil {
		return err
	}
	if err := a.mark(ctx, o, c.take, false); err != nil {
		return err
	}
	if err := a.forget(ctx, o, c.forgotten); err != nil {
		return err
	}
	if c.password == "" {
		return nil
	}
	return a.newPassword(ctx, o, c.password, engine.Side(c.side))
}

func (a *app) mark(ctx context.Context, o *opened, names []string, out bool) error {
	if len(names) == 0 {
		return nil
	}
	users, err := o.choose(names)
	if err != nil {
		return err
	}
	for i := range users {
		users[i].LeftOut = out
	}
	_, err = o.file.SaveUsers(ctx, users)
	return err
}

func (a *app) forget(ctx context.Context, o *opened, names []string) error {
	if len(names) == 0 {
		return nil
	}
	users, err := o.choose(names)
	if err != nil {
		return err
	}
	for _, u := range users {
		if err := o.file.RemoveUser(ctx, u.ID); err != nil {
			return err
		}
		if err := o.vault.Set(ctx, map[string]engine.Secret{
			engine.SecretName(engine.SideSource, u.ID): "", engine.SecretName(engine.SideDestination, u.ID): "",
		}); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) newPassword(ctx context.Context, o *opened, name string, side engine.Side) error {
	users, err := o.choose([]string{name})
	if err != nil {
		return err
	}
	who := engine.Clean(users[0].Address, 100) + " at the " + serverWord(side) + " server"
	secret, err := a.askSecret(ctx, "Password of "+who+": ", "password of "+who)
	if err != nil {
		return err
	}
	return o.vault.Set(ctx, map[string]engine.Secret{engine.SecretName(side, users[0].ID): secret})
}

type accountLine struct {
	Type        string `json:"type"`
	User        string `json:"user"`
	Name        string `json:"display_name,omitempty"`
	Source      string `json:"source_login"`
	Destination string `json:"destination_login"`
	Root        string `json:"user_root,omitempty"`
	LeftOut     bool   `json:"left_out"`
	SourceSet   *bool  `json:"source_password,omitempty"`
	DestSet     *bool  `json:"destination_password,omitempty"`
}

func (a *app) listUsers(o *opened) {
	if a.opts.json {
		for _, u := range o.users {
			l := accountLine{Type: "account", User: u.Address, Name: u.DisplayName, Source: u.SourceLogin, Destination: u.DestinationName(), Root: u.UserRoot, LeftOut: u.LeftOut}
			if o.vault != nil {
				source, dest := o.has(engine.SideSource, u), o.has(engine.SideDestination, u)
				l.SourceSet, l.DestSet = &source, &dest
			}
			a.line(l)
		}
		return
	}
	if len(o.users) == 0 {
		a.printf("No users yet. Add some: mxodus users %s --import users.csv\n", o.name)
		return
	}
	t := a.table(column{title: "User", least: 16}, column{title: "Old log-in", least: 10}, column{title: "New log-in", least: 10}, column{title: "Passwords", least: 9}, column{title: "State"})
	for _, u := range o.users {
		state := "to be moved"
		if u.LeftOut {
			state = "left out"
		}
		source := u.SourceLogin
		if u.UserRoot != "" {
			source += " (" + u.UserRoot + ")"
		}
		t.add(engine.Clean(u.Address, 80), engine.Clean(source, 60), engine.Clean(u.DestinationName(), 60), o.passwords(u), state)
	}
	t.write(a.out, width(a.Stdout))
}

// has says whether a user can be signed in on one side.
func (o *opened) has(side engine.Side, u engine.User) bool {
	e := o.project.Endpoint(side)
	if !e.NeedsPasswords() {
		return hasKey(o.vault, side, e)
	}
	if e.Admin != "" {
		_, ok := o.vault.Get(engine.AdminSecretName(side))
		return ok
	}
	_, ok := o.vault.Get(engine.SecretName(side, u.ID))
	return ok
}

func (o *opened) passwords(u engine.User) string {
	if o.vault == nil {
		return "sealed"
	}
	var lacking []string
	for _, side := range bothSides {
		if !o.has(side, u) {
			lacking = append(lacking, serverWord(side))
		}
	}
	if len(lacking) == 0 {
		return "both set"
	}
	return "missing: " + strings.Join(lacking, ", ")
}
