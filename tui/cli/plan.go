package cli

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/tui/agenda"
)

// planFlags are those of the command plan.
type planFlags struct {
	ics, cutOver string
	done, undone []string
}

func (a *app) planCommand() *cobra.Command {
	var f planFlags
	cmd := &cobra.Command{
		Use:   "plan FILE [flags]",
		Short: "Show what is to be done when, from the planned cut-over",
		Long: `Shows every task of the migration with its date: tests, the pilot, the first run,
letters, the TTL, the change of the MX, the end of the deltas, the old service. The
dates come from the planned cut-over and from the time that the test measured; the
states from what really happened. Move the cut-over, and the rest moves along.

--ics writes the dates as a calendar file. Import it again after a change: what your
calendar has is brought up to date. What mxodus can't see, like letters that you
printed, is told with --done.`,
		Example: `  mxodus plan acme.mxodus --cut-over "2026-12-04 18:00"
  mxodus plan acme.mxodus --ics acme.ics
  mxodus plan acme.mxodus --done announcement,restore-ttl`,
		Args:              fileArg,
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.plan(cmd.Context(), args[0], f, cmd.Flags().Changed("cut-over"))
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.StringVar(&f.cutOver, "cut-over", "", "plan the change of the MX record: `DATE` as \"2026-12-04 18:00\", in the zone of the letters, else this computer's; empty: none")
	set.StringVar(&f.ics, "ics", "", "write the dates into this calendar `FILE`")
	set.StringSliceVar(&f.done, "done", nil, "say that these `TASKS` are done; their names are in the list")
	set.StringSliceVar(&f.undone, "undone", nil, "take that back for these `TASKS`")
	return cmd
}

func (a *app) plan(ctx context.Context, path string, f planFlags, move bool) error {
	names, err := taskNames(slices.Concat(f.done, f.undone))
	if err != nil {
		return err
	}
	o, err := a.open(ctx, path)
	if err != nil {
		return err
	}
	if move {
		if o.project.CutOver, err = letter.ReadMoment(f.cutOver, agenda.Zone(o.project)); err != nil {
			return usage("Write --cut-over \"2026-12-04 18:00\".", "%s", sentence(err.Error()))
		}
		if err := o.file.SaveProject(ctx, o.project); err != nil {
			return err
		}
	}
	now := time.Now()
	for i, name := range names {
		if err := engine.MarkTask(ctx, o.file, name, now, i < len(f.done)); err != nil {
			return err
		}
	}
	facts, err := agenda.Read(ctx, o.file, now)
	if err != nil {
		return err
	}
	s := engine.NewSchedule(facts)
	if a.opts.json {
		a.planLines(s)
	} else {
		a.tellPlan(s, facts.Zone)
	}
	if f.ics == "" {
		return nil
	}
	return a.writeCalendar(f.ics, o.project, s, now)
}

func taskNames(words []string) (names []engine.TaskName, err error) {
	for _, w := range words {
		name := engine.TaskName(strings.ToLower(strings.TrimSpace(w)))
		if !slices.Contains(engine.TaskNames(), name) {
			return nil, usage("See the names: mxodus plan FILE", "There is no task %q.", engine.Clean(w, 40))
		}
		names = append(names, name)
	}
	return names, nil
}

func (a *app) tellPlan(s engine.Schedule, zone *time.Location) {
	switch {
	case s.Moved && !s.CutOver.IsZero():
		a.printf("The MX was changed: %s.\n", agenda.When(s.CutOver, false))
	case s.Moved:
		a.printf("The MX is changed.\n")
	case !s.CutOver.IsZero():
		a.printf("Cut-over: %s.\n", agenda.When(s.CutOver, false))
	}
	for _, n := range s.Notes {
		a.para(a.out, "", n)
	}
	a.printf("\n")
	t := a.table(column{title: "When", least: 15}, column{title: ""}, column{title: "What", least: 20}, column{title: "Name", fold: true})
	for _, x := range s.Tasks {
		t.add(taskDate(x, zone), a.taskState(x.State), x.Title, string(x.Name))
	}
	t.write(a.out, width(a.Stdout))
	for _, x := range s.Tasks {
		if x.State == engine.TaskLate || x.State == engine.TaskDue || x.Remedy != "" {
			a.printf("\n")
			a.para(a.out, "", x.Title+" ("+string(x.State)+"): "+x.Why)
			if x.Remedy != "" {
				a.para(a.out, "  ", "What to do: "+x.Remedy)
			}
		}
	}
}

// taskDate is when a task was done, or is planned; a dash where neither is known.
func taskDate(t engine.ScheduledTask, zone *time.Location) string {
	switch {
	case !t.Done.IsZero():
		return agenda.When(t.Done.In(zone), true)
	case t.On.IsZero() || !t.State.Open():
		return "-"
	}
	return agenda.When(t.On, t.AllDay)
}

func (a *app) taskState(s engine.TaskState) string {
	m := a.term.marks()
	mark := map[engine.TaskState]string{engine.TaskDone: m.ok, engine.TaskLate: m.bad, engine.TaskDue: m.warn}[s]
	if mark == "" {
		mark = m.dot
	}
	return mark + " " + string(s)
}

// writeCalendar writes the dates; without any there is nothing to write.
func (a *app) writeCalendar(path string, p engine.Project, s engine.Schedule, now time.Time) error {
	if s.CutOver.IsZero() {
		return &engine.Fault{Code: "plan", Who: "you", What: "There are no dates yet, so no calendar file was written.", Do: "Plan the cut-over first: --cut-over \"" + s.Proposal.Format("2006-01-02 15:04") + "\"."}
	}
	if err := os.WriteFile(path, []byte(agenda.Calendar(p, s, now)), 0o600); err != nil {
		return fileFault("The calendar file can't be written", err)
	}
	if !a.opts.json {
		a.notef("\nWritten: %s. Open it with your calendar; after a change, write and open it again.\n", engine.Clean(path, 300))
	}
	return nil
}

type planLine struct {
	Type     string     `json:"type"`
	CutOver  *time.Time `json:"cut_over"`
	Moved    bool       `json:"moved"`
	Proposal *time.Time `json:"proposal,omitempty"`
	Notes    []string   `json:"notes"`
}

type taskLine struct {
	Type   string     `json:"type"`
	Name   string     `json:"name"`
	Title  string     `json:"title"`
	State  string     `json:"state"`
	On     *time.Time `json:"on,omitempty"`
	Until  *time.Time `json:"until,omitempty"`
	AllDay bool       `json:"all_day"`
	Done   *time.Time `json:"done,omitempty"`
	Why    string     `json:"why"`
	Remedy string     `json:"remedy,omitempty"`
}

func (a *app) planLines(s engine.Schedule) {
	l := planLine{"plan", instant(s.CutOver), s.Moved, instant(s.Proposal), s.Notes}
	if l.Notes == nil {
		l.Notes = []string{}
	}
	a.line(l)
	for _, t := range s.Tasks {
		a.line(taskLine{"task", string(t.Name), t.Title, string(t.State), instant(t.On), instant(t.Until), t.AllDay, instant(t.Done), t.Why, t.Remedy})
	}
}

// keepTested keeps what a test said, for the plan and the wizard. A project that
// can't be written to has been tested all the same.
func (a *app) keepTested(ctx context.Context, f engine.ProjectFile, s engine.ProbeStatus) {
	if _, err := engine.KeepTested(context.WithoutCancel(ctx), f, s); err != nil && !errors.Is(err, context.Canceled) {
		a.log.Error("the test could not be kept", "error", errText(err))
	}
}
