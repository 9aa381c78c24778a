package engine

import (
	"context"
	"errors"
	"sync"
	"time"

	"mxodus/engine/say"
)

// UndoResult says what undo did, or would do.
type UndoResult struct {
	Removed  int // exactly what we appended, unmodified
	Modified int // left alone: its flags or headers changed since, or it can't be named for certain
	Gone     int // not there any more, or moved by somebody
}

func (r *UndoResult) add(s UndoResult) {
	r.Removed += s.Removed
	r.Modified += s.Modified
	r.Gone += s.Gone
}

// Undo removes at the destination exactly what mxodus appended and nobody has
// touched since, for these users. Folders stay, also those made by us. What was
// removed, or is gone, is forgotten by the journal, so that a later run brings
// it again. With dry, it only counts. It holds the project's lock. One user's
// fault doesn't stop the others; the error joins them all.
func Undo(ctx context.Context, p Project, f ProjectFile, d Dialer, users []User, dry bool) (UndoResult, error) {
	unlock, err := f.Lock(ctx)
	if err != nil {
		return UndoResult{}, err
	}
	defer unlock()
	started := time.Now()
	run := int64(0)
	if !dry {
		if run, err = f.StartRun(ctx, "undo"); err != nil {
			return UndoResult{}, err
		}
	}
	l := p.Bounds()
	job := &undoJob{file: f, dialer: d, dest: newGate(l.DestConns), dry: dry}
	slots := make(chan struct{}, max(l.Mailboxes, 1))
	var c crew
	errs := make([]error, len(users))
	for i, u := range users {
		c.do(&errs[i], func() error {
			select {
			case slots <- struct{}{}:
				defer func() { <-slots }()
				return job.undoUser(ctx, u)
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
	}
	c.Wait()
	err = errors.Join(errs...)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if dry {
		return job.sum, err
	}
	s := Summary{Kind: "undo", Started: started, Finished: time.Now(), Users: len(users), Interrupted: ctx.Err() != nil}
	for _, e := range errs {
		if e != nil {
			s.UsersFailed++
		}
	}
	return job.sum, errors.Join(err, f.FinishRun(context.WithoutCancel(ctx), run, s))
}

// undoJob is one undo over many users.
type undoJob struct {
	file   ProjectFile
	dialer Dialer
	dest   *gate
	dry    bool

	mu  sync.Mutex
	sum UndoResult
}

// undoUser undoes one mailbox, folder by folder.
func (j *undoJob) undoUser(ctx context.Context, user User) error {
	u := &userUndo{job: j, user: user, tried: map[int64]map[uint32]bool{}}
	defer u.close()
	rows, err := j.file.Folders(ctx, user.ID)
	if err != nil {
		return err
	}
	var sum UndoResult
	for _, row := range rows {
		if row.Dest == "" {
			continue
		}
		var r UndoResult
		err := u.step(ctx, func() (err error) {
			r, err = u.undoFolder(ctx, row)
			return err
		})
		if err != nil {
			return err
		}
		sum.add(r)
		j.mu.Lock()
		j.sum.add(r)
		j.mu.Unlock()
	}
	if j.dry || sum.Removed == 0 {
		return nil
	}
	return j.file.Event(context.WithoutCancel(ctx), Event{At: time.Now(), UserID: user.ID, Level: Info,
		Text: say.Either(sum.Removed, "message was", "messages were") + " removed from the new mailbox again, as asked."})
}
