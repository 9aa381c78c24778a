package lab_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/journal"
	"mxodus/engine/lab"
)

// These tests kill the program: it runs as a child of the test, against servers
// that live on in the test. The journal, the connections and the lock are real.

// crime is a project between two servers, to be killed.
type crime struct {
	from, to *lab.Server
	path     string
	messages int
}

// newCrime fills some folders of the old server; the new one gives UIDs back or
// not.
func newCrime(t *testing.T, uidPlus bool, messages int) *crime {
	t.Helper()
	c := &crime{from: newServer(t, lab.Options{}), to: newServer(t, lab.Options{UIDPlus: uidPlus}),
		path: filepath.Join(t.TempDir(), "acme.mxodus"), messages: messages}
	for i := range messages {
		folder := []string{"INBOX", "Sent", "Archive/2019"}[i%3]
		n := i
		if i%10 == 9 {
			n = i - 3 // a twin, in the same folder
		}
		body := fmt.Appendf(nil, "From: ben@acme.example\r\nSubject: Number %d\r\nMessage-ID: <%d@acme.example>\r\nDate: Mon, 2 Mar 2020 10:00:00 +0100\r\n\r\n%s",
			n, n, strings.Repeat(fmt.Sprintf("Line %d.\r\n", n), 5+n*7%400))
		c.from.Put("anna", folder, body, time.Date(2020, 3, 2, 10, n, 0, 0, time.FixedZone("", 3600)), `\Seen`)
	}
	f, err := journal.Create(t.Context(), c.path, engine.Project{Source: c.from.Endpoint(), Destination: c.to.Endpoint(),
		// Long enough for the server to carry out what the dead have sent, on a
		// busy machine too.
		Limits: engine.Limits{QuietTime: 1500 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.SaveUsers(t.Context(), []engine.User{{Address: "anna", SourceLogin: "anna"}})
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return c
}

func newServer(t *testing.T, o lab.Options) *lab.Server {
	t.Helper()
	s, err := lab.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.AddUser("anna", password)
	return s
}

// child begins a child.
func (c *crime) child(t *testing.T, o orders) (cmd *exec.Cmd, stdout *strings.Builder) {
	t.Helper()
	o.Path = c.path
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	cmd, stdout = exec.Command(os.Args[0]), &strings.Builder{}
	cmd.Env = append(os.Environ(), victimEnv+"="+string(text))
	cmd.Stdout, cmd.Stderr = stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, stdout
}

// end waits for a child, and says whether it came to its end alive.
func (c *crime) end(t *testing.T, cmd *exec.Cmd) (alive bool) {
	t.Helper()
	_ = cmd.Wait()
	if cmd.ProcessState.ExitCode() == victimFailed {
		t.Fatal("the child failed")
	}
	return cmd.ProcessState.ExitCode() == victimDone
}

// finish runs the project to its end in this process, and holds that the end is
// that of an uninterrupted run, and that one more run sends nothing.
func (c *crime) finish(t *testing.T) {
	t.Helper()
	f, err := journal.Open(t.Context(), c.path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := run(t.Context(), f); err != nil {
		t.Fatal("the run after: ", err)
	}
	want, got := c.from.Bodies("anna"), c.to.Bodies("anna")
	if !maps.EqualFunc(want, got, func(a, b map[string]int) bool { return maps.Equal(a, b) }) {
		t.Errorf("the new server has\n%v\nthe old one\n%v", got, want)
	}
	c.to.ResetCounters()
	s, err := run(t.Context(), f)
	if err != nil || s.Sent != 0 || c.to.Counters().Appends != 0 || s.Sum.Copied != c.messages {
		t.Errorf("one more run: %+v, %d APPENDs, %v", s, c.to.Counters().Appends, err)
	}
	counts, err := f.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range counts {
		for state, n := range folder.Messages {
			if n != 0 && engine.State(state) != engine.Copied {
				t.Errorf("%s: %d messages are %v", folder.Folder.Source, n, engine.State(state))
			}
		}
	}
}

func TestKilledAtAnyJournalStepEndsAsIfUninterrupted(t *testing.T) {
	const messages = 30
	whole := newCrime(t, true, messages)
	cmd, stdout := whole.child(t, orders{})
	if !whole.end(t, cmd) {
		t.Fatal("the child that nobody kills died")
	}
	steps, err := strconv.Atoi(strings.TrimSpace(stdout.String()))
	if err != nil || steps < 5 {
		t.Fatalf("the run has %q journal steps", stdout)
	}
	whole.finish(t)
	for step := 1; step <= steps; step++ {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("step %d of %d/after=%v", step, steps, after), func(t *testing.T) {
				t.Parallel()
				c := newCrime(t, step%2 == 0, messages)
				cmd, _ := c.child(t, orders{Step: step, After: after})
				// Which step is which depends on who is faster: the last ones may
				// not come.
				if c.end(t, cmd) && step < steps/2 {
					t.Error("the child came to its end")
				}
				c.finish(t)
			})
		}
	}
}

// TestKilledAtRandomAgainAndAgain kills one migration many times. Set
// MXODUS_TEST_KILLS for more than the usual.
func TestKilledAtRandomAgainAndAgain(t *testing.T) {
	kills := 12
	if s := os.Getenv("MXODUS_TEST_KILLS"); s != "" {
		var err error
		if kills, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	for _, uidPlus := range []bool{true, false} {
		t.Run(fmt.Sprintf("uidplus=%v", uidPlus), func(t *testing.T) {
			t.Parallel()
			c := newCrime(t, uidPlus, kills*30)
			died := 0
			for range kills {
				if !c.killedAfter(t, 1+rand.IntN(30)) {
					break
				}
				died++
			}
			c.finish(t)
			if died < kills/3 {
				t.Errorf("only %d children died", died)
			}
		})
	}
}

// killedAfter kills a child as the new server gets to see its n-th APPEND.
func (c *crime) killedAfter(t *testing.T, n int) bool {
	t.Helper()
	now := make(chan struct{})
	var seen atomic.Int64
	c.to.OnCommand(func(cmd lab.Command) error {
		if cmd.Name == "APPEND" && seen.Add(1) == int64(n) {
			close(now)
		}
		return nil
	})
	defer c.to.OnCommand(nil)
	cmd, _ := c.child(t, orders{})
	ended := make(chan bool, 1)
	go func() {
		_ = cmd.Wait()
		ended <- cmd.ProcessState.ExitCode() == victimDone
	}()
	select {
	case <-now:
		if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Error(err)
		}
		return !<-ended
	case alive := <-ended:
		if cmd.ProcessState.ExitCode() == victimFailed {
			t.Fatal("the child failed")
		}
		return !alive
	}
}

// TestLockOfTheKilledIsFreed holds that a living run refuses another, and a dead
// one doesn't.
func TestLockOfTheKilledIsFreed(t *testing.T) {
	c := newCrime(t, true, 30)
	reached, goOn := make(chan struct{}), make(chan struct{})
	var once atomic.Bool
	c.to.OnCommand(func(cmd lab.Command) error {
		if cmd.Name == "APPEND" && once.CompareAndSwap(false, true) {
			close(reached)
			<-goOn
		}
		return nil
	})
	cmd, _ := c.child(t, orders{})
	<-reached
	f, err := journal.Open(t.Context(), c.path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = run(t.Context(), f)
	locked, ok := errors.AsType[*engine.LockedError](err)
	if !ok || locked.PID != cmd.Process.Pid {
		t.Errorf("%v, want that process %d holds it", err, cmd.Process.Pid)
	}
	if err := errors.Join(cmd.Process.Kill(), f.Close()); err != nil {
		t.Fatal(err)
	}
	if c.end(t, cmd) {
		t.Error("the child lived on")
	}
	close(goOn)
	began := time.Now()
	c.finish(t)
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("going on took %v", took)
	}
}

// fullFile is a journal whose disk is full from the n-th write on.
type fullFile struct {
	engine.ProjectFile
	left atomic.Int64
}

func (f *fullFile) Put(ctx context.Context, folderID int64, recs []engine.Record) error {
	if f.left.Add(-1) < 0 {
		return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeJournal, What: "There is no room left.", Do: "Make room.", Who: "you"}
	}
	return f.ProjectFile.Put(ctx, folderID, recs)
}

func TestJournalsDiskFullStopsCleanlyAndResumes(t *testing.T) {
	for writes := range int64(6) {
		t.Run(fmt.Sprintf("after %d writes", writes), func(t *testing.T) {
			t.Parallel()
			c := newCrime(t, writes%2 == 0, 30)
			f, err := journal.Open(t.Context(), c.path)
			if err != nil {
				t.Fatal(err)
			}
			full := &fullFile{ProjectFile: f}
			full.left.Store(writes)
			_, err = run(t.Context(), full)
			if !engine.IsCode(err, engine.CodeJournal) {
				t.Errorf("the run ended with %v", err)
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
			c.finish(t)
		})
	}
}
