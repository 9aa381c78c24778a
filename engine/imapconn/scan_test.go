package imapconn

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

// holder is a server with one folder of messages, whose lists are as given.
func holder(caps string, messages int, fetch func(c *scriptConn, args string)) *script {
	s := &script{caps: caps}
	s.answer = func(c *scriptConn, verb, args string) {
		switch verb {
		case "EXAMINE", "SELECT":
			c.opened(messages, 7)
		case "UID FETCH":
			fetch(c, args)
		default:
			c.ok()
		}
	}
	return s
}

func TestScanTakesWhatServersGet(t *testing.T) {
	s := holder("", 20, func(c *scriptConn, args string) {
		if !strings.Contains(args, "INTERNALDATE") {
			c.ok()
			return
		}
		for _, line := range []string{
			`1 FETCH (UID 1 RFC822.SIZE 100 FLAGS (\Seen) INTERNALDATE "01-Feb-2020 10:00:00 +0130")`,
			`2 fetch (uid 2 rfc822.size 100 flags () internaldate " 1-feb-2020 10:00:00 -0500")`,
			`3 FETCH (RFC822.SIZE 1 FLAGS NIL INTERNALDATE NIL UID 3)`,
			`4 FETCH (FLAGS (a]b "quoted" $X \Recent) UID 4 RFC822.SIZE "12" INTERNALDATE "00-Jan-0000 00:00:00 +0000")`,
			`5 FETCH (UID 5 RFC822.SIZE 5000000000 X-GM-MSGID 99 X-ODD (a (b "c)")) INTERNALDATE "31-Dec-99 23:59:60")`,
			`1 FETCH (FLAGS (\Flagged) UID 1)`, // flags changed meanwhile
			`5 EXPUNGE`, `* OK [ALERT] hello`, `21 EXISTS`, ``,
			`5 FETCH (UID 5 RFC822.SIZE 1)`, // the same once more
			`9 FETCH (UID 9 RFC822.SIZE 9)`, // out of order
			`8 FETCH (UID 8 RFC822.SIZE 8)`,
			`0 FETCH (UID 0 RFC822.SIZE 1)`, `7 FETCH (UID 99999999999 RFC822.SIZE 1)`,
			`10 FETCH (UID 10 RFC822.SIZE 10 BODY[HEADER] {5}` + "\r\nx: y) FLAGS (\\Draft))",
		} {
			c.say("* %s", line)
		}
		c.ok()
	})
	ses := s.start(t).open(t, engine.SideSource, engine.Limits{})
	entries, res := scanOne(t, ses, engine.ScanRequest{Folder: folder("X"), From: 1})
	if want := []uint32{1, 2, 3, 4, 5, 9, 10, 8}; !slices.Equal(uidsOf(entries), want) {
		t.Fatalf("%v, want %v", uidsOf(entries), want)
	}
	dates := []string{"2020-02-01T10:00:00+01:30", "2020-02-01T10:00:00-05:00", "", "", "2000-01-01T00:00:00Z"}
	for i, want := range dates {
		got := ""
		if !entries[i].Date.IsZero() {
			got = entries[i].Date.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("date of %d is %q, want %q", i+1, got, want)
		}
	}
	if !slices.Equal(entries[3].Flags, []string{"a]b", "quoted", "$X", `\Recent`}) || entries[3].Size != 12 || entries[4].Size != 5_000_000_000 {
		t.Errorf("%+v", entries[3:5])
	}
	if res.Status.UIDValidity != 7 || res.Status.Messages != 20 || !res.AnyKeyword || !slices.Equal(res.Flags, []string{`\Seen`, `\Flagged`}) {
		t.Errorf("%+v", res)
	}
}

func TestUnreadableReplyIsAskedForWithoutWhatMaySpoilIt(t *testing.T) {
	s := holder("", 3, func(c *scriptConn, args string) {
		c.say(`* 1 FETCH (UID 1 RFC822.SIZE 10 FLAGS (\Seen))`)
		switch {
		case strings.Contains(args, "FLAGS"):
			c.say(`* 2 FETCH (UID 2 RFC822.SIZE 20 FLAGS (broken "never ends)`)
		default:
			c.say(`* 2 FETCH (UID 2 RFC822.SIZE 20)`)
		}
		if strings.Contains(args, "SIZE") {
			c.say(`* 3 FETCH (UID 3)`) // it can't say the size at all
		} else {
			c.say(`* 3 FETCH (UID 3)`)
		}
		c.ok()
	})
	ses := s.start(t).open(t, engine.SideSource, engine.Limits{})
	entries, res := scanOne(t, ses, engine.ScanRequest{Folder: folder("X")})
	if want := []uint32{1, 2, 3}; !slices.Equal(uidsOf(entries), want) || res.Err != nil {
		t.Fatalf("%v, want %v; %+v", uidsOf(entries), want, res)
	}
	if entries[0].Flags == nil || entries[1].Size != 20 {
		t.Errorf("%+v", entries)
	}
}

func TestScanIsOneFlightOverAllFolders(t *testing.T) {
	s := &script{caps: "CONDSTORE"}
	type held struct{ tag, verb string }
	var waiting []held
	s.answer = func(c *scriptConn, verb, args string) {
		if waiting = append(waiting, held{c.tag, verb}); len(waiting) < 29 {
			return // nothing is answered before all was asked
		}
		for i, h := range waiting {
			c.tag = h.tag
			if h.verb == "EXAMINE" {
				c.opened(1, uint32(i))
				continue
			}
			c.say("* 1 FETCH (UID %d RFC822.SIZE 1)", i)
			c.ok()
		}
	}
	ses := s.start(t).open(t, engine.SideSource, engine.Limits{})
	var reqs []engine.ScanRequest
	for i := range 15 {
		reqs = append(reqs, engine.ScanRequest{Folder: folder(fmt.Sprintf("F%d", i)), StatusOnly: i == 14, ChangedSince: uint64(i % 2 * 500)})
	}
	n := 0
	results, err := ses.Scan(t.Context(), reqs, func(i int, e engine.Entry) error {
		if n++; int(e.UID) != 2*i+1 {
			t.Errorf("UID %d of request %d", e.UID, i)
		}
		return nil
	})
	if err != nil || n != 14 || results[14].Status.UIDValidity != 28 {
		t.Errorf("%d entries, %v, %+v", n, err, results)
	}
	heard := s.commands()
	if !strings.HasSuffix(heard[3], "(UID RFC822.SIZE FLAGS INTERNALDATE) (CHANGEDSINCE 500)") || strings.Contains(heard[1], "CHANGED") {
		t.Errorf("%q", heard[:4])
	}
	for _, c := range heard {
		if strings.HasPrefix(c, "SELECT") || strings.Contains(c, "ENVELOPE") || strings.Contains(c, "BODYSTRUCTURE") {
			t.Errorf("heard %q", c)
		}
	}
}

func TestAFolderThatCantBeOpenedCostsOnlyItself(t *testing.T) {
	s := &script{}
	s.answer = func(c *scriptConn, verb, args string) {
		switch {
		case verb == "EXAMINE" && args == `"Bad"`:
			c.say("%s NO [NONEXISTENT] none", c.tag)
		case verb == "EXAMINE":
			c.opened(1, 5)
		default: // this server leaves the last folder open
			c.say("* 1 FETCH (UID 1 RFC822.SIZE 10)")
			c.ok()
		}
	}
	ses := s.start(t).open(t, engine.SideSource, engine.Limits{})
	var got []int
	results, err := ses.Scan(t.Context(), []engine.ScanRequest{{Folder: folder("A")}, {Folder: folder("Bad")}, {Folder: folder("B\r\nad")}, {Folder: folder("C")}},
		func(i int, e engine.Entry) error {
			got = append(got, i)
			return nil
		})
	if err != nil || !slices.Equal(got, []int{0, 3}) {
		t.Errorf("%v %v", got, err)
	}
	if results[0].Err != nil || !engine.IsCode(results[1].Err, engine.CodeNoFolder) || results[2].Err == nil || results[3].Err != nil {
		t.Errorf("%+v", results)
	}
}

func TestAnEmptyFolderMayRefuseToBeListed(t *testing.T) {
	s := holder("", 0, func(c *scriptConn, _ string) { c.say("%s BAD The specified message set is invalid.", c.tag) })
	ses := s.start(t).open(t, engine.SideSource, engine.Limits{})
	if _, res := scanOne(t, ses, engine.ScanRequest{Folder: folder("X")}); res.Err != nil {
		t.Errorf("%+v", res)
	}
	s = holder("", 4, func(c *scriptConn, _ string) { c.say("%s NO trouble", c.tag) })
	ses = s.start(t).open(t, engine.SideSource, engine.Limits{})
	if _, res := scanOne(t, ses, engine.ScanRequest{Folder: folder("X")}); res.Err == nil {
		t.Error("a folder that can't be listed looks empty")
	}
}

func TestAConnectionLostInAScanIsAFaultAndNoEndOfTheFolder(t *testing.T) {
	s := holder("", 9, func(c *scriptConn, _ string) {
		c.say("* 1 FETCH (UID 1 RFC822.SIZE 1)")
		c.say("* BYE I am off")
		_ = c.Close()
	})
	ses := s.start(t).open(t, engine.SideSource, engine.Limits{})
	_, err := ses.Scan(t.Context(), []engine.ScanRequest{{Folder: folder("X")}}, func(int, engine.Entry) error { return nil })
	if f := engine.AsFault(err); err == nil || f.Class != engine.Reconnect || !strings.Contains(f.Said, "I am off") {
		t.Errorf("%v", err)
	}
}

func TestHalfAMillionMessagesAreStreamed(t *testing.T) {
	const messages = 500_000
	s := holder("", messages, func(c *scriptConn, _ string) {
		var b strings.Builder
		for i := 1; i <= messages; i++ {
			fmt.Fprintf(&b, "* %d FETCH (UID %d RFC822.SIZE 4096 FLAGS (\\Seen $Label%d) INTERNALDATE \"01-Feb-2020 10:00:00 +0%d00\")\r\n", i, 2*i, i%5, i%9)
			if b.Len() > 60_000 {
				_, _ = c.Write([]byte(b.String()))
				b.Reset()
			}
		}
		_, _ = c.Write([]byte(b.String()))
		c.ok()
	})
	ses := s.start(t).open(t, engine.SideSource, engine.Limits{})
	n, most := 0, uint64(0)
	entriesEnd := func() {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
	}
	runtime.GC()
	entriesEnd()
	before := most
	_, err := ses.Scan(t.Context(), []engine.ScanRequest{{Folder: folder("X")}}, func(_ int, e engine.Entry) error {
		if n++; n%50_000 == 0 {
			entriesEnd()
		}
		if e.UID != uint32(2*n) || len(e.Flags) != 2 {
			return fmt.Errorf("entry %d is %+v", n, e)
		}
		return nil
	})
	if err != nil || n != messages {
		t.Fatal(n, err)
	}
	if grown := int64(most) - int64(before); grown > 40<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
}
