package engine

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
)

func (w *world) undo(dry bool) UndoResult {
	w.t.Helper()
	r, err := Undo(w.t.Context(), w.project, w.file, fakeDialer{w.src, w.dst}, w.users, dry)
	if err != nil {
		w.t.Fatalf("undo: %v", err)
	}
	if w.dst.sessions != 0 {
		w.t.Fatal("a connection was left open")
	}
	return r
}

func (s *fakeServer) count() (n int) {
	for _, f := range s.folders {
		n += len(f.msgs)
	}
	return n
}

func TestUndoRemovesExactlyWhatWeBroughtAndNobodyTouched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		there := w.dst.folder("INBOX")
		there.add(letter(0), nil, testDate) // present before
		there.add(letter(900), nil, testDate)
		w.run()
		there.add(letter(901), nil, testDate) // came since
		find := func(n int) *fakeMessage {
			for _, m := range there.msgs {
				if m.raw == letter(n) {
					return m
				}
			}
			return nil
		}
		find(2).flags = []string{`\Seen`, `\Answered`}
		find(3).flags = nil
		find(5).flags = []string{`\Seen`, "$Label1"}
		find(6).flags = []string{`\seen`, `\Recent`, "$HasNoAttachment"} // nobody's doing
		there.take(8)
		moved := there.take(9)
		w.dst.folder("Her own").add(moved.raw, nil, moved.date)
		before := w.dst.count()
		want := UndoResult{Removed: 24, Modified: 3, Gone: 2}
		if r := w.undo(true); r != want || w.dst.count() != before {
			t.Fatalf("dry: %+v", r)
		}
		if r := w.undo(true); r != want {
			t.Fatalf("dry again: %+v", r)
		}
		if r := w.undo(false); r != want || w.dst.count() != before-24 {
			t.Fatalf("%+v, %d left", r, w.dst.count())
		}
		for _, n := range []int{0, 900, 901, 2, 3, 5} {
			if find(n) == nil {
				t.Errorf("number %d was removed", n)
			}
		}
		if r := w.undo(false); r != (UndoResult{Modified: 3}) {
			t.Fatalf("twice: %+v", r)
		}
		appends := w.dst.appends
		s := w.run()
		if w.dst.appends-appends != 26 || s.Sum.Copied != 29 || s.Sum.Present != 1 {
			t.Fatalf("a run after it sent %d: %+v", w.dst.appends-appends, s.Sum)
		}
		if res, _ := w.verified(false); !res.OK || res.Sum.Source != 30 {
			t.Fatalf("%+v", res.Sum)
		}
	})
}

func TestUndoThatBrokeOffLosesNothingAndIsFinishedLater(t *testing.T) {
	crash := &Fault{Class: StopBatch, Code: CodeJournal, What: "crash"}
	for _, again := range []string{"undo", "run"} {
		for step := range 12 {
			t.Run(fmt.Sprint(again, step), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, 20)
					w.run()
					w.file.puts = 0
					w.file.onPut = func(n int) error {
						if n > step/3 {
							return crash
						}
						return nil
					}
					w.dst.onRemove = func() (before, after error) {
						switch step % 3 {
						case 1:
							return crash, nil
						case 2:
							return nil, crash
						}
						return nil, nil
					}
					_, err := Undo(t.Context(), w.project, w.file, fakeDialer{w.src, w.dst}, w.users, false)
					w.file.onPut, w.dst.onRemove = nil, nil
					if again == "undo" {
						if w.undo(false); w.dst.count() != 0 {
							t.Fatalf("%d left after %v", w.dst.count(), err)
						}
					}
					w.run()
					w.same()
					if s := w.file.states(); s[Copied] != 20 || s[Sending] != 0 {
						t.Fatalf("%v", s)
					}
				})
			})
		}
	}
}

func TestUndoGoesOnAfterALostReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 20)
		w.run()
		calls := 0
		w.dst.onRemove = func() (before, after error) {
			if calls++; calls < 4 {
				return nil, errCut
			}
			return nil, nil
		}
		if r := w.undo(false); r != (UndoResult{Removed: 20}) || w.dst.count() != 0 {
			t.Fatalf("%+v, %d left", r, w.dst.count())
		}
	})
}

func TestUndoTouchesNoFolderThatWasMadeAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 20)
		w.run()
		w.dst.folder("INBOX").validity++
		delete(w.dst.folders, "Archive/2019")
		if r := w.undo(false); r != (UndoResult{Modified: 13, Gone: 7}) || w.dst.count() != 13 {
			t.Fatalf("%+v", r)
		}
	})
}

func TestUndoNeedsUIDPLUSAndTheLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 20)
		w.run()
		w.dst.info = &SessionInfo{}
		_, err := Undo(t.Context(), w.project, w.file, fakeDialer{w.src, w.dst}, w.users, false)
		if !IsCode(err, CodeRefused) || w.dst.count() != 20 {
			t.Fatalf("%v, %d left", err, w.dst.count())
		}
		w.dst.info = nil
		w.file.locked = &LockedError{Host: "there", PID: 1}
		var locked *LockedError
		if _, err := Undo(t.Context(), w.project, w.file, fakeDialer{w.src, w.dst}, w.users, false); !errors.As(err, &locked) || w.dst.count() != 20 {
			t.Fatalf("%v", err)
		}
	})
}

func TestUndoOfOneUserFailsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 5).manyUsers(3)
		w.users = w.users[:2]
		w.run()
		w.dst.onUser = func(u User) error {
			if u.ID == 1 {
				return &Fault{Class: StopMailbox, Code: CodeAuth, What: "No."}
			}
			return nil
		}
		r, err := Undo(t.Context(), w.project, w.file, fakeDialer{w.src, w.dst}, w.users, false)
		if !IsCode(err, CodeAuth) || r.Removed == 0 {
			t.Fatalf("%v %+v", err, r)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Undo(ctx, w.project, w.file, fakeDialer{w.src, w.dst}, w.users, false); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	})
}

func TestUndoOfALargeFolderGoesInParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 0)
		for i := range partMost + 5 {
			w.src.folder("INBOX").add(letter(i), nil, testDate)
		}
		w.run()
		w.dst.folder("INBOX").take(partMost + 1)
		w.dst.folder("INBOX").msgs[7].flags = []string{`\Flagged`}
		if r := w.undo(false); r != (UndoResult{Removed: partMost + 3, Modified: 1, Gone: 1}) || w.dst.count() != 1 {
			t.Fatalf("%+v, %d left", r, w.dst.count())
		}
	})
}
