package engine

import (
	"slices"
	"strings"
	"testing"
	"time"
)

var vienna = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		panic(err)
	}
	return zone
}()

// planned is a cut-over of Friday 18 December, 18:00, seen on a day of 2026.
func planned(month time.Month, day int) ScheduleFacts {
	return ScheduleFacts{Now: time.Date(2026, month, day, 12, 0, 0, 0, vienna), Zone: vienna, Users: 12,
		Project: Project{Domain: "acme.example", CutOver: time.Date(2026, 12, 18, 18, 0, 0, 0, vienna)},
		MX:      MXFacts{OldTTL: day24, TTL: day24}}
}

func taskOf(t *testing.T, s Schedule, name TaskName) ScheduledTask {
	t.Helper()
	for _, x := range s.Tasks {
		if x.Name == name {
			return x
		}
	}
	t.Fatalf("no task %s", name)
	return ScheduledTask{}
}

func TestEveryTaskHasItsDate(t *testing.T) {
	f := planned(11, 1)
	f.Estimate, f.Tested = Estimate{Min: 3 * time.Hour, Max: 30 * time.Hour}, f.Now
	s := NewSchedule(f)
	got := map[TaskName]string{}
	for _, x := range s.Tasks {
		got[x.Name] = x.On.Format("01-02 15:04") + " to " + x.Until.Format("01-02 15:04")
	}
	for name, want := range map[TaskName]string{
		TaskAnnounce: "11-20 00:00 to 12-04 00:00", TaskPilot: "12-07 00:00 to 12-13 00:00", TaskFirstRun: "12-10 00:00 to 12-14 00:00",
		TaskPrepare: "12-10 00:00 to 12-12 00:00", TaskLowerTTL: "12-15 16:00 to 12-17 16:00", TaskReminder: "12-17 00:00 to 12-17 00:00",
		TaskMX: "12-18 18:00 to 12-18 21:00", TaskDayLetter: "12-18 00:00 to 12-18 00:00", TaskVerify: "12-19 00:00 to 12-23 00:00",
		TaskStop: "12-19 19:00 to 12-23 00:00", TaskWelcome: "12-21 00:00 to 12-21 00:00", TaskRestoreTTL: "12-21 00:00 to 01-01 00:00",
		TaskFollowUp: "12-21 00:00 to 12-25 00:00", TaskReport: "12-25 00:00 to 01-01 00:00", TaskEndOld: "01-17 00:00 to 02-16 00:00",
	} {
		if got[name] != want {
			t.Errorf("%s: %s instead of %s", name, got[name], want)
		}
	}
	if len(s.Tasks) != len(TaskNames()) || !slices.IsSortedFunc(s.Tasks, func(a, b ScheduledTask) int { return a.On.Compare(b.On) }) {
		t.Errorf("%d tasks, or not in order", len(s.Tasks))
	}
	if s.Count(TaskLate) > 0 || s.Count(TaskDue) > 0 || len(s.Notes) > 0 {
		t.Errorf("late or due seven weeks before: %+v", s)
	}
}

func TestMovingTheCutOverMovesTheRest(t *testing.T) {
	f := planned(11, 1)
	before := NewSchedule(f)
	f.Project.CutOver = f.Project.CutOver.AddDate(0, 0, 7)
	for i, x := range NewSchedule(f).Tasks {
		if y := before.Tasks[i]; x.Name != y.Name || !x.On.Equal(y.On.AddDate(0, 0, 7)) {
			t.Errorf("%s did not move with it: %s, %s", x.Name, y.On, x.On)
		}
	}
}

// An estimate that needs a weekend and more makes everything before it earlier.
func TestLongRunBeginsEarlier(t *testing.T) {
	f := planned(11, 1)
	short := taskOf(t, NewSchedule(f), TaskFirstRun)
	f.Estimate.Max = 5*day24 + time.Hour
	long := taskOf(t, NewSchedule(f), TaskFirstRun)
	if want := f.Project.CutOver.AddDate(0, 0, -8); long.Until.Day() != want.Day() || !long.On.Before(short.On) {
		t.Errorf("a run of five days begins by %s, a short one by %s", long.Until, short.Until)
	}
}

func TestDaylightSavingKeepsTheDay(t *testing.T) {
	f := planned(10, 1)
	f.Project.CutOver = time.Date(2026, 10, 30, 18, 0, 0, 0, vienna) // clocks change on 25 October
	if x := taskOf(t, NewSchedule(f), TaskPrepare); x.On.Format("01-02 15:04") != "10-22 00:00" {
		t.Errorf("the letter a week before is due %s", x.On)
	}
}

func TestTTLThatWasNotLoweredInTimeIsToldPlainly(t *testing.T) {
	f := planned(12, 18)
	x := taskOf(t, NewSchedule(f), TaskLowerTTL)
	if x.State != TaskLate || !strings.Contains(x.Remedy, "after Sat 19 Dec, 14:00 CET") || !strings.Contains(x.Remedy, "for up to 24 hours") {
		t.Errorf("%+v", x)
	}
	f.MX.TTL, f.MX.Forgotten = 300*time.Second, f.Now.Add(10*time.Hour)
	x = taskOf(t, NewSchedule(f), TaskLowerTTL)
	if x.State != TaskDone || !strings.Contains(x.Why, "5 minutes now. The old one is remembered until Fri 18 Dec, 22:00 CET.") || !strings.Contains(x.Remedy, "Change the MX after that") {
		t.Errorf("lowered too late: %+v", x)
	}
	f.MX = MXFacts{OldTTL: 300 * time.Second, TTL: 300 * time.Second}
	if x = taskOf(t, NewSchedule(f), TaskLowerTTL); x.State != TaskNotNeeded {
		t.Errorf("a short TTL is to be lowered: %+v", x)
	}
	f.MX = MXFacts{}
	if x = taskOf(t, NewSchedule(f), TaskLowerTTL); x.State != TaskLate || !strings.Contains(x.Why, "not known yet") {
		t.Errorf("an unknown TTL: %+v", x)
	}
}

// What really happened settles tasks, and nothing else does.
func TestStatesComeFromWhatHappened(t *testing.T) {
	sent := func(letter TaskName, n int) (out []Delivery) {
		for i := range n {
			out = append(out, Delivery{UserID: int64(i + 1), Letter: string(letter), State: DeliverySent, At: noon})
		}
		return out
	}
	gone := func(f *ScheduleFacts) {
		f.MX.AllNew, f.MX.Changed, f.MX.TTL = true, f.Project.CutOver, 300*time.Second
	}
	run := func(kind string, at time.Time, s Summary) Run {
		return Run{Kind: kind, Started: at, Finished: at.Add(time.Hour), Summary: s}
	}
	for _, x := range []struct {
		what  string
		task  TaskName
		day   int // of December
		make  func(f *ScheduleFacts)
		state TaskState
	}{
		{"nothing", TaskTest, 6, func(*ScheduleFacts) {}, TaskDue},
		{"nothing", TaskTest, 15, func(*ScheduleFacts) {}, TaskLate},
		{"a test", TaskTest, 15, func(f *ScheduleFacts) { f.Tested = noon }, TaskDone},
		{"no letter", TaskAnnounce, 5, func(*ScheduleFacts) {}, TaskLate},
		{"every letter", TaskAnnounce, 5, func(f *ScheduleFacts) { f.Deliveries = sent(TaskAnnounce, 12) }, TaskDone},
		{"one letter short", TaskAnnounce, 5, func(f *ScheduleFacts) { f.Deliveries = sent(TaskAnnounce, 11) }, TaskLate},
		{"another letter", TaskAnnounce, 5, func(f *ScheduleFacts) { f.Deliveries = sent(TaskPrepare, 12) }, TaskLate},
		{"letters that may have gone", TaskAnnounce, 5, func(f *ScheduleFacts) {
			f.Deliveries = sent(TaskAnnounce, 12)
			f.Deliveries[3].State = DeliverySending
		}, TaskLate},
		{"the owner's word", TaskAnnounce, 5, func(f *ScheduleFacts) { f.Marks = map[TaskName]time.Time{TaskAnnounce: noon} }, TaskDone},
		{"a pilot that is copied", TaskPilot, 10, func(f *ScheduleFacts) { f.Pilot = Pilot{User: 1, Copied: noon, Verified: noon, OK: true} }, TaskDue},
		{"a pilot that is good", TaskPilot, 10, func(f *ScheduleFacts) { f.Pilot = Pilot{User: 1, Copied: noon, Verified: noon, OK: true, Good: noon} }, TaskDone},
		{"a run of one user", TaskFirstRun, 12, func(f *ScheduleFacts) { f.Runs = []Run{run("full", noon, Summary{Users: 1})} }, TaskDue},
		{"a run of all", TaskFirstRun, 12, func(f *ScheduleFacts) { f.Runs = []Run{run("delta", noon, Summary{Users: 12})} }, TaskDone},
		{"a run in which one failed", TaskFirstRun, 12, func(f *ScheduleFacts) { f.Runs = []Run{run("full", noon, Summary{Users: 12, UsersFailed: 1})} }, TaskDue},
		{"an interrupted run", TaskFirstRun, 12, func(f *ScheduleFacts) { f.Runs = []Run{run("full", noon, Summary{Users: 12, Interrupted: true})} }, TaskDue},
		{"the pilot left out", TaskPilot, 12, func(f *ScheduleFacts) { f.Runs = []Run{run("full", noon, Summary{Users: 12})} }, TaskNotNeeded},
		{"the hour", TaskMX, 18, func(f *ScheduleFacts) { f.Now = f.Project.CutOver.Add(time.Minute) }, TaskDue},
		{"the hour is gone", TaskMX, 19, func(*ScheduleFacts) {}, TaskLate},
		{"the MX is seen", TaskMX, 19, gone, TaskDone},
		{"the administrator's word", TaskMX, 19, func(f *ScheduleFacts) { f.Project.CutOverDone = true }, TaskDone},
		{"a letter whose time is over", TaskReminder, 19, gone, TaskNotNeeded},
		{"verified before the change only", TaskVerify, 20, func(f *ScheduleFacts) { gone(f); f.Runs = []Run{run("verify", noon, Summary{Users: 12})} }, TaskDue},
		{"verified", TaskVerify, 20, func(f *ScheduleFacts) {
			gone(f)
			f.Runs = []Run{run("verify", f.Project.CutOver.Add(time.Hour), Summary{Users: 12})}
		}, TaskDone},
		{"verified with something open", TaskVerify, 20, func(f *ScheduleFacts) {
			gone(f)
			f.Runs = []Run{run("verify", f.Project.CutOver.Add(time.Hour), Summary{Users: 12, UsersAttention: 1})}
		}, TaskDue},
		{"not ended", TaskStop, 20, gone, TaskDue},
		{"ended", TaskStop, 20, func(f *ScheduleFacts) { gone(f); f.Ended = f.Now }, TaskDone},
		{"a short TTL", TaskRestoreTTL, 22, gone, TaskDue},
		{"a long one again", TaskRestoreTTL, 22, func(f *ScheduleFacts) { gone(f); f.MX.TTL = time.Hour }, TaskDone},
	} {
		f := planned(12, x.day)
		x.make(&f)
		if got := taskOf(t, NewSchedule(f), x.task); got.State != x.state {
			t.Errorf("%s on 12-%d with %s is %q, not %q (%s)", x.task, x.day, x.what, got.State, x.state, got.Why)
		}
	}
}

// What happened counts, not what was planned: also where only a person said so.
func TestDatesFollowTheChangeAsItHappened(t *testing.T) {
	f := planned(12, 10)
	said := f.Project.CutOver.AddDate(0, 0, -9)
	f.Project = f.Project.CutOverNoted(said)
	if s := NewSchedule(f); !s.CutOver.Equal(said) {
		t.Errorf("the dates hang on %v, not on %v", s.CutOver, said)
	}
	if again := f.Project.CutOverNoted(said.AddDate(0, 0, 3)); !again.CutOverAt.Equal(said) {
		t.Error("noting it again moves it")
	}
	f.MX = MXFacts{AllNew: true, Changed: said.Add(-time.Hour)}
	if s := NewSchedule(f); !s.CutOver.Equal(f.MX.Changed) {
		t.Errorf("the dates hang on %v, not on what was seen at %v", s.CutOver, f.MX.Changed)
	}
}

func TestWithoutACutOverThereIsAnOrderAndAProposal(t *testing.T) {
	f := planned(11, 19)
	f.Project.CutOver = time.Time{}
	s := NewSchedule(f)
	var names []TaskName
	for _, x := range s.Tasks {
		names = append(names, x.Name)
		if !x.On.IsZero() || x.State == TaskLate {
			t.Errorf("%s has a date: %+v", x.Name, x)
		}
	}
	if !slices.Equal(names, TaskNames()) || !s.CutOver.IsZero() {
		t.Errorf("in the order %v", names)
	}
	if !slices.Equal(s.Notes, []string{"No cut-over is planned yet. The earliest sensible one: Fri 4 Dec, 18:00 CET."}) {
		t.Errorf("notes %q", s.Notes)
	}
	f.Deliveries = nil
	for i := range 12 {
		for _, letter := range []TaskName{TaskAnnounce, TaskPrepare} {
			f.Deliveries = append(f.Deliveries, Delivery{UserID: int64(i + 1), Letter: string(letter), State: DeliverySent})
		}
	}
	if s = NewSchedule(f); s.Proposal.Format("01-02 15:04") != "11-27 18:00" {
		t.Errorf("with the letters sent: %s", s.Proposal)
	}
}

// What is proposed is sensible: planned so, nothing is late.
func TestNothingIsLateAtTheProposedCutOver(t *testing.T) {
	for day := range 60 {
		f := planned(9, 1)
		f.Now = f.Now.AddDate(0, 0, day)
		f.Project.CutOver, f.Estimate.Max = time.Time{}, time.Duration(day%9)*day24
		f.Project.CutOver = NewSchedule(f).Proposal
		s := NewSchedule(f)
		if s.Count(TaskLate) > 0 || len(s.Notes) > 0 || s.CutOver.Weekday() != time.Friday {
			t.Errorf("%s for %s: %q", f.Now, s.CutOver, s.Notes)
		}
	}
}

func TestUnwiseCutOversAreTold(t *testing.T) {
	f := planned(12, 1)
	f.Project.CutOver = time.Date(2026, 12, 22, 10, 0, 0, 0, vienna)
	if s := NewSchedule(f); len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "on a Tuesday") {
		t.Errorf("%q", s.Notes)
	}
	f.Project.CutOver = time.Date(2026, 12, 4, 18, 0, 0, 0, vienna)
	if s := NewSchedule(f); len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "should have been done by now") || !strings.Contains(s.Notes[0], "Fri 18 Dec, 18:00 CET") {
		t.Errorf("%q", s.Notes)
	}
	f.Project.CutOver = time.Date(2026, 11, 30, 18, 0, 0, 0, vienna)
	if s := NewSchedule(f); len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "has passed") {
		t.Errorf("%q", s.Notes)
	}
}

func TestNextIsWhatIsLateOrDueFirst(t *testing.T) {
	f := planned(12, 5)
	s := NewSchedule(f)
	if n := s.Next(); n == nil || n.State == TaskComing || n.Name != TaskAnnounce {
		t.Errorf("next is %+v", n)
	}
	f.Marks = map[TaskName]time.Time{}
	for _, name := range TaskNames() {
		f.Marks[name] = noon
	}
	if s = NewSchedule(f); s.Next() != nil {
		t.Errorf("all is done, and yet %+v", s.Next())
	}
}

func TestAcceptedWarningsHoldWhileTheyAreTheSame(t *testing.T) {
	warned := UserCheck{User: User{ID: 7}, Warnings: []Fault{{What: "3 messages are too big."}}}
	known := Tested{Users: map[int64]TestedUser{7: {Warnings: []string{"3 messages are too big."}, Accepted: true}}}
	if !known.Accepts(warned) {
		t.Error("the same warning is asked about again")
	}
	warned.Warnings[0].What = "4 messages are too big."
	if known.Accepts(warned) {
		t.Error("another warning counts as accepted")
	}
	warned.User.ID = 8
	if known.Accepts(warned) {
		t.Error("another user's warning counts as accepted")
	}
}
