package imapconn

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

// A message that is larger than its server said costs itself, not the mailbox.
func TestHugeLiteralIsSkippedAndTheNextMessageComes(t *testing.T) {
	small := func(p *engine.Project) { p.Limits.MaxMessageBytes = 1000 }
	size := int(limitsFor(engine.Limits{MaxMessageBytes: 1000}).literal) + 1
	huge := fmt.Sprintf("* 1 FETCH (UID 1 BODY[] {%d}\r\n%s FLAGS (\\Seen))\r\n", size, strings.Repeat("x", size))
	s := answering(t, "", "UID FETCH", huge+"* 2 FETCH (UID 2 BODY[] {1}\r\ny)\r\n")
	got, err := fetched(s.open(small))
	if want := "map[body:not given flags:[\\Seen] uid:1]\nmap[body:y uid:2]\n"; err != nil || got != want {
		t.Errorf("%q, %v", got, err)
	}
	c := s.open(small)
	var kinds []valueKind
	err = c.raw(t.Context(), "read messages", func(r *rawIO) error {
		tag := r.command("UID FETCH", " 1:* (BODY.PEEK[])")
		if err := r.flush(); err != nil {
			return err
		}
		_, err := r.wait(tag, func(rep *reply) error {
			return rep.fetch(func(name []byte, v *value) error {
				if string(name) == "BODY[]" {
					kinds = append(kinds, v.kind)
				}
				return nil
			})
		})
		return err
	})
	if err != nil || fmt.Sprint(kinds) != fmt.Sprint([]valueKind{valHuge, valLiteral}) {
		t.Errorf("%v, %v", kinds, err)
	}
}

func TestNothingRunsOnAfterClose(t *testing.T) {
	s := mailServer(t, "IMAP4rev1", nil)
	before := runtime.NumGoroutine()
	var open []*conn
	for range 20 {
		open = append(open, s.open(nil))
	}
	for _, c := range open {
		_ = c.close()
	}
	for i := 0; runtime.NumGoroutine() > before+2; i++ {
		if i > 1000 {
			t.Fatalf("%d goroutines more", runtime.NumGoroutine()-before)
		}
		runtime.Gosched()
		<-time.After(time.Millisecond) // they end by themselves, soon
	}
}

// The server says why before it hangs up; what fails first may be our writing.
func TestLastWordsAreHeardWhenWritingFails(t *testing.T) {
	hungUp := make(chan struct{})
	s := mailServer(t, "IMAP4rev1 LITERAL+", func(k *talk, c command) bool {
		if c.verb == "NOOP" {
			k.say("* BYE [UNAVAILABLE] the disk is on fire\r\n")
			_ = k.Close()
			close(hungUp)
		}
		return c.verb == "NOOP"
	})
	c := s.open(nil)
	err := c.raw(t.Context(), "store a message", func(r *rawIO) error {
		r.command("NOOP", "")
		if err := r.flush(); err != nil {
			return err
		}
		<-hungUp
		r.begin("APPEND")
		r.text(" INBOX ")
		return r.literal(1<<28, neverEnding{})
	})
	if f := faultOf(t, err, engine.CodeUnavailable); !strings.Contains(f.Said, "on fire") {
		t.Errorf("said %q", f.Said)
	}
}

func TestConnectionThatHasEndedIsAFaultAlsoForWhoAsksNothing(t *testing.T) {
	s := mailServer(t, "IMAP4rev1", nil)
	c := s.open(nil)
	nothing := func(*rawIO) error { return nil }
	if err := c.raw(t.Context(), "do nothing", nothing); err != nil {
		t.Fatal(err)
	}
	err := c.raw(t.Context(), "do nothing", func(*rawIO) error {
		c.guard.fail(errSilent)
		return nil
	})
	faultOf(t, err, engine.CodeSilent)
	faultOf(t, c.raw(t.Context(), "do nothing", nothing), engine.CodeSilent)
	faultOf(t, c.do(t.Context(), "do nothing", func() error { return nil }), engine.CodeSilent)
}
