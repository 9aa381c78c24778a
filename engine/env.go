package engine

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// env is what all mailboxes of a batch share.
type env struct {
	project      Project
	file         ProjectFile
	dialer       Dialer
	log          *slog.Logger
	source, dest *gate
	budget       *Budget
	pace         *pace
	cutOver      atomic.Bool // no flag at the destination is touched any more
	alive        time.Time   // when an earlier run of this project was last known to live

	mu     sync.Mutex
	limits Limits
	counts map[int64]FolderCount // by folder ID, as of the start of the pass
	pass   int
}

func (e *env) getLimits() Limits {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.limits
}

// recount reads again what the journal holds.
func (e *env) recount(ctx context.Context) error {
	counts, err := e.file.Counts(ctx)
	if err != nil {
		return err
	}
	byID := make(map[int64]FolderCount, len(counts))
	for _, c := range counts {
		byID[c.Folder.ID] = c
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.counts = byID
	return nil
}

// tallies are what the journal held of each user as the pass began.
func (e *env) tallies() map[int64]Tally {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := map[int64]Tally{}
	for _, c := range e.counts {
		t := all[c.Folder.UserID]
		t.AddCount(c)
		all[c.Folder.UserID] = t
	}
	return all
}

// hasDone says that some folder was completed before.
func (e *env) hasDone() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range e.counts {
		if c.Folder.Done.UIDValidity != 0 {
			return true
		}
	}
	return false
}

func (e *env) setPass(n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.pass = n
}

func (e *env) setCount(c FolderCount) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.counts[c.Folder.ID] = c
}

func (e *env) count(folderID int64) (FolderCount, int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.counts[folderID], e.pass
}
