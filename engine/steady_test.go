package engine

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAServerThatRewritesGetsNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 40)
		w.dst.info = &SessionInfo{LiteralPlus: true, UIDPlus: true, Rewrites: true, FoldsCase: true}
		w.dst.rewrite = func(raw string) string {
			return strings.Replace(raw, "From: a@acme.example", "From: \"a@acme.example\" <a@acme.example>", 1) + "rewritten\r\n"
		}
		w.dst.folder("INBOX").add(w.dst.rewrite(letter(0)), nil, testDate)
		w.dst.onAppend = func(n int, _ *Outgoing) fate { return fate{cut: n%13 == 5, store: n%13 == 5} }
		s := w.run()
		if w.dst.count() != 40 || s.Sum.Present != 1 || s.Sum.Copied != 39 {
			t.Fatalf("%d there: %+v", w.dst.count(), s.Sum)
		}
		if s := w.run(); s.Sent != 0 {
			t.Fatalf("a second run sent %d", s.Sent)
		}
	})
}

func TestAMessageThatOnlySeemedGoneIsBroughtByTheNextRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9)
		w.src.onFetch = func(uid uint32) error {
			if uid == 2 {
				return ErrGone
			}
			return nil
		}
		if s := w.run(); s.Sum.Skipped != 0 || s.Sum.Copied != 7 || s.Sum.Total != 7 || s.UsersFailed != 0 {
			t.Fatalf("%+v", s.Sum)
		}
		w.src.onFetch = nil
		w.src.folder("Archive/2019").take(4) // this one really is gone
		if s := w.run(); s.Sum.Skipped != 0 || s.Sum.Copied != 8 || s.Sum.Total != 8 {
			t.Fatalf("%+v", s.Sum)
		}
		w.same()
	})
}

func TestAClockThatWasSetBackHoldsUpNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9)
		w.file.onPut = func(n int) error {
			if n > 1 {
				return &Fault{Class: StopBatch, Code: CodeJournal, What: "crash"}
			}
			return nil
		}
		w.dst.onAppend = func(int, *Outgoing) fate { return fate{cut: true} }
		_, _ = w.batch().Run(t.Context())
		w.dst.onAppend = nil
		if w.file.states()[Sending] == 0 {
			t.Fatal("nothing was left open")
		}
		w.file.onPut, w.file.alive = nil, 24*time.Hour
		start := time.Now()
		w.run()
		w.same()
		if took := time.Since(start); took > 2*time.Minute {
			t.Fatalf("took %v", took)
		}
	})
}

func TestFollowingGetsOverAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9)
		up := time.Now().Add(time.Hour)
		w.src.onDial = func(int) error {
			if time.Now().Before(up) {
				return errCut
			}
			return nil
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
		defer cancel()
		b := NewBatch(w.project, w.file, fakeDialer{w.src, w.dst}, BatchOptions{Users: w.users, Follow: true})
		_, _ = b.Run(ctx)
		w.same()
	})
}

func TestAStopThatNeedsSomebodyIsNotTriedAgainByFollowing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9)
		w.src.login = &Fault{Class: StopMailbox, Code: CodeAuth, What: "Refused."}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
		defer cancel()
		b := NewBatch(w.project, w.file, fakeDialer{w.src, w.dst}, BatchOptions{Users: w.users, Follow: true})
		_, _ = b.Run(ctx)
		if w.src.dials != 1 {
			t.Fatalf("%d sign-ins: an account could be locked", w.src.dials)
		}
	})
}

func TestMailboxesThatWaitHoldUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9).manyUsers(20)
		w.project.Limits.Mailboxes = 2
		w.dst.onUser = func(u User) error {
			if u.ID <= 4 && time.Since(testEpoch) < time.Hour {
				return &Fault{Class: Retry, Code: CodeThrottled, What: "Throttled.", Wait: time.Hour}
			}
			return nil
		}
		b := w.batch()
		done := make(chan error, 1)
		go func() { _, err := b.Run(context.Background()); done <- err }()
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		ready := 0
		for _, u := range b.Status().Users {
			if u.State == UserDone {
				ready++
			}
		}
		if ready != 16 {
			t.Fatalf("only %d are done while 4 wait", ready)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		for _, u := range b.Status().Users {
			if u.State != UserDone {
				t.Fatalf("%s: %s %s", u.User.Address, u.State, u.Why)
			}
		}
	})
}

// testEpoch is when every bubble of virtual time begins.
var testEpoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func TestMailboxesBeyondAServersLimitWaitAsLongAsItTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3).manyUsers(4)
		w.src.limit, w.src.slow = 1, 40*time.Minute
		s := w.run()
		if s.UsersFailed != 0 || s.Sum.Copied+s.Sum.Present != 12 {
			t.Fatalf("%+v", s)
		}
	})
}

func TestTenFailuresInARowAreOvercome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9)
		w.dst.onDial = func(n int) error {
			if n <= 10 {
				return &Fault{Class: Retry, Code: CodeUnavailable, What: "BYE."}
			}
			return nil
		}
		w.run()
		w.same()
	})
}

func TestAfterTheCutOverNoFlagIsTouched(t *testing.T) {
	for name, run := range map[string]func(w *world) (Summary, error){
		"known before": func(w *world) (Summary, error) {
			w.project.CutOverDone = true
			return w.batch().Run(context.Background())
		},
		"said to the batch": func(w *world) (Summary, error) {
			b := w.batch()
			b.CutOver()
			return b.Run(context.Background())
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, 9)
				w.run()
				in := w.src.folder("INBOX")
				in.modseq++
				in.msgs[0].flags, in.msgs[0].modseq = []string{`\Flagged`}, in.modseq
				in.add(letter(100), nil, testDate)
				if s, err := run(w); err != nil || s.FlagChanges != 0 || s.Sent != 1 {
					t.Fatalf("%+v %v", s, err)
				}
				for _, m := range w.dst.folder("INBOX").msgs {
					if slices.Contains(m.flags, `\Flagged`) {
						t.Fatal("a flag was changed after the cut-over")
					}
				}
			})
		})
	}
}

func TestADeltaLeavesMovedMailAndDeletedFoldersAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		w.run()
		m := w.dst.folder("INBOX").take(0)
		w.dst.folder("Her own").add(m.raw, m.flags, m.date)
		delete(w.dst.folders, "Archive/2019")
		w.src.folder("Archive/2019").add(letter(100), nil, testDate)
		in := w.src.folder("INBOX")
		in.modseq++
		in.msgs[0].flags, in.msgs[0].modseq = []string{`\Flagged`}, in.modseq
		if s := w.run(); s.Sent != 1 || s.UsersFailed+s.UsersAttention != 0 {
			t.Fatalf("%+v", s)
		}
		if n := len(w.dst.folder("Archive/2019").msgs); n != 1 {
			t.Fatalf("%d messages came back", n)
		}
	})
}

func TestOneUserIsPausedResumedStoppedAndRetriedAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9).manyUsers(4)
		w.src.onUser = func(u User) error {
			if u.ID == 4 && time.Since(testEpoch) < time.Minute {
				return &Fault{Class: StopMailbox, Code: CodeAuth, What: "Refused."}
			}
			return nil
		}
		b := w.batch()
		done := make(chan error, 1)
		b.Pause(1, 2)
		go func() { _, err := b.Run(context.Background()); done <- err }()
		time.Sleep(2 * time.Minute)
		state := func() (s []UserState) {
			for _, u := range b.Status().Users {
				s = append(s, u.State)
			}
			return s
		}
		if got := state(); !slices.Equal(got, []UserState{UserPaused, UserPaused, UserDone, UserFailed}) {
			t.Fatalf("%v", got)
		}
		b.Stop(2)
		b.Retry(4)
		time.Sleep(time.Minute)
		if got := state(); !slices.Equal(got, []UserState{UserPaused, UserStopped, UserDone, UserDone}) {
			t.Fatalf("%v", got)
		}
		b.Resume(1)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if got := state(); !slices.Equal(got, []UserState{UserDone, UserStopped, UserDone, UserDone}) {
			t.Fatalf("%v", got)
		}
	})
}

func TestAFolderThatHadToBeRenamedIsShownAndKeptSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.src.folder("So?").add(letter(50), nil, testDate)
		w.dst.refuse = func(path []string) error {
			if strings.Contains(path[0], "?") {
				return &Fault{Class: SkipFolder, Code: CodeRefused, What: "Refused.", Said: "NO bad name"}
			}
			return nil
		}
		for range 2 {
			b := w.batch()
			if _, err := b.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(b.Status().Users[0].Folders, func(f FolderStatus) bool { return f.Path == "So?" })
			if f := b.Status().Users[0].Folders[i]; f.Dest != "So_" || f.Renamed == "" || f.Sum.Copied != 1 {
				t.Fatalf("%+v", f)
			}
		}
	})
}

func TestADestinationThatRenumbersGetsNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		w.run()
		in := w.dst.folder("INBOX")
		in.validity += 100
		for i, m := range in.msgs {
			m.uid = uint32(1000 + i)
		}
		in.next = 2000
		w.src.folder("INBOX").add(letter(100), nil, testDate)
		w.src.folder("INBOX").add(letter(0), nil, testDate) // a twin of one that is there
		if s := w.run(); s.Sent != 2 {
			t.Fatalf("sent %d", s.Sent)
		}
		w.same()
		if res, _ := w.verified(false); !res.OK || res.Sum.Source != 32 {
			t.Fatalf("%+v", res.Sum)
		}
	})
}

func TestASourceThatShrinksMeanwhileFailsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		w.dst.onAppend = func(n int, _ *Outgoing) fate {
			if n == 1 {
				w.src.folder("INBOX").take(0) // the oldest comes last: by then it is gone
			}
			return fate{}
		}
		s := w.run()
		if s.UsersFailed+s.UsersAttention != 0 || s.Sum.Copied < 29 || s.Sum.Settled() != s.Sum.Total {
			t.Fatalf("%+v", s)
		}
		if res, _ := w.verified(false); !res.OK || res.Sum.Source != 29 {
			t.Fatalf("%+v", res.Sum)
		}
		for range 2 {
			if s := w.run(); s.Sum.Total != 29 || s.Sum.Copied != 29 {
				t.Fatalf("the next run counts what the source no longer has: %+v", s.Sum)
			}
		}
	})
}

func TestAFolderMadeAnewAtTheDestinationGetsNoOtherMessagesFlags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9)
		w.run()
		delete(w.dst.folders, "INBOX")
		w.dst.folder("Filler")
		w.dst.folder("INBOX").validity = 5000
		theirs := w.dst.folder("INBOX")
		theirs.add(letter(900), nil, testDate)
		in := w.src.folder("INBOX")
		in.modseq++
		in.msgs[0].flags, in.msgs[0].modseq = []string{`\Seen`, `\Deleted`}, in.modseq
		in.add(letter(100), nil, testDate)
		if s := w.run(); s.Sent != 1 {
			t.Fatalf("sent %d", s.Sent)
		}
		if got := theirs.msgs[0].flags; len(got) != 0 {
			t.Fatalf("somebody else's message got %q", got)
		}
	})
}
