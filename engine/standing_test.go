package engine

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Whoever opens the project while it runs, or after it was killed, sees every user's
// state and counts.
func TestRunTellsHowItStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 300).manyUsers(2)
		w.file.users = w.users
		b := w.batch()
		once := false
		w.dst.onAppend = func(n int, o *Outgoing) fate {
			if n == 100 && !once {
				once = true
				b.Pause()
				time.AfterFunc(10*time.Second, func() {
					w.halfWay()
					b.Resume()
				})
			}
			return fate{}
		}
		if _, err := b.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		s, err := Standing(t.Context(), w.file, false)
		if err != nil || s.Finished.IsZero() || s.Stopping || len(s.Users) != 2 || s.Users[0].State != UserDone || s.Sum != b.Status().Sum {
			t.Fatalf("%+v %v", s, err)
		}
		counts, err := w.file.Counts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s = s.WithFolders(counts)
		folders := Tally{}
		for _, f := range s.Users[0].Folders {
			folders.add(f.Sum)
		}
		if folders != s.Users[0].Sum {
			t.Errorf("folders %+v, user %+v", folders, s.Users[0].Sum)
		}
	})
}

// halfWay looks at a run that was paused, as another process does.
func (w *world) halfWay() {
	w.t.Helper()
	s, err := Standing(context.Background(), w.file, true)
	if err != nil || s == nil || !s.Finished.IsZero() || !s.Paused || s.Users[0].State != UserPaused {
		w.t.Fatalf("%+v %v", s, err)
	}
	if there, _ := s.Users[0].Sum.There(); there == 0 || !s.Users[0].Scanned {
		w.t.Errorf("%+v", s.Users[0])
	}
	s, _ = Standing(context.Background(), w.file, false)
	if s.Finished != s.At || s.Paused || s.Users[0].State != UserStopped {
		w.t.Errorf("of a run that was killed: %+v", s)
	}
}

// Users who wait for their turn are in the time left by what the test counted, less
// what earlier runs brought; what is left out is no part of it.
func TestTimeLeftCountsThoseWhoWaitForTheirTurn(t *testing.T) {
	b := NewBatch(Project{}, newFakeFile(), nil, BatchOptions{Users: []User{{ID: 1}, {ID: 2}}})
	now := time.Now()
	one, two := b.boxes[0].track, b.boxes[1].track
	one.scanned, one.state = true, UserCopying
	one.folders = []*folderTrack{{sum: Tally{Total: 1000, Copied: 500, Skipped: 400, TotalBytes: 1000_000, CopiedBytes: 500_000, SkippedBytes: 400_000}}}
	for i := range 30 {
		b.speed.add(now.Add(time.Duration(i-30)*time.Second), 10*i, int64(10_000*i))
	}
	if s := b.Status(); s.Left != 0 {
		t.Errorf("%s left, and nobody knows what user 2 holds", s.Left)
	}
	two.remember(Tally{Total: 200, Copied: 200, TotalBytes: 200_000, CopiedBytes: 200_000}, TestedUser{Messages: 1100, Bytes: 1100_000})
	s := b.Status()
	messages, _, exact, known := s.Whole()
	if messages != 600+1100 || exact || !known {
		t.Errorf("%d messages, %v, %v", messages, exact, known)
	}
	if s.Left < 95*time.Second || s.Left > 105*time.Second || s.LeftMin >= s.Left || s.LeftMax <= s.Left { // 100 and 900 at 10 a second
		t.Errorf("%s left, between %s and %s", s.Left, s.LeftMin, s.LeftMax)
	}
}

// historyFile is a fakeFile whose runs are kept.
type historyFile struct {
	*fakeFile
	runs []Run
}

func (f *historyFile) Runs(context.Context) ([]Run, error) { return f.runs, nil }

func TestRunThatWasKilledIsInTheHistoryOnce(t *testing.T) {
	f := &historyFile{newFakeFile(), []Run{{ID: 2, Kind: "full", Started: time.Now().Add(-time.Hour)}, {ID: 1, Kind: "full", Finished: time.Now()}}}
	for range 2 {
		if err := NoteInterrupted(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	if len(f.events) != 1 || !strings.Contains(f.events[0].Text, "was interrupted, at about") || f.events[0].Level != Attention {
		t.Errorf("%+v", f.events)
	}
	f.runs[0].Finished = time.Now()
	f.runs = append(f.runs, Run{ID: 3, Kind: "verify", Started: time.Now()})
	if err := NoteInterrupted(t.Context(), f); err != nil || len(f.events) != 2 || !strings.HasPrefix(f.events[1].Text, "The verification") {
		t.Errorf("%+v %v", f.events, err)
	}
}
