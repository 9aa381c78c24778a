package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"mxodus/engine"
	"mxodus/engine/say"
)

func (a *app) testCommand() *cobra.Command {
	var only []string
	var folders bool
	cmd := &cobra.Command{
		Use:   "test FILE",
		Short: "Test every user on both servers, and estimate the time",
		Long: `Signs every user in on both sides, reads folders, messages and sizes, and says what
would be left out, where each folder would go, and about how long the first run
takes. Nothing is copied and nothing is changed.`,
		Example:           "  mxodus test acme.mxodus\n  mxodus test acme.mxodus --only anna@acme.example --folders",
		Args:              fileArg,
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := a.openLive(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			users, err := o.choose(only)
			if err != nil {
				return err
			}
			s, err := a.probe(cmd.Context(), o, users)
			if err != nil {
				return err
			}
			a.tellProbe(o.project, s, folders)
			return end(probeCode(s))
		},
	}
	cmd.Flags().StringSliceVar(&only, "only", nil, "test only these users: `ADDRESS,...`")
	cmd.Flags().BoolVar(&folders, "folders", false, "list where each folder goes")
	return cmd
}

// probe tests users and shows how far it is.
func (a *app) probe(ctx context.Context, o *opened, users []engine.User) (engine.ProbeStatus, error) {
	p := engine.NewProbe(o.project, users, o.dialer)
	told := make([]engine.CheckState, len(users))
	err := a.watch(func() error { return p.Run(ctx) }, func(d display, over bool) frame {
		s := p.Status()
		var f frame
		if d == displayLive && !over {
			f.live = []string{probeLine(s)}
			for _, u := range s.Users {
				if u.State == engine.CheckRunning {
					f.live = append(f.live, "  "+engine.Clean(u.User.Address, 80)+pauseWords(later(u.Source.Until, u.Destination.Until)))
				}
			}
			f.live = f.live[:min(len(f.live), 8)]
		}
		for i, u := range s.Users[:min(len(s.Users), len(told))] {
			if u.State != told[i] && settled(u.State) {
				f.plain = append(f.plain, fmt.Sprintf("Tested %s: %s", engine.Clean(u.User.Address, 80), stateWord(u.State)))
				told[i] = u.State
			}
		}
		return f
	})
	s := p.Status()
	a.keepTested(ctx, o.file, s)
	return s, err
}

// later is the later of two moments.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// pauseWords say of somebody who is tested or verified how long a server still has
// them wait; empty when none does.
func pauseWords(until time.Time) string {
	if until.IsZero() {
		return ""
	}
	return ": the server asked to wait, " + say.Countdown(time.Until(until))
}

func settled(s engine.CheckState) bool {
	return s == engine.CheckOK || s == engine.CheckWarning || s == engine.CheckFailed
}

func probeLine(s engine.ProbeStatus) string {
	l := fmt.Sprintf("Testing: %s of %s done", say.Number(s.Done), say.Count(len(s.Users), "user"))
	if s.Left > 0 {
		l += ", about " + say.Span(s.Left) + " left"
	}
	return l
}

func stateWord(s engine.CheckState) string {
	switch s {
	case engine.CheckOK:
		return "ok"
	case engine.CheckWarning:
		return "ok, with something to know"
	case engine.CheckFailed:
		return "failed"
	case engine.CheckRunning:
		return "running"
	}
	return "not tested"
}

func (a *app) tellProbe(p engine.Project, s engine.ProbeStatus, folders bool) {
	if a.opts.json {
		a.probeLines(s)
		return
	}
	t := a.table(column{title: "User", least: 16}, column{title: "Old server", least: 10}, column{title: "New mailbox", least: 11}, column{title: "Messages", right: true},
		column{title: "Size", right: true}, column{title: "Too big", right: true, fold: true}, column{title: "Folders", right: true, fold: true}, column{title: "Quota", least: 5})
	for _, u := range s.Users {
		row := []string{engine.Clean(u.User.Address, 80), a.sideWord(p.Source, u.Source), a.sideWord(p.Destination, u.Destination), "-", "-", "-", "-", a.quotaWord(u)}
		if u.Source.State == engine.CheckOK || u.Source.State == engine.CheckWarning {
			copy(row[3:], []string{say.Number(u.Messages), say.Size(u.Bytes), say.Number(u.TooBig), say.Number(u.Folders)})
		}
		t.add(row...)
	}
	t.write(a.out, width(a.Stdout))
	probeGroups(s).print(a, a.out)
	if folders {
		a.tellMappings(s)
	}
	a.printf("\n")
	a.para(a.out, "", estimateSentence(s))
}

func (a *app) sideWord(e engine.Endpoint, c engine.SideCheck) string {
	m := a.term.marks()
	switch c.State {
	case engine.CheckOK:
		return m.ok
	case engine.CheckWarning:
		return m.warn
	case engine.CheckFailed:
		if c.Fault != nil {
			return m.bad + " " + faultWord(e, c.Fault)
		}
		return m.bad
	}
	return "-"
}

// faultWord is a fault in a table's cell. What was refused is a password only where
// passwords sign in.
func faultWord(e engine.Endpoint, f *engine.Fault) string {
	switch f.Code {
	case engine.CodeAuth:
		return refusedWord(e, f)
	case engine.CodeSecret:
		if !e.NeedsPasswords() {
			return "not set up"
		}
		return "no password"
	case engine.CodeCertificate:
		return "certificate"
	case engine.CodeTLS, engine.CodeNoSTARTTLS:
		return "no encryption"
	case engine.CodeDial:
		return "no connection"
	}
	return engine.Clean(string(f.Code), 20)
}

// refusedWord is what was refused: the sign-in to all mailboxes, or the way into
// this one.
func refusedWord(e engine.Endpoint, f *engine.Fault) string {
	switch {
	case e.NeedsPasswords() && e.Admin != "":
		return "admin log-in"
	case e.NeedsPasswords():
		return "password"
	case f.Class < engine.StopBatch:
		return "no access"
	case e.Kind == engine.KindMicrosoft365 && !e.SignIn.ByPerson():
		return "app sign-in"
	}
	return "sign-in"
}

func (a *app) quotaWord(u engine.UserCheck) string {
	m := a.term.marks()
	q := u.Quota
	switch {
	case u.Destination.State != engine.CheckOK && u.Destination.State != engine.CheckWarning:
		return "-"
	case q == nil || q.Limit <= 0:
		return m.ok
	case q.Limit-q.Used < u.Bytes:
		return m.warn + " " + say.Size(max(q.Limit-q.Used, 0)) + " free"
	}
	return m.ok + " " + say.Size(q.Limit-q.Used) + " free"
}

// probeGroups gathers what is wrong and what is good to know.
func probeGroups(s engine.ProbeStatus) *groups {
	g := &groups{}
	for _, u := range s.Users {
		who := engine.Clean(u.User.Address, 80)
		for _, side := range []engine.SideCheck{u.Source, u.Destination} {
			if side.Fault != nil {
				g.add(side.Fault, side.State == engine.CheckFailed, who, 1)
			}
		}
		for i := range u.Warnings {
			g.add(&u.Warnings[i], false, who, 1)
		}
	}
	return g
}

func (a *app) tellMappings(s engine.ProbeStatus) {
	for _, u := range s.Users {
		if len(u.Mappings) == 0 {
			continue
		}
		a.printf("\n%s\n", engine.Clean(u.User.Address, 80))
		t := a.table(column{title: "Folder at the old server", least: 16}, column{title: "At the new server", least: 16}, column{title: "", least: 16})
		for _, m := range sortedMappings(u.Mappings) {
			dest, why := path(m.DestPath), m.Renamed
			if m.Skip != "" {
				dest, why = "left out", m.Skip.Text()
			}
			t.add(path(m.Source.Path), dest, engine.Clean(why, 160))
		}
		t.write(a.out, width(a.Stdout))
	}
}

func sortedMappings(in []engine.Mapping) []engine.Mapping {
	return slices.SortedStableFunc(slices.Values(in), func(x, y engine.Mapping) int { return x.Order - y.Order })
}

func estimateSentence(s engine.ProbeStatus) string {
	e := s.Estimate
	what := fmt.Sprintf("%s, %s.", say.Count(e.Messages, "message"), say.Size(e.Bytes))
	switch {
	case noneOpens(s):
		return what + " How long the first run takes can't be said: no new mailbox opens yet."
	case e.Max == 0:
		return what + " How long the first run takes can't be said yet."
	}
	text := what + " If all goes as measured, the first run takes " + between(e.Min, e.Max)
	if e.LimitedBy != "" {
		text += " (limit: " + engine.Clean(e.LimitedBy, 200) + ")"
	}
	return text + "."
}

// noneOpens says that no user could be signed in at the new server.
func noneOpens(s engine.ProbeStatus) bool {
	return !slices.ContainsFunc(s.Users, func(u engine.UserCheck) bool { return u.Destination.State != engine.CheckFailed })
}

// between is a range of durations; one that rounds to the same is one.
func between(least, most time.Duration) string {
	if say.Span(least) == say.Span(most) {
		return "about " + say.Span(most)
	}
	return say.Span(least) + " to " + say.Span(most)
}

// probeCode is the exit status: warnings alone are fine.
func probeCode(s engine.ProbeStatus) int {
	var stopped []*engine.Fault
	for _, u := range s.Users {
		if u.State != engine.CheckFailed {
			continue
		}
		f := u.Source.Fault
		if f == nil || u.Source.State != engine.CheckFailed {
			f = u.Destination.Fault
		}
		if f == nil {
			f = &engine.Fault{Class: engine.StopMailbox}
		}
		stopped = append(stopped, f)
	}
	return togetherCode(len(s.Users), stopped)
}
