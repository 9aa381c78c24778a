package cli

import (
	"context"

	"github.com/spf13/cobra"

	"mxodus/engine"
	"mxodus/tui/handover"
)

func (a *app) microsoftCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "microsoft COMMAND",
		Short: "Microsoft 365: set it up, check it, sign in; users, licences, the domain",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usage("Write: mxodus microsoft setup acme.mxodus", "It is not said what to do.")
		},
	}
	cmd.AddCommand(a.microsoftSetupCommand(), a.microsoftCheckCommand(), a.signInCommand(), a.tenantUsersCommand(), a.tenantDomainCommand())
	return cmd
}

func (a *app) signInCommand() *cobra.Command {
	users := false
	cmd := &cobra.Command{
		Use:   "signin FILE",
		Short: "Sign in to Microsoft 365 as a person",
		Long: `Signs in to Microsoft 365 in the way that the project says: with the browser on
this computer (--sign-in browser), or with a code on any device (--sign-in
device), which many tenants block. The account needs full access to every mailbox
of the project. The sign-in is kept in the project, sealed, and renewed by itself.

With --users, the person agrees to the reading and changing of the tenant's users,
licences and domains as well, which mxodus microsoft users and domain need, and
must be an administrator.

An app (--sign-in app) needs none of this: it signs in with its client secret or
certificate.`,
		Example:           "  mxodus microsoft signin acme.mxodus\n  mxodus microsoft signin acme.mxodus --users",
		Args:              fileArg,
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.signIn(cmd.Context(), args[0], users)
		},
	}
	cmd.Flags().BoolVar(&users, "users", false, "sign in for the tenant's users, licences and domains as well")
	return cmd
}

type signInLine struct {
	Type    string      `json:"type"` // "sign_in_page", then "signed_in"
	Side    engine.Side `json:"side"`
	URL     string      `json:"url,omitempty"`
	Code    string      `json:"code,omitempty"`
	Account string      `json:"account,omitempty"`
}

func (a *app) signIn(ctx context.Context, path string, users bool) error {
	o, err := a.openLive(ctx, path)
	if err != nil {
		return err
	}
	signIn, next := a.Adapters.SignIn, "test"
	if users {
		signIn, next = a.Adapters.SignInDirectory, "microsoft users"
	}
	done := 0
	for _, side := range bothSides {
		e := o.project.Endpoint(side)
		if e.Kind != engine.KindMicrosoft365 || !e.SignIn.ByPerson() {
			continue
		}
		account, err := signIn(ctx, side, e, o.vault, func(p engine.SignInPage) error { return a.showPage(side, p) })
		if err != nil {
			return err
		}
		done++
		if a.opts.json {
			a.line(signInLine{Type: "signed_in", Side: side, Account: account})
			continue
		}
		a.printf("Signed in to the %s server as %s.\nNext: mxodus %s %s\n", serverWord(side), account, next, o.name)
	}
	if done == 0 {
		return usage("To let a person sign in: mxodus set "+o.name+" --sign-in browser", "No person signs in to Microsoft 365 in this project.")
	}
	return nil
}

// showPage tells where to sign in: the code first, for it runs out. The browser
// is opened as well; where that fails, the address is there to be copied.
func (a *app) showPage(side engine.Side, p engine.SignInPage) error {
	switch {
	case a.opts.json:
		a.line(signInLine{Type: "sign_in_page", Side: side, URL: p.URL, Code: p.Code})
	case p.Code != "":
		a.notef("Code:  %s\nOpen:  %s\nEnter the code there within a quarter of an hour, and sign in.\n", p.Code, p.URL)
	default:
		a.notef("The browser opens now. If it doesn't, open this address on this computer:\n%s\n", p.URL)
	}
	if p.Code == "" && !a.opts.json {
		if err := handover.OpenBrowser(p.URL); err != nil {
			a.log.Info("no browser was opened", "error", errText(err))
		}
	}
	return nil
}
