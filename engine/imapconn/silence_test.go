package imapconn

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mxodus/engine"
)

// piped is a conn whose server is a function in the same bubble of virtual
// time: it gets each command's tag and the rest, and a way to answer.
func piped(silence time.Duration, server func(tag, rest string, say func(format string, args ...any))) *conn {
	ours, theirs := net.Pipe()
	go func() {
		defer func() { _ = theirs.Close() }()
		r := bufio.NewReader(theirs)
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			tag, rest, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
			server(tag, rest, func(format string, args ...any) { _, _ = fmt.Fprintf(theirs, format, args...) })
		}
	}()
	c := &conn{side: engine.SideSource, limits: limitsFor(engine.Limits{}.WithDefaults()), hide: &hider{}, mark: "x", capSet: map[string]bool{}}
	c.guard = newGuard(ours, ours, c.limits, silence, c.side, nil, newSpare())
	return c
}

func TestReplyThatMakesProgressIsNotSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := piped(time.Minute, func(tag, rest string, say func(string, ...any)) {
			for range 60 {
				time.Sleep(50 * time.Second)
				say("* 1 EXISTS\r\n")
			}
			say("%s OK\r\n", tag)
		})
		defer func() { _ = c.guard.Close() }()
		if err := ask(t.Context(), c, "NOOP", ""); err != nil {
			t.Fatal(err)
		}
	})
}

func TestSilenceIsNoticedWithinAQuarterMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := piped(time.Minute, func(tag, rest string, say func(string, ...any)) {})
		began := time.Now()
		faultOf(t, ask(t.Context(), c, "NOOP", ""), engine.CodeSilent)
		if took := time.Since(began); took < time.Minute || took > 75*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

func TestNothingIsDueWhileNoCommandIsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := piped(time.Minute, func(tag, rest string, say func(string, ...any)) { say("%s OK\r\n", tag) })
		defer func() { _ = c.guard.Close() }()
		time.Sleep(24 * time.Hour)
		if err := ask(t.Context(), c, "NOOP", ""); err != nil {
			t.Fatal(err)
		}
	})
}

func TestOurOwnSlownessIsNotSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := piped(time.Minute, func(tag, rest string, say func(string, ...any)) {
			say("* 1 EXISTS\r\n")
			time.Sleep(50 * time.Second)
			say("%s OK\r\n", tag)
		})
		defer func() { _ = c.guard.Close() }()
		err := c.raw(t.Context(), "ask", func(r *rawIO) error {
			tag := r.command("NOOP", "")
			if err := r.flush(); err != nil {
				return err
			}
			_, err := r.wait(tag, func(*reply) error {
				time.Sleep(time.Hour) // as when memory is short
				return nil
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestSlowUploadIsNotSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := piped(time.Minute, func(tag, rest string, say func(string, ...any)) {
			time.Sleep(90 * time.Second) // what we sent is still in buffers on the way
			say("%s OK\r\n", tag)
		})
		defer func() { _ = c.guard.Close() }()
		c.guard.out.ahead, c.guard.out.seen = 4<<20, 0
		if err := ask(t.Context(), c, "NOOP", ""); err != nil {
			t.Fatal(err)
		}
	})
}
