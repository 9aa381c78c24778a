package cli

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"mxodus/engine"
	"mxodus/tui/handover"
)

// setupFlags are those of mxodus microsoft setup.
type setupFlags struct {
	out                              string
	byHand, certificate, manageUsers bool
}

func (a *app) microsoftSetupCommand() *cobra.Command {
	var s setupFlags
	cmd := &cobra.Command{
		Use:   "setup FILE",
		Short: "Set Microsoft 365 up for a project: scripts, or steps by hand",
		Long: `Writes two PowerShell scripts that are made for this project. The first lets an
app of its own, or the person who will sign in (--sign-in browser or device), into
exactly the project's mailboxes; the second takes that back when the migration is
over. Both can be read before they are run, and run again. mxodus changes nothing
in the tenant itself.

It also says how far the set-up is, and what comes next. With --by-hand it tells
the same as steps in the admin centers, with all values to be copied.`,
		Example: `  mxodus microsoft setup acme.mxodus
  mxodus microsoft setup acme.mxodus --by-hand`,
		Args:              fileArg,
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.microsoftSetup(cmd.Context(), args[0], s, cmd.Flags().Changed("manage-users"))
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&s.out, "out", "", "write the scripts into `FOLDER` (if not given: named after the project)")
	f.BoolVar(&s.byHand, "by-hand", false, "show the steps by hand")
	f.BoolVar(&s.certificate, "certificate", false, "the app signs in with a certificate that mxodus makes and keeps, not with a client secret")
	f.BoolVar(&s.manageUsers, "manage-users", false, "let the app also make users and assign licences")
	return cmd
}

func (a *app) microsoftSetup(ctx context.Context, path string, s setupFlags, said bool) error {
	o, side, err := a.openTenant(ctx, path, true)
	if err != nil {
		return err
	}
	certificate, err := a.appCertificate(ctx, o, side, s.certificate)
	if err != nil {
		return err
	}
	users, err := o.taken()
	if err != nil {
		return err
	}
	if s.manageUsers, err = o.managesUsers(ctx, s.manageUsers, said, true); err != nil {
		return err
	}
	setup := a.Adapters.Setup(a.setupRequest(o, side, users, certificate, s.manageUsers))
	dir, files := s.out, setup.Scripts()
	if dir == "" {
		dir = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)) + "-microsoft365"
	}
	if len(files) > 0 {
		if err := handover.WriteScripts(dir, files); err != nil {
			return fileFault("The scripts can't be written", err)
		}
	}
	report, err := a.checkSetup(ctx, setup)
	if err != nil {
		return err
	}
	if a.opts.json {
		a.setupLines(report, files, dir)
		return nil
	}
	a.tellFiles(dir, files)
	if s.byHand {
		a.tellByHand(report)
	} else {
		a.tellSteps(report)
	}
	a.tellMailboxes(report)
	if s.byHand {
		files = nil
	}
	a.tellNext(o, report, dir, files)
	return nil
}

// managesUsers says whether the set-up is also for making users: as is said now,
// else as was said last. All commands count the same steps by it.
func (o *opened) managesUsers(ctx context.Context, wanted, said, keep bool) (bool, error) {
	switch {
	case !said:
		return engine.ManagesUsers(ctx, o.file)
	case !keep:
		return wanted, nil
	}
	return wanted, engine.KeepManagesUsers(ctx, o.file, wanted)
}

// openTenant opens a project that has Microsoft 365 on a side, and unlocks it if
// there is something to sign in with, or to be kept.
func (a *app) openTenant(ctx context.Context, path string, unlock bool) (*opened, engine.Side, error) {
	o, err := a.open(ctx, path)
	if err != nil {
		return nil, "", err
	}
	side := engine.SideDestination
	if o.project.Destination.Kind != engine.KindMicrosoft365 {
		side = engine.SideSource
	}
	e := o.project.Endpoint(side)
	if e.Kind != engine.KindMicrosoft365 {
		return nil, "", usage("To make it the new server: mxodus set "+o.name+" --destination microsoft365", "Neither server of this project is Microsoft 365.")
	}
	if e.ClientID == "" && !unlock {
		return o, side, nil
	}
	if o.vault, err = a.unlock(ctx, o.file); err != nil {
		return nil, "", err
	}
	o.dialer = a.Adapters.Dial(o.project, o.vault, a.dialOptions())
	return o, side, nil
}

func (a *app) setupRequest(o *opened, side engine.Side, users []engine.User, certificate string, manageUsers bool) engine.SetupRequest {
	r := engine.SetupRequest{Project: o.project, Side: side, Users: users, Vault: o.vault, Dialer: o.dialer,
		File: o.path, Certificate: certificate, ManageUsers: manageUsers}
	if e := o.project.Endpoint(side); a.Adapters.Directory != nil && o.vault != nil && hasKey(o.vault, side, e) {
		if d, err := a.Adapters.Directory(side, e, o.vault); err == nil {
			r.Directory = d
		}
	}
	return r
}

// appCertificate is the part to be uploaded of the certificate that the app signs
// in with: the one that the project has, or a new one; empty if it has a client
// secret and shall keep it.
func (a *app) appCertificate(ctx context.Context, o *opened, side engine.Side, wanted bool) (string, error) {
	e := o.project.Endpoint(side)
	if o.vault == nil {
		return "", nil
	}
	if wanted && e.SignIn.ByPerson() {
		return "", usage("To let an app sign in: mxodus set "+o.name+" --sign-in app", "A person signs in here, who needs no certificate.")
	}
	kept, _ := o.vault.Get(engine.AppSecretName(side))
	if certificate, err := a.Adapters.Certificate(kept); err == nil || !wanted {
		return certificate, nil
	}
	if kept != "" {
		a.notef("The app signs in with a client secret now. With a new certificate that secret is dropped, and the app can't sign in until the certificate is uploaded.\n")
		if ok, err := a.confirm(ctx, "Change to a certificate? Write yes: "); err != nil {
			return "", err
		} else if !ok {
			return "", usage("To keep the client secret, leave --certificate out.", "Nothing was changed.")
		}
	}
	made, err := a.Adapters.NewCertificate("mxodus " + o.project.Domain)
	if err != nil {
		return "", err
	}
	if err := o.vault.Set(ctx, map[string]engine.Secret{engine.AppSecretName(side): made}); err != nil {
		return "", err
	}
	return a.Adapters.Certificate(made)
}

// checkSetup finds out how far a set-up is, and shows that it is at work.
func (a *app) checkSetup(ctx context.Context, setup engine.Setup) (report engine.SetupReport, err error) {
	seen := newLatest(engine.SetupReport{Steps: setup.Steps()})
	err = a.watch(func() (err error) {
		report, err = setup.Check(ctx, seen.set)
		return err
	}, func(d display, over bool) frame {
		if d != displayLive || over {
			return frame{}
		}
		return frame{live: checkingLines(seen.get())}
	})
	return report, err
}

// checkingLines are the picture of a check under way.
func checkingLines(r engine.SetupReport) []string {
	out := []string{"Checking ..."}
	for _, m := range r.Mailboxes {
		if m.State == engine.CheckRunning {
			out = append(out, "  "+m.Name)
		}
	}
	return out
}
