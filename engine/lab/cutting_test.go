package lab_test

import (
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"mxodus/engine/lab"
)

// TestConnectionIsCutAtTheStage sends three APPENDs in one go; the second is
// cut.
func TestConnectionIsCutAtTheStage(t *testing.T) {
	for _, stage := range lab.Stages() {
		for _, reset := range []bool{false, true} {
			s := start(t, lab.Options{UIDPlus: true})
			c := signedIn(t, s.Endpoint())
			s.Cut(lab.Cut{Append: 2, Stage: stage, RST: reset})
			first := c.send(appendCommand("INBOX", "one"))
			second := c.send(appendCommand("INBOX", strings.Repeat("two ", 20<<10)))
			c.send(appendCommand("INBOX", "three"))
			if _, status, err := c.reply(first); !reset && (err != nil || status != "OK") {
				t.Errorf("%s: the first APPEND gets %s, %v", stage, status, err)
			}
			said, _, err := c.reply(second)
			if !reset && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%s: the connection ends with %v", stage, err)
			}
			if errs := errors.Join(err, c.sendErr); reset && !errors.Is(errs, syscall.ECONNRESET) && !errors.Is(errs, syscall.EPIPE) {
				t.Errorf("%s, reset: the connection ends with %v", stage, errs)
			}
			if len(said) > 0 {
				t.Errorf("%s: said %q", stage, said)
			}
			want := 1
			if stage >= lab.AfterCRLF {
				want = 2
			}
			if n := len(s.Messages("anna", "INBOX")); n != want {
				t.Errorf("%s: %d messages stored, want %d", stage, n, want)
			}
			if s.CutsLeft() != 0 {
				t.Errorf("%s: %d cuts left", stage, s.CutsLeft())
			}
			signedIn(t, s.Endpoint()).ok(appendCommand("INBOX", "four"))
		}
	}
}

func TestMessageIsStoredLate(t *testing.T) {
	s := start(t, lab.Options{})
	for _, c := range []struct {
		commit time.Duration
		want   int
	}{{lab.Never, 0}, {50 * time.Millisecond, 1}} {
		s.Cut(lab.Cut{Append: 1, Stage: lab.AfterCRLF, Commit: c.commit})
		conn := signedIn(t, s.Endpoint())
		if _, _, err := conn.reply(conn.send(appendCommand("INBOX", "one"))); err == nil {
			t.Fatal("a reply came")
		}
		if n := len(s.Messages("anna", "INBOX")); n != 0 {
			t.Errorf("%s: %d messages at once", c.commit, n)
		}
		s.WaitLate()
		if n := len(s.Messages("anna", "INBOX")); n != c.want {
			t.Errorf("%s: %d messages in the end", c.commit, n)
		}
	}
}

func TestFolderNameAsLiteralIsNotTheMessage(t *testing.T) {
	s := start(t, lab.Options{})
	s.Cut(lab.Cut{Append: 1, Stage: lab.Half})
	c := signedIn(t, s.Endpoint())
	if _, _, err := c.reply(c.send("APPEND {5+}\r\nINBOX (\\Seen) {4+}\r\nbody")); err == nil {
		t.Error("a reply came")
	}
	if n := len(s.Messages("anna", "INBOX")) + s.CutsLeft(); n != 0 {
		t.Errorf("%d messages and cuts left", n)
	}
}
