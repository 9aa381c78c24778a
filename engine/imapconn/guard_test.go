package imapconn

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"mxodus/engine"
)

func short(d time.Duration) func(*engine.Project) {
	return func(p *engine.Project) { p.Limits.Silence = d }
}

// ask sends one command by raw and waits for its answer.
func ask(ctx context.Context, c *conn, verb, args string) error {
	return c.raw(ctx, "ask", func(r *rawIO) error {
		tag := r.command(verb, args)
		if err := r.flush(); err != nil {
			return err
		}
		_, err := r.wait(tag, nil)
		return err
	})
}

func TestSilenceEndsACallOfEitherKind(t *testing.T) {
	s := mailServer(t, "IMAP4rev1", func(k *talk, c command) bool {
		if c.verb == "NOOP" {
			k.wait()
		}
		return false
	})
	for name, call := range map[string]func(c *conn) error{
		"raw":     func(c *conn) error { return ask(t.Context(), c, "NOOP", "") },
		"go-imap": func(c *conn) error { return c.do(t.Context(), "ask", func() error { return c.client.Noop().Wait() }) },
	} {
		t.Run(name, func(t *testing.T) {
			c := s.open(short(150 * time.Millisecond))
			began := time.Now()
			f := faultOf(t, call(c), engine.CodeSilent)
			if f.Class != engine.Reconnect || !strings.Contains(f.What, "the old server") && !strings.Contains(f.What, "The old server") {
				t.Errorf("%d %s", f.Class, f.What)
			}
			if took := time.Since(began); took < 100*time.Millisecond || took > 3*time.Second {
				t.Errorf("took %v", took)
			}
			faultOf(t, call(c), engine.CodeSilent) // sticky
		})
	}
}

func TestServerThatReadsNothingIsSilence(t *testing.T) {
	stop := make(chan struct{})
	s := mailServer(t, "IMAP4rev1 LITERAL+", func(k *talk, c command) bool {
		if c.verb == "NOOP" {
			k.say("%s OK\r\n", c.tag)
			<-stop
		}
		return c.verb == "NOOP"
	})
	defer close(stop)
	c := s.open(short(150 * time.Millisecond))
	err := c.raw(t.Context(), "store a message", func(r *rawIO) error {
		noop := r.command("NOOP", "")
		if err := r.flush(); err != nil {
			return err
		}
		if _, err := r.wait(noop, nil); err != nil {
			return err
		}
		r.begin("APPEND")
		r.text(" INBOX ")
		return r.literal(1<<30, neverEnding{})
	})
	faultOf(t, err, engine.CodeSilent)
}

// neverEnding gives as many bytes as are asked for.
type neverEnding struct{}

func (neverEnding) Read(p []byte) (int, error) { return len(p), nil }

func TestContextEndsACall(t *testing.T) {
	s := mailServer(t, "IMAP4rev1", func(k *talk, c command) bool {
		if c.verb == "NOOP" {
			k.wait()
		}
		return false
	})
	for name, call := range map[string]func(ctx context.Context, c *conn) error{
		"raw": func(ctx context.Context, c *conn) error { return ask(ctx, c, "NOOP", "") },
		"go-imap": func(ctx context.Context, c *conn) error {
			return c.do(ctx, "ask", func() error { return c.client.Noop().Wait() })
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := s.open(nil)
			ctx, cancel := context.WithCancelCause(t.Context())
			why := errors.New("somebody pressed q")
			time.AfterFunc(50*time.Millisecond, func() { cancel(why) })
			err := call(ctx, c)
			if !errors.Is(err, why) {
				t.Errorf("%v, want the context's cause", err)
			}
			f := faultOf(t, err, engine.CodeInternal)
			if f.Class > engine.Reconnect {
				t.Errorf("class %d", f.Class)
			}
		})
	}
	c := s.open(nil)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	faultOf(t, ask(ctx, c, "NOOP", ""), engine.CodeSilent)
}

func TestByesWordsAreKept(t *testing.T) {
	for bye, want := range map[string]engine.Code{
		"[UNAVAILABLE] Server \x1b[2Jgoing down":                          engine.CodeUnavailable,
		"Session invalidated - AccessTokenExpired":                        engine.CodeToken,
		"Connection is closed. 13":                                        engine.CodeLost,
		"Maximum number of connections exceeded":                          engine.CodeConnLimit,
		"I don't like you":                                                engine.CodeLost,
		"Request is throttled. Suggested Backoff Time: 1500 milliseconds": engine.CodeThrottled,
	} {
		s := mailServer(t, "IMAP4rev1", func(k *talk, c command) bool {
			if c.verb == "NOOP" {
				k.say("* BYE %s\r\n", bye)
				_ = k.Close()
			}
			return c.verb == "NOOP"
		})
		for name, call := range map[string]func(c *conn) error{
			"raw":     func(c *conn) error { return ask(t.Context(), c, "NOOP", "") },
			"go-imap": func(c *conn) error { return c.do(t.Context(), "ask", func() error { return c.client.Noop().Wait() }) },
		} {
			f := faultOf(t, call(s.open(nil)), want)
			if f.Said == "" || strings.ContainsRune(f.Said, 0x1b) || strings.Contains(f.Error(), "EOF") {
				t.Errorf("%s: said %q, error %q", name, f.Said, f.Error())
			}
			if f.Class < engine.Reconnect && want != engine.CodeConnLimit {
				t.Errorf("%s: class %d of a connection that is over", bye, f.Class)
			}
			if want == engine.CodeThrottled && f.Wait != 1500*time.Millisecond {
				t.Errorf("wait %v", f.Wait)
			}
		}
	}
}

func TestAlertsWordsReachTheFault(t *testing.T) {
	s := mailServer(t, "IMAP4rev1", func(k *talk, c command) bool {
		if c.verb == "NOOP" {
			k.say("* OK [ALERT] The \x1b]0;x\x07disk is nearly full\r\n%s NO not possible\r\n", c.tag)
		}
		return c.verb == "NOOP"
	})
	f := faultOf(t, ask(t.Context(), s.open(nil), "NOOP", ""), engine.CodeRefused)
	if !strings.Contains(f.Said, "not possible") || !strings.Contains(f.Said, "disk is nearly full") || strings.ContainsRune(f.Said, 0x1b) {
		t.Errorf("said %q", f.Said)
	}
}

// peak is how much more memory is live or allocated at once during f, bytes.
func peak(f func()) uint64 {
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	var most atomic.Uint64
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			runtime.ReadMemStats(&now)
			most.Store(max(most.Load(), now.HeapInuse))
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	f()
	close(done)
	<-stopped
	return most.Load() - min(most.Load(), before.HeapInuse)
}

func TestFloodsEndWithANamedFaultQuicklyAndInLittleMemory(t *testing.T) {
	flood := func(k *talk) {
		b := bytes.Repeat([]byte("a"), 1<<20)
		for range 600 {
			if _, err := k.Write(b); err != nil {
				return
			}
		}
	}
	for name, c := range map[string]struct {
		start string
		code  engine.Code
	}{
		"endless line":           {"* LIST () \"/\" \"", engine.CodeProtocol},
		"endless greeting-like":  {"* OK ", engine.CodeProtocol},
		"endless tag":            {"", engine.CodeProtocol},
		"literal of 9 GB":        {"* 1 FETCH (UID 1 BODY[] {9000000000}\r\n", engine.CodeTooBig},
		"literal of 20 digits":   {"* 1 FETCH (UID 1 BODY[] {99999999999999999999}\r\n", engine.CodeTooBig},
		"name of 9 GB":           {"* LIST () \"/\" {9000000000}\r\n", engine.CodeTooBig},
		"second literal of 9 GB": {"* 1 FETCH (UID 1 BODY[] {1}\r\nx BODY[TEXT] {9000000000}\r\n", engine.CodeTooBig},
	} {
		for _, lib := range []bool{false, true} {
			t.Run(name+map[bool]string{true: ", go-imap", false: ", raw"}[lib], func(t *testing.T) {
				s := mailServer(t, "IMAP4rev1", func(k *talk, cmd command) bool {
					if cmd.verb == "NOOP" || cmd.verb == "UID FETCH" {
						k.say("%s", c.start)
						flood(k)
					}
					return cmd.verb == "NOOP"
				})
				conn := s.open(nil)
				began := time.Now()
				var err error
				used := peak(func() {
					if lib {
						err = conn.do(t.Context(), "ask", func() error {
							if !strings.Contains(c.start, "FETCH") {
								return conn.client.Noop().Wait()
							}
							return conn.client.Fetch(imap.UIDSetNum(1), &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{{Peek: true}}}).Close()
						})
					} else {
						err = ask(t.Context(), conn, "NOOP", "")
					}
				})
				faultOf(t, err, c.code)
				if took := time.Since(began); took > 10*time.Second {
					t.Errorf("took %v", took)
				}
				if used > 64<<20 {
					t.Errorf("took %d MB more", used>>20)
				}
			})
		}
	}
}

func TestEndlessGreetingIsNamed(t *testing.T) {
	s := serve(t, func(k *talk) {
		k.say("* OK ")
		_, _ = io.Copy(k.Conn, io.LimitReader(neverEnding{}, 600<<20))
	})
	var err error
	used := peak(func() { _, err = check(t, s.endpoint) })
	faultOf(t, err, engine.CodeProtocol)
	if used > 64<<20 {
		t.Errorf("took %d MB more", used>>20)
	}
}

func TestTrafficCountsBothWays(t *testing.T) {
	s := mailServer(t, "IMAP4rev1", nil)
	c := s.open(nil)
	before := c.traffic()
	if err := ask(t.Context(), c, "NOOP", ""); err != nil {
		t.Fatal(err)
	}
	after := c.traffic()
	if got := after.In - before.In; got != int64(len(c.mark)+len("9 OK done\r\n")) {
		t.Errorf("%d bytes in", got)
	}
	if got := after.Out - before.Out; got != int64(len(c.mark)+len("9 NOOP\r\n")) {
		t.Errorf("%d bytes out", got)
	}
}

func TestCloseSaysGoodByeAndIsQuick(t *testing.T) {
	s := mailServer(t, "IMAP4rev1", nil)
	c := s.open(nil)
	if err := c.close(); err != nil {
		t.Error(err)
	}
	if err := c.close(); err != nil {
		t.Error(err)
	}
	for !strings.HasSuffix(s.said(), "LOGOUT") { // or the test times out
		time.Sleep(time.Millisecond)
	}
	deaf := mailServer(t, "IMAP4rev1", func(k *talk, c command) bool {
		if c.verb == "LOGOUT" {
			k.wait()
		}
		return false
	})
	c = deaf.open(nil)
	began := time.Now()
	_ = c.close()
	if took := time.Since(began); took > farewell {
		t.Errorf("closing took %v", took)
	}
}

func TestBadToAnAppendClosesAtOnceAndHidesWhatFollows(t *testing.T) {
	var hostile atomic.Value
	s := mailServer(t, "IMAP4rev1 LITERAL+", func(k *talk, c command) bool {
		if c.verb != "APPEND" {
			return false
		}
		// The server didn't swallow the literal: lines of the mail run as
		// commands, and one of them guessed our next tag.
		k.say("%s BAD odd flag\r\n%s OK [APPENDUID 1 1] done\r\n", c.tag, hostile.Load())
		return true
	})
	c := s.open(nil)
	err := c.raw(t.Context(), "store messages", func(r *rawIO) error {
		var tags [2]string
		for i := range tags {
			tags[i] = r.begin("APPEND")
			r.text(" INBOX ")
			if err := r.literalBytes([]byte("body")); err != nil {
				return err
			}
			_ = r.end()
		}
		hostile.Store(tags[1])
		if err := r.flush(); err != nil {
			return err
		}
		rep, err := r.next()
		if err != nil || rep.tag != tags[0] || rep.kind != "BAD" {
			t.Errorf("first reply %+v, %v", rep, err)
		}
		if rep, err := r.next(); err == nil {
			t.Errorf("a reply behind the BAD came through: %s %s", rep.tag, rep.kind)
			return nil
		}
		return err
	})
	if err == nil {
		t.Fatal("no error")
	}
	f := faultOf(t, ask(t.Context(), c, "NOOP", ""), engine.CodeRefused)
	if f.Class != engine.Reconnect {
		t.Errorf("class %d", f.Class)
	}
}
