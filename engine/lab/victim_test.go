package lab_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	"mxodus/engine"
	"mxodus/engine/imapconn"
	"mxodus/engine/journal"
)

// victimEnv tells the test binary that it is the child.
const victimEnv = "MXODUS_TEST_VICTIM"

func TestMain(m *testing.M) {
	if orders := os.Getenv(victimEnv); orders != "" {
		os.Exit(victim(orders))
	}
	os.Exit(m.Run())
}

// orders are what a child is told.
type orders struct {
	Path string
	// Step is the journal step at which it dies, from 1; 0 for none. After says
	// whether the step is still carried out.
	Step  int
	After bool
}

// The exit statuses of a child. A killed one has none, or 1 on Windows.
const (
	victimDone   = 0
	victimFailed = 3
)

// victim runs a project as `mxodus run` does, until done or dead. It says on
// stdout how many journal steps there were.
func victim(text string) int {
	var o orders
	steps, err := 0, json.Unmarshal([]byte(text), &o)
	if err == nil {
		steps, err = runProject(context.Background(), o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "the child:", err)
		return victimFailed
	}
	fmt.Println(steps)
	return victimDone
}

// passwords is a vault that knows the one password of these tests.
type passwords struct{}

const password = "sun"

func (passwords) Get(string) (engine.Secret, bool)                    { return password, true }
func (passwords) Set(context.Context, map[string]engine.Secret) error { return errors.New("not here") }

func runProject(ctx context.Context, o orders) (steps int, err error) {
	f, err := journal.Open(ctx, o.Path)
	if err != nil {
		return 0, err
	}
	mortal := &mortalFile{ProjectFile: f, orders: o}
	_, err = run(ctx, mortal)
	return int(mortal.steps.Load()), errors.Join(err, f.Close())
}

// run runs one batch over all users.
func run(ctx context.Context, f engine.ProjectFile) (engine.Summary, error) {
	p, err := f.Project(ctx)
	if err != nil {
		return engine.Summary{}, err
	}
	users, err := f.Users(ctx)
	if err != nil {
		return engine.Summary{}, err
	}
	d := imapconn.NewDialer(p, passwords{}, engine.DialOptions{})
	return engine.NewBatch(p, f, d, engine.BatchOptions{Users: users}).Run(ctx)
}

// mortalFile kills the process at a step.
type mortalFile struct {
	engine.ProjectFile
	orders orders
	steps  atomic.Int64
}

func (f *mortalFile) step(write func() error) error {
	here := f.steps.Add(1) == int64(f.orders.Step)
	if here && !f.orders.After {
		die()
	}
	err := write()
	if here {
		die()
	}
	return err
}

// die is kill -9 by one's own hand.
func die() {
	p, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		panic(err)
	}
	select {} // it may take a moment
}

func (f *mortalFile) Folder(ctx context.Context, userID int64, source string) (r engine.FolderRecord, err error) {
	err = f.step(func() error { r, err = f.ProjectFile.Folder(ctx, userID, source); return err })
	return r, err
}

func (f *mortalFile) SaveFolder(ctx context.Context, r engine.FolderRecord) error {
	return f.step(func() error { return f.ProjectFile.SaveFolder(ctx, r) })
}

func (f *mortalFile) Put(ctx context.Context, folderID int64, recs []engine.Record) error {
	return f.step(func() error { return f.ProjectFile.Put(ctx, folderID, recs) })
}

func (f *mortalFile) StartRun(ctx context.Context, kind string) (id int64, err error) {
	err = f.step(func() error { id, err = f.ProjectFile.StartRun(ctx, kind); return err })
	return id, err
}

func (f *mortalFile) FinishRun(ctx context.Context, id int64, s engine.Summary) error {
	return f.step(func() error { return f.ProjectFile.FinishRun(ctx, id, s) })
}
