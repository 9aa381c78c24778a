package imapconn

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

// bodied is a server that answers body FETCHes as given; which of them are
// listed is asked with RFC822.SIZE.
func bodied(listed string, bodies func(c *scriptConn, set string)) *script {
	return holder("", 9, func(c *scriptConn, args string) {
		set, items, _ := strings.Cut(args, " ")
		if !strings.Contains(items, "BODY") {
			for uid := range strings.FieldsSeq(listed) {
				if holds(mustSpans(set), uint32(codeNumber(uid, 32))) {
					c.say("* 1 FETCH (UID %s RFC822.SIZE 9)", uid)
				}
			}
			c.ok()
			return
		}
		bodies(c, set)
	})
}

func mustSpans(set string) []span {
	uids, _ := parseSet(set, 1000)
	return spansOf(uids)
}

func openSource(t *testing.T, s *script) *session {
	return s.start(t).open(t, engine.SideSource, engine.Limits{})
}

func request(uids ...uint32) engine.FetchRequest {
	return engine.FetchRequest{Folder: folder("X"), UIDValidity: 7, UIDs: uids}
}

func TestBodiesInEveryFormArrive(t *testing.T) {
	s := bodied("1 2 3 4 5 6", func(c *scriptConn, set string) {
		if set == "6" { // alone, and the UID in a reply of its own
			c.say("* 6 FETCH (UID 6)")
			c.say("* 6 FETCH (BODY[] {3}\r\nsix)")
			c.ok()
			return
		}
		c.say("* 3 FETCH (FLAGS (\\Seen) UID 3)") // flags changed meanwhile: no answer
		c.say("* 1 FETCH (UID 1 BODY[] {3}\r\none)")
		c.say("* 2 FETCH (BODY[] {3}\r\ntwo FLAGS () UID 2)")
		c.say("* 9 EXISTS")
		c.say("* 3 FETCH (UID 3 BODY[] {5}\r\nthree MODSEQ (12))")
		c.say("* 1 FETCH (UID 1 BODY[] {3}\r\nONE)") // twice: the first counts
		c.say("* 8 FETCH (UID 8 BODY[] {5}\r\nalien)")
		c.say(`* 4 FETCH (UID 4 BODY[] "fo\"ur")`)
		c.say("* 5 fetch (uid 5 body[] ~{4}\r\nfive)")
		c.say("* 6 FETCH (UID 6)")
		c.say("* 6 FETCH (BODY[] {3}\r\nsix)")
		c.ok()
	})
	bodies, failed, err := fetchAll(t, openSource(t, s), request(6, 5, 4, 3, 2, 1))
	want := map[uint32]string{1: "one", 2: "two", 3: "three", 4: `fo"ur`, 5: "five", 6: "six"}
	if err != nil || len(failed) > 0 || !maps.Equal(bodies, want) {
		t.Errorf("%v %v %v", bodies, failed, err)
	}
}

func TestWhatDoesNotComeIsAskedForAloneAndThenNamed(t *testing.T) {
	s := bodied("1 2 3 4", func(c *scriptConn, set string) {
		switch set {
		case "1:5":
			c.say("* 1 FETCH (UID 1 BODY[] {3}\r\none)")
			c.say("* 2 FETCH (UID 2 BODY[] NIL)")
			c.say("* 3 FETCH (UID 3 BODY[] {0}\r\n)")
			c.say("* 4 FETCH (UID 4 FLAGS ())") // and 5 is gone
			c.ok()
		case "2":
			c.say("* 2 FETCH (UID 2 BODY[] {3}\r\ntwo)")
			c.ok()
		case "3": // really empty
			c.say("* 3 FETCH (UID 3 BODY[] {0}\r\n)")
			c.ok()
		case "4":
			c.say("%s NO the disk has a hole there", c.tag)
		default:
			t.Errorf("asked for %q", set)
		}
	})
	var empty bool
	ses := openSource(t, s)
	got := map[uint32]string{}
	errs := map[uint32]error{}
	reqs := make(chan engine.FetchRequest, 1)
	reqs <- request(1, 2, 3, 4, 5)
	close(reqs)
	err := ses.Fetch(t.Context(), reqs, budget.Alloc, func(f engine.Fetched) error {
		if f.Err != nil {
			errs[f.UID] = f.Err
			return nil
		}
		empty = empty || f.UID == 3 && f.Body.Size() == 0
		got[f.UID] = string(f.Body.Head(100))
		f.Body.Release()
		return nil
	})
	if err != nil || got[1] != "one" || got[2] != "two" || !empty || len(got) != 3 {
		t.Errorf("%v %v", got, err)
	}
	if f := engine.AsFault(errs[4]); errs[4] == nil || f.Code != engine.CodeUnreadable || f.Class != engine.SkipMessage || !strings.Contains(f.Said, "hole") {
		t.Errorf("4: %v", errs[4])
	}
	if !errors.Is(errs[5], engine.ErrGone) {
		t.Errorf("5: %v", errs[5])
	}
}

func TestARefusedBatchIsAskedForOneByOne(t *testing.T) {
	s := bodied("1 2 3", func(c *scriptConn, set string) {
		if set == "1:3" || set == "2" {
			c.say("%s NO [SERVERBUG] Internal error occurred", c.tag)
			return
		}
		c.say("* 1 FETCH (UID %s BODY[] {2}\r\nok)", set)
		c.ok()
	})
	bodies, failed, err := fetchAll(t, openSource(t, s), request(1, 2, 3))
	if err != nil || len(bodies) != 2 || !engine.IsCode(failed[2], engine.CodeUnreadable) {
		t.Errorf("%v %v %v", bodies, failed, err)
	}
}

func TestABodyLargerThanItsListSaysIsReadOver(t *testing.T) {
	const size = 3 << 20
	s := bodied("1 2 3", func(c *scriptConn, set string) {
		c.say("* 1 FETCH (UID 1 BODY[] {3}\r\none)")
		c.say("* 2 FETCH (UID 2 BODY[] {%d}\r\n%s)", size, strings.Repeat("x", size))
		c.say("* 3 FETCH (BODY[] {5}\r\nthree UID 3)")
		c.ok()
	})
	ses := s.start(t).open(t, engine.SideSource, engine.Limits{MaxMessageBytes: 1 << 20})
	bodies, failed, err := fetchAll(t, ses, request(1, 2, 3))
	if err != nil || len(bodies) != 2 || !engine.IsCode(failed[2], engine.CodeTooBig) {
		t.Errorf("%d bodies, %v %v", len(bodies), failed, err)
	}
}

func TestABodyOfNineGigabytesIsNoMail(t *testing.T) {
	s := bodied("1", func(c *scriptConn, set string) {
		c.say("* 1 FETCH (UID 1 BODY[] {9663676416}\r\nxxx")
	})
	bodies, failed, err := fetchAll(t, openSource(t, s), request(1))
	if f := engine.AsFault(err); err == nil || f.Class != engine.Reconnect || len(bodies)+len(failed) > 0 {
		t.Errorf("%v %v %v", bodies, failed, err)
	}
}

func TestThrottlingEndsTheFetchAndBlamesNoMessage(t *testing.T) {
	s := bodied("1 2 3", func(c *scriptConn, set string) { c.say("%s NO [LIMIT] UID FETCH Rate limit hit.", c.tag) })
	bodies, failed, err := fetchAll(t, openSource(t, s), request(1, 2, 3))
	if len(bodies)+len(failed) > 0 || !engine.IsCode(err, engine.CodeThrottled) {
		t.Errorf("%v %v %v", bodies, failed, err)
	}
}

func TestALostConnectionGivesNoHalfMessage(t *testing.T) {
	s := bodied("1 2", func(c *scriptConn, set string) {
		c.say("* 1 FETCH (UID 1 BODY[] {3}\r\none)")
		_, _ = c.Write([]byte("* 2 FETCH (UID 2 BODY[] {1000}\r\nthis is all"))
		_ = c.Close()
	})
	bodies, failed, err := fetchAll(t, openSource(t, s), request(1, 2))
	if f := engine.AsFault(err); err == nil || f.Class != engine.Reconnect || len(bodies) != 1 || bodies[1] != "one" || len(failed) > 0 {
		t.Errorf("%v %v %v", bodies, failed, err)
	}
}

func TestBodiesOfTheLastFolderAreNotTakenForTheNext(t *testing.T) {
	s := &script{}
	s.answer = func(c *scriptConn, verb, args string) {
		switch {
		case verb == "EXAMINE" && args == `"Gone"`:
			c.say("%s NO it is gone", c.tag) // and the server leaves X open
		case verb == "EXAMINE" && args == `"Renumbered"`:
			c.opened(1, 8)
		case verb == "EXAMINE":
			c.opened(1, 7)
		default:
			c.say("* 1 FETCH (UID 1 BODY[] {5}\r\nfromX)")
			c.ok()
		}
	}
	reqs := make(chan engine.FetchRequest, 4)
	for _, wire := range []string{"X", "Gone", "Renumbered", "bad\r\nname"} {
		reqs <- engine.FetchRequest{Folder: folder(wire), UIDValidity: 7, UIDs: []uint32{1}, Tag: wire}
	}
	close(reqs)
	got := map[string]string{}
	err := openSource(t, s).Fetch(t.Context(), reqs, budget.Alloc, func(f engine.Fetched) error {
		if f.Err != nil {
			got[f.Tag.(string)] = "error"
			if errors.Is(f.Err, engine.ErrUIDValidity) {
				got[f.Tag.(string)] = "renumbered"
			}
			return nil
		}
		got[f.Tag.(string)] = string(f.Body.Head(10))
		f.Body.Release()
		return nil
	})
	want := map[string]string{"X": "fromX", "Gone": "error", "Renumbered": "renumbered", "bad\r\nname": "error"}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("%v %v", got, err)
	}
}

func TestOneBodyFetchIsInFlightTogetherWithItsExamine(t *testing.T) {
	s := &script{}
	var held []string
	s.answer = func(c *scriptConn, verb, args string) {
		if held = append(held, c.tag); verb == "EXAMINE" {
			return // not before its FETCH has come
		}
		if len(held) != 2 {
			t.Errorf("%d commands wait for their answers", len(held))
		}
		c.tag = held[0]
		c.opened(1, 7)
		c.say("* 1 FETCH (UID 1 BODY[] {1}\r\nx)")
		c.say("%s OK done", held[1])
		held = nil
	}
	reqs := make(chan engine.FetchRequest, 3)
	for _, wire := range []string{"A", "B", "C"} {
		reqs <- engine.FetchRequest{Folder: folder(wire), UIDs: []uint32{1}, Tag: wire}
	}
	close(reqs)
	n := 0
	err := openSource(t, s).Fetch(t.Context(), reqs, budget.Alloc, func(f engine.Fetched) error {
		n++
		f.Body.Release()
		return f.Err
	})
	if err != nil || n != 3 {
		t.Errorf("%d, %v", n, err)
	}
}

func TestOnlyWhatIsSurelyGoneIsCalledGone(t *testing.T) {
	for _, listed := range []string{"* 1 FETCH (FLAGS (\\Seen) UID 1)", "* 1 FETCH (RFC822.SIZE 5)", "* 1 FETCH (UID 1 RFC822.SIZE 5 FLAGS (never ends"} {
		s := holder("", 1, func(c *scriptConn, args string) {
			if !strings.Contains(args, "BODY") {
				c.say("%s", listed)
			}
			c.ok()
		})
		_, failed, err := fetchAll(t, openSource(t, s), request(1))
		if err != nil || !engine.IsCode(failed[1], engine.CodeUnreadable) {
			t.Errorf("%s: %v %v", listed, failed, err)
		}
	}
}

func TestCallbackOrMemoryEndAFetch(t *testing.T) {
	s := bodied("1 2", func(c *scriptConn, set string) {
		c.say("* 1 FETCH (UID 1 BODY[] {3}\r\none)")
		c.say("* 2 FETCH (UID 2 BODY[] {3}\r\ntwo)")
		c.ok()
	})
	l := s.start(t)
	stop := errors.New("enough")
	reqs := make(chan engine.FetchRequest, 1)
	reqs <- request(1, 2)
	err := l.open(t, engine.SideSource, engine.Limits{}).Fetch(t.Context(), reqs, budget.Alloc, func(f engine.Fetched) error {
		f.Body.Release()
		return stop
	})
	if !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	reqs <- request(1, 2)
	alloc := func(ctx context.Context, n int64) (*engine.Body, error) {
		cancel(stop)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	ses := l.open(t, engine.SideSource, engine.Limits{})
	if err := ses.Fetch(ctx, reqs, alloc, func(engine.Fetched) error { return nil }); !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
	ctx, cancel = context.WithCancelCause(t.Context())
	time.AfterFunc(time.Millisecond, func() { cancel(stop) })
	ses = l.open(t, engine.SideSource, engine.Limits{})
	if err := ses.Fetch(ctx, reqs, budget.Alloc, func(engine.Fetched) error { return nil }); !errors.Is(err, stop) {
		t.Errorf("waiting for requests: %v", err)
	}
}

func TestAFullMemoryIsNoSilence(t *testing.T) {
	s := bodied("1", func(c *scriptConn, set string) {
		c.say("* 1 FETCH (UID 1 BODY[] {3}\r\none)")
		c.ok()
	})
	const silence = 40 * time.Millisecond
	ses := s.start(t).open(t, engine.SideSource, engine.Limits{Silence: silence})
	reqs := make(chan engine.FetchRequest, 1)
	reqs <- request(1)
	close(reqs)
	free := make(chan struct{})
	time.AfterFunc(6*silence, func() { close(free) })
	n := 0
	err := ses.Fetch(t.Context(), reqs, func(ctx context.Context, size int64) (*engine.Body, error) {
		<-free
		return budget.Alloc(ctx, size)
	}, func(f engine.Fetched) error {
		n++
		f.Body.Release()
		return f.Err
	})
	if err != nil || n != 1 {
		t.Errorf("%d messages, %v", n, err)
	}
}

func TestHeadersAreReadWholeOnlyWhereTheyMustBe(t *testing.T) {
	whole := "From: b\r\nSubject: no id\r\nX-Other: 1\r\n\r\n"
	s := holder("", 4, func(c *scriptConn, args string) {
		if strings.Contains(args, "HEADER.FIELDS") {
			c.say("* 1 FETCH (UID 1 RFC822.SIZE 10 FLAGS (\\Seen) INTERNALDATE \"01-Feb-2020 10:00:00 +0100\" BODY[HEADER.FIELDS (\"MESSAGE-ID\" DATE)] {25}\r\nMessage-ID: <a@b>\r\n    \r\n)")
			c.say("* 2 FETCH (UID 2 RFC822.SIZE 20 BODY[HEADER.FIELDS (MESSAGE-ID)] {2}\r\n\r\n)")
			c.say("* 3 FETCH (UID 3 FLAGS (\\Flagged))") // says nothing of its header
			c.say("* 4 FETCH (UID 4 RFC822.SIZE 40 BODY[HEADER.FIELDS (MESSAGE-ID)] NIL)")
			c.ok()
			return
		}
		if !strings.HasPrefix(args, "2:4 ") || !strings.Contains(args, "BODY.PEEK[HEADER]") {
			t.Errorf("asked %q", args)
		}
		c.say("* 2 FETCH (BODY[HEADER] {%d}\r\n%s UID 2 RFC822.SIZE 20)", len(whole), whole)
		big := whole[:len(whole)-2] + strings.Repeat("X-Pad: "+strings.Repeat("y", 993)+"\r\n", 400)
		c.say("* 3 FETCH (UID 3 RFC822.SIZE 30 BODY[HEADER] {%d}\r\n%s)", len(big), big)
		c.say("* 4 FETCH (UID 4 RFC822.SIZE 40 BODY[HEADER] NIL)") // unreadable: left out
		c.ok()
	})
	got := map[uint32]engine.Header{}
	res, err := openSource(t, s).Headers(t.Context(), engine.ScanRequest{Folder: folder("X")}, func(h engine.Header) error {
		got[h.UID] = h
		return nil
	})
	if err != nil || res.Err != nil || !slices.Equal(slices.Sorted(maps.Keys(got)), []uint32{1, 2, 3}) {
		t.Fatalf("%+v %+v %v", got, res, err)
	}
	if got[1].Identity != engine.IdentityOf([]byte("Message-ID: <a@b>\r\n\r\n")) || got[2].Identity != engine.IdentityOf([]byte(whole)) {
		t.Errorf("%+v", got)
	}
	if got[1].Size != 10 || len(got[1].Flags) != 1 || got[1].Date.IsZero() || got[3].Size != 30 {
		t.Errorf("%+v", got)
	}
}

func TestSetsOfUIDsFitIntoACommandLine(t *testing.T) {
	var asked []span
	longest := 0
	s := holder("", 9, func(c *scriptConn, args string) {
		longest = max(longest, len(args))
		set, _, _ := strings.Cut(args, " ")
		asked = append(asked, mustSpans(set)...)
		c.ok()
	})
	ses := openSource(t, s)
	var uids []uint32
	for i := range 900 {
		uids = append(uids, uint32(4_000_000_000-i*2))
	}
	if _, res := scanOne(t, ses, engine.ScanRequest{Folder: folder("X"), UIDs: uids}); res.Err != nil {
		t.Fatal(res.Err)
	}
	if count(asked) != 900 || longest > 8000 || s.count("UID FETCH") < 2 {
		t.Errorf("%d UIDs asked for, the longest line has %d bytes, %d commands", count(asked), longest, s.count("UID FETCH"))
	}
}
