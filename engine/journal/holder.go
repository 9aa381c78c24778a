package journal

import (
	"context"
	"time"

	"mxodus/engine"
)

var _ engine.Holder = (*File)(nil)

// Holder says who runs the project, by one look at the lock; nil: nobody, or
// somebody who is gone. Of a holder on another machine only its marks of life
// can be seen: one that gave none for a minute counts as gone.
func (f *File) Holder(ctx context.Context) (*engine.LockedError, error) {
	row, err := f.readLock(ctx)
	if err != nil || row.token == "" {
		return nil, err
	}
	here := row.machine == thisProcess().machine
	switch {
	case here && fateOf(row.pid, row.birth) == gone:
		return nil, nil
	case !here && time.Since(row.beatAt) > f.times.stale:
		return nil, nil
	}
	return &engine.LockedError{Host: engine.Clean(row.host, 100), PID: row.pid, Since: row.since}, nil
}
