package journal

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"mxodus/engine"
)

// crashFile tells the test binary that it is the child to be killed.
const crashFile = "MXODUS_TEST_CRASH_FILE"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashFile); path != "" {
		fmt.Fprintln(os.Stderr, writeUntilKilled(path))
		os.Exit(crashFailed)
	}
	os.Exit(m.Run())
}

const (
	crashFailed  = 3 // exit status of a child that ended by itself; 1 is a killed one on Windows
	crashWriters = 4
	crashBatch   = 40
)

// writeUntilKilled runs the project as a batch does, and says on stdout what
// was acknowledged: folder, first UID, state.
func writeUntilKilled(path string) error {
	ctx := context.Background()
	f, err := Open(ctx, path)
	if err != nil {
		return err
	}
	if _, err := f.Lock(ctx); err != nil {
		return err
	}
	errs := make(chan error)
	for w := range crashWriters {
		go func() { errs <- writeFolder(ctx, f, fmt.Sprint("folder ", w)) }()
	}
	return <-errs
}

func writeFolder(ctx context.Context, f *File, name string) error {
	r, err := f.Folder(ctx, 1, name)
	if err != nil {
		return err
	}
	for {
		first := r.DestNext + 1
		r.DestNext += crashBatch
		if err := f.SaveFolder(ctx, r); err != nil {
			return err
		}
		for _, s := range []engine.State{engine.Sending, engine.Copied} {
			recs := manyRecords(first, crashBatch)
			for i := range recs {
				recs[i].State = s
			}
			if err := f.Put(ctx, r.ID, recs); err != nil {
				return err
			}
			if _, err := fmt.Printf("%d %d %d\n", r.ID, first, s); err != nil {
				return err
			}
		}
	}
}

// acknowledged is what a killed child was promised.
type acknowledged map[[2]uint32]engine.State // by folder and first UID

// killedChild lets a child write until a random number of acknowledgements.
func killedChild(t *testing.T, path string, acks acknowledged) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashFile+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for left := 1 + rand.IntN(25); lines.Scan(); left-- {
		var folder, first uint32
		var state engine.State
		if _, err := fmt.Sscan(lines.Text(), &folder, &first, &state); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		acks[[2]uint32{folder, first}] = state
		if left == 0 {
			// The others are in the middle of something.
			must(t, cmd.Process.Kill())
		}
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() == crashFailed {
		t.Fatal("the child ended by itself: ", err)
	}
}

func TestKilledWriterLosesNothingAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "acme.mxodus")
	f, err := Create(t.Context(), path, engine.Project{})
	must(t, err)
	newUser(t, f, "anna@acme.example")
	must(t, f.Close())
	acks := acknowledged{}
	for range rounds(t) {
		killedChild(t, path, acks)
		f, err := Open(t.Context(), path)
		must(t, err)
		checkIntegrity(t, f)
		checkAcknowledged(t, f, acks)
		unlock, err := f.Lock(t.Context())
		must(t, err)
		unlock()
		must(t, f.Close())
	}
	if len(acks) < 20 {
		t.Errorf("only %d writes were acknowledged: this shows nothing", len(acks))
	}
}

// rounds is how often the child is killed; MXODUS_TEST_CRASHES asks for more.
func rounds(t *testing.T) int {
	s := os.Getenv("MXODUS_TEST_CRASHES")
	if s == "" {
		return 12
	}
	n, err := strconv.Atoi(s)
	must(t, err)
	return n
}

// checkAcknowledged demands whole batches: what was acknowledged, in that state
// or a later one, and nothing by halves.
func checkAcknowledged(t *testing.T, f *File, acks acknowledged) {
	t.Helper()
	folders, err := f.Folders(t.Context(), 1)
	must(t, err)
	for _, r := range folders {
		batches := map[uint32]map[engine.State]int{}
		must(t, f.Records(t.Context(), r.ID, func(rec engine.Record) error {
			first := (rec.UID-1)/crashBatch*crashBatch + 1
			if batches[first] == nil {
				batches[first] = map[engine.State]int{}
			}
			batches[first][rec.State]++
			if rec.UID > r.DestNext {
				return fmt.Errorf("UID %d is beyond what its folder says: %d", rec.UID, r.DestNext)
			}
			return nil
		}))
		for first, states := range batches {
			if n := states[engine.Sending] + states[engine.Copied]; n != crashBatch || len(states) != 1 {
				t.Errorf("folder %d, UID %d: half a batch: %v", r.ID, first, states)
			}
		}
		for at, state := range acks {
			if at[0] == uint32(r.ID) && batches[at[1]][state]+batches[at[1]][engine.Copied] < crashBatch {
				t.Errorf("folder %d, UID %d: acknowledged as %v, now %v", r.ID, at[1], state, batches[at[1]])
			}
		}
	}
}
