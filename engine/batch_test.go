package engine

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var testDate = time.Date(2020, 5, 17, 10, 0, 0, 0, time.FixedZone("", 7200))

// world is a source, a destination and a project file in virtual time.
type world struct {
	t        *testing.T
	src, dst *fakeServer
	file     *fakeFile
	project  Project
	users    []User
}

func newWorld(t *testing.T, messages int) *world {
	w := &world{t: t, src: newFakeServer(SideSource), dst: newFakeServer(SideDestination), file: newFakeFile(),
		users: []User{{ID: 1, Address: "anna@acme.example", SourceLogin: "anna"}}}
	for i := range messages {
		name := "INBOX"
		if i%3 == 1 {
			name = "Archive/2019"
		}
		w.src.folder(name).add(letter(i), []string{`\Seen`}, testDate.Add(time.Duration(i)*time.Hour))
	}
	return w
}

func (w *world) batch() *Batch {
	return NewBatch(w.project, w.file, fakeDialer{w.src, w.dst}, BatchOptions{Users: w.users})
}

func (w *world) run() Summary {
	w.t.Helper()
	s, err := w.batch().Run(context.Background())
	if err != nil {
		w.t.Fatalf("run: %v", err)
	}
	return s
}

// same fails unless the destination holds exactly what the source holds.
func (w *world) same() {
	w.t.Helper()
	src, dst := w.src.bodies(), w.dst.bodies()
	if maps.Equal(src, dst) {
		return
	}
	lost, twice := 0, 0
	for k, n := range src {
		lost += max(0, n-dst[k])
	}
	for k, n := range dst {
		twice += max(0, n-src[k])
	}
	w.t.Fatalf("%d lost, %d too many; states: %v; events: %v", lost, twice, w.file.states(), w.file.events)
}

func TestEveryMessageArrivesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2500)
		s := w.run()
		w.same()
		if s.Sent != 2500 || s.Sum.Copied != 2500 || s.Sum.Total != 2500 {
			t.Fatalf("summary %+v", s)
		}
	})
}

func TestSecondRunSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 50)
		w.run()
		appends, dials := w.dst.appends, w.dst.dials
		s := w.run()
		if w.dst.appends != appends {
			t.Fatalf("%d APPENDs in a run with nothing new", w.dst.appends-appends)
		}
		if w.dst.dials != dials {
			t.Fatal("an idle run needs no connection to the destination")
		}
		if s.Sum.Copied != 50 || s.Kind != "delta" {
			t.Fatalf("summary %+v", s)
		}
	})
}

func TestDeltaBringsNewMailAndFlagChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 10)
		w.run()
		w.src.folder("INBOX").add(letter(100), nil, testDate)
		in := w.src.folder("INBOX")
		in.modseq++
		in.msgs[0].flags, in.msgs[0].modseq = []string{`\Seen`, `\Flagged`}, in.modseq
		s := w.run()
		w.same()
		if s.Sent != 1 || s.FlagChanges != 1 {
			t.Fatalf("sent %d, flags %d", s.Sent, s.FlagChanges)
		}
		if got := w.dst.folder("INBOX").msgs[0].flags; len(got) != 2 && len(w.dst.folder("INBOX").msgs[3].flags) != 2 {
			t.Fatalf("flags %v", got)
		}
	})
}

func TestDeltaDoesNotBringBackWhatWasDeletedAtTheDestination(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 10)
		w.run()
		in := w.dst.folder("INBOX")
		in.msgs = in.msgs[1:]
		w.src.folder("INBOX").add(letter(100), nil, testDate)
		if s := w.run(); s.Sent != 1 {
			t.Fatalf("sent %d, want only the new one", s.Sent)
		}
	})
}

func TestLostReplyIsNotSentTwice(t *testing.T) {
	for name, f := range map[string]fate{
		"not stored":       {cut: true},
		"stored":           {cut: true, store: true},
		"stored 20 s late": {cut: true, store: true, late: 20 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, 40)
				w.dst.onAppend = func(n int, _ *Outgoing) fate {
					if n%13 == 5 {
						return f
					}
					return fate{}
				}
				w.run()
				synctest.Wait()
				time.Sleep(time.Minute) // anything late has come by now
				w.same()
			})
		})
	}
}

func TestTwinsArriveAsMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 0)
		for range 3 {
			w.src.folder("INBOX").add(letter(7), nil, testDate)
		}
		w.dst.onAppend = func(n int, _ *Outgoing) fate { return fate{cut: n == 2, store: n == 2} }
		w.run()
		w.same()
	})
}

func TestPresentMailIsNotSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		for i := 0; i < 30; i += 3 {
			w.dst.folder("INBOX").add(letter(i), nil, testDate)
		}
		s := w.run()
		w.same()
		if s.Sum.Present != 10 || s.Sent != 20 {
			t.Fatalf("present %d, sent %d", s.Sum.Present, s.Sent)
		}
	})
}

func TestRunGoesOnAfterACrashAtAnyJournalStep(t *testing.T) {
	crash := errors.New("crash")
	for step := 1; step < 40; step++ {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, 30)
			w.file.onPut = func(n int) error {
				if n >= step {
					return &Fault{Class: StopBatch, Code: CodeJournal, What: "crash", Err: crash}
				}
				return nil
			}
			_, err := w.batch().Run(context.Background())
			if err != nil && !errors.Is(err, crash) {
				t.Fatal(err)
			}
			w.file.onPut = nil
			w.run()
			w.same()
			if s := w.file.states(); s[Sending] != 0 || s[Copied]+s[Present] != 30 {
				t.Fatalf("step %d: states %v", step, s)
			}
		})
	}
}

func TestRefusedMessageCostsOnlyItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 20)
		w.dst.onAppend = func(n int, o *Outgoing) fate {
			if o.Body.Size() > 0 && string(o.Body.Head(20)) == letter(3)[:20] {
				return fate{err: &Fault{Class: SkipMessage, Code: CodeRefused, What: "Refused.", Said: "NO bad"}}
			}
			return fate{}
		}
		s := w.run()
		if s.Sum.Copied != 19 || s.Sum.Failed != 1 || s.UsersAttention != 1 {
			t.Fatalf("%+v", s)
		}
		w.dst.onAppend = nil
		s = w.run()
		w.same()
		if s.Sum.Copied != 20 || s.Sum.Failed != 0 {
			t.Fatalf("second run: %+v", s)
		}
	})
}

func TestThrottlingIsObeyedToTheSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 20)
		var throttled time.Time
		w.dst.onAppend = func(n int, o *Outgoing) fate {
			if n == 5 {
				throttled = time.Now()
				return fate{err: &Fault{Class: Retry, Code: CodeThrottled, What: "Throttled.", Wait: 47 * time.Second}}
			}
			return fate{}
		}
		start := time.Now()
		w.run()
		w.same()
		if took := time.Since(throttled); took < 47*time.Second || time.Since(start) > 50*time.Second {
			t.Fatalf("took %v after the refusal", took)
		}
	})
}

func TestFullMailboxStopsAndGoesOnLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 20)
		w.dst.onAppend = func(n int, o *Outgoing) fate {
			if n > 8 {
				return fate{err: &Fault{Class: StopMailbox, Code: CodeQuota, What: "Full.", Said: "NO [OVERQUOTA]"}}
			}
			return fate{}
		}
		if s := w.run(); s.UsersFailed != 1 {
			t.Fatalf("%+v", s)
		}
		w.dst.onAppend = nil
		w.run()
		w.same()
	})
}

func TestFolderDeletedMeanwhileIsMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 20)
		w.dst.onAppend = func(n int, o *Outgoing) fate {
			if n == 3 {
				delete(w.dst.folders, "Archive/2019")
			}
			return fate{}
		}
		s := w.run()
		if s.UsersFailed > 0 || s.Sum.Failed > 0 {
			t.Fatalf("%+v", s)
		}
	})
}

func TestRefusedFolderCostsOnlyItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 20)
		w.dst.refuse = func(path []string) error {
			if strings.HasPrefix(path[0], "Archive") {
				return &Fault{Class: SkipFolder, Code: CodeRefused, What: "Refused.", Said: "NO not here"}
			}
			return nil
		}
		s := w.run()
		if s.Sum.Failed != 7 || s.Sum.Copied != 13 || s.UsersAttention != 1 {
			t.Fatalf("%+v", s)
		}
		w.dst.refuse = nil
		if s = w.run(); s.Sum.Copied != 20 || s.Sum.Failed != 0 {
			t.Fatalf("second run: %+v", s)
		}
		w.same()
	})
}

func TestSourceRenumberedIsNotCopiedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 20)
		w.run()
		in := w.src.folder("INBOX")
		in.validity += 77
		for i, m := range in.msgs {
			m.uid = uint32(500 + i)
		}
		in.next = 600
		in.add(letter(100), nil, testDate)
		if s := w.run(); s.Sent != 1 {
			t.Fatalf("sent %d", s.Sent)
		}
		w.same()
	})
}

func TestWhatIsLeftOutIsCountedOnceWhenTheSourceIsRenumbered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 5)
		in := w.src.folder("INBOX")
		in.add("", nil, testDate)
		first := w.run()
		in.validity += 77
		second := w.run()
		if first.Sum != second.Sum || second.Sum.Skipped != 1 {
			t.Fatalf("%+v, then %+v", first.Sum, second.Sum)
		}
		in.validity++ // and nobody has told the journal
		if res, _ := w.verified(false); !res.OK || res.Sum.Skipped != 1 {
			t.Fatalf("%+v", res.Sum)
		}
	})
}

func TestConnectionLimitIsLearned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		w.src.limit, w.dst.limit = 2, 2
		w.users = nil
		for i := range 5 {
			w.users = append(w.users, User{ID: int64(i + 1), Address: string(rune('a' + i))})
		}
		b := w.batch()
		s, err := b.Run(context.Background())
		if err != nil || s.UsersFailed > 0 {
			t.Fatalf("%v %+v", err, s)
		}
	})
}

func TestPauseResumeAndStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3000)
		w.dst.onAppend = func(n int, o *Outgoing) fate { return fate{} }
		b := w.batch()
		done := make(chan error, 1)
		go func() { _, err := b.Run(context.Background()); done <- err }()
		b.Pause()
		time.Sleep(10 * time.Second)
		if st := b.Status(); st.Users[0].State != UserPaused {
			t.Fatalf("state %v", st.Users[0].State)
		}
		b.Resume()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		w.same()
		b = w.batch()
		b.Stop()
		if _, err := b.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestCancelEndsWithinFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 200)
		w.dst.onAppend = func(n int, o *Outgoing) fate {
			return fate{err: &Fault{Class: Retry, Code: CodeThrottled, What: "Throttled.", Wait: time.Hour}}
		}
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(3*time.Second, cancel)
		start := time.Now()
		_, err := w.batch().Run(ctx)
		if !errors.Is(err, context.Canceled) || time.Since(start) > 8*time.Second {
			t.Fatalf("%v after %v", err, time.Since(start))
		}
		w.dst.onAppend = nil
		w.run()
		w.same()
	})
}
