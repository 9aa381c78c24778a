package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"
)

// verified verifies the world and checks what holds for every verification.
func (w *world) verified(deep bool) (VerifyResult, []VerifiedMessage) {
	w.t.Helper()
	var msgs []VerifiedMessage
	var folders []VerifiedFolder
	v := NewVerify(w.project, w.file, fakeDialer{w.src, w.dst}, VerifyOptions{Users: w.users, Deep: deep,
		Message: func(m VerifiedMessage) { msgs = append(msgs, m) }, Folder: func(f VerifiedFolder) { folders = append(folders, f) }})
	res, err := v.Run(w.t.Context())
	if err != nil || !res.Finished {
		w.t.Fatalf("%v %+v", err, res)
	}
	var sum Account
	for _, f := range folders {
		sum.add(f.Counts)
	}
	a := res.Sum
	if sum != a || a.Source != a.Copied+a.Present+a.Skipped+a.Failed+a.New+a.Moved+a.Deleted+a.Missing+a.Changed {
		w.t.Fatalf("the sums differ: %+v, folders %+v", a, sum)
	}
	if len(msgs) != a.Source-a.Copied-a.Present {
		w.t.Fatalf("%d messages told of: %+v", len(msgs), a)
	}
	for _, m := range msgs {
		if m.Outcome == "" || m.Reason == "" || m.UID == 0 || m.Size == 0 && m.Reason != ReasonEmpty.Text() || len(m.Folder) == 0 {
			w.t.Fatalf("told of %+v", m)
		}
	}
	if w.src.sessions+w.dst.sessions != 0 {
		w.t.Fatal("connections were left open")
	}
	w.keptAsTold(res)
	return res, msgs
}

// outcomes is folder and UID of each message by outcome.
func outcomes(msgs []VerifiedMessage) map[string]string {
	got := map[string]string{}
	for _, m := range msgs {
		got[m.Outcome] += fmt.Sprintf("%s %d;", joinPath(m.Folder), m.UID)
	}
	return got
}

// take removes a message from a folder by its number.
func (f *fakeFolder) take(n int) *fakeMessage {
	i := slices.IndexFunc(f.msgs, func(m *fakeMessage) bool { return m.raw == letter(n) })
	m := f.msgs[i]
	f.msgs = slices.Delete(f.msgs, i, i+1)
	return m
}

func TestAfterARunEverythingIsAccountedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 300).manyUsers(1)
		for range 3 {
			w.src.folder("INBOX").add(letter(7), nil, testDate)
		}
		for i := 0; i < 30; i += 3 {
			w.dst.folder("INBOX").add(letter(i), nil, testDate)
		}
		w.run()
		res, _ := w.verified(false)
		if want := (Account{Source: 303, Copied: 293, Present: 10}); res.Sum != want || !res.OK {
			t.Fatalf("%+v", res)
		}
		if f := res.Users[0].Folders[0]; f.Proof != "identity" || joinPath(f.Dest) != "INBOX" {
			t.Fatalf("%+v", f)
		}
		res, _ = w.verified(true)
		if want := (Account{Source: 303, Copied: 293, Present: 10}); res.Sum != want || !res.OK || res.Users[0].Folders[0].Proof != "bytes" {
			t.Fatalf("deep: %+v", res)
		}
	})
}

func TestEveryFateIsToldApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		w.project.Limits.MaxMessageBytes = 1000
		w.project.Rules.Exclude = []string{"Old"}
		in := w.src.folder("INBOX") // 0, 3, 6, 9 ... and 2, 5, 8: UIDs 1 ...
		w.src.folder("Old").add(letter(200), nil, testDate)
		big := in.add(letter(201)+strings.Repeat("x", 1000), nil, testDate)
		refused := in.add(letter(202), nil, testDate)
		w.dst.onAppend = func(_ int, o *Outgoing) fate {
			if string(o.Body.Head(20)) == letter(202)[:20] {
				return fate{err: &Fault{Class: SkipMessage, Code: CodeRefused, What: "Refused.", Said: "NO not this one"}}
			}
			return fate{}
		}
		w.run()
		there := w.dst.folder("INBOX")
		m := there.take(0) // UID 1
		w.dst.folder("Archive/2019").add(m.raw, nil, m.date)
		m = there.take(2) // UID 2
		w.dst.folder("Her own").add(m.raw, nil, m.date)
		there.take(3) // UID 3
		lost := there.take(5)
		row, _ := w.file.Folder(t.Context(), 1, "INBOX")
		for uid, r := range w.file.recs[row.ID] { // the server never gave it a UID
			if r.DestUID == lost.uid {
				r.DestUID = 0
				w.file.recs[row.ID][uid] = r
			}
		}
		i := slices.IndexFunc(there.msgs, func(m *fakeMessage) bool { return m.raw == letter(6) })
		there.msgs[i].raw = strings.Replace(letter(6), "Hello", "H", 1)
		fresh := in.add(letter(203), nil, testDate)
		res, msgs := w.verified(false)
		want := map[string]string{"moved": "INBOX 1;INBOX 2;", "deleted": "INBOX 3;", "missing": "INBOX 4;", "changed": "INBOX 5;", "skipped": fmt.Sprintf("INBOX %d;Old 1;", big),
			"failed": fmt.Sprintf("INBOX %d;", refused), "new": fmt.Sprintf("INBOX %d;", fresh)}
		if got := outcomes(msgs); !maps.Equal(got, want) {
			t.Fatalf("got  %v\nwant %v", got, want)
		}
		if res.OK || res.Users[0].State != CheckWarning || res.Sum.Source != 34 || res.Sum.Copied != 25 {
			t.Fatalf("%+v", res.Sum)
		}
		for _, m := range msgs {
			switch {
			case m.Outcome == "failed" && (m.Said != "NO not this one" || m.Digest == Digest{}):
				t.Errorf("%+v", m)
			case m.Outcome == "moved" && m.UID == 2 && !strings.Contains(m.Reason, "Her own"):
				t.Errorf("%+v", m)
			case m.Outcome == "changed" && m.Digest == Digest{}:
				t.Errorf("%+v", m)
			}
		}
	})
}

func TestTheJournalIsNotBelieved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9)
		w.dst.onAppend = func(n int, _ *Outgoing) fate { return fate{lie: n%3 == 0} }
		w.run()
		if res, _ := w.verified(false); res.Sum.Missing+res.Sum.Deleted != 3 || res.Sum.Missing == 0 || res.OK {
			t.Fatalf("%+v", res.Sum)
		}
	})
}

func TestAFolderLostAtTheDestinationIsNotOverlooked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9)
		w.run()
		delete(w.dst.folders, "Archive/2019")
		res, _ := w.verified(false)
		if res.Sum.Deleted != 3 || res.Sum.Copied != 6 || res.Users[0].Folders[1].Dest != nil {
			t.Fatalf("%+v", res)
		}
	})
}

func TestOneTwinMissingIsOneMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 0)
		for range 3 {
			w.src.folder("INBOX").add(letter(7), nil, testDate)
		}
		w.run()
		w.dst.folder("INBOX").take(7)
		if res, _ := w.verified(false); res.Sum.Copied != 2 || res.Sum.Deleted != 1 {
			t.Fatalf("%+v", res.Sum)
		}
	})
}

func TestOnlyDeepFindsEqualSizesWithOtherBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 6)
		w.run()
		there := w.dst.folder("INBOX").msgs
		there[0].raw = strings.Replace(there[0].raw, "Hello", "HELLO", 1)
		there[1].raw += "\r\n" // servers add and drop line ends at the end
		if res, _ := w.verified(false); res.Sum.Changed != 0 || !res.OK {
			t.Fatalf("%+v", res.Sum)
		}
		if res, _ := w.verified(true); res.Sum.Changed != 1 || res.OK {
			t.Fatalf("deep: %+v", res.Sum)
		}
	})
}

func TestWithoutAJournalWhatIsThereWasThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		w.run()
		w.file = newFakeFile()
		w.src.folder("INBOX").add(letter(99), nil, testDate)
		if res, _ := w.verified(false); res.Sum != (Account{Source: 31, Present: 30, New: 1}) {
			t.Fatalf("%+v", res.Sum)
		}
	})
}

func TestAServerThatRewritesIsVerifiedByWhatItKeeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		w.dst.info = &SessionInfo{LiteralPlus: true, UIDPlus: true, Rewrites: true, FoldsCase: true}
		w.run()
		for _, f := range w.dst.folders {
			for _, m := range f.msgs {
				m.raw = strings.Replace(m.raw, "Subject: number", "Subject:  Number", 1) + "rewritten\r\n"
			}
		}
		res, _ := w.verified(true)
		if res.Sum != (Account{Source: 30, Copied: 30}) || res.Users[0].Folders[0].Proof != "identity" {
			t.Fatalf("%+v", res)
		}
	})
}

func TestAllMailIsAccountedForByTheOtherFolders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9)
		all := w.src.folder("[Gmail]/All Mail")
		all.use = UseAll
		for i := range 12 {
			all.add(letter(i), nil, testDate)
		}
		w.run()
		if res, _ := w.verified(false); res.Sum != (Account{Source: 21, Copied: 12, Skipped: 9}) || !res.OK {
			t.Fatalf("%+v", res.Sum)
		}
		w.dst.folder("INBOX").take(0) // deleted there: told once, and not again by All Mail
		if res, _ := w.verified(false); res.Sum != (Account{Source: 21, Copied: 11, Skipped: 9, Deleted: 1}) {
			t.Fatalf("%+v", res.Sum)
		}
	})
}

func TestVerifyGoesOnAfterALostConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		w.run()
		w.src.headers, w.dst.headers = 0, 0
		w.src.onHeaders = func(n int) error {
			if n == 1 {
				return errCut
			}
			return nil
		}
		w.dst.onHeaders = func(n int) error {
			if n == 2 || n == 3 {
				return errCut
			}
			return nil
		}
		if res, _ := w.verified(false); res.Sum.Copied != 30 || !res.OK {
			t.Fatalf("%+v", res)
		}
	})
}

func TestOneUserWhoCannotBeVerifiedHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9).manyUsers(12)
		w.run()
		w.dst.onUser = func(u User) error {
			switch u.ID {
			case 3:
				return &Fault{Class: StopMailbox, Code: CodeAuth, What: "No.", Do: "Ask.", Who: "you"}
			case 5:
				panic("oops")
			}
			return nil
		}
		res, _ := w.verified(false)
		for _, u := range res.Users {
			bad := u.User.ID == 3 || u.User.ID == 5
			if bad != (u.State == CheckFailed) || bad != (u.Fault != nil) || !bad && u.Sum.Source != 9 {
				t.Fatalf("%+v", u)
			}
		}
		if res.OK {
			t.Fatal("not everybody was verified")
		}
	})
}

func TestVerifyCanBeCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9).manyUsers(30)
		w.src.slow = time.Minute
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		v := NewVerify(w.project, w.file, fakeDialer{w.src, w.dst}, VerifyOptions{Users: w.users})
		res, err := v.Run(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || res.Finished || res.OK || res.Users[29].State != CheckWaiting || res.Users[0].State == CheckWaiting {
			t.Fatalf("%v %+v", err, res.Users[0])
		}
	})
}

func TestUnreadableFoldersAreNoSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9)
		w.run()
		denied := &Fault{Class: SkipFolder, Code: CodeRefused, What: "No rights."}
		w.dst.broken = map[string]error{"Archive/2019": denied}
		if res, _ := w.verified(false); res.Sum.Missing != 3 || res.OK || res.Users[0].Folders[1].Err == "" {
			t.Fatalf("%+v", res)
		}
		w.dst.broken, w.src.broken = nil, map[string]error{"Archive/2019": denied}
		v := NewVerify(w.project, w.file, fakeDialer{w.src, w.dst}, VerifyOptions{Users: w.users})
		res, err := v.Run(t.Context())
		if err != nil || res.Sum != (Account{Source: 9, Copied: 6, Failed: 3}) || res.OK {
			t.Fatalf("%v %+v", err, res.Sum)
		}
	})
}

func TestAVerifiedMessageTakesLittleMemory(t *testing.T) {
	if n := unsafe.Sizeof(verifyMessage{}); n > 64 {
		t.Fatalf("%d bytes", n)
	}
	if n := unsafe.Sizeof(stray{}); n > 64 {
		t.Fatalf("%d bytes", n)
	}
}
