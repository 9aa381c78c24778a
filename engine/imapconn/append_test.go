package imapconn

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mxodus/engine"
)

// storer answers each APPEND by f.
func storer(caps string, f func(c *scriptConn, args string)) *script {
	s := &script{caps: caps}
	s.answer = func(c *scriptConn, verb, args string) {
		if verb != "APPEND" {
			c.ok()
			return
		}
		f(c, args)
	}
	return s
}

func openDest(t *testing.T, s *script) *session {
	return s.start(t).open(t, engine.SideDestination, engine.Limits{})
}

// numbered are n small messages.
func numbered(n int) []mail {
	var mails []mail
	for i := range n {
		mails = append(mails, mail{"X", fmt.Sprintf("Subject: %d\r\n\r\nbody of %d\r\n", i, i), nil, time.Time{}})
	}
	return mails
}

func outcomes(got map[int]engine.Appended) map[engine.Outcome]int {
	n := map[engine.Outcome]int{}
	for _, a := range got {
		n[a.Outcome]++
	}
	return n
}

func TestAppendsAreManyInFlight(t *testing.T) {
	var held []string
	s := storer("LITERAL+ UIDPLUS", func(c *scriptConn, args string) {
		if held = append(held, c.tag); len(held) < 300 {
			return // nothing is answered before all have come
		}
		for i, tag := range held {
			c.say("%s OK [APPENDUID 5 %d] stored", tag, 1000+i)
		}
	})
	got, err := appendAll(t, openDest(t, s), numbered(300))
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range got {
		if a.Outcome != engine.Stored || a.UID != uint32(1000+i) || a.UIDValidity != 5 {
			t.Fatalf("message %d: %+v", i, a)
		}
	}
}

func TestWhatIsSentIsWhatNoServerMisunderstands(t *testing.T) {
	s := storer("LITERAL+", func(c *scriptConn, args string) { c.ok() })
	ses := openDest(t, s)
	zone := time.FixedZone("", -7*3600-1800)
	mails := []mail{
		{"X", "a", []string{`\seen`, `\Recent`, `\Custom`, "$Forwarded", "$forwarded", "a b", "c]d", "e\r\nx NOOP", "NIL", "ä", ""}, time.Date(2020, 2, 3, 4, 5, 6, 7, zone)},
		{`Quo"te\`, "b", nil, time.Time{}},
		{"Entw\xfcrfe", "c", []string{`\Recent`}, time.Date(20000, 1, 1, 0, 0, 0, 0, time.FixedZone("", 30*3600))},
		{"X", "d", nil, time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)},
		{"X", "e", nil, time.Date(2020, 1, 1, 12, 0, 0, 0, time.FixedZone("", 3600+17))},
	}
	if _, err := appendAll(t, ses, mails); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`APPEND "X" (\Seen $Forwarded) "03-Feb-2020 04:05:06 -0730" a`,
		`APPEND "Quo\"te\\" b`,
		"APPEND Entw\xfcrfe \"31-Dec-9999 23:59:59 +0000\" c",
		`APPEND "X" "01-Jan-0001 00:00:00 +0000" d`,
		`APPEND "X" "01-Jan-2020 11:59:43 +0100" e`,
	}
	if got := s.commands(); !slices.Equal(got, want) {
		t.Errorf("heard\n%q, want\n%q", got, want)
	}
}

func TestEmptyAndTooLargeMessagesAreNotSent(t *testing.T) {
	s := storer("LITERAL+ APPENDLIMIT=100", func(c *scriptConn, args string) { c.ok() })
	mails := numbered(4)
	mails[1].raw, mails[2].raw = "", strings.Repeat("x", 101)
	got, err := appendAll(t, openDest(t, s), mails)
	if err != nil || s.count("APPEND") != 2 {
		t.Errorf("%v, heard %q", err, s.commands())
	}
	if got[0].Outcome != engine.Stored || got[1].Outcome != engine.Refused || !engine.IsCode(got[2].Err, engine.CodeTooBig) || got[3].Outcome != engine.Stored {
		t.Errorf("%+v", got)
	}
}

func TestALostConnectionTellsUnsentFromUnknown(t *testing.T) {
	const answered = 3
	n := 0
	s := storer("LITERAL+", func(c *scriptConn, args string) {
		if n++; n <= answered {
			c.ok()
			return
		}
		if n == 10 {
			_ = c.Close()
		}
	})
	ses := openDest(t, s)
	in := make(chan *engine.Outgoing)
	f := &fates{got: map[int]engine.Appended{}}
	go func() {
		defer close(in)
		for i, m := range numbered(10) {
			in <- m.outgoing(t, i)
		}
		select {
		case in <- mail{"X", "late", nil, time.Time{}}.outgoing(t, 10):
		case <-ses.guard.closed:
		}
	}()
	err := ses.Append(t.Context(), in, f.done)
	if fault := engine.AsFault(err); err == nil || fault.Class != engine.Reconnect {
		t.Fatalf("%v", err)
	}
	for i := range 10 {
		a := f.got[i]
		if i < answered && a.Outcome != engine.Stored || i >= answered && (a.Outcome != engine.Unknown || engine.IsCode(a.Err, engine.CodeRefused) || engine.AsFault(a.Err).Class != engine.Reconnect) {
			t.Errorf("message %d: %+v", i, a)
		}
	}
}

func TestHalfAMessageIsUnsent(t *testing.T) {
	const size = 30 << 20
	s := storer("LITERAL+", func(*scriptConn, string) {})
	s.early = func(line string) string {
		if strings.HasSuffix(line, fmt.Sprintf("{%d+}", size)) {
			panic(errHangUp)
		}
		return ""
	}
	mails := numbered(2)
	mails[1].raw = strings.Repeat("x", size)
	got, err := appendAll(t, openDest(t, s), mails)
	if err == nil || got[0].Outcome != engine.Unknown || got[1].Outcome != engine.Unsent {
		t.Errorf("%v: %+v", err, got)
	}
}

func TestAfterABadTheConnectionIsClosedAtOnce(t *testing.T) {
	n := 0
	s := storer("LITERAL+", func(c *scriptConn, args string) {
		switch n++; {
		case n == 3:
			c.say("%s BAD what is this", c.tag)
			c.say("Subject: BAD Unknown command")
		case n < 3:
			c.ok()
		}
	})
	ses := openDest(t, s)
	in := make(chan *engine.Outgoing, 5)
	for i, m := range numbered(5) {
		in <- m.outgoing(t, i)
	}
	f := &fates{got: map[int]engine.Appended{}}
	err := ses.Append(t.Context(), in, f.done)
	if fault := engine.AsFault(err); err == nil || fault.Class != engine.Reconnect {
		t.Errorf("%v", err)
	}
	for i, want := range []engine.Outcome{engine.Stored, engine.Stored, engine.Unknown, engine.Unknown, engine.Unknown} {
		if a := f.got[i]; a.Outcome != want || (i == 2) != (engine.IsCode(a.Err, engine.CodeRefused) && want == engine.Unknown) {
			t.Errorf("message %d: %+v", i, a)
		}
	}
	if _, err := ses.Folders(t.Context()); err == nil {
		t.Error("the connection is still in use")
	}
}

func TestABadThatAsksToWaitIsWaitedFor(t *testing.T) {
	ses := openDest(t, storer("LITERAL+", func(c *scriptConn, args string) {
		c.say("%s BAD Request is throttled. Suggested Backoff Time: 700 milliseconds", c.tag)
	}))
	_, err := appendAll(t, ses, numbered(1))
	if f := engine.AsFault(err); err == nil || f.Class != engine.Reconnect || f.Wait != 700*time.Millisecond {
		t.Errorf("%v", err)
	}
}

func TestWithoutLiteralPlusAnEarlyRefusalCostsNoUpload(t *testing.T) {
	var bytes atomic.Int64
	s := &script{}
	s.answer = func(c *scriptConn, verb, args string) {
		bytes.Add(int64(len(args)))
		c.ok()
	}
	s.refuse = func(line string) string {
		if strings.HasSuffix(line, "{5000}") {
			return "NO [OVERQUOTA] no room"
		}
		return ""
	}
	mails := numbered(6)
	mails[2].raw, mails[4].raw = strings.Repeat("x", 5000), strings.Repeat("y", 5000)
	got, err := appendAll(t, openDest(t, s), mails)
	if err != nil || outcomes(got)[engine.Stored] != 4 || !engine.IsCode(got[2].Err, engine.CodeQuota) || got[4].Outcome != engine.Refused {
		t.Errorf("%v %+v", err, got)
	}
	if bytes.Load() > 1000 {
		t.Errorf("%d bytes went up", bytes.Load())
	}
}

func TestAnEarlyRefusalWithLiteralPlusLeavesTheBodyAlone(t *testing.T) {
	s := &script{caps: "LITERAL+"}
	s.early = func(line string) string { return "NO [TRYCREATE] no such folder" }
	s.answer = func(c *scriptConn, verb, args string) {}
	mails := numbered(3)
	for i := range mails {
		mails[i].raw = strings.Repeat("x", 4<<20)
	}
	got, err := appendAll(t, openDest(t, s), mails)
	if err != nil || outcomes(got)[engine.Refused] != 3 || !engine.IsCode(got[0].Err, engine.CodeNoFolder) {
		t.Errorf("%v %+v", err, got)
	}
}

const multiCaps = "LITERAL+ UIDPLUS MULTIAPPEND"

func TestMessagesShareACommandAndKeepTheirUIDs(t *testing.T) {
	s := &script{caps: multiCaps}
	next := 100
	s.answer = func(c *scriptConn, verb, args string) {
		n := strings.Count(args, "Subject: ")
		if n == 0 {
			n = 1
		}
		if n > 2 { // a set in two parts
			c.say("%s OK [APPENDUID 9 %d:%d,%d] stored", c.tag, next, next+n-2, next+n+9)
			next += 10
		} else {
			c.say("%s OK [APPENDUID 9 %d:%d] stored", c.tag, next, next+n-1)
		}
		next += n
	}
	mails := numbered(2000)
	for i := 1500; i < 1600; i++ {
		mails[i].folder = "Other"
	}
	mails[700].raw = "Subject: " + strings.Repeat("big", 1<<20)
	got, err := appendAll(t, openDest(t, s), mails)
	if err != nil {
		t.Fatal(err)
	}
	last := uint32(0)
	for i := range mails {
		if a := got[i]; a.Outcome != engine.Stored || a.UID <= last || a.UIDValidity != 9 {
			t.Fatalf("message %d: %+v after %d", i, a, last)
		}
		last = got[i].UID
	}
	if n := s.count("APPEND"); n > 400 {
		t.Errorf("%d commands for 2,000 messages", n)
	}
	for _, c := range s.commands() {
		if strings.Contains(c, "bigbig") && strings.Count(c, "Subject: ") > 1 {
			t.Error("a large message shares its command")
		}
	}
}

func TestARefusedCommandIsSentAgainOneByOne(t *testing.T) {
	s := storer(multiCaps, func(c *scriptConn, args string) {
		switch {
		case strings.Contains(args, "body of 7\r\n"):
			c.say("%s NO [CANNOT] I don't like one of these", c.tag)
		default:
			c.say("%s OK stored", c.tag)
		}
	})
	l := s.start(t)
	for range 50 { // the writer must not end between a reply and what comes of it
		got, err := appendAll(t, l.open(t, engine.SideDestination, engine.Limits{}), numbered(12))
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range got {
			if want := engine.Stored; i == 7 && a.Outcome != engine.Refused || i != 7 && a.Outcome != want {
				t.Fatalf("message %d: %+v", i, a)
			}
		}
	}
}

func TestARefusalThatConcernsAllIsNotTriedOneByOne(t *testing.T) {
	s := storer(multiCaps, func(c *scriptConn, args string) { c.say("%s NO [TRYCREATE] no folder", c.tag) })
	ses := openDest(t, s)
	got, err := appendAll(t, ses, numbered(100))
	if err != nil || outcomes(got)[engine.Refused] != 100 || s.count("APPEND") == 100 {
		t.Errorf("%v %v, %d commands", err, outcomes(got), s.count("APPEND"))
	}
}

func TestUIDsThatDoNotAddUpAreNotBelieved(t *testing.T) {
	for _, code := range []string{"[APPENDUID 9 1:2]", "[APPENDUID 9 1:4000000000]", "[APPENDUID 0 1]", "[APPENDUID 9 x]", "[APPENDUID 9]", "[APPENDUID 9 1,]", ""} {
		s := storer("LITERAL+ UIDPLUS", func(c *scriptConn, args string) { c.say("%s OK %s stored", c.tag, code) })
		got, err := appendAll(t, openDest(t, s), numbered(1))
		if err != nil || got[0].Outcome != engine.Stored || got[0].UID != 0 {
			t.Errorf("%s: %v %+v", code, err, got)
		}
	}
}

func TestCancelWaitsForWhatIsInFlight(t *testing.T) {
	arrived, release := make(chan struct{}, 10), make(chan struct{})
	s := storer("LITERAL+", func(c *scriptConn, args string) {
		arrived <- struct{}{}
		if len(arrived) == 2 {
			<-release
		}
		c.ok()
	})
	ses := openDest(t, s)
	ctx, cancel := context.WithCancelCause(t.Context())
	in := make(chan *engine.Outgoing)
	f := &fates{got: map[int]engine.Appended{}}
	ended := make(chan error, 1)
	go func() { ended <- ses.Append(ctx, in, f.done) }()
	mails := numbered(2)
	in <- mails[0].outgoing(t, 0)
	in <- mails[1].outgoing(t, 1)
	<-arrived
	stop := errors.New("stop")
	cancel(stop)
	close(release)
	if err := <-ended; !errors.Is(err, stop) || outcomes(f.got)[engine.Stored] != 2 {
		t.Errorf("%v %+v", err, f.got)
	}
	select {
	case in <- mails[0].outgoing(t, 3):
		t.Error("taken after the end")
	default:
	}
	if _, err := ses.Folders(t.Context()); err != nil {
		t.Errorf("the connection is done for: %v", err)
	}
}

func TestAServerThatRewritesMayRefuseWithBAD(t *testing.T) {
	n := 0
	s := storer("LITERAL+", func(c *scriptConn, args string) {
		if n++; n == 2 {
			c.say("%s BAD Request is throttled. Suggested Backoff Time: 1500 milliseconds", c.tag)
			return
		}
		c.ok()
	})
	ses := openDest(t, s)
	ses.guard.saysBad.Store(true)
	got, err := appendAll(t, ses, numbered(4))
	if err != nil || outcomes(got)[engine.Stored] != 3 || got[1].Outcome != engine.Refused || engine.AsFault(got[1].Err).Wait != 1500*time.Millisecond {
		t.Errorf("%v %+v", err, got)
	}
}
