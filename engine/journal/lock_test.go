package journal

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"
	"testing/synctest"
	"time"

	"mxodus/engine"
)

// foreignLock writes a lock as another machine would.
func foreignLock(t *testing.T, f *File, token string, beats int) {
	t.Helper()
	must(t, f.writer.do(context.Background(), lockItself, 0, func(tx *tx) error {
		return tx.exec(`INSERT OR REPLACE INTO lock (id, token, machine, host, pid, birth, since, beats, beat_at)
			VALUES (1, ?, 'elsewhere', 'office-pc', 4711, 'x', ?, ?, ?)`, token, time.Now().UnixNano(), beats, time.Now().Add(-24*time.Hour).UnixNano())
	}))
}

func wantLocked(t *testing.T, err error, host string, pid int) {
	t.Helper()
	locked, ok := errors.AsType[*engine.LockedError](err)
	if !ok || locked.Host != host || locked.PID != pid || time.Since(locked.Since) > time.Minute {
		t.Errorf("%v (%+v), want a lock of %d on %s", err, locked, pid, host)
	}
}

func TestSecondRunIsRefused(t *testing.T) {
	f := newFile(t)
	r := newFolder(t, f)
	unlock, err := f.Lock(t.Context())
	must(t, err)
	host, _ := os.Hostname()

	other := reopen(t, f.path)
	_, err = other.Lock(t.Context())
	wantLocked(t, err, host, os.Getpid())
	_, err = f.Lock(t.Context())
	wantLocked(t, err, host, os.Getpid())

	// It may look, and change what isn't about mail.
	must(t, f.Put(t.Context(), r.ID, manyRecords(1, 5)))
	if got := collect(t, other, r.ID); len(got) != 5 {
		t.Errorf("%d records", len(got))
	}
	wantLocked(t, other.Put(t.Context(), r.ID, manyRecords(6, 1)), host, os.Getpid())
	wantLocked(t, other.RemoveUser(t.Context(), r.UserID), host, os.Getpid())
	must(t, other.Event(t.Context(), engine.Event{Level: engine.Info, Text: "looked"}))

	unlock()
	unlock()
	again, err := other.Lock(t.Context())
	must(t, err)
	defer again()
	wantLocked(t, f.Put(t.Context(), r.ID, manyRecords(6, 1)), host, os.Getpid())
	must(t, other.Put(t.Context(), r.ID, manyRecords(6, 1)))
}

func TestClosingGivesTheLockBack(t *testing.T) {
	f := newFile(t)
	_, err := f.Lock(t.Context())
	must(t, err)
	must(t, f.Close())
	unlock, err := reopen(t, f.path).Lock(t.Context())
	must(t, err)
	unlock()
}

func TestReaderOpensALockedProject(t *testing.T) {
	f := newFile(t)
	unlock, err := f.Lock(t.Context())
	must(t, err)
	defer unlock()
	// Even while a transaction is open.
	must(t, f.writer.do(t.Context(), anybody, 0, func(*tx) error {
		other, err := Open(t.Context(), f.path)
		if err != nil {
			return err
		}
		_, err = other.Counts(t.Context())
		return errors.Join(err, other.Close())
	}))
}

func TestLockOfAnEndedProcessIsFree(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	must(t, cmd.Run())
	self := thisProcess()
	for name, p := range map[string]process{
		"no such process":        {machine: self.machine, host: self.host, pid: cmd.Process.Pid, birth: self.birth},
		"another of the same ID": {machine: self.machine, host: self.host, pid: self.pid, birth: "earlier"},
	} {
		f := newFile(t)
		foreignLock(t, f, "old", 3)
		must(t, f.writer.do(t.Context(), lockItself, 0, func(tx *tx) error {
			return tx.exec(`UPDATE lock SET machine = ?, pid = ?, birth = ?`, p.machine, p.pid, p.birth)
		}))
		began := time.Now()
		unlock, err := f.Lock(t.Context())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
		unlock()
	}
}

// The clock of these tests is virtual: minutes pass at once.

func TestSilentHolderElsewhereIsTakenOverAfterAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFile(t)
		foreignLock(t, f, "theirs", 3)
		began := time.Now()
		unlock, err := f.Lock(t.Context())
		must(t, err)
		defer unlock()
		if took := time.Since(began); took < 60*time.Second || took > 70*time.Second {
			t.Errorf("taken over after %v", took)
		}
	})
}

func TestLivingHolderElsewhereIsFoundQuickly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFile(t)
		foreignLock(t, f, "theirs", 3)
		go func() {
			time.Sleep(2500 * time.Millisecond)
			foreignLock(t, f, "theirs", 4)
		}()
		began := time.Now()
		_, err := f.Lock(t.Context())
		wantLocked(t, err, "office-pc", 4711)
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

func TestWaitingForALockEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFile(t)
		foreignLock(t, f, "theirs", 3)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if _, err := f.Lock(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

func TestRunWhoseLockWasTakenWritesNothingMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFile(t)
		r := newFolder(t, f)
		unlock, err := f.Lock(t.Context())
		must(t, err)
		foreignLock(t, f, "theirs", 1)
		for _, err := range []error{
			f.Put(t.Context(), r.ID, manyRecords(1, 1)),
			f.SaveFolder(t.Context(), r),
			f.Event(t.Context(), engine.Event{Level: engine.Info, Text: "still here"}),
		} {
			wantFault(t, err, "process 4711 on office-pc")
		}
		time.Sleep(time.Minute) // the heartbeat notices, and must not write either
		unlock()
		row, err := f.readLock(t.Context())
		if err != nil || row.token != "theirs" || row.beats != 1 {
			t.Errorf("%+v, %v", row, err)
		}
	})
}

func TestHolderBeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFile(t)
		if at, err := f.LastAlive(t.Context()); err != nil || !at.IsZero() {
			t.Errorf("nobody ever ran it: %v, %v", at, err)
		}
		unlock, err := f.Lock(t.Context())
		must(t, err)
		other := reopen(t, f.path)
		time.Sleep(10*time.Minute + time.Second)
		at, err := other.LastAlive(t.Context())
		if ago := time.Since(at); err != nil || ago < 0 || ago > 3*time.Second {
			t.Errorf("last alive %v ago, %v", ago, err)
		}
		unlock()
		ended := time.Now()
		time.Sleep(time.Hour)
		if at, err := other.LastAlive(t.Context()); err != nil || !at.Equal(ended) {
			t.Errorf("last alive %v, ended %v, %v", at, ended, err)
		}
		// While we hold it, it tells of the holder before.
		again, err := other.Lock(t.Context())
		must(t, err)
		defer again()
		if at, err := other.LastAlive(t.Context()); err != nil || !at.Equal(ended) {
			t.Errorf("last alive %v, ended %v, %v", at, ended, err)
		}
	})
}

func TestLastAliveIsNeverInTheFuture(t *testing.T) {
	f := newFile(t)
	foreignLock(t, f, "theirs", 1)
	must(t, f.writer.do(t.Context(), lockItself, 0, func(tx *tx) error {
		return tx.exec(`UPDATE lock SET beat_at = ?`, time.Now().Add(24*time.Hour).UnixNano())
	}))
	if at, err := f.LastAlive(t.Context()); err != nil || time.Until(at) > 0 || time.Since(at) > time.Minute {
		t.Errorf("%v, %v", at, err)
	}
}
