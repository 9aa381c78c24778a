package cli

import (
	"context"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"mxodus/engine"
)

func (a *app) microsoftCheckCommand() *cobra.Command {
	var only []string
	var manageUsers bool
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Check whether Microsoft 365 is set up, step by step and for every mailbox",
		Long: `Looks whether each step of the set-up has taken effect: the tenant, the app, its
secret, its permission, and every mailbox of the project. Where something is
missing it says what, what to do, and who can do it. Nothing is changed.`,
		Example:           "  mxodus microsoft check acme.mxodus\n  mxodus microsoft check acme.mxodus --only anna@acme.example",
		Args:              fileArg,
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.microsoftCheck(cmd.Context(), args[0], only, manageUsers, cmd.Flags().Changed("manage-users"))
		},
	}
	cmd.Flags().StringSliceVar(&only, "only", nil, "check only these users: `ADDRESS,...`")
	cmd.Flags().BoolVar(&manageUsers, "manage-users", false, "check also what is needed to make users and assign licences")
	return cmd
}

func (a *app) microsoftCheck(ctx context.Context, path string, only []string, manageUsers, said bool) error {
	o, side, err := a.openTenant(ctx, path, false)
	if err != nil {
		return err
	}
	users, err := o.choose(only)
	if err != nil {
		return err
	}
	certificate, err := a.appCertificate(ctx, o, side, false)
	if err != nil {
		return err
	}
	if manageUsers, err = o.managesUsers(ctx, manageUsers, said, false); err != nil {
		return err
	}
	report, err := a.checkSetup(ctx, a.Adapters.Setup(a.setupRequest(o, side, users, certificate, manageUsers)))
	if err != nil {
		return err
	}
	if a.opts.json {
		a.setupLines(report, nil, "")
		return end(setupCode(report))
	}
	a.tellSteps(report)
	a.tellMailboxes(report)
	a.printf("\n")
	switch next := report.Next(); {
	case report.Done():
		a.para(a.out, "", "All is set up. Next: mxodus test "+o.name)
	case next != nil && next.Fault != nil && isTemporary(next.Fault):
		a.para(a.out, "", "How far the set-up is couldn't be seen to the end. Run this again in a few minutes: mxodus microsoft check "+o.name)
	default:
		a.para(a.out, "", "Something is missing, see above. All steps, with what to copy: mxodus microsoft setup "+o.name+" --by-hand")
	}
	return end(setupCode(report))
}

// tellMailboxes lists the mailboxes, and once for each cause why some don't open.
func (a *app) tellMailboxes(r engine.SetupReport) {
	if !slices.ContainsFunc(r.Mailboxes, func(m engine.MailboxCheck) bool { return m.State != engine.CheckWaiting }) {
		return
	}
	a.printf("\n")
	t := a.table(column{title: "Mailbox", least: 16}, column{title: "Opens", least: 10})
	g := &groups{}
	shared := map[*engine.Fault]int{} // the numbers of the steps that say the same
	for i, s := range r.Steps {
		if s.Fault != nil {
			shared[s.Fault] = i + 1
		}
	}
	for _, m := range r.Mailboxes {
		word := a.stepMark(m.State)
		switch {
		case m.State == engine.CheckWaiting:
			word += " not tried"
		case m.Found != "" && m.State != engine.CheckOK:
			word += " " + m.Found
		}
		if at := shared[m.Fault]; at > 0 {
			word += " see step " + strconv.Itoa(at)
		}
		t.add(m.Name, word)
		if m.Fault != nil && shared[m.Fault] == 0 {
			g.add(m.Fault, true, m.Name, 1)
		}
	}
	t.write(a.out, width(a.Stdout))
	g.print(a, a.out)
	a.tellCommands(r)
}

// tellCommands lists what an administrator may copy into PowerShell.
func (a *app) tellCommands(r engine.SetupReport) {
	var lines []string
	for _, m := range r.Mailboxes {
		lines = append(lines, m.Copy...)
	}
	if len(lines) == 0 {
		return
	}
	a.printf("\nExchange Online PowerShell, after Connect-ExchangeOnline:\n")
	for _, l := range lines {
		a.printf("  %s\n", engine.Clean(l, 0))
	}
}

// setupCode is the exit status: what can't be reached is temporary, a sign-in that
// is missing or refused is one, and all else needs attention.
func setupCode(r engine.SetupReport) int {
	next := r.Next()
	if next == nil {
		return ExitDone
	}
	switch f := next.Fault; {
	case f != nil && isTemporary(f):
		return ExitTemporary
	case next.ID == engine.SetupCredential, next.ID == engine.SetupSignIn:
		return ExitSignIn
	}
	return ExitAttention
}
