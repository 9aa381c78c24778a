package engine

import (
	"cmp"
	"slices"
	"time"
)

// TaskName names a task of a Schedule. The letters' tasks bear the letters'
// names.
type TaskName string

// The tasks, in the order in which they are done when no day is planned.
const (
	TaskTest       TaskName = "test"
	TaskAnnounce   TaskName = "announcement"
	TaskPilot      TaskName = "pilot"
	TaskFirstRun   TaskName = "first-run"
	TaskPrepare    TaskName = "prepare"
	TaskLowerTTL   TaskName = "lower-ttl"
	TaskReminder   TaskName = "reminder"
	TaskMX         TaskName = "mx"
	TaskDayLetter  TaskName = "cutover"
	TaskVerify     TaskName = "verify"
	TaskStop       TaskName = "stop"
	TaskWelcome    TaskName = "welcome"
	TaskRestoreTTL TaskName = "restore-ttl"
	TaskFollowUp   TaskName = "followup"
	TaskReport     TaskName = "report"
	TaskEndOld     TaskName = "end-old"
)

// TaskNames lists all tasks in that order.
func TaskNames() []TaskName {
	return []TaskName{TaskTest, TaskAnnounce, TaskPilot, TaskFirstRun, TaskPrepare, TaskLowerTTL, TaskReminder, TaskMX,
		TaskDayLetter, TaskVerify, TaskStop, TaskWelcome, TaskRestoreTTL, TaskFollowUp, TaskReport, TaskEndOld}
}

// TaskState is where a task stands.
type TaskState string

// The states of a task.
const (
	TaskComing    TaskState = "to come"
	TaskDue       TaskState = "due"
	TaskLate      TaskState = "late" // its last sensible moment has passed
	TaskDone      TaskState = "done"
	TaskNotNeeded TaskState = "not needed"
)

// Open says that the task is still to be done.
func (s TaskState) Open() bool { return s != TaskDone && s != TaskNotNeeded }

// ScheduledTask is one line of a Schedule.
type ScheduledTask struct {
	Name  TaskName
	Title string // what to do: "Lower the MX record's TTL"
	Step  string // of the wizard, where it is done; empty: not with mxodus
	// On is when the task is planned, Until its last sensible moment; both zero
	// without a cut-over. An AllDay task is about days: both are their beginnings,
	// and the last one counts to its end.
	On, Until time.Time
	AllDay    bool
	State     TaskState
	Done      time.Time // when it was done; zero when it isn't, or that isn't known
	Why       string    // why then, or why it stands so, in a sentence or two
	Remedy    string    // what to do about a late task, or one that turned out otherwise
}

// Schedule is what is to be done for a migration, and when.
type Schedule struct {
	// CutOver is what the dates hang on: the change of the MX as it happened, or
	// as it is planned; zero when neither is known.
	CutOver time.Time
	// Proposal is the earliest sensible cut-over, a Friday evening; zero once the
	// MX was changed.
	Proposal time.Time
	Moved    bool     // the MX was changed
	Notes    []string // about the whole, in sentences
	Tasks    []ScheduledTask
}

// Next is what is to be done first: what is late or due before what is to come;
// nil when nothing is left.
func (s *Schedule) Next() *ScheduledTask {
	for _, now := range []bool{true, false} {
		for i := range s.Tasks {
			t := &s.Tasks[i]
			if t.State.Open() && (!now || t.State != TaskComing) {
				return t
			}
		}
	}
	return nil
}

// Count is how many tasks are in this state.
func (s *Schedule) Count(state TaskState) (n int) {
	for _, t := range s.Tasks {
		if t.State == state {
			n++
		}
	}
	return n
}

// NewSchedule works out every task's date and state. It is pure.
func NewSchedule(f ScheduleFacts) Schedule {
	p := newPlanner(f)
	s := Schedule{CutOver: p.cut, Moved: p.moved}
	for _, task := range []func() ScheduledTask{p.test, p.announce, p.pilot, p.firstRun, p.prepare, p.lowerTTL, p.reminder, p.mx,
		p.dayLetter, p.verify, p.stop, p.welcome, p.restoreTTL, p.followUp, p.report, p.endOld} {
		t := task()
		p.settle(&t)
		s.Tasks = append(s.Tasks, t)
	}
	if !p.cut.IsZero() {
		slices.SortStableFunc(s.Tasks, func(a, b ScheduledTask) int { return a.On.Compare(b.On) })
	}
	if !p.moved {
		s.Proposal = p.proposal(s.Tasks)
		s.Notes = p.notes(s)
	}
	return s
}

// planner works out one schedule.
type planner struct {
	f     ScheduleFacts
	zone  *time.Location
	cut   time.Time
	moved bool
	lead  time.Duration // how long before the cut-over the first run must begin
	last  history
}

func newPlanner(f ScheduleFacts) *planner {
	p := &planner{f: f, zone: f.Zone, cut: f.Project.CutOver, moved: f.Project.CutOverDone || f.MX.AllNew, last: historyOf(f.Runs)}
	if p.zone == nil {
		p.zone = time.Local
	}
	if p.moved {
		switch {
		case !f.MX.Changed.IsZero():
			p.cut = f.MX.Changed
		case !f.Project.CutOverAt.IsZero(): // somebody said so; nobody has seen it yet
			p.cut = f.Project.CutOverAt
		case p.cut.After(f.Now):
			p.cut = time.Time{} // earlier than planned, nobody knows when
		}
	}
	if !p.cut.IsZero() {
		p.cut = p.cut.In(p.zone)
	}
	p.lead = max(leastLead, roundUp(f.Estimate.Max, day24)+2*day24)
	return p
}

const (
	day24     = 24 * time.Hour
	leastLead = 3 * day24 // for what goes wrong in a first run
)

func roundUp(d, to time.Duration) time.Duration { return (d + to - 1) / to * to }

// settle gives a task its state, if it has none yet.
func (p *planner) settle(t *ScheduledTask) {
	if at, ok := p.f.Marks[t.Name]; ok && t.State != TaskDone {
		t.State, t.Done, t.Why, t.Remedy = TaskDone, at, "You said that it is done.", ""
	}
	end := t.Until
	if t.AllDay && !end.IsZero() {
		end = end.AddDate(0, 0, 1)
	}
	switch {
	case t.State != "":
	case t.On.IsZero():
		t.State = TaskComing
	case p.f.Now.Before(t.On):
		t.State = TaskComing
	case p.f.Now.After(end):
		t.State = TaskLate
	default:
		t.State = TaskDue
	}
	if t.State != TaskLate && t.State != TaskDone {
		t.Remedy = ""
	}
}

// before skips a task whose time was before the change, once that is done.
func (p *planner) before(t ScheduledTask) ScheduledTask {
	if p.moved && t.State == "" {
		t.State, t.Why = TaskNotNeeded, "The MX is changed: its time is over."
	}
	return t
}

// days is the beginning of the day so many days from the cut-over; zero without
// one.
func (p *planner) days(n int) time.Time {
	if p.cut.IsZero() {
		return time.Time{}
	}
	y, m, d := p.cut.Date()
	return time.Date(y, m, d+n, 0, 0, 0, 0, p.zone)
}

// workday is days, or the Monday after where that is a weekend.
func (p *planner) workday(n int) time.Time {
	t := p.days(n)
	for !t.IsZero() && (t.Weekday() == time.Saturday || t.Weekday() == time.Sunday) {
		t = t.AddDate(0, 0, 1)
	}
	return t
}

// after is a moment from the cut-over; zero without one.
func (p *planner) after(d time.Duration) time.Time {
	if p.cut.IsZero() {
		return time.Time{}
	}
	return p.cut.Add(d)
}

// leadDays is how many whole days before the cut-over the first run begins at
// the latest.
func (p *planner) leadDays() int { return int(p.lead / day24) }

// oldTTL is how long the old MX may be remembered, and whether that was seen.
func (p *planner) oldTTL() (ttl time.Duration, seen bool) {
	ttl = cmp.Or(max(p.f.MX.OldTTL, p.f.MX.TTL), assumedTTL)
	return ttl, p.f.MX.OldTTL+p.f.MX.TTL > 0
}
