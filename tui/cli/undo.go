package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"mxodus/engine"
	"mxodus/engine/say"
)

func (a *app) undoCommand() *cobra.Command {
	var only []string
	var dry, yes bool
	cmd := &cobra.Command{
		Use:   "undo FILE [--dry-run] [--yes]",
		Short: "Take away from the new server exactly what mxodus put there",
		Long: `Removes at the new server exactly the messages that mxodus stored there and nobody
has changed since. What stood there before, what users changed, and all folders
stay. The old server is never touched. It asks first, unless --yes is given.`,
		Example:           "  mxodus undo acme.mxodus --dry-run\n  mxodus undo acme.mxodus --only anna@acme.example",
		Args:              fileArg,
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !dry && !yes && !a.term.canAsk() {
				return usage("Write --dry-run to see what would go, or --yes to do it.", "undo asks first, and there is no terminal to ask at.")
			}
			o, err := a.openLive(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			users, err := o.choose(only)
			if err != nil {
				return err
			}
			return a.undo(cmd.Context(), o, users, dry, yes)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&dry, "dry-run", false, "only count")
	f.BoolVar(&yes, "yes", false, "don't ask")
	f.StringSliceVar(&only, "only", nil, "only in these users' mailboxes: `ADDRESS,...`")
	return cmd
}

func (a *app) undo(ctx context.Context, o *opened, users []engine.User, dry, yes bool) error {
	if dry || !yes {
		r, err := a.undoPass(ctx, o, users, true)
		if err != nil {
			return err
		}
		if dry {
			a.tellUndo(r, true)
			return nil
		}
		a.notef("%s would be removed from the new mailboxes of %s. %s changed since and stay.\n",
			say.Count(r.Removed, "message"), say.Count(len(users), "user"), say.Count(r.Modified, "message"))
		if r.Removed == 0 {
			a.tellUndo(r, true)
			return nil
		}
		ok, err := a.confirm(ctx, "Remove them? Write yes: ")
		if err != nil {
			return err
		}
		if !ok {
			a.notef("Nothing was removed.\n")
			return end(ExitFailure)
		}
	}
	r, err := a.undoPass(ctx, o, users, false)
	if err != nil {
		return err
	}
	a.tellUndo(r, false)
	return nil
}

func (a *app) undoPass(ctx context.Context, o *opened, users []engine.User, dry bool) (r engine.UndoResult, err error) {
	text := "Removing from the new server"
	if dry {
		text = "Looking at the new server"
	}
	err = a.watch(func() (err error) {
		r, err = engine.Undo(ctx, o.project, o.file, o.dialer, users, dry)
		return err
	}, func(_ display, over bool) frame {
		if over {
			return frame{}
		}
		return frame{live: []string{text + " " + a.term.marks().more}}
	})
	return r, err
}

type undoLine struct {
	Type     string `json:"type"`
	DryRun   bool   `json:"dry_run"`
	Removed  int    `json:"removed"`
	Modified int    `json:"modified"`
	Gone     int    `json:"gone"`
}

func (a *app) tellUndo(r engine.UndoResult, dry bool) {
	if a.opts.json {
		a.line(undoLine{"undo", dry, r.Removed, r.Modified, r.Gone})
		return
	}
	verb := "Removed"
	if dry {
		verb = "Would remove"
	}
	a.printf("%s %s. Left alone because they were changed since: %s. Not there any more: %s.\n", verb, say.Count(r.Removed, "message"), say.Number(r.Modified), say.Number(r.Gone))
}

// confirm waits for the word yes.
func (a *app) confirm(ctx context.Context, prompt string) (bool, error) {
	line, err := a.askLine(ctx, prompt)
	return strings.EqualFold(line, "yes"), err
}

// askLine asks for a line, which comes back without blanks around it.
func (a *app) askLine(ctx context.Context, prompt string) (string, error) {
	fmt.Fprint(a.asker(), prompt)
	got := make(chan string, 1)
	go func() {
		line, _ := a.lines().ReadString('\n')
		got <- line
	}()
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case line := <-got:
		return strings.TrimSpace(line), nil
	}
}
