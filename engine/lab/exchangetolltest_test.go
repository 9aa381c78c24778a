package lab_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"mxodus/engine"
)

// TestAWaitIsObeyedAlsoBesideARun throttles the commands of testing, verifying and
// undoing: all three come to their end, and send nothing before the wait is over.
func TestAWaitIsObeyedAlsoBesideARun(t *testing.T) {
	const wait = 700 * time.Millisecond
	from, to := engine.SideSource, engine.SideDestination
	for _, c := range []struct {
		what     string
		do       func(w *tenancy) error
		side     engine.Side
		commands []string
	}{
		{"test", probed, to, []string{"AUTHENTICATE", "LIST", "STATUS"}},
		{"test", probed, from, []string{"LIST", "EXAMINE", "UID FETCH"}},
		{"verify", verifiedOnce, to, []string{"AUTHENTICATE", "LIST", "STATUS", "SELECT", "UID FETCH"}},
		{"verify", verifiedOnce, from, []string{"LIST", "EXAMINE", "UID FETCH"}},
		{"undo", undone, to, []string{"AUTHENTICATE", "LIST", "SELECT", "UID FETCH", "UID STORE", "UID EXPUNGE"}},
	} {
		for i, command := range c.commands {
			t.Run(fmt.Sprintf("%s %s %s", c.what, c.side, command), func(t *testing.T) {
				t.Parallel()
				w := tollWorld(t)
				w.run()
				server, words := w.to, throttleWords[i%len(throttleWords)]
				if c.side == from {
					server = w.from
				}
				server.Toll(command, words.kind, fmt.Sprintf(words.text, wait.Milliseconds()), wait)
				if err := c.do(w); err != nil {
					t.Error(err)
				}
				if n, early := server.Tolled(); n != 1 || len(early) > 0 {
					t.Errorf("%d were told to wait; within the wait came %v", n, early)
				}
			})
		}
	}
}

func probed(w *tenancy) error {
	p := engine.NewProbe(w.project, w.users, w.dialer())
	err := p.Run(w.t.Context())
	u := p.Status().Users[0]
	if u.Source.State != engine.CheckOK || u.Destination.State != engine.CheckOK || u.Messages != 8 || !u.Source.Until.IsZero() || !u.Destination.Until.IsZero() {
		err = errors.Join(err, fmt.Errorf("%+v", u))
	}
	return err
}

func verifiedOnce(w *tenancy) error {
	v := engine.NewVerify(w.project, w.file, w.dialer(), engine.VerifyOptions{Users: w.users})
	res, err := v.Run(w.t.Context())
	if !res.OK {
		err = errors.Join(err, fmt.Errorf("%+v", res))
	}
	return err
}

// undone removes what was copied, and leaves what stood there before and the letter
// whose flags a run has set again.
func undone(w *tenancy) error {
	r, err := engine.Undo(w.t.Context(), w.project, w.file, w.dialer(), w.users, false)
	left := 0
	for _, n := range subjects(w.to, "u0@acme.example") {
		left += n
	}
	if r.Removed+r.Modified != 7 || r.Gone != 0 || left != 8-r.Removed {
		err = errors.Join(err, fmt.Errorf("%+v, %d are left", r, left))
	}
	return err
}
