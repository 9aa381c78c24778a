package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"mxodus/engine"
	"mxodus/engine/say"
)

func (a *app) newCommand() *cobra.Command {
	var s settings
	var users string
	cmd := &cobra.Command{
		Use:   "new FILE --domain DOMAIN --source URL --destination URL [--users CSV]",
		Short: "Make a project: the two servers, the users, the rules",
		Long: `Makes a project: one file that holds the settings, the users, their passwords
(sealed with a passphrase) and the journal of every message. Nothing is connected
to yet.

The users' file begins with a line that names its columns: EmailAddress, UserName,
Password, and if wanted UserRoot, DestinationUserName, DestinationPassword,
DisplayName. Files made for Microsoft's own migration work as they are. If rows
are wrong, all of them are named at once. Delete the file afterwards.

For Microsoft 365 write the word microsoft365 instead of a URL. An app signs in
to all mailboxes: register one in the Microsoft Entra admin center with the
application permission IMAP.AccessAsApp of Office 365 Exchange Online, grant admin
consent, make a client secret, and give the app's service principal FullAccess on
the mailboxes in Exchange Online PowerShell.

From Google Workspace, a service account with domain-wide delegation opens every
mailbox, with no password of any user: give its key with --source-service-account;
"mxodus discover DOMAIN" tells the steps.`,
		Example: `  mxodus new acme.mxodus --domain acme.example --users users.csv \
      --source imaps://mail.old-host.example --destination imaps://mail.new-host.example
  mxodus new acme.mxodus --domain acme.example --users users.csv \
      --source imaps://mail.old-host.example --destination microsoft365 \
      --tenant acme.onmicrosoft.com --client-id ID --client-secret-file secret.txt`,
		Args:              fileArg,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			p := engine.Project{}
			if s.google.keyFile != "" && s.source.url == "" {
				_ = cmd.Flags().Set("source", gmailURL) // a text of its own
			}
			if err := missing(cmd); err != nil {
				return err
			}
			if err := s.google.read(a.Adapters); err != nil {
				return err
			}
			if err := s.apply(&p, a.Adapters.Cloud, cmd.Flags().Changed); err != nil {
				return err
			}
			return a.makeProject(cmd.Context(), args[0], p, users, s)
		},
	}
	s.flags(cmd.Flags())
	cmd.Flags().StringVar(&users, "users", "", "the users' `CSV` file")
	return cmd
}

// missing names all flags without which there is no project.
func missing(cmd *cobra.Command) error {
	e := &usageError{what: "Something is missing.", do: "See: mxodus new --help"}
	for _, f := range []struct{ flag, why string }{
		{"domain", "the company's mail domain, as acme.example"},
		{"source", `the old server, as imaps://mail.old-host.example ("mxodus discover acme.example" looks for it)`},
		{"destination", "the new server, as imaps://mail.new-host.example"},
	} {
		if v, _ := cmd.Flags().GetString(f.flag); v == "" {
			e.lines = append(e.lines, "--"+f.flag+": "+f.why)
		}
	}
	if len(e.lines) == 0 {
		return nil
	}
	return e
}

// makeProject asks for what is secret, then makes the file, all or nothing.
func (a *app) makeProject(ctx context.Context, path string, p engine.Project, csv string, s settings) error {
	if _, err := os.Lstat(path); err == nil {
		return fileFault("The project can't be made", &os.PathError{Op: "create", Path: path, Err: os.ErrExist})
	}
	rows, err := readUsers(csv)
	if err != nil {
		return err
	}
	admins, err := a.adminSecrets(ctx, p, s)
	if err != nil {
		return err
	}
	if err := a.appSecrets(ctx, p, s.microsoft, admins); err != nil {
		return err
	}
	s.google.seal(p.Source, func(string) bool { return false }, admins)
	passphrase, err := a.newPassphrase(ctx)
	if err != nil {
		return err
	}
	f, err := a.Adapters.Create(ctx, path, p)
	if err != nil {
		return createFault(path, err)
	}
	o := &opened{name: asWritten(path), path: path, file: f, project: p}
	a.ours = o.name
	if err := a.fill(ctx, o, passphrase, rows, admins); err != nil {
		_ = f.Close()
		removeProject(path)
		return err
	}
	a.onClose(func() { _ = f.Close() })
	a.keep(path, passphrase)
	a.tellDelegation(s.google)
	a.tellProject(path, o)
	return nil
}

// fill seals what is secret and stores the users.
func (a *app) fill(ctx context.Context, o *opened, passphrase engine.Secret, rows []engine.UserRow, admins map[string]engine.Secret) (err error) {
	if o.vault, err = a.Adapters.Unlock(ctx, o.file, passphrase); err != nil {
		return err
	}
	if len(admins) > 0 {
		if err := o.vault.Set(ctx, admins); err != nil {
			return err
		}
	}
	if len(rows) > 0 {
		o.users, err = engine.AddUsers(ctx, o.file, o.vault, rows)
	}
	return err
}

// removeProject takes back a file that this command has just made.
func removeProject(path string) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		_ = os.Remove(path + suffix)
	}
}

func createFault(path string, err error) error {
	var f *engine.Fault
	if errors.As(err, &f) {
		return err
	}
	var at *os.PathError
	if !errors.As(err, &at) {
		err = &os.PathError{Op: "create", Path: path, Err: err}
	}
	return fileFault("The project can't be made", err)
}

// readUsers reads a users' file and reports every wrong row at once.
func readUsers(name string) ([]engine.UserRow, error) {
	if name == "" {
		return nil, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fileFault("The users' file can't be read", err)
	}
	defer f.Close()
	rows, wrong := engine.ReadUsers(f)
	if len(wrong) == 0 {
		return rows, nil
	}
	e := &usageError{what: fmt.Sprintf("%s in %s can't be taken.", say.Count(len(wrong), "cell"), engine.Clean(filepath.Base(name), 100)),
		do: "Nothing was taken. Mend the file and try again."}
	for _, w := range wrong {
		e.lines = append(e.lines, rowError(w))
	}
	return nil, e
}

func rowError(w engine.RowError) string {
	where := "line " + say.Number(w.Line)
	if w.Column != "" {
		where += ", " + engine.Clean(w.Column, 60)
	}
	return strings.TrimSpace(where + ": " + sentence(engine.Clean(w.What, 300)) + " " + sentence(engine.Clean(w.Do, 300)))
}

// adminSecrets asks for the password of each administrator's log-in.
func (a *app) adminSecrets(ctx context.Context, p engine.Project, s settings) (map[string]engine.Secret, error) {
	out := map[string]engine.Secret{}
	for _, side := range []struct {
		side engine.Side
		e    engine.Endpoint
		file string
	}{{engine.SideSource, p.Source, s.source.passwordFile}, {engine.SideDestination, p.Destination, s.destination.passwordFile}} {
		if side.e.Admin == "" {
			continue
		}
		secret, err := a.adminSecret(ctx, side.side, side.e, side.file)
		if err != nil {
			return nil, err
		}
		out[engine.AdminSecretName(side.side)] = secret
	}
	return out, nil
}

func (a *app) adminSecret(ctx context.Context, side engine.Side, e engine.Endpoint, file string) (engine.Secret, error) {
	if file != "" {
		return secretFile(file)
	}
	if v := a.Getenv("MXODUS_" + strings.ToUpper(string(side)) + "_ADMIN_PASSWORD"); v != "" {
		return engine.Secret(v), nil
	}
	who := engine.Clean(e.Admin, 80) + " at " + engine.Clean(e.Host, 80)
	return a.askSecret(ctx, "Password of "+who+": ", "password of "+who)
}

type projectLine struct {
	Type           string `json:"type"`
	File           string `json:"file"`
	Company        string `json:"company,omitempty"`
	Domain         string `json:"domain"`
	Source         string `json:"source"`
	Destination    string `json:"destination"`
	CutOver        any    `json:"cut_over,omitempty"`
	CutOverDone    bool   `json:"cut_over_done"`
	NoReadReceipts bool   `json:"no_read_receipts,omitempty"`
	Users          int    `json:"users"`
}

func projectJSON(path string, p engine.Project, users int) projectLine {
	l := projectLine{Type: "project", File: path, Company: p.Company, Domain: p.Domain, Source: p.Source.URL(),
		Destination: p.Destination.URL(), CutOverDone: p.CutOverDone, NoReadReceipts: p.NoReadReceipts, Users: users}
	if t := instant(p.CutOver); t != nil {
		l.CutOver = t
	}
	return l
}

func (a *app) tellProject(path string, o *opened) {
	a.warnUsers(o)
	if a.opts.json {
		a.line(projectJSON(path, o.project, len(o.users)))
		return
	}
	a.printf("Made %s: %s, from %s to %s.\n", o.name, say.Count(len(o.users), "user"), o.project.Source.URL(), o.project.Destination.URL())
	if len(o.users) == 0 {
		a.printf("Next: mxodus users %s --import users.csv\n", o.name)
		return
	}
	a.printf("Delete the users' file now: the passwords are in the project, sealed.\nNext: mxodus test %s\n", o.name)
}

// warnUsers names what is likely a mistake, though it may be meant.
func (a *app) warnUsers(o *opened) {
	var strangers []string
	lacking := map[engine.Side][]string{}
	for _, u := range o.users {
		who := engine.Clean(u.Address, 100)
		if _, domain, ok := strings.Cut(u.Address, "@"); ok && !strings.EqualFold(domain, o.project.Domain) {
			strangers = append(strangers, who)
		}
		for _, side := range bothSides {
			if !o.has(side, u) {
				lacking[side] = append(lacking[side], who)
			}
		}
	}
	if len(strangers) > 0 {
		a.para(a.err, "", "Not of the domain "+engine.Clean(o.project.Domain, 100)+": "+listed(strangers, 10)+".")
	}
	for _, side := range bothSides {
		if e := o.project.Endpoint(side); byApp(e) && len(lacking[side]) > 0 {
			a.para(a.err, "", "mxodus has no access to Microsoft 365 yet. To set it up: mxodus microsoft setup "+o.name)
		} else if e.Kind == engine.KindMicrosoft365 && len(lacking[side]) > 0 {
			a.para(a.err, "", "Nobody is signed in to the "+serverWord(side)+" server yet: mxodus microsoft signin "+o.name)
		} else if e.ServiceAccount != "" && len(lacking[side]) > 0 {
			a.para(a.err, "", "The service account's key is missing: mxodus set "+o.name+" --"+serviceAccountFlag+" KEY.json")
		} else if len(lacking[side]) > 0 {
			a.para(a.err, "", fmt.Sprintf("No password for the %s server: %s. Set one: mxodus users %s --password ADDRESS --side %s",
				serverWord(side), listed(lacking[side], 10), o.name, side))
		}
	}
}

var bothSides = [...]engine.Side{engine.SideSource, engine.SideDestination}

// serverWord is what people call a side.
func serverWord(side engine.Side) string {
	if side == engine.SideSource {
		return "old"
	}
	return "new"
}
