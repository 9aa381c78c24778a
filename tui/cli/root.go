package cli

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mxodus/engine"
)

// root is the whole tree of commands.
func (a *app) root() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "mxodus [FILE]",
		Short: "Moves a company's mailboxes from one mail server to another",
		Long: `mxodus moves the mailboxes of a small company from one mail server to another.
It loses no mail, sends nothing twice, and never changes the old server.

mxodus alone, or with a project's file, opens the wizard, which leads through
everything. The commands do the same without a screen. "mxodus demo" lets you
practise on a made-up company.`,
		Example: `  mxodus discover acme.example
  mxodus new acme.mxodus --domain acme.example --users users.csv \
      --source imaps://mail.old-host.example --destination imaps://mail.new-host.example
  mxodus test acme.mxodus
  mxodus run acme.mxodus
  mxodus verify acme.mxodus`,
		Version:                    a.Version,
		Args:                       rootArgs,
		ValidArgsFunction:          projectFiles,
		SuggestionsMinimumDistance: 2,
		SilenceErrors:              true,
		SilenceUsage:               true,
		PersistentPreRunE:          a.prepare,
		RunE:                       a.runWizard,
	}
	cmd.SetOut(a.out)
	cmd.SetErr(a.err)
	cmd.SetVersionTemplate("mxodus {{.Version}}\n")
	a.wrapUsage(cmd)
	a.persistent(cmd.PersistentFlags())
	a.wizardFlags(cmd.Flags())
	cmd.AddCommand(a.newCommand(), a.setCommand(), a.planCommand(), a.usersCommand(), a.discoverCommand(), a.dnsCommand(), a.testCommand(), a.runCommand(),
		a.verifyCommand(), a.lettersCommand(), a.reportCommand(), a.exportCommand(), a.statusCommand(), a.undoCommand(), a.microsoftCommand(), a.demoCommand(), a.manCommand())
	cmd.AddCommand(topics()...)
	return cmd
}

func (a *app) persistent(f *pflag.FlagSet) {
	f.SortFlags = false
	f.BoolVar(&a.opts.json, "json", false, "write results as one JSON object a line (see: mxodus help json)")
	f.StringVar(&a.opts.progress, "progress", "auto", "`HOW` to show progress: auto, plain, json or quiet")
	f.StringVar(&a.opts.passphraseFile, "passphrase-file", "", "read the project's passphrase from the first line of `FILE`")
	f.BoolVar(&a.opts.remember, "remember", false, "keep the passphrase in the system's keyring")
	f.StringVar(&a.opts.traceFile, "trace", "", "write what is said on every connection to `FILE`, without secrets and message text")
	f.StringVar(&a.opts.logFile, "log", "", "write a log to `FILE`, without secrets")
}

// wizardFlags are those of the commands that open the wizard.
func (a *app) wizardFlags(f *pflag.FlagSet) {
	f.BoolVar(&a.opts.plain, "plain", false, "the same journey as questions and lines, for screen readers and simple terminals")
	f.BoolVar(&a.opts.noBell, "no-bell", false, "the wizard doesn't ring when long work ends")
	f.BoolVar(&a.opts.mouse, "mouse", false, "the wizard takes the mouse: the wheel scrolls, a click selects; Shift marks text then")
	f.StringVar(&a.opts.theme, "theme", "auto", "the wizard's `COLOURS`: auto, light, dark or plain")
}

// prepare runs before every command, once its line has been understood.
func (a *app) prepare(cmd *cobra.Command, args []string) error {
	a.parsed, a.command = true, cmd.CommandPath()
	if written := strings.Fields(cmd.Use); len(args) == 1 && len(written) > 1 && written[1] == "FILE" {
		a.ours = asWritten(args[0])
	}
	if err := a.fromEnvironment(cmd.Flags()); err != nil {
		return err
	}
	if !slices.Contains([]string{"auto", "plain", "json", "quiet"}, a.opts.progress) {
		return usage("Write --progress auto, plain, json or quiet.", "--progress %s is not known.", engine.Clean(a.opts.progress, 40))
	}
	a.opts.json = a.opts.json || a.opts.progress == "json" // one stream, one language
	a.Adapters = engine.Traced(a.Adapters, a.opts.traceFile)
	return a.openLog()
}

// envName is the environment variable of a flag.
func envName(flag string) string {
	return "MXODUS_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// fromEnvironment sets the flags that were not written from MXODUS_ variables.
// A list has ";" between its elements.
func (a *app) fromEnvironment(flags *pflag.FlagSet) error {
	var wrong []string
	flags.VisitAll(func(f *pflag.Flag) {
		value := a.Getenv(envName(f.Name))
		if f.Changed || value == "" || f.Name == "help" || f.Name == "version" {
			return
		}
		values := []string{value}
		if _, list := f.Value.(pflag.SliceValue); list {
			values = strings.Split(value, ";")
		}
		for _, v := range values {
			if err := flags.Set(f.Name, v); err != nil {
				wrong = append(wrong, fmt.Sprintf("%s: %s", envName(f.Name), engine.Clean(err.Error(), 200)))
			}
		}
	})
	if len(wrong) > 0 {
		return &usageError{what: "The environment holds settings that can't be read.", lines: wrong}
	}
	return nil
}

// openLog opens the file of --log. It may be read by its owner only.
func (a *app) openLog() error {
	if a.opts.logFile == "" {
		return nil
	}
	f, err := os.OpenFile(a.opts.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fileFault("The log can't be written", err)
	}
	a.onClose(func() { _ = f.Close() })
	a.log = slog.New(slog.NewTextHandler(f, &slog.HandlerOptions{Level: slog.LevelDebug}))
	a.log.Info("mxodus starts", "version", a.Version, "command", a.command)
	return nil
}

// rootArgs takes a project's file, if any. Whatever else stands there was meant
// to be a command.
func rootArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if info, err := os.Stat(args[0]); err == nil && !info.IsDir() && len(args) == 1 {
		return nil
	}
	do := "See: mxodus --help"
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		do = "Did you mean: mxodus " + strings.Join(near, ", mxodus ")
	}
	return usage(do, "%q is neither a command nor a project's file.", engine.Clean(args[0], 100))
}

// runWizard is mxodus without a command: the wizard, or help where there is no
// terminal.
func (a *app) runWizard(cmd *cobra.Command, args []string) error {
	switch {
	case a.opts.plain:
		return a.plainWizard(cmd.Context(), strings.Join(args, ""), nil, nil)
	case a.term.interactive() && a.Wizard != nil:
		return a.wizard(cmd.Context(), WizardOptions{Path: strings.Join(args, "")})
	case len(args) > 0:
		return usage("Use a command: mxodus status "+asWritten(args[0]), "The wizard needs a terminal. --plain asks in lines.")
	}
	return cmd.Help()
}

// wizard gives the terminal to the wizard.
func (a *app) wizard(ctx context.Context, o WizardOptions) error {
	if !slices.Contains([]string{"auto", "light", "dark", "plain"}, a.opts.theme) {
		return usage("Write --theme auto, light, dark or plain.", "--theme %s is not known.", engine.Clean(a.opts.theme, 40))
	}
	if o.Practice == nil {
		given, err := a.givenPassphrase()
		if err != nil {
			return err
		}
		o.Passphrase = given
	}
	a.keepLog()
	o.Theme, o.NoBell, o.Mouse, o.TraceFile, o.Log, o.LogFile = a.opts.theme, a.opts.noBell, a.opts.mouse, a.opts.traceFile, a.log, a.opts.logFile
	a.screen.Store(true)
	defer a.screen.Store(false)
	return a.Wizard(ctx, a.Adapters, o)
}

// fileArg takes exactly one argument, the project's file.
func fileArg(cmd *cobra.Command, args []string) error {
	switch len(args) {
	case 1:
		return nil
	case 0:
		return usage("Write: "+cmd.CommandPath()+" acme.mxodus", "No project file is given.")
	}
	return usage("A name with blanks stands in quotes.", "Only one project file can be given, not %d arguments.", len(args))
}
