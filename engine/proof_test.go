package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// keptAsTold checks that the account that is kept says what a verification of
// everybody told.
func (w *world) keptAsTold(res VerifyResult) {
	a := res.Sum
	w.t.Helper()
	p, err := LastProof(w.t.Context(), w.file)
	if err != nil || p == nil {
		w.t.Fatalf("no account is kept: %v", err)
	}
	var sum Account
	var bytes Volume
	away, listed := 0, 0
	for _, u := range p.Users {
		for _, f := range u.Folders {
			sum.add(f.Counts)
			bytes.add(f.Bytes)
		}
		for _, r := range u.Reasons {
			away += r.Messages
		}
		listed += len(u.Messages)
		for _, m := range u.Messages {
			if m.Outcome == "" || m.Text == "" || m.UID == 0 || len(m.Folder) == 0 {
				w.t.Fatalf("listed as %+v", m)
			}
		}
	}
	if p.Counts != a || sum != a || bytes != p.Bytes || bytes.Source != bytes.There+bytes.Left || p.OK != res.OK {
		w.t.Fatalf("told %+v, kept %+v, %+v, folders %+v", a, p.Counts, p.Bytes, sum)
	}
	if away > a.Source-a.Copied-a.Present || listed > away {
		w.t.Fatalf("%d reasons, %d listed: %+v", away, listed, a)
	}
}

func (w *world) proof() *Proof {
	w.t.Helper()
	p, err := LastProof(w.t.Context(), w.file)
	if err != nil || p == nil {
		w.t.Fatalf("no account is kept: %v", err)
	}
	return p
}

func TestWhatContentsProvedStaysSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 6)
		w.run()
		there := w.dst.folder("INBOX").msgs
		there[0].raw = strings.Replace(there[0].raw, "Hello", "HELLO", 1)
		if res, _ := w.verified(true); res.Contents != nil || w.proof().Users[0].Contents != nil {
			t.Fatalf("compared just now, and told as of before: %+v", res.Contents)
		}
		at, digest := w.proof().Users[0].At, w.proof().Digest
		for range 2 { // neither the next verification nor the one after it forgets
			time.Sleep(time.Hour)
			res, _ := w.verified(false)
			want := ProvenContents{At: at, Bytes: 5, Differed: 1}
			got := w.proof().Users[0].Contents
			if got == nil || !got.At.Equal(at) || got.Bytes != want.Bytes || got.Differed != want.Differed || res.Contents == nil || res.Contents.Bytes != want.Bytes {
				t.Fatalf("kept %+v, told %+v, want %+v", got, res.Contents, want)
			}
			if p := w.proof(); p.Proven != (Proven{Identity: 6}) || p.Digest == digest { // the changed one is a brought one again
				t.Fatalf("%+v", p.Proven)
			}
		}
		there[0].raw = strings.Replace(there[0].raw, "HELLO", "Hello", 1)
		if w.verified(true); w.proof().Users[0].Contents != nil || w.proof().Proven.Bytes != 6 {
			t.Fatalf("a newer comparison takes its place: %+v", w.proof().Users[0])
		}
	})
}

// only verifies some users.
func (w *world) only(users ...User) *Verify {
	w.t.Helper()
	v := NewVerify(w.project, w.file, fakeDialer{w.src, w.dst}, VerifyOptions{Users: users})
	if _, err := v.Run(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	return v
}

func TestAccountOfEachUserIsTheirLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9).manyUsers(3)
		w.file.users = w.users
		w.run()
		w.verified(false)
		first := w.proof()
		time.Sleep(time.Hour) // virtual: the second verification is later
		w.only(w.users[1])
		p := w.proof()
		if len(p.Users) != 3 || !p.Users[1].At.After(first.Users[1].At) || p.Users[0].At != first.Users[0].At || p.Counts != first.Counts || p.Digest != first.Digest {
			t.Fatalf("%+v", p)
		}
		w.src.onUser = func(u User) error {
			if u.ID == 2 {
				return &Fault{Class: StopMailbox, Code: CodeAuth, What: "The old server refused the password.", Said: "NO"}
			}
			return nil
		}
		w.only(w.users...)
		p = w.proof()
		if u := p.Users[1]; u.Counts != first.Users[1].Counts || u.Tried == nil || u.Tried.Said != "NO" || p.OK || p.Users[0].Tried != nil {
			t.Fatalf("an account went with the old server: %+v", p.Users)
		}
		w.src.onUser = nil
		w.file.users[2].LeftOut = true
		w.only(w.users[1])
		if p = w.proof(); len(p.Users) != 2 || p.Users[1].Tried != nil || !p.OK {
			t.Fatalf("%+v", p.Users)
		}
	})
}

func TestListsOfAnAccountAreBoundedAndItsCountsAreNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 0)
		for i := range provenUserMost + 30 {
			w.src.folder("INBOX").add(letter(i), nil, testDate)
		}
		res, _ := w.verified(false)
		u := w.proof().Users[0]
		if res.Sum.New != provenUserMost+30 || len(u.Messages) != provenUserMost || u.More["new"] != 30 || u.Reasons[0].Messages != res.Sum.New {
			t.Fatalf("%d new, %d listed, %v more", res.Sum.New, len(u.Messages), u.More)
		}
	})
}

func TestAnAccountThatWasChangedIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 9)
		w.run()
		w.verified(false)
		doc, err := json.Marshal(w.proof())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadProof(doc); err != nil {
			t.Fatal(err)
		}
		for from, to := range map[string]string{
			`"version":1`: `"version":2`, "anna@": "bert@", `["Archive","2019"]`: `["Archive","2018"]`, `"last_uid":`: `"last_uid":1`, `"digest":"`: `"digest":"0`, `{"version"`: `["version"`,
		} {
			changed := bytes.Replace(doc, []byte(from), []byte(to), 1)
			if bytes.Equal(changed, doc) {
				t.Errorf("%s stands nowhere", from)
			}
			if _, err := ReadProof(changed); err == nil {
				t.Errorf("%s may become %s", from, to)
			}
		}
	})
}

func TestWhatDiffersFromAnAccountIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		w.run()
		w.verified(false)
		was := w.proof()
		for _, m := range w.dst.folder("INBOX").msgs[3:5] {
			m.raw = strings.Replace(m.raw, "Hello", "HELLO!", 1)
		}
		v := NewVerify(w.project, w.file, fakeDialer{w.src, w.dst}, VerifyOptions{Users: w.users, Deep: true, Against: was})
		if _, err := v.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		h := v.Held()
		if h.Holds || len(h.Differences) != 1 || joinPath(h.Differences[0].Folder) != "INBOX" || len(h.Differences[0].Messages) != 2 || h.Differences[0].Messages[0].Outcome != "changed" {
			t.Fatalf("%+v", h)
		}
		w.dst.onUser = func(User) error { return errors.New("gone") }
		v = NewVerify(w.project, w.file, fakeDialer{w.src, w.dst}, VerifyOptions{Users: w.users, Against: was})
		if _, err := v.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if h = v.Held(); h.Holds || len(h.Differences) != 1 || len(h.Differences[0].Folder) != 0 {
			t.Fatalf("%+v", h)
		}
		if v = w.only(w.users...); v.Held() != nil {
			t.Fatal("compared with nothing")
		}
	})
}

func TestLongRunsKeepTheirSpeedAndShortOnesDoNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 60)
		w.src.onFetch = func(uint32) error {
			time.Sleep(time.Second) // virtual: the old server is slow
			return nil
		}
		w.run()
		s, err := RunSpeed(t.Context(), w.file, 1)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		if s != nil {
			for _, r := range s.Rates {
				sum += r * s.Step.Seconds()
			}
		}
		if s == nil || len(s.Rates) < speedLeast || sum == 0 {
			t.Fatalf("%+v", s)
		}
		w.file.docs = nil
		w.src.onFetch = nil
		w.src.folder("INBOX").add(letter(999), nil, testDate)
		w.run()
		if s, err := RunSpeed(t.Context(), w.file, 1); err != nil || s != nil {
			t.Fatalf("a run of a moment keeps %+v, %v", s, err)
		}
		if got := fmt.Sprint((&meter{history: []float64{1.7, 2}, stride: 4}).speed()); got != "{4s [1 2]}" {
			t.Fatal(got)
		}
	})
}
