package imapconn

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"mxodus/engine"
)

// appendServer keeps what APPEND brings; a message "no" is refused before its
// literal where that is possible.
func appendServer(t *testing.T, caps string) (*scripted, *[]string) {
	var got []string
	s := serve(t, func(k *talk) {
		k.say("* OK [CAPABILITY IMAP4rev1 %s] ready\r\n", caps)
		for {
			line, ok := k.line()
			if !ok {
				return
			}
			tag, rest, _ := strings.Cut(line, " ")
			switch {
			case strings.HasPrefix(rest, "APPEND refused") && strings.HasSuffix(line, "}") && !strings.HasSuffix(line, "+}"):
				k.say("%s NO [TRYCREATE] no such folder\r\n", tag)
				continue
			case strings.HasPrefix(rest, "APPEND"):
				text, ok := k.literal(line)
				if !ok {
					return
				}
				if end, _ := k.line(); end != "" {
					t.Errorf("%q stands behind the literal", end)
				}
				got = append(got, text)
			case strings.HasPrefix(rest, "LOGOUT"):
				return
			}
			k.say("%s OK [APPENDUID 7 %d] done\r\n", tag, len(got))
		}
	})
	return s, &got
}

func TestManyAppendsInFlightPastGoIMAP(t *testing.T) {
	for _, caps := range []string{"LITERAL+", "", "LITERAL-"} {
		t.Run(caps, func(t *testing.T) {
			s, got := appendServer(t, caps)
			c := s.open(nil)
			const n = 300
			var want []string
			for i := range n {
				want = append(want, strings.Repeat(fmt.Sprint(i, ";"), i*40))
			}
			err := c.raw(t.Context(), "store messages", func(r *rawIO) error {
				var sent atomic.Int64
				wrote := make(chan error, 1)
				go func() {
					for _, m := range want {
						r.begin("APPEND")
						r.text(" INBOX ")
						if err := r.literal(int64(len(m)), strings.NewReader(m)); err != nil {
							wrote <- err
							return
						}
						_ = r.end()
						sent.Add(1)
					}
					wrote <- r.flush()
				}()
				for range n {
					rep, err := r.next()
					if err != nil {
						return err
					}
					if st := statusOf(rep.line); rep.kind != "OK" || st.code != "APPENDUID" {
						t.Errorf("%s %+v", rep.kind, st)
					}
				}
				return <-wrote
			})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(*got, want) {
				t.Errorf("%d messages arrived, or changed", len(*got))
			}
			if err := c.client.Noop().Wait(); err != nil {
				t.Errorf("go-imap can't go on: %v", err)
			}
		})
	}
}

func TestRefusalBeforeALiteralEndsOnlyThatCommand(t *testing.T) {
	s, got := appendServer(t, "")
	c := s.open(nil)
	err := c.raw(t.Context(), "store messages", func(r *rawIO) error {
		wrote := make(chan error, 1)
		go func() {
			r.begin("APPEND")
			r.text(" refused ")
			err := r.literal(5, strings.NewReader("first"))
			if !errors.Is(err, errRefused) {
				wrote <- fmt.Errorf("literal: %v", err)
				return
			}
			r.begin("APPEND")
			r.text(" INBOX ")
			if err := r.literal(6, strings.NewReader("second")); err != nil {
				wrote <- err
				return
			}
			_ = r.end()
			wrote <- r.flush()
		}()
		for _, want := range []string{"NO", "OK"} {
			rep, err := r.next()
			if err != nil {
				return err
			}
			if rep.kind != want {
				t.Errorf("%s, want %s", rep.kind, want)
			}
		}
		return <-wrote
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(*got, []string{"second"}) {
		t.Errorf("arrived: %q", *got)
	}
}

func TestShortMessageEndsTheConnectionRatherThanTheNextCommand(t *testing.T) {
	s, got := appendServer(t, "LITERAL+")
	c := s.open(nil)
	err := c.raw(t.Context(), "store a message", func(r *rawIO) error {
		r.begin("APPEND")
		r.text(" INBOX ")
		return r.literal(100, strings.NewReader("short"))
	})
	if err == nil || len(*got) != 0 {
		t.Errorf("%v, %q", err, *got)
	}
	if ask(t.Context(), c, "NOOP", "") == nil {
		t.Error("the connection goes on")
	}
}

func TestBodiesAreStreamedPastGoIMAP(t *testing.T) {
	const lines = "* 1 FETCH (UID 1 BODY[] {5}\r\nhello FLAGS (\\Seen))\r\n" +
		"* 2 FETCH (BODY[] {5}\r\nworld UID 2)\r\n* 2 FETCH (FLAGS () UID 2)\r\n" +
		"* 3 FETCH (UID 3 BODY[] NIL)\r\n* 4 FETCH (UID 4 BODY[] \"qu\\\\oted\")\r\n* 5 FETCH (UID 5 BODY[HEADER.FIELDS (DATE)] {0}\r\n)\r\n"
	s := mailServer(t, "IMAP4rev1", func(k *talk, c command) bool {
		if c.verb == "UID FETCH" {
			k.say(lines)
		}
		return false
	})
	c := s.open(nil)
	var got []string
	err := c.raw(t.Context(), "read messages", func(r *rawIO) error {
		tags := []string{r.command("UID FETCH", " 1:3 (BODY.PEEK[])"), r.command("UID FETCH", " 4:5 (BODY.PEEK[])")}
		if err := r.flush(); err != nil {
			return err
		}
		for _, tag := range tags {
			_, err := r.wait(tag, func(rep *reply) error {
				one := ""
				err := rep.fetch(func(name []byte, v *value) error {
					text := string(v.text)
					if v.kind == valLiteral {
						b, err := io.ReadAll(v.reader())
						if err != nil {
							return err
						}
						text = string(b)
					}
					one += fmt.Sprintf("%s=%d:%q ", name, v.length(), text)
					return nil
				})
				got = append(got, strings.TrimSpace(one))
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`UID=-1:"1" BODY[]=5:"hello" FLAGS=-1:"\\Seen"`, `BODY[]=5:"world" UID=-1:"2"`, `FLAGS=-1:"" UID=-1:"2"`,
		`UID=-1:"3" BODY[]=-1:""`, `UID=-1:"4" BODY[]=7:"qu\\oted"`, `UID=-1:"5" BODY[HEADER.FIELDS (DATE)]=0:""`,
	}
	if !slices.Equal(got, append(want, want...)) {
		t.Errorf("%q", got)
	}
}

func TestUnreadBodiesAreSkippedAndErrorsOfCallbacksComeBackAsTheyAre(t *testing.T) {
	s := answering(t, "", "UID FETCH", "* 1 FETCH (UID 1 BODY[] {5}\r\nhello)\r\n")
	c := s.open(nil)
	enough := errors.New("enough")
	err := c.raw(t.Context(), "read messages", func(r *rawIO) error {
		tag := r.command("UID FETCH", " 1 (BODY.PEEK[])")
		if err := r.flush(); err != nil {
			return err
		}
		if _, err := r.wait(tag, nil); err != nil { // nothing is read of it
			return err
		}
		return enough
	})
	if err != enough {
		t.Errorf("%v", err)
	}
	if err := ask(t.Context(), c, "NOOP", ""); err != nil {
		t.Errorf("the connection is over: %v", err)
	}
	err = c.raw(t.Context(), "read messages", func(r *rawIO) error {
		r.command("UID FETCH", " 1 (BODY.PEEK[])")
		_ = r.flush()
		return enough // with replies unread
	})
	if err != enough {
		t.Errorf("%v", err)
	}
	if ask(t.Context(), c, "NOOP", "") == nil {
		t.Error("the connection goes on with replies that belong to nobody")
	}
}

func TestArgumentsOfAnyBytesStayOneArgument(t *testing.T) {
	var got []string
	s := mailServer(t, "IMAP4rev1 LITERAL+", func(k *talk, c command) bool {
		if c.verb == "SELECT" {
			got = append(got, c.args)
		}
		return false
	})
	c := s.open(nil)
	names := []string{"plain", `q"u\o`, "ä", "a\r\nX1 DELETE INBOX", "", strings.Repeat("n", 3000), "{5+}", "x {3}"}
	for _, name := range names {
		err := c.raw(t.Context(), "open a folder", func(r *rawIO) error {
			tag := r.begin("SELECT")
			r.astring(name)
			_ = r.end()
			if err := r.flush(); err != nil {
				return err
			}
			_, err := r.wait(tag, nil)
			return err
		})
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
	}
	want := []string{`"plain"`, `"q\"u\\o"`, "ä", "a\r\nX1 DELETE INBOX", `""`, strings.Repeat("n", 3000), `"{5+}"`, `"x {3}"`}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// go-imap waits for a continuation with every literal of more than 4,096 bytes;
// the guard gives it at once.
func TestGoIMAPsAppendsDontWaitWhereTheServerDoesnt(t *testing.T) {
	for _, caps := range []string{"LITERAL+", "", "LITERAL-", "LITERAL+ LITERAL-"} {
		t.Run(caps, func(t *testing.T) {
			s, got := appendServer(t, caps)
			c := s.open(nil)
			var cmds []interface {
				Wait() (*imap.AppendData, error)
			}
			var want []string
			for i := range 60 {
				m := strings.Repeat("x", i*333+1)
				want = append(want, m)
				cmd := c.client.Append("INBOX", int64(len(m)), nil)
				if _, err := io.WriteString(cmd, m); err != nil {
					t.Fatal(err)
				}
				if err := cmd.Close(); err != nil {
					t.Fatal(err)
				}
				cmds = append(cmds, cmd)
			}
			for i, cmd := range cmds {
				if data, err := cmd.Wait(); err != nil || data.UID != imap.UID(i+1) {
					t.Fatalf("message %d: %+v, %v", i, data, err)
				}
			}
			if !slices.Equal(*got, want) {
				t.Errorf("%d messages arrived, or changed", len(*got))
			}
			if waits := strings.Count(s.said(), "1}\n") > 0; strings.Contains(caps, "LITERAL+") && waits {
				t.Error("a literal was announced as one that is waited for")
			}
		})
	}
}

func TestExchangesBadForNoKeepsTheConnection(t *testing.T) {
	s := mailServer(t, "IMAP4rev1 LITERAL+", func(k *talk, c command) bool {
		if c.verb == "APPEND" {
			k.say("%s BAD Request is throttled. Suggested Backoff Time: 5000 milliseconds\r\n", c.tag)
		}
		return c.verb == "APPEND"
	})
	s.endpoint.Kind = engine.KindMicrosoft365
	c := s.open(func(p *engine.Project) { p.Source.Auth = engine.AuthLogin })
	err := c.raw(t.Context(), "store a message", func(r *rawIO) error {
		tag := r.begin("APPEND")
		r.text(" INBOX ")
		if err := r.literalBytes([]byte("body")); err != nil {
			return err
		}
		_ = r.end()
		if err := r.flush(); err != nil {
			return err
		}
		_, err := r.wait(tag, nil)
		return err
	})
	if f := faultOf(t, err, engine.CodeThrottled); f.Class != engine.Retry || f.Wait.Seconds() != 5 {
		t.Errorf("%+v", f)
	}
	if err := c.guard.over(); err != nil {
		t.Errorf("the connection is over: %v", err)
	}
	if f := faultOf(t, ask(t.Context(), c, "NOOP", ""), engine.CodeThrottled); f.Wait > 5*time.Second || f.Wait < 3*time.Second {
		t.Errorf("another command within the wait: %+v", f)
	}
}
