package engine

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Probe tests every chosen user on both sides. It reads only. Its methods may be
// called from any goroutine.
type Probe struct {
	project      Project
	limits       Limits
	dialer       Dialer
	source, dest *gate
	budget       *Budget
	slots        chan struct{} // users tested at once

	mu      sync.Mutex
	users   []*probed
	running int // Run and Retest that have not returned
	ran     bool
}

// ProbeStatus is a snapshot of a probe.
type ProbeStatus struct {
	At       time.Time
	Done     int           // users finished
	Left     time.Duration // 0: not known yet
	Users    []UserCheck
	Estimate Estimate
	Finished bool
}

// CheckState is where one check stands.
type CheckState string

// The states of a check.
const (
	CheckWaiting CheckState = "waiting"
	CheckRunning CheckState = "running"
	CheckOK      CheckState = "ok"
	CheckWarning CheckState = "warning"
	CheckFailed  CheckState = "failed"
)

// Finished says whether nothing more comes of the check by itself.
func (s CheckState) Finished() bool {
	return s == CheckOK || s == CheckWarning || s == CheckFailed
}

// UserCheck is what is known of one user.
type UserCheck struct {
	User        User
	State       CheckState
	Source      SideCheck
	Destination SideCheck
	// Messages and Bytes are what a first run would copy: without what is left
	// out, and of a folder like Gmail's All Mail only as much as can't stand
	// elsewhere.
	Messages    int
	Bytes       int64
	TooBig      int
	BeyondLimit int
	Folders     int       // that are copied
	Mappings    []Mapping // what would become of each folder
	Quota       *Quota    // at the destination
	Warnings    []Fault   // clashes, renamed folders, tight quota, ...
}

// SideCheck is what is known of one user on one side.
type SideCheck struct {
	State    CheckState
	Fault    *Fault // why it failed
	Info     SessionInfo
	Messages int // in all folders that may be copied, or are the user's own at the destination
	At       time.Time
	Took     time.Duration
	Until    time.Time // while it runs: it waits for the server until then
}

// Mapping says where one source folder goes.
type Mapping struct {
	Source   Folder
	DestPath []string // decoded; empty when Skip is set
	Exists   bool     // at the destination already
	Renamed  string   // why DestPath differs from what one would expect, in words
	Skip     Reason   // why the folder is left out
	// Rest says that only what stands in no other copied folder is taken: Gmail's
	// All Mail. Such folders come last.
	Rest  bool
	Order int // folders are listed, and at equal age copied, by ascending order
}

// NewProbe makes a probe that is not yet running. Users that are left out are
// not tested.
func NewProbe(p Project, users []User, d Dialer) *Probe {
	l := p.Bounds()
	pr := &Probe{project: p, limits: l, dialer: d, source: newGate(l.SourceConns), dest: newGate(l.DestConns),
		budget: NewBudget(sampleBytes), slots: make(chan struct{}, max(l.Mailboxes, 1))}
	for _, u := range users {
		if !u.LeftOut {
			pr.users = append(pr.users, &probed{check: waitingCheck(u)})
		}
	}
	return pr
}

// Run tests all users, several at once, until done or ctx ends. What is wrong
// with a user is in Status, not in the error.
func (p *Probe) Run(ctx context.Context) error {
	return p.test(ctx, func(*probed) bool { return true })
}

// Retest tests these users again while Run runs or after it, and returns when
// they are done; no IDs means all that are not green. Users that are being tested
// anyway are left alone.
func (p *Probe) Retest(ctx context.Context, userIDs ...int64) error {
	return p.test(ctx, func(u *probed) bool {
		if len(userIDs) == 0 {
			return u.check.State != CheckOK
		}
		return slices.Contains(userIDs, u.check.User.ID)
	})
}

// test tests the users that want says, within the probe's slots.
func (p *Probe) test(ctx context.Context, want func(*probed) bool) error {
	var mine []*probed
	p.mu.Lock()
	p.running++
	p.ran = true
	for _, u := range p.users {
		if want(u) && !u.busy {
			u.busy = true
			u.check = waitingCheck(u.check.User)
			mine = append(mine, u)
		}
	}
	p.mu.Unlock()
	var wg sync.WaitGroup
	for _, u := range mine {
		select {
		case p.slots <- struct{}{}:
			wg.Go(func() {
				defer func() { <-p.slots }()
				p.testUser(ctx, u)
			})
		case <-ctx.Done():
			p.mu.Lock()
			u.busy = false
			p.mu.Unlock()
		}
	}
	wg.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running--
	return context.Cause(ctx)
}

// Status is a snapshot.
func (p *Probe) Status() ProbeStatus {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	s := ProbeStatus{At: now, Finished: p.ran && p.running == 0, Users: make([]UserCheck, len(p.users))}
	var took time.Duration
	for i, u := range p.users {
		s.Users[i] = u.copy()
		if u.check.State.Finished() {
			s.Done++
			took += max(u.check.Source.Took, u.check.Destination.Took)
		}
	}
	if left := len(p.users) - s.Done; s.Done > 0 && left > 0 {
		s.Left = took / time.Duration(s.Done) * time.Duration(left) / time.Duration(min(left, cap(p.slots)))
	}
	s.Estimate = p.estimate()
	return s
}

func waitingCheck(u User) UserCheck {
	return UserCheck{User: u, State: CheckWaiting, Source: SideCheck{State: CheckWaiting}, Destination: SideCheck{State: CheckWaiting}}
}
