package cli

import (
	"context"
	"slices"

	"mxodus/engine"
	"mxodus/engine/letter"
)

// plainStep is one step of the journey in lines.
type plainStep struct {
	title, about string
	done         func(*plainLook) bool
	waits        func(*plainLook) string // why it can't be done yet; "" when it can
	do           func(*plain, context.Context) error
}

// plainSteps are the steps, in the order of the wizard's.
func plainSteps() []plainStep {
	return []plainStep{
		{"Project", "The company, its domain, and the planned day of the change.", (*plainLook).named, never, (*plain).project},
		{"Source", "The old mail server: where it is, and how to sign in.", (*plainLook).hasSource, never, (*plain).source},
		{"Destination", "The new mail server: Microsoft 365, or another one.", (*plainLook).hasDestination, (*plainLook).needsSource, (*plain).destination},
		{"Users", "Who is to be moved.", (*plainLook).hasUsers, (*plainLook).needsServers, (*plain).people},
		{"Test", "Everybody is signed in on both sides, and mail is counted. Nothing is copied yet.", (*plainLook).isTested, (*plainLook).needsUsers, (*plain).test},
		{"Tell", "Letters to the users before the day. This step can be passed over.", (*plainLook).told, (*plainLook).needsUsers, (*plain).tell},
		{"Migrate", "The mail is copied, newest first. You can stop and go on at any time.", (*plainLook).copied, (*plainLook).needsUsers, (*plain).migrate},
		{"Verify", "Both sides are read again, and every message is accounted for.", (*plainLook).verified, (*plainLook).needsRun, (*plain).check},
		{"Cut-over", "What must stand in the domain's DNS, and what does.", (*plainLook).moved, (*plainLook).needsServers, (*plain).cutOver},
		{"Finish", "Is it safe to stop? Deltas bring what still arrives at the old server.", (*plainLook).ended, (*plainLook).needsRun, (*plain).end},
		{"Welcome", "Letters to the users from each one's own numbers. This step can be passed over.", (*plainLook).welcomed, (*plainLook).needsRun, (*plain).welcome},
		{"Report", "The hand-over report for the owner.", notDone, (*plainLook).needsRun, (*plain).handOver},
	}
}

func never(*plainLook) string { return "" }
func notDone(*plainLook) bool { return false }

// plainLook is what the project's file says of where the journey stands.
type plainLook struct {
	project engine.Project
	users   int
	tested  engine.Tested
	runs    []engine.Run
	letters []engine.Delivery
	ending  bool
}

// look reads it.
func (p *plain) look(ctx context.Context) (*plainLook, error) {
	f, err := engine.ReadSchedule(ctx, p.file)
	if err != nil {
		return nil, err
	}
	j := &plainLook{project: f.Project, users: f.Users, runs: f.Runs, letters: f.Deliveries}
	if j.tested, err = engine.ReadTested(ctx, p.file); err != nil {
		return nil, err
	}
	ending, err := engine.ReadEnding(ctx, p.file)
	j.ending = ending != nil
	return j, err
}

// next is the first step from there on that is not done.
func (j *plainLook) next(steps []plainStep, from int) int {
	for i := from; i < len(steps); i++ {
		if !steps[i].done(j) {
			return i
		}
	}
	return from
}

func (j *plainLook) named() bool          { return j.project.Domain != "" }
func (j *plainLook) hasSource() bool      { return j.project.Source.Host != "" }
func (j *plainLook) hasDestination() bool { return j.project.Destination.Host != "" }
func (j *plainLook) hasUsers() bool       { return j.users > 0 }
func (j *plainLook) moved() bool          { return j.project.CutOverDone }
func (j *plainLook) ended() bool          { return j.ending }

func (j *plainLook) isTested() bool {
	for _, u := range j.tested.Users {
		if u.State == engine.CheckFailed || u.State == engine.CheckWarning && !u.Accepted {
			return false
		}
	}
	return len(j.tested.Users) > 0
}

func (j *plainLook) ran(kinds ...string) bool {
	return slices.ContainsFunc(j.runs, func(r engine.Run) bool {
		return slices.Contains(kinds, r.Kind) && !r.Finished.IsZero() && !r.Summary.Interrupted
	})
}

func (j *plainLook) copied() bool   { return j.ran("full", "delta") }
func (j *plainLook) verified() bool { return j.ran("verify") }
func (j *plainLook) told() bool     { return j.sent(letter.Announcement) }
func (j *plainLook) welcomed() bool { return j.sent(letter.Welcome) }

func (j *plainLook) sent(kind letter.Kind) bool {
	return slices.ContainsFunc(j.letters, func(d engine.Delivery) bool { return d.Letter == string(kind) })
}

func (j *plainLook) needsSource() string {
	if !j.hasSource() {
		return "the old server comes first, step 2"
	}
	return ""
}

func (j *plainLook) needsServers() string {
	if why := j.needsSource(); why != "" {
		return why
	}
	if !j.hasDestination() {
		return "the new server comes first, step 3"
	}
	return ""
}

func (j *plainLook) needsUsers() string {
	if why := j.needsServers(); why != "" {
		return why
	}
	if !j.hasUsers() {
		return "nobody is in the project yet, step 4"
	}
	return ""
}

func (j *plainLook) needsRun() string {
	if !j.copied() {
		return "nothing is copied yet, step 7"
	}
	return ""
}
