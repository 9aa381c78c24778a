package imapconn

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mxodus/engine"
)

const argumentError = "BAD Command Argument Error. 11"

// picky refuses messages whose number f names, as Exchange does.
func picky(bad func(i int) bool) *script {
	return storer("LITERAL+ UIDPLUS", func(c *scriptConn, args string) {
		var i int
		_, rest, _ := strings.Cut(args, "Subject: ")
		_, _ = fmt.Sscan(rest, &i)
		if bad(i) {
			c.say("%s %s", c.tag, argumentError)
			return
		}
		c.say("%s OK [APPENDUID 7 %d] stored", c.tag, 100+i)
	})
}

// openExchange opens a session to a script that says BAD where others say NO.
func openExchange(t *testing.T, s *script) *session {
	ses := openDest(t, s)
	ses.guard.saysBad.Store(true)
	return ses
}

// TestMessagesThatExchangeWillNotHaveCostOnlyThemselves: those around them, in
// flight at the same time, are stored, each once, and nothing is unknown.
func TestMessagesThatExchangeWillNotHaveCostOnlyThemselves(t *testing.T) {
	bad := map[int]bool{0: true, 11: true, 12: true, 40: true}
	s := picky(func(i int) bool { return bad[i] })
	ses := openExchange(t, s)
	got, err := appendAll(t, ses, numbered(80))
	if err != nil || s.count("APPEND") != 80 {
		t.Errorf("%v, %d commands", err, s.count("APPEND"))
	}
	for i := range 80 {
		a := got[i]
		if !bad[i] && (a.Outcome != engine.Stored || a.UID != uint32(100+i)) {
			t.Errorf("message %d: %+v", i, a)
		}
		if f := engine.AsFault(a.Err); bad[i] && (a.Outcome != engine.Refused || f.Code != engine.CodeUnfit || f.Class != engine.SkipMessage || f.Said != "Command Argument Error. 11") {
			t.Errorf("message %d: %+v", i, a)
		}
	}
	if _, err := ses.Folders(t.Context()); err != nil {
		t.Errorf("the connection is done for: %v", err)
	}
}

// TestAConnectionThatTookManyRefusalsIsLeftWhileNothingIsOnIt: before the server
// closes it, with whatever is in flight then.
func TestAConnectionThatTookManyRefusalsIsLeftWhileNothingIsOnIt(t *testing.T) {
	got, err := appendAll(t, openExchange(t, picky(func(i int) bool { return i%10 == 3 })), numbered(80))
	n := outcomes(got)
	if f := engine.AsFault(err); err == nil || f.Class != engine.Reconnect || n[engine.Unknown] != 0 || n[engine.Refused] < badMost {
		t.Errorf("%v %v", err, n)
	}
}

// TestAMessageThatRunsAsCommandsIsFoundOut: the server did not take the literal for
// one, in Exchange's very words. Nothing more is sent, and nothing is believed of
// the message.
func TestAMessageThatRunsAsCommandsIsFoundOut(t *testing.T) {
	var n atomic.Int64
	s := &script{caps: "LITERAL+ UIDPLUS", runs: true}
	s.early = func(line string) string {
		if n.Add(1) == 3 {
			return argumentError
		}
		return ""
	}
	s.answer = func(c *scriptConn, verb, args string) { c.ok() }
	mails := numbered(200)
	mails[2].raw = "z1 CREATE PWNED\r\n\r\nbody\r\n"
	got, err := appendAll(t, openExchange(t, s), mails)
	if f := engine.AsFault(err); err == nil || f.Class != engine.Reconnect {
		t.Errorf("%v", err)
	}
	if a := got[2]; a.Outcome != engine.Unknown || !engine.IsCode(a.Err, engine.CodeRefused) {
		t.Errorf("the message: %+v", a)
	}
	if c := outcomes(got); c[engine.Refused] != 0 {
		t.Errorf("%v", c)
	}
}

// TestABadBeforeTheMessageWasSentClosesTheConnection: who can't have read the message
// may run what still comes of it.
func TestABadBeforeTheMessageWasSentClosesTheConnection(t *testing.T) {
	const size = 30 << 20
	s := storer("LITERAL+", func(c *scriptConn, _ string) { c.ok() })
	s.early = func(line string) string {
		if strings.HasSuffix(line, fmt.Sprintf("{%d+}", size)) {
			return argumentError
		}
		return ""
	}
	mails := numbered(2)
	mails[1].raw = strings.Repeat("x", size)
	got, err := appendAll(t, openExchange(t, s), mails)
	if f := engine.AsFault(err); err == nil || f.Class != engine.Reconnect || got[0].Outcome != engine.Stored || got[1].Outcome == engine.Refused {
		t.Errorf("%v %+v", err, got)
	}
}

func TestAProofThatIsThrottledIsAProof(t *testing.T) {
	s := picky(func(i int) bool { return i == 1 })
	s.noop = func(c *scriptConn) {
		c.say("%s BAD Request is throttled. Suggested Backoff Time: 60000 milliseconds", c.tag)
	}
	ses := openExchange(t, s)
	in, f := make(chan *engine.Outgoing, 4), &fates{got: map[int]engine.Appended{}}
	for i, m := range numbered(3) {
		in <- m.outgoing(t, i)
	}
	err := ses.Append(t.Context(), in, func(o *engine.Outgoing, a engine.Appended) {
		if f.done(o, a); a.Outcome == engine.Refused && len(f.got) == 3 {
			in <- numbered(4)[3].outgoing(t, 3)
			close(in)
		}
	})
	if err != nil || !engine.IsCode(f.got[1].Err, engine.CodeUnfit) || outcomes(f.got)[engine.Stored] != 2 {
		t.Errorf("%v %+v", err, f.got)
	}
	if a := f.got[3]; a.Outcome != engine.Refused || !engine.IsCode(a.Err, engine.CodeThrottled) {
		t.Errorf("within the wait: %+v", a)
	}
}

// TestWithoutAProofNothingIsBelieved: the server falls silent after its BAD, or hangs
// up, or we stop.
func TestWithoutAProofNothingIsBelieved(t *testing.T) {
	for name, noop := range map[string]func(c *scriptConn){
		"silence": func(*scriptConn) {},
		"hang up": func(c *scriptConn) { _ = c.Close() },
		"bye":     func(c *scriptConn) { c.say("* BYE Connection closed. 14"); _ = c.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			s := picky(func(i int) bool { return i == 1 })
			s.noop = noop
			ses := s.start(t).open(t, engine.SideDestination, engine.Limits{Silence: 300 * time.Millisecond})
			ses.guard.saysBad.Store(true)
			got, err := appendAll(t, ses, numbered(3))
			n := outcomes(got)
			if f := engine.AsFault(err); err == nil || f.Class != engine.Reconnect || n[engine.Stored] != 2 || got[1].Outcome != engine.Unknown {
				t.Errorf("%v %+v", err, got)
			}
		})
	}
}

// TestWhoIsAloneAsksFirst: the literal of a message that drew a BAD before can't be
// taken for commands, so that any BAD to it is a refusal, from any server.
func TestWhoIsAloneAsksFirst(t *testing.T) {
	for _, before := range []bool{false, true} {
		s := storer("LITERAL+", func(c *scriptConn, _ string) { c.say("%s BAD what is this", c.tag) })
		var asked atomic.Bool
		s.refuse = func(line string) string {
			asked.Store(true)
			if before {
				return "BAD what is this"
			}
			return ""
		}
		ses := openDest(t, s)
		in, f := make(chan *engine.Outgoing, 1), &fates{got: map[int]engine.Appended{}}
		o := numbered(1)[0].outgoing(t, 0)
		o.Alone = true
		in <- o
		close(in)
		err := ses.Append(t.Context(), in, f.done)
		if err != nil || !asked.Load() || f.got[0].Outcome != engine.Refused || !engine.IsCode(f.got[0].Err, engine.CodeRefused) {
			t.Errorf("before %v: %v %+v", before, err, f.got)
		}
	}
}
