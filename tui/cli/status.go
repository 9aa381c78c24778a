package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"mxodus/engine"
	"mxodus/engine/say"
)

func (a *app) statusCommand() *cobra.Command {
	var events int
	cmd := &cobra.Command{
		Use:   "status FILE",
		Short: "Show where a project stands, also while it is running",
		Long: `Shows where a project stands, from its journal alone: no server is asked and no
passphrase is needed. It may be used while another mxodus runs the project, and says
which.`,
		Example:           "  mxodus status acme.mxodus\n  mxodus status acme.mxodus --events 20",
		Args:              fileArg,
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.status(cmd.Context(), args[0], events)
		},
	}
	cmd.Flags().IntVar(&events, "events", 0, "show the last `N` lines of the project's history too")
	return cmd
}

// standing is what the journal says of a project.
type standing struct {
	*opened
	running *engine.LockedError
	tallies map[int64]*engine.Tally
	waits   map[int64]engine.Wait
	open    int // messages whose fate the next run looks for first
	runs    []engine.Run
	stop    engine.StopVerdict
	events  []engine.Event
}

func (a *app) status(ctx context.Context, path string, events int) error {
	o, err := a.open(ctx, path)
	if err != nil {
		return err
	}
	s := &standing{opened: o, tallies: map[int64]*engine.Tally{}}
	if err := s.read(ctx, events, a.rules); err != nil {
		return err
	}
	all, err := leftOut(ctx, o.file, o.users)
	if err != nil {
		return err
	}
	if a.opts.json {
		a.statusLines(s, all)
		return nil
	}
	a.tellStatus(s, all)
	return nil
}

func (s *standing) read(ctx context.Context, events int, rules engine.StopRules) error {
	if h, ok := s.file.(engine.Holder); ok {
		running, err := h.Holder(ctx)
		if err != nil {
			return err
		}
		s.running = running
	}
	if err := s.readWaits(ctx); err != nil {
		return err
	}
	counts, err := s.file.Counts(ctx)
	if err != nil {
		return err
	}
	for _, u := range s.users {
		s.tallies[u.ID] = &engine.Tally{}
	}
	for _, c := range counts {
		s.open += c.Messages[engine.Sending]
		if t := s.tallies[c.Folder.UserID]; t != nil {
			t.AddCount(c)
		}
	}
	facts, err := engine.ReadStopFacts(ctx, s.file, time.Now())
	if err != nil {
		return err
	}
	s.runs, s.stop = facts.Runs, engine.SafeToStop(facts, rules)
	if events <= 0 {
		return nil
	}
	s.events, err = s.file.Events(ctx, 0, events)
	return err
}

// readWaits reads what the run under way waits for.
func (s *standing) readWaits(ctx context.Context) error {
	s.waits = map[int64]engine.Wait{}
	if s.running == nil {
		return nil
	}
	waits, err := engine.Waits(ctx, s.file)
	for _, w := range waits {
		s.waits[w.UserID] = w
	}
	return err
}

// last is the newest run that ran to its end, or was begun.
func (s *standing) last() (engine.Run, bool) {
	var newest engine.Run
	for _, r := range s.runs {
		if r.Started.After(newest.Started) {
			newest = r
		}
	}
	return newest, !newest.Started.IsZero()
}

func (a *app) tellStatus(s *standing, all []left) {
	p := s.project
	name := engine.Clean(p.Domain, 100)
	if p.Company != "" {
		name = engine.Clean(p.Company, 100) + ", " + name
	}
	a.printf("%s: from %s to %s\n", name, p.Source.URL(), p.Destination.URL())
	if s.running != nil {
		a.printf("Running now: process %d on %s, since %s.\n", s.running.PID, engine.Clean(s.running.Host, 100), say.Moment(s.running.Since))
	}
	a.printf("%s\n", s.lastSentence())
	for _, u := range s.users {
		if w, ok := s.waits[u.ID]; ok {
			a.printf("%s waits %s more, until %s: %s\n", engine.Clean(u.Address, 80), say.Span(time.Until(w.Until)), say.Moment(w.Until), engine.Clean(w.Why, 300))
		}
	}
	if s.open > 0 && s.running == nil {
		a.printf("%s on the way when that ended: the next run looks for them before anything is sent.\n", was(s.open))
	}
	a.printf("\n")
	t := a.table(column{title: "User", least: 16}, column{title: "Copied", right: true}, column{title: "There before", right: true, fold: true},
		column{title: "Left out", right: true, fold: true}, column{title: "Failed", right: true}, column{title: "Size", right: true, fold: true}, column{title: ""})
	for _, u := range s.users {
		n, note := s.tallies[u.ID], ""
		if u.LeftOut {
			note = "not to be moved"
		}
		t.add(engine.Clean(u.Address, 80), say.Number(n.Copied), say.Number(n.Present), say.Number(n.Skipped), say.Number(n.Failed), say.Size(n.CopiedBytes+n.PresentBytes), note)
	}
	t.write(a.out, width(a.Stdout))
	a.tellLeft(all)
	a.tellStop(s)
	if len(s.events) > 0 {
		a.printf("\nHistory, newest first:\n")
	}
	for _, e := range s.events {
		a.printf("  %s  %s\n", say.Moment(e.At), s.eventText(e))
	}
}

func was(n int) string {
	if n == 1 {
		return "1 message was"
	}
	return say.Number(n) + " messages were"
}

func (s *standing) lastSentence() string {
	r, ok := s.last()
	switch {
	case !ok:
		return "It has not run yet."
	case r.Finished.IsZero() && s.running != nil:
		return "This run (" + runKind(r.Kind) + ") began " + say.Moment(r.Started) + "."
	case r.Finished.IsZero(), r.Summary.Interrupted:
		return "The last run (" + runKind(r.Kind) + ") began " + say.Moment(r.Started) + " and was interrupted. Run it again to go on."
	}
	return "The last run (" + runKind(r.Kind) + ") ended " + say.Moment(r.Finished) + ", after " + say.Exactly(r.Finished.Sub(r.Started)) +
		": " + say.Count(r.Summary.Sent, "message") + " copied."
}

func runKind(kind string) string {
	switch kind {
	case "full":
		return "first copy"
	case "delta":
		return "what was new"
	}
	return engine.Clean(kind, 40)
}

func (s *standing) eventText(e engine.Event) string {
	text := engine.Clean(e.Text, 300)
	for _, u := range s.users {
		if u.ID == e.UserID {
			text = engine.Clean(u.Address, 80) + ": " + text
		}
	}
	if e.Said != "" {
		text += " (" + engine.Clean(e.Said, 200) + ")"
	}
	return text
}

type statusLine struct {
	Type        string       `json:"type"`
	File        string       `json:"file"`
	Company     string       `json:"company,omitempty"`
	Domain      string       `json:"domain"`
	Source      string       `json:"source"`
	Destination string       `json:"destination"`
	Running     *runningJSON `json:"running"`
	Users       int          `json:"users"`
	Open        int          `json:"on_the_way"`
	LastRun     *runLine     `json:"last_run"`
}

type runningJSON struct {
	Host  string     `json:"host"`
	PID   int        `json:"pid"`
	Since *time.Time `json:"since,omitempty"`
}

type eventLine struct {
	Type  string     `json:"type"`
	At    *time.Time `json:"at"`
	User  string     `json:"user,omitempty"`
	Level string     `json:"level"`
	Text  string     `json:"text"`
	Said  string     `json:"said,omitempty"`
}

func (a *app) statusLines(s *standing, all []left) {
	l := statusLine{Type: "status", File: s.file.Path(), Company: s.project.Company, Domain: s.project.Domain, Source: s.project.Source.URL(),
		Destination: s.project.Destination.URL(), Users: len(s.users), Open: s.open}
	if s.running != nil {
		l.Running = &runningJSON{s.running.Host, s.running.PID, instant(s.running.Since)}
	}
	if r, ok := s.last(); ok {
		sum := r.Summary
		sum.Kind, sum.Started, sum.Finished = r.Kind, r.Started, r.Finished
		line := summaryJSON(sum)
		l.LastRun = &line
	}
	a.line(l)
	for _, u := range s.users {
		line := userLineJSON{Type: "user", User: u.Address, State: leftState(u), tallyJSON: tally(*s.tallies[u.ID])}
		if w, ok := s.waits[u.ID]; ok {
			line.State, line.Why, line.Until = string(engine.UserWaiting), w.Why, instant(w.Until)
		}
		a.line(line)
	}
	a.tellLeft(all)
	a.line(stopLineOf(s.stop))
	for _, e := range s.events {
		user := ""
		for _, u := range s.users {
			if u.ID == e.UserID {
				user = u.Address
			}
		}
		a.line(eventLine{"event", instant(e.At), user, string(e.Level), e.Text, e.Said})
	}
}

func leftState(u engine.User) string {
	if u.LeftOut {
		return "left out"
	}
	return "to be moved"
}
