package engine

import (
	"context"
	"log/slog"
)

// BatchOptions are about one batch, not about the project.
type BatchOptions struct {
	Users  []User // only these, in this order
	Follow bool   // deltas every Limits.FollowEvery until stopped
	Log    *slog.Logger
}

// Batch is level 1: which mailboxes run, how many at once, pause and back-off.
// Its methods may be called from any goroutine.
type Batch struct{}

// NewBatch makes a batch that is not yet running.
func NewBatch(p Project, f ProjectFile, d Dialer, o BatchOptions) *Batch { return &Batch{} }

// Run runs the batch until it is finished, stopped, or ctx is done. On cancel
// it stops within five seconds, with everything written down.
func (b *Batch) Run(ctx context.Context) (Summary, error) { return Summary{}, nil }

// Status is a snapshot.
func (b *Batch) Status() BatchStatus { return BatchStatus{} }

// Pause holds mailboxes at the next message; no IDs means all.
func (b *Batch) Pause(userIDs ...int64) {}

// Resume lets them go on.
func (b *Batch) Resume(userIDs ...int64) {}

// Stop ends mailboxes for this run; no IDs means all, and the batch with them.
func (b *Batch) Stop(userIDs ...int64) {}

// Retry runs finished mailboxes again, at once; no IDs means all that failed or
// need attention.
func (b *Batch) Retry(userIDs ...int64) {}

// SetLimits changes the limits while the batch runs.
func (b *Batch) SetLimits(l Limits) {}
