package journal

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"os"
	"sync"
	"time"

	"mxodus/engine"
)

// lockTimes are how long things take; only tests have others than these.
type lockTimes struct {
	beat  time.Duration // between two beats of the holder
	poll  time.Duration // between two looks at a holder that can't be asked
	stale time.Duration // without a beat for so long, the holder is gone
}

var defaultTimes = lockTimes{beat: 3 * time.Second, poll: time.Second, stale: 60 * time.Second}

// lockRow is the lock as it stands in the file.
type lockRow struct {
	token string // empty: nobody holds it
	process
	since  time.Time
	beats  int64
	beatAt time.Time
}

// process names one process among all machines that may share the file.
type process struct {
	machine string // two equal ones see the same processes
	host    string // for people
	pid     int
	birth   string // tells a process from an earlier one of the same pid
}

// hold is a lock that this File holds.
type hold struct {
	f      *File
	token  string
	before time.Time // when the holder before us was last known to run
	stop   context.CancelFunc
	beats  sync.WaitGroup
	once   sync.Once
}

const readLock = `SELECT coalesce(token, ''), machine, host, pid, birth, since, beats, beat_at FROM lock`

func (r *lockRow) scan(row scanner) error {
	var since, beatAt int64
	err := row.Scan(&r.token, &r.machine, &r.host, &r.pid, &r.birth, &since, &r.beats, &beatAt)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	r.since, r.beatAt = time.Unix(0, since), time.Unix(0, beatAt)
	return err
}

func (r *lockRow) holder() error {
	return &engine.LockedError{Host: engine.Clean(r.host, 100), PID: r.pid, Since: r.since}
}

// sameBeat says that the holder gave no mark of life between two looks.
func (r *lockRow) sameBeat(o *lockRow) bool { return r.token == o.token && r.beats == o.beats }

// Lock makes this process the only one that may run the project. A holder on
// this machine is looked up among the processes: nothing but its end frees the
// lock, so that a computer which slept goes on. A holder that can't be looked up
// is watched: a beat within a few seconds says that it lives; a minute without
// one, by this process's own clock, that it is gone.
func (f *File) Lock(ctx context.Context) (unlock func(), err error) {
	var watched lockRow
	var began time.Time
	for {
		row, err := f.readLock(ctx)
		if err != nil {
			return nil, err
		}
		free := row.token == ""
		if !free && row.machine == thisProcess().machine {
			switch fateOf(row.pid, row.birth) {
			case gone:
				free = true
			case alive:
				return nil, row.holder()
			}
		}
		switch same := row.sameBeat(&watched); {
		case free:
		case !same && !began.IsZero() && row.token == watched.token:
			return nil, row.holder()
		case !same:
			watched, began = row, time.Now()
		default:
			free = time.Since(began) >= f.times.stale
		}
		if free {
			if h, err := f.takeLock(ctx, row); h != nil || err != nil {
				return h.release(), err
			}
			continue // somebody was faster
		}
		if err := sleep(ctx, f.times.poll); err != nil {
			return nil, err
		}
	}
}

func (f *File) readLock(ctx context.Context) (row lockRow, err error) {
	err = row.scan(f.readers.QueryRowContext(ctx, readLock))
	return row, f.fault(err)
}

// takeLock writes our name over row, if that still stands there; nil without an
// error when it doesn't.
func (f *File) takeLock(ctx context.Context, row lockRow) (*hold, error) {
	h := &hold{f: f, token: rand.Text(), before: f.lastAlive(row)}
	self, now := thisProcess(), time.Now().UnixNano()
	taken := false
	err := f.writer.do(ctx, lockItself, 0, func(t *tx) error {
		taken = false
		var stands lockRow
		if err := stands.scan(t.queryRow(readLock)); err != nil {
			return err
		}
		if !stands.sameBeat(&row) {
			return nil
		}
		taken = true
		return t.exec(`INSERT OR REPLACE INTO lock (id, token, machine, host, pid, birth, since, beats, beat_at)
			VALUES (1, ?, ?, ?, ?, ?, ?, 0, ?)`, h.token, self.machine, self.host, self.pid, self.birth, now, now)
	})
	if err != nil || !taken {
		return nil, err
	}
	f.mu.Lock()
	f.held = h
	f.mu.Unlock()
	ctx, h.stop = context.WithCancel(context.Background())
	h.beats.Go(func() { h.beat(ctx) })
	return h, nil
}

// beat gives marks of life until the lock is given back, or was taken from us:
// then the guard refuses whatever else the run wants to write.
func (h *hold) beat(ctx context.Context) {
	for sleep(ctx, h.f.times.beat) == nil {
		err := h.f.writer.do(ctx, anybody, 0, func(t *tx) error {
			return t.exec(`UPDATE lock SET beats = beats + 1, beat_at = ? WHERE token = ?`, time.Now().UnixNano(), h.token)
		})
		if errors.Is(err, errLockLost) {
			return
		}
		// Anything else (a full disk) may pass; who must know is told by
		// the run's own writes.
	}
}

// release is unlock, or nil for no hold.
func (h *hold) release() func() {
	if h == nil {
		return nil
	}
	return h.unlock
}

// unlock gives the lock back; it may be called twice. A failure to write that
// down costs the next run nothing but the look whether we are still there.
func (h *hold) unlock() {
	h.once.Do(func() {
		h.stop()
		h.beats.Wait()
		h.f.mu.Lock()
		h.f.held = nil
		h.f.mu.Unlock()
		_ = h.f.writer.do(context.Background(), lockItself, 0, func(t *tx) error {
			return t.exec(`UPDATE lock SET token = NULL, beat_at = ? WHERE token = ?`, time.Now().UnixNano(), h.token)
		})
	})
}

// LastAlive is when the last holder of the lock may last have run; never later
// than now, whatever happened to the clock. While this File holds the lock, it
// tells of the holder before. Zero: nobody ever held it.
func (f *File) LastAlive(ctx context.Context) (time.Time, error) {
	f.mu.Lock()
	h := f.held
	f.mu.Unlock()
	if h != nil {
		return h.before, nil
	}
	row, err := f.readLock(ctx)
	return f.lastAlive(row), err
}

// lastAlive adds a beat for a holder that didn't say goodbye: it may have run
// until just before its next one.
func (f *File) lastAlive(row lockRow) time.Time {
	if row.beatAt.IsZero() {
		return time.Time{}
	}
	at := row.beatAt
	if row.token != "" {
		at = at.Add(f.times.beat)
	}
	if now := time.Now(); at.After(now) {
		return now
	}
	return at
}

// demand is what a change asks of the lock.
type demand uint8

const (
	anybody    demand = iota // settings, users, history: allowed beside another's run
	runner                   // what became of mail: nobody else may hold the lock
	lockItself               // taking and giving back the lock
)

// errLockLost is within the fault of a run whose lock was taken over.
var errLockLost = errors.New("the project's lock was taken over")

// standing is the lock as a transaction sees it.
type standing struct {
	row  lockRow
	ours string // token that this File believes to hold; empty: none
}

// guard reads the lock within a transaction, so that nobody can take it between
// the look and the commit.
func (f *File) guard(t *tx) (s standing, err error) {
	f.mu.Lock()
	if f.held != nil {
		s.ours = f.held.token
	}
	f.mu.Unlock()
	return s, s.row.scan(t.queryRow(readLock))
}

func (s standing) allows(path string, needs demand) error {
	mine := s.row.token == s.ours
	switch {
	case needs == lockItself || mine:
		return nil
	case s.ours != "":
		return newFault(errLockLost, "Look who runs it with the status command; end one of the two.",
			"Another mxodus has taken over the project file %s (process %d on %s).", shown(path), s.row.pid, engine.Clean(s.row.host, 100))
	case needs == runner:
		return s.row.holder()
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func thisProcess() process {
	host, err := os.Hostname()
	if err != nil {
		host = "this computer"
	}
	pid := os.Getpid()
	birth, _ := birthOf(pid)
	return process{machine: machineID(host), host: host, pid: pid, birth: birth}
}

// fate is what can be said of a process.
type fate uint8

const (
	unknown fate = iota // it may be another user's, or the system tells nothing
	alive
	gone
)

// fateOf tells what became of a process of this machine. An unknown birth on
// either side leaves the question open.
func fateOf(pid int, birth string) fate {
	now, f := birthOf(pid)
	switch {
	case f == gone:
		return gone
	case f == unknown || now == "" || birth == "":
		return unknown
	case now != birth:
		return gone
	}
	return alive
}
