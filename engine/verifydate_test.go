package engine

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// moveDate gives a message at the destination another date.
func (w *world) moveDate(folder string, i int, to time.Time) {
	w.dst.mu.Lock()
	defer w.dst.mu.Unlock()
	w.dst.folder(folder).msgs[i].date = to
}

func TestADateThatWasLostIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9)
		w.run()
		w.moveDate("INBOX", 2, testDate.AddDate(1, 0, 0))
		r, msgs := w.verified(false)
		if r.OK || r.Sum.Changed != 1 || len(msgs) != 1 || !strings.Contains(msgs[0].Reason, "its date of arrival differs") {
			t.Errorf("%+v %+v", r.Sum, msgs)
		}
	})
}

func TestOnlyDatesOfOurCopiesCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.dst.folder("INBOX").add(letter(0), nil, testDate.AddDate(1, 0, 0)) // somebody brought it before
		if s := w.run(); s.Sum.Present != 1 {
			t.Fatalf("%+v", s.Sum)
		}
		if r, msgs := w.verified(false); !r.OK {
			t.Errorf("%+v %+v", r.Sum, msgs)
		}
	})
}

func TestTheSameMomentInAnotherZoneIsTheSameDate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.run()
		w.moveDate("INBOX", 0, w.dst.folder("INBOX").msgs[0].date.In(time.FixedZone("", 5*3600)))
		if r, msgs := w.verified(false); !r.OK {
			t.Errorf("%+v %+v", r.Sum, msgs)
		}
	})
}

func TestDatesThatTheServerCannotHoldAreCountedAndExplained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 6)
		oldest := time.Unix(1, 0).UTC()
		w.dst.holdable = func(at time.Time) time.Time {
			if at.Before(oldest) {
				return oldest
			}
			return at
		}
		for _, year := range []int{1936, 1969} {
			w.src.folder("INBOX").add(letter(2000+year), nil, time.Date(year, 5, 1, 0, 0, 0, 0, time.UTC))
		}
		s := w.run()
		if s.DatesMoved != 2 || s.Sum.Copied != 8 {
			t.Errorf("%d dates moved: %+v", s.DatesMoved, s.Sum)
		}
		told := false
		for _, e := range w.file.events {
			told = told || strings.Contains(e.Text, "can't hold the date of 2 messages")
		}
		if !told {
			t.Errorf("nobody was told: %+v", w.file.events)
		}
		r, msgs := w.verified(false)
		if !r.OK {
			t.Errorf("%+v %+v", r.Sum, msgs)
		}
		moved := 0
		for _, f := range r.Users[0].Folders {
			moved += f.DatesMoved
		}
		if moved != 2 {
			t.Errorf("the account tells of %d", moved)
		}
	})
}

func TestAServerThatKeepsNoDatesIsSaidToDoSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9)
		w.dst.dateless = true
		for _, f := range w.src.folders {
			for i, m := range f.msgs {
				m.date = time.Date(1999, 1, 1, i, 0, 0, 0, time.UTC)
			}
		}
		w.run()
		if r, msgs := w.verified(false); !r.OK {
			t.Errorf("%+v %+v", r.Sum, msgs)
		}
		p, err := LastProof(t.Context(), w.file)
		if err != nil || !p.Users[0].Dateless {
			t.Errorf("%v %+v", err, p)
		}
	})
}

func TestAMessageFromTheFutureMayArriveNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.src.folder("INBOX").add(letter(50), nil, time.Now().AddDate(2, 0, 0))
		w.run()
		w.moveDate("INBOX", 2, time.Now())
		if r, msgs := w.verified(false); !r.OK {
			t.Errorf("%+v %+v", r.Sum, msgs)
		}
	})
}
