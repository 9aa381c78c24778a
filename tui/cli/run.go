package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"mxodus/engine"
	"mxodus/engine/say"
)

func (a *app) runCommand() *cobra.Command {
	var limits limitSettings
	var only []string
	var first []string
	var follow bool
	var pilot string
	cmd := &cobra.Command{
		Use:   "run FILE [--follow]",
		Short: "Copy the mail; again for what is new",
		Long: `Copies every user's mail, newest first. Run it again as often as you like: what was
copied is not sent again, what failed is tried again, and what is new is taken. If
it is interrupted, by Ctrl-C or by a power cut, run it again to go on.

With --follow it goes on looking for new mail every few minutes until Ctrl-C.
With --pilot, one user goes first: that mailbox is copied and verified alone, and you
are told what to look at yourself. Then run it for all.

Limits given here hold for this run only; "mxodus set" keeps them.`,
		Example:           "  mxodus run acme.mxodus\n  mxodus run acme.mxodus --follow\n  mxodus run acme.mxodus --only anna@acme.example --max-size 50MB",
		Args:              fileArg,
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := a.openToRun(cmd.Context(), args[0], limits, cmd.Flags().Changed)
			if err != nil {
				return err
			}
			if pilot != "" {
				if len(only)+len(first) > 0 || follow {
					return usage("Leave --only, --first and --follow away.", "The pilot is one user, copied once.")
				}
				return a.pilot(cmd.Context(), o, pilot)
			}
			users, err := o.choose(only)
			if err != nil {
				return err
			}
			before, err := o.choose(first)
			if err != nil {
				return err
			}
			if len(first) == 0 {
				before = nil
			}
			return a.run(cmd.Context(), o, inOrder(before, users), follow)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&follow, "follow", false, "look for new mail every few minutes, until Ctrl-C")
	f.StringVar(&pilot, "pilot", "", "copy and verify this user alone, before all others: `ADDRESS`")
	f.StringSliceVar(&only, "only", nil, "copy only these users' mail: `ADDRESS,...`")
	f.StringSliceVar(&first, "first", nil, "begin with these users: `ADDRESS,...`")
	limits.flags(f)
	return cmd
}

// inOrder puts some users first; those who aren't chosen are not added.
func inOrder(first, users []engine.User) []engine.User {
	var out []engine.User
	for _, u := range slices.Concat(first, users) {
		same := func(x engine.User) bool { return x.ID == u.ID }
		if slices.ContainsFunc(users, same) && !slices.ContainsFunc(out, same) {
			out = append(out, u)
		}
	}
	return out
}

// openToRun opens a project with the limits of this one run.
func (a *app) openToRun(ctx context.Context, path string, l limitSettings, given func(string) bool) (*opened, error) {
	var wrong []string
	var limits engine.Limits
	bad := func(flag string, err error) {
		if err != nil {
			wrong = append(wrong, "--"+flag+": "+engine.Clean(err.Error(), 300))
		}
	}
	if l.apply(&limits, given, bad); len(wrong) > 0 {
		return nil, &usageError{what: "A limit is wrong.", lines: wrong}
	}
	o, err := a.openLive(ctx, path)
	if err != nil {
		return nil, err
	}
	l.apply(&o.project.Limits, given, bad)
	return o, nil
}

// run runs a batch to its end and tells what came of it.
func (a *app) run(ctx context.Context, o *opened, users []engine.User, follow bool) error {
	sum, s, err := a.batch(ctx, o, users, follow)
	if len(s.Users) == 0 || s.Started.IsZero() {
		return err
	}
	if told := a.tellRun(ctx, o.file, sum, s); err == nil {
		err = told
	}
	var f *engine.Fault
	switch {
	case errors.As(err, &f) && a.wasTold(s, f): // the table and what follows it say it all
		return end(faultCode(f))
	case err != nil:
		return err
	}
	return end(batchCode(s))
}

// wasTold says that the fault that ended a batch stands among a user's problems.
func (a *app) wasTold(s engine.BatchStatus, f *engine.Fault) bool {
	return !a.opts.json && slices.ContainsFunc(s.Users, func(u engine.UserStatus) bool {
		return slices.ContainsFunc(u.Problems, func(p engine.Problem) bool { return p.Fault.What == f.What && p.Fault.Said == f.Said })
	})
}

// batch runs a batch and shows its progress.
func (a *app) batch(ctx context.Context, o *opened, users []engine.User, follow bool) (engine.Summary, engine.BatchStatus, error) {
	b := engine.NewBatch(o.project, o.file, o.dialer, engine.BatchOptions{Users: users, Follow: follow, Log: a.log})
	view := newBatchView(a)
	var sum engine.Summary
	err := a.watch(func() (err error) {
		sum, err = b.Run(ctx)
		return err
	}, func(d display, over bool) frame { return view.look(b.Status(), d, over) })
	return sum, b.Status(), err
}

// stoppedBy is the fault that ended a mailbox; nil if none did.
func stoppedBy(u engine.UserStatus) *engine.Fault {
	if u.State != engine.UserFailed {
		return nil
	}
	for i := len(u.Problems) - 1; i >= 0; i-- {
		if u.Problems[i].Level == engine.Bad {
			return &u.Problems[i].Fault
		}
	}
	return &engine.Fault{Class: engine.StopMailbox, Code: engine.CodeInternal, What: u.Why}
}

// batchCode is the exit status of a batch that ran to its end.
func batchCode(s engine.BatchStatus) int {
	var stopped []*engine.Fault
	attention := false
	for _, u := range s.Users {
		if f := stoppedBy(u); f != nil {
			stopped = append(stopped, f)
		}
		attention = attention || u.State == engine.UserAttention || u.State == engine.UserStopped || u.Sum.Failed > 0
	}
	if len(stopped) < len(s.Users) && (len(stopped) > 0 || attention) {
		return ExitAttention
	}
	return togetherCode(len(s.Users), stopped)
}

// tellRun prints the end of a run: everybody's numbers, what went wrong, and
// what was left out.
func (a *app) tellRun(ctx context.Context, f engine.ProjectFile, sum engine.Summary, s engine.BatchStatus) error {
	var users []engine.User
	for _, u := range s.Users {
		users = append(users, u.User)
	}
	all, err := leftOut(context.WithoutCancel(ctx), f, users)
	if err != nil {
		return err
	}
	if a.opts.json {
		a.runLines(sum, s, all)
		return nil
	}
	a.tellUsers(s)
	batchGroups(s).print(a, a.out)
	a.tellLeft(all)
	a.printf("\n")
	a.para(a.out, "", runSentence(sum, s))
	return nil
}

func (a *app) tellUsers(s engine.BatchStatus) {
	t := a.table(column{title: "User", least: 16}, column{title: "State"}, column{title: "Messages", right: true}, column{title: "New now", right: true},
		column{title: "Copied", right: true, fold: true}, column{title: "There before", right: true, fold: true}, column{title: "Left out", right: true, fold: true}, column{title: "Failed", right: true}, column{title: "Size", right: true, fold: true})
	for _, u := range s.Users {
		t.add(engine.Clean(u.User.Address, 80), a.userState(u), say.Number(u.Sum.Total), say.Number(u.Sent), say.Number(u.Sum.Copied),
			say.Number(u.Sum.Present), say.Number(u.Sum.Skipped), say.Number(u.Sum.Failed), say.Size(u.Sum.TotalBytes))
	}
	t.write(a.out, width(a.Stdout))
}

func (a *app) userState(u engine.UserStatus) string {
	m := a.term.marks()
	switch u.State {
	case engine.UserDone:
		return m.ok + " done"
	case engine.UserAttention:
		return m.warn + " needs attention"
	case engine.UserFailed:
		return m.bad + " failed"
	}
	return m.dot + " " + string(u.State)
}

func batchGroups(s engine.BatchStatus) *groups {
	g := &groups{}
	for _, u := range s.Users {
		who := engine.Clean(u.User.Address, 80)
		for i := range u.Problems {
			p := &u.Problems[i]
			where := who
			if p.Folder != "" {
				where += ", " + engine.Clean(p.Folder, 100)
			}
			if p.Count > 1 {
				where += " (" + say.Number(p.Count) + " times)"
			}
			if p.Level != engine.Info {
				g.add(&p.Fault, p.Level == engine.Bad, where, p.Count)
			}
		}
	}
	return g
}

// runSentence says in one sentence what a run did.
func runSentence(sum engine.Summary, s engine.BatchStatus) string {
	took := ""
	if !s.Started.IsZero() && !s.Finished.IsZero() {
		took = " in " + say.Exactly(s.Finished.Sub(s.Started))
	}
	text := fmt.Sprintf("Copied %s (%s)%s.", say.Count(sum.Sent, "message"), say.Size(sum.SentBytes), took)
	switch {
	case s.Pass > 1:
		text = fmt.Sprintf("%s%s; the last one copied %s (%s).", say.Count(s.Pass, "pass"), took, say.Count(sum.Sent, "message"), say.Size(sum.SentBytes))
	case sum.Sent == 0:
		text = fmt.Sprintf("Nothing new was copied%s.", took)
	}
	if sum.FlagChanges > 0 {
		text += " Changed the flags of " + say.Count(sum.FlagChanges, "message") + "."
	}
	if sum.FlagsDropped > 0 {
		text += " The new server can't hold " + say.Count(sum.FlagsDropped, "flag") + "; those were left off."
	}
	if sum.Receipts > 0 {
		text += " " + say.Count(sum.Receipts, "message") + " of these no longer " + map[bool]string{true: "asks", false: "ask"}[sum.Receipts == 1] + " for a read receipt."
	}
	if sum.DatesMoved > 0 {
		text += " The new server can't hold the date of " + say.Count(sum.DatesMoved, "message") + "; it got the nearest that it can."
	}
	return fmt.Sprintf("%s Of %s at the old server, %s at the new one, %s left out, %s.", text, say.Count(sum.Sum.Total, "message"),
		are(sum.Sum.Copied+sum.Sum.Present), are(sum.Sum.Skipped), failedWords(sum.Sum.Failed))
}

func are(n int) string {
	if n == 1 {
		return "1 is"
	}
	return say.Number(n) + " are"
}

func failedWords(n int) string {
	if n == 0 {
		return "none failed"
	}
	return say.Number(n) + " failed"
}
