package cli

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"mxodus/engine"
	"mxodus/engine/say"
)

func (a *app) setCommand() *cobra.Command {
	var s settings
	cmd := &cobra.Command{
		Use:   "set FILE [flags]",
		Short: "Show or change the settings of a project",
		Long: `Changes the settings that are given and leaves the rest. A list (--exclude,
--include, --rename) replaces the former one; an empty value takes it away.
Without flags, the settings are shown. Changing an administrator's log-in asks
for the password.`,
		Example: `  mxodus set acme.mxodus --max-size 50MB --exclude "Spam*"
  mxodus set acme.mxodus --cut-over-done`,
		Args:              fileArg,
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.set(cmd.Context(), args[0], s, cmd.Flags().Changed)
		},
	}
	s.flags(cmd.Flags())
	return cmd
}

func (a *app) set(ctx context.Context, path string, s settings, given func(string) bool) error {
	o, err := a.open(ctx, path)
	if err != nil {
		return err
	}
	if err := s.google.read(a.Adapters); err != nil {
		return err
	}
	before := o.project
	if err := s.apply(&o.project, a.Adapters.Cloud, given); err != nil {
		return err
	}
	if err := a.changeAdmins(ctx, o, s, before, given); err != nil {
		return err
	}
	if err := o.file.SaveProject(ctx, o.project); err != nil {
		return err
	}
	if a.opts.json {
		a.line(projectJSON(path, o.project, len(o.users)))
		return nil
	}
	a.showSettings(o)
	a.tellDelegation(s.google)
	return nil
}

// changeAdmins asks for the password of an administrator that is new.
func (a *app) changeAdmins(ctx context.Context, o *opened, s settings, before engine.Project, given func(string) bool) error {
	asked := o.project
	if before.Source.Admin == o.project.Source.Admin && !given("source-admin-password-file") {
		asked.Source.Admin = ""
	}
	if before.Destination.Admin == o.project.Destination.Admin && !given("destination-admin-password-file") {
		asked.Destination.Admin = ""
	}
	if !byAppNow(asked, before, given) {
		asked.Source.Kind, asked.Destination.Kind = engine.KindIMAP, engine.KindIMAP
	}
	if asked.Source.Admin == "" && asked.Destination.Admin == "" && !byApp(asked.Source) && !byApp(asked.Destination) && !given(serviceAccountFlag) {
		return nil
	}
	vault, err := a.unlock(ctx, o.file)
	if err != nil {
		return err
	}
	secrets, err := a.adminSecrets(ctx, asked, s)
	if err != nil {
		return err
	}
	for _, e := range []struct {
		side engine.Side
		at   *engine.Endpoint
	}{{engine.SideSource, &asked.Source}, {engine.SideDestination, &asked.Destination}} {
		if byApp(*e.at) && !a.offersSecret(s.microsoft) && a.keepsCertificate(vault, e.side) {
			e.at.Kind = engine.KindIMAP // its certificate was made before the app
		}
	}
	if err := a.appSecrets(ctx, asked, s.microsoft, secrets); err != nil {
		return err
	}
	s.google.seal(o.project.Source, given, secrets)
	return vault.Set(ctx, secrets)
}

// byAppNow says that an app's credential is to be asked for: it was given, or the
// app is another.
func byAppNow(now, before engine.Project, given func(string) bool) bool {
	other := func(n, b engine.Endpoint) bool { return byApp(n) && (!byApp(b) || n.ClientID != b.ClientID) }
	return given("client-secret-file") || given("client-certificate") || other(now.Source, before.Source) || other(now.Destination, before.Destination)
}

// keepsCertificate says that the app's credential is a certificate already.
func (a *app) keepsCertificate(v engine.Vault, side engine.Side) bool {
	kept, _ := v.Get(engine.AppSecretName(side))
	if a.Adapters.Certificate == nil {
		return false
	}
	_, err := a.Adapters.Certificate(kept)
	return err == nil
}

// showSettings lists what is set, defaults included.
func (a *app) showSettings(o *opened) {
	p, l := o.project, o.project.Bounds()
	t := a.table(column{}, column{})
	row := func(name, value string) {
		if value != "" {
			t.add(name, engine.Clean(value, 300))
		}
	}
	row("Company", p.Company)
	row("Domain", p.Domain)
	for _, side := range []struct {
		name string
		e    engine.Endpoint
	}{{"Old server", p.Source}, {"New server", p.Destination}} {
		row(side.name, side.e.URL())
		row("  administrator", side.e.Admin)
		row("  service account", side.e.ServiceAccount)
		if side.e.Kind == engine.KindMicrosoft365 {
			row("  cloud", cmp.Or(side.e.Cloud, "worldwide"))
			row("  tenant", side.e.Tenant)
			row("  client ID", side.e.ClientID)
			row("  signs in", map[bool]string{true: "a person, by " + string(side.e.SignIn), false: "the app"}[side.e.SignIn.ByPerson()])
		}
		row("  authorities", side.e.CAFile)
		row("  certificate", side.e.Fingerprint)
		row("  oldest TLS", side.e.MinTLS)
	}
	if !p.CutOver.IsZero() {
		row("Cut-over", say.Moment(p.CutOver))
	}
	if p.CutOverDone {
		row("Cut-over", "done")
	}
	row("Users", say.Number(len(o.users)))
	row("Messages", "the newest "+say.Number(l.MaxMessages)+" of a mailbox, up to "+say.Size(l.MaxMessageBytes)+" each")
	row("At once", say.Count(l.Mailboxes, "mailbox")+", "+say.Number(l.ConnsPerMailbox)+" connections each, "+
		say.Number(l.SourceConns)+" to the old and "+say.Number(l.DestConns)+" to the new server, "+say.Size(l.MemoryBytes)+" of memory")
	if l.MaxRate > 0 {
		row("Speed", "at most "+say.Size(l.MaxRate)+" a second from the old server")
	}
	row("Read receipts", receiptWord(p))
	row("Follow", "every "+say.Span(l.FollowEvery))
	for _, r := range p.Rules.Include {
		row("Only folder", r)
	}
	for _, r := range p.Rules.Exclude {
		row("Without folder", r)
	}
	for _, r := range p.Rules.Rename {
		row("Folder", r.From+" becomes "+r.To)
	}
	row("All below", p.Rules.Nest)
	t.writeBare(a.out, width(a.Stdout))
}

// receiptWord says what becomes of requests for a read receipt; empty where
// nobody need think of it.
func receiptWord(p engine.Project) string {
	switch {
	case p.NoReadReceipts:
		return "old mail asks for none any more"
	case p.Destination.Kind == engine.KindMicrosoft365:
		return "old mail may ask for them again: --no-read-receipts prevents that"
	}
	return ""
}

// projectFiles completes project files.
func projectFiles(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []string{"mxodus"}, cobra.ShellCompDirectiveFilterFileExt
}
