package cli

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"mxodus/engine"
)

func (a *app) demoCommand() *cobra.Command {
	var headless bool
	var out string
	cmd := &cobra.Command{
		Use:   "demo [--headless]",
		Short: "Practise on a made-up company on this computer",
		Long: `Starts a made-up company on this computer: an old mail server with users and mail,
and a new, empty one. Nothing leaves the computer, and nothing can break.

In a terminal the wizard opens with everything filled in. With --headless, or where
there is no terminal, the whole journey is made without questions: test, copy, a
working day, copy what is new, verify. Its letters and its report are then written
into a folder, for you to look at: the one of --out, or a new one among the
temporary files.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("Write: mxodus demo", "demo takes no arguments.")
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.demo(cmd.Context(), out, headless || out != "" || a.opts.json || !a.opts.plain && (!a.term.interactive() || a.Wizard == nil))
		},
	}
	cmd.Flags().BoolVar(&headless, "headless", false, "make the whole journey without questions")
	cmd.Flags().StringVar(&out, "out", "", "with --headless: write letters and report into this `FOLDER`")
	a.wizardFlags(cmd.Flags())
	return cmd
}

// practicePace is slow enough to watch and to pause, messages a second.
const practicePace = 350

func (a *app) demo(ctx context.Context, out string, headless bool) error {
	if a.Adapters.Practice == nil {
		return &engine.Fault{Class: engine.StopBatch, What: "This mxodus was built without the practice company.", Do: "Use a release, or build it from the whole source.", Who: "you"}
	}
	began := time.Now()
	stop := a.say("Starting the practice company")
	company, err := a.Adapters.Practice(ctx)
	stop()
	if err != nil {
		return err
	}
	a.onClose(company.Close)
	dir, err := os.MkdirTemp("", "mxodus-demo-")
	if err != nil {
		return fileFault("No place for the practice project", err)
	}
	a.onClose(func() { _ = os.RemoveAll(dir) })
	file, passphrase := filepath.Join(dir, "practice.mxodus"), engine.Secret(rand.Text())
	if a.opts.plain && !headless {
		return a.plainDemo(ctx, company, file, passphrase)
	}
	if !headless {
		company.Pace(practicePace)
		if err := a.practiceNames(company); err != nil {
			return err
		}
		return a.wizard(ctx, WizardOptions{Names: a.names, Practice: company, PracticePath: file, Passphrase: passphrase})
	}
	if a.display() == displayPlain && a.opts.progress == "auto" {
		a.opts.progress = "quiet" // it takes seconds, and its result says it all
	}
	j := &journey{app: a, company: company, began: began, dir: out}
	if j.project, err = a.practiceProject(ctx, company, file, passphrase); err != nil {
		return err
	}
	return j.make(ctx)
}

// plainDemo is practice in lines, by the rules of the wizard's.
func (a *app) plainDemo(ctx context.Context, company *engine.Practice, file string, passphrase engine.Secret) error {
	if err := a.practiceNames(company); err != nil {
		return err
	}
	a.rules = engine.PracticeStopRules()
	o, err := a.practiceProject(ctx, company, file, passphrase)
	if err != nil {
		return err
	}
	return a.plainWizard(ctx, file, company, o.file)
}

// practiceNames starts the practice company's corner of the DNS.
func (a *app) practiceNames(company *engine.Practice) error {
	if a.Names == nil {
		return nil
	}
	names, stop, err := a.Names(company)
	if err != nil {
		return err
	}
	a.onClose(stop)
	a.names = names
	return nil
}

// practiceProject makes the project of the practice company.
func (a *app) practiceProject(ctx context.Context, company *engine.Practice, file string, passphrase engine.Secret) (*opened, error) {
	f, err := a.Adapters.Create(ctx, file, company.Project)
	if err != nil {
		return nil, createFault(file, err)
	}
	a.onClose(func() { _ = f.Close() })
	a.passphrase = passphrase
	o := &opened{file: f, project: company.Project}
	if o.vault, err = a.Adapters.Unlock(ctx, f, passphrase); err != nil {
		return nil, err
	}
	if o.users, err = engine.AddUsers(ctx, f, o.vault, company.Users); err != nil {
		return nil, err
	}
	o.dialer = a.Adapters.Dial(o.project, o.vault, a.dialOptions())
	return o, nil
}
