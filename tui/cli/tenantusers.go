package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mxodus/engine"
	"mxodus/engine/say"
)

// tenantFlags are the flags of microsoft users.
type tenantFlags struct {
	create, adopt, dry, yes      bool
	licence, location, passwords string
	match                        []string
	wait                         time.Duration
}

func (a *app) tenantUsersCommand() *cobra.Command {
	var f tenantFlags
	cmd := &cobra.Command{
		Use:   "users FILE [flags]",
		Short: "Show who is in the tenant; make who is missing, with a licence",
		Long: `Shows the project's users beside those of the Microsoft 365 tenant, the
tenant's licences with their free seats, and what is missing. It changes nothing
unless it is asked to.

--create makes the users that are missing, with the usage location that a
licence needs, and gives the licence of --license to everybody who has no
mailbox yet. All of it is shown first and asked for. Whoever is there already
stays as they are: it may be run as often as you like. First passwords are shown
once, or written into the file of --passwords, and kept nowhere; they must be
changed at the first sign-in. Afterwards it waits until the mailboxes are there,
and tries to sign in to each.

Users are found by their addresses and further addresses. A like name alone is a
guess, and is asked about: --match ANNA@OLD=ANNA@TENANT says who is who, and
--match ANNA@OLD=new that it is somebody else.

The app needs permissions of Microsoft Graph. The script of
mxodus microsoft setup FILE --manage-users grants them. A person signs in with
mxodus microsoft signin FILE --users.`,
		Example: `  mxodus microsoft users acme.mxodus
  mxodus microsoft users acme.mxodus --create --license SPB --location DE
  mxodus microsoft users acme.mxodus --create --license SPB --yes \\
      --passwords first.csv
  mxodus microsoft users acme.mxodus --adopt`,
		Args:              fileArg,
		ValidArgsFunction: projectFiles,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.tenantUsers(cmd.Context(), args[0], f) },
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.BoolVar(&f.create, "create", false, "make the users that are missing, and assign licences")
	set.StringVar(&f.licence, "license", "", "the `LICENCE` to assign: its part number, ID or title, as listed")
	set.StringVar(&f.location, "location", "", "the usage location, a `COUNTRY` in two letters; the tenant's own if not given")
	set.StringVar(&f.passwords, "passwords", "", "write the first passwords into this new `FILE` (CSV) instead of showing them")
	set.StringArrayVar(&f.match, "match", nil, "say who somebody is in the tenant: `ADDRESS=ADDRESS`, or ADDRESS=new; may be repeated")
	set.BoolVar(&f.adopt, "adopt", false, "take the tenant's users who have a mailbox into the project")
	set.BoolVar(&f.dry, "dry-run", false, "only show what --create or --adopt would do")
	set.BoolVar(&f.yes, "yes", false, "don't ask")
	set.DurationVar(&f.wait, "wait", 15*time.Minute, "how long to wait for new mailboxes, as `TIME`; 0: not at all")
	return cmd
}

// check refuses what can't be meant before anything is asked.
func (f tenantFlags) check(a *app) error {
	switch {
	case f.create && f.adopt:
		return usage("Make users first, or take them into the project first.", "--create and --adopt are two things.")
	case f.create && f.licence == "":
		return usage("Write --license with one of those that mxodus microsoft users FILE lists.", "It is not said which licence new users get.")
	case !f.create && (f.licence != "" || f.location != "" || f.passwords != ""):
		return usage("Write --create as well.", "--license, --location and --passwords are for --create.")
	case (f.create || f.adopt) && !f.yes && !f.dry && !a.term.canAsk():
		return usage("Write --dry-run to see what would be done, or --yes to do it.", "It is asked for first, and there is no terminal to ask at.")
	}
	return nil
}

func (a *app) tenantUsers(ctx context.Context, path string, f tenantFlags) error {
	if err := f.check(a); err != nil {
		return err
	}
	t, err := a.openDirectory(ctx, path)
	if err != nil {
		return err
	}
	decided, err := t.decisions(f.match)
	if err != nil {
		return err
	}
	view, err := a.readTenant(ctx, t)
	if err != nil {
		return err
	}
	switch {
	case f.create:
		return a.createStaff(ctx, t, view, decided, f)
	case f.adopt:
		return a.adopt(ctx, t, view, decided, f)
	}
	r := engine.MatchUsers(t.users, view.Users, decided)
	if err := t.link(ctx, r); err != nil {
		return err
	}
	return end(a.tellTenant(t, view, r))
}

// decisions reads who was said to be who.
func (t *tenant) decisions(match []string) (map[int64]string, error) {
	decided := map[int64]string{}
	for _, m := range match {
		mine, theirs, ok := strings.Cut(m, "=")
		u, known := t.find(mine)
		if !ok || !known || strings.TrimSpace(theirs) == "" {
			return nil, usage("Write --match anna@acme.example=anna@acme.onmicrosoft.com, or =new", "--match %s names nobody of the project, or not who it is.", engine.Clean(m, 200))
		}
		decided[u.ID] = strings.TrimSpace(theirs)
	}
	return decided, nil
}

// link notes in the project who was said to be who in the tenant.
func (t *tenant) link(ctx context.Context, r engine.Roster) error {
	for _, m := range r.Matches {
		if m.How != engine.MatchDecided || strings.EqualFold(m.User.DestinationName(), m.Found.Address) {
			continue
		}
		u := m.User
		u.DestinationLogin = m.Found.Address
		if _, err := t.file.SaveUsers(ctx, []engine.User{u}); err != nil {
			return err
		}
	}
	return nil
}

// askDoubts asks who the doubtful are; without anybody to ask they stay so.
func (a *app) askDoubts(ctx context.Context, r engine.Roster, decided map[int64]string) error {
	if !a.term.canAsk() {
		return nil
	}
	for _, m := range r.Matches {
		if m.How != engine.MatchDoubtful || m.User.LeftOut {
			continue
		}
		for _, like := range m.Like {
			line, err := a.askLine(ctx, fmt.Sprintf("Is %s in the project the same person as\n  %s in the tenant? Write yes or no: ", engine.Clean(m.User.Address, 100), whoIs(like)))
			if err != nil {
				return err
			}
			if strings.EqualFold(line, "yes") {
				decided[m.User.ID] = like.Address
				break
			}
			if strings.EqualFold(line, "no") {
				decided[m.User.ID] = engine.Nobody
			}
		}
	}
	return nil
}

// whoIs is a user of the tenant's, by name and address.
func whoIs(t engine.TenantUser) string {
	if t.DisplayName == "" {
		return t.Address
	}
	return t.DisplayName + ", " + t.Address
}

// adopt takes users of the tenant's into the project.
func (a *app) adopt(ctx context.Context, t *tenant, view engine.TenantView, decided map[int64]string, f tenantFlags) error {
	rows := engine.MatchUsers(t.users, view.Users, decided).Adopt()
	if len(rows) == 0 {
		a.notef("Everybody in the tenant who has a mailbox is in the project already.\n")
		return nil
	}
	for _, r := range rows {
		a.tellAdopted(r.User, f.dry)
	}
	if f.dry {
		return nil
	}
	if !f.yes {
		ok, err := a.confirm(ctx, "Take "+say.Count(len(rows), "user")+" into the project? Write yes: ")
		if err != nil || !ok {
			a.notef("Nothing was changed.\n")
			return orEnd(err, ExitFailure)
		}
	}
	added, err := engine.AddUsers(ctx, t.file, t.vault, rows)
	if err != nil {
		return err
	}
	if err := t.file.Event(ctx, engine.Event{At: time.Now(), Level: engine.Info, Text: "Took " + say.Count(len(added), "user") + " from the Microsoft 365 tenant into the project."}); err != nil {
		return err
	}
	a.notef("Took %s into the project. Their log-ins at the old server are taken to be\ntheir addresses. Next: their passwords there, as mxodus users %s --import users.csv\n", say.Count(len(added), "user"), t.name)
	return nil
}

// orEnd is an error, or the end with a status.
func orEnd(err error, code int) error {
	if err != nil {
		return err
	}
	return end(code)
}
