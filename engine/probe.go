package engine

import (
	"context"
	"time"
)

// Probe tests every chosen user on both sides. Its methods may be called from
// any goroutine.
type Probe struct{}

// NewProbe makes a probe that is not yet running.
func NewProbe(p Project, users []User, d Dialer) *Probe { return &Probe{} }

// Run tests all users, several at once, until done or ctx ends.
func (p *Probe) Run(ctx context.Context) error { return nil }

// Retest tests these users again while Run runs or after it; no IDs means all
// that are not green.
func (p *Probe) Retest(ctx context.Context, userIDs ...int64) error { return nil }

// Status is a snapshot.
func (p *Probe) Status() ProbeStatus { return ProbeStatus{} }

// ProbeStatus is a snapshot of a probe.
type ProbeStatus struct {
	At       time.Time
	Done     int // users finished
	Left     time.Duration
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

// UserCheck is what is known of one user.
type UserCheck struct {
	User        User
	State       CheckState
	Source      SideCheck
	Destination SideCheck
	Messages    int
	Bytes       int64
	TooBig      int
	BeyondLimit int
	Folders     int
	Mappings    []Mapping // what would become of each folder
	Quota       *Quota    // at the destination
	Warnings    []Fault   // clashes, renamed folders, tight quota, ...
}

// SideCheck is what is known of one user on one side.
type SideCheck struct {
	State    CheckState
	Fault    *Fault // why it failed
	Info     SessionInfo
	Messages int
	At       time.Time
	Took     time.Duration
}

// Estimate says how long the first run takes, and why.
type Estimate struct {
	Messages         int
	Bytes            int64
	Min, Likely, Max time.Duration // 0: can't say yet
	LimitedBy        string        // in words
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
