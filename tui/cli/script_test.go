package cli_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"mxodus/engine"
	"mxodus/tui/cli"
)

// TestMain makes the test binary be mxodus where a script calls it so: the
// scripts run the real commands, each in a process of its own. stubborn is one
// that doesn't stop when told to, clumsy is one that breaks.
func TestMain(m *testing.M) {
	testscript.Main(swift{m}, map[string]func(){
		"mxodus": func() { mainWith(adapters()) },
		"stubborn": func() {
			mainWith(engine.Adapters{Open: func(context.Context, string) (engine.ProjectFile, error) {
				os.Stderr.WriteString("stubborn\n")
				select {}
			}})
		},
		"clumsy": func() {
			mainWith(engine.Adapters{Open: func(context.Context, string) (engine.ProjectFile, error) {
				panic("canary-secret")
			}})
		},
	})
}

// swift runs the tests. Under the race detector the passphrase of a vault takes
// seconds; so mxodus is then built once more without it: what the scripts start
// are processes of their own, in which the detector would see nothing of the
// tests.
type swift struct{ testscript.TestingM }

func (s swift) Run() int {
	if raced {
		if err := buildWithoutRace(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return s.TestingM.Run()
}

// buildWithoutRace puts another build of this test binary in the place of the
// command mxodus.
func buildWithoutRace() error {
	path, err := exec.LookPath("mxodus")
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	if out, err := exec.Command("go", "test", "-c", "-o", path, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("go test -c: %w\n%s", err, out)
	}
	return nil
}

func mainWith(a engine.Adapters) {
	os.Exit(cli.Main(cli.Config{Args: os.Args[1:], Version: "v0.0.0-test", Adapters: a, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}))
}

// TestScripts runs testdata/script/*.txt: each tells a story that an
// administrator may live through.
func TestScripts(t *testing.T) {
	c := &companies{open: map[*testscript.TestScript]*engine.Practice{}}
	d := &directories{open: map[*testscript.TestScript]*directory{}}
	tn := &tenancies{open: map[*testscript.TestScript]*tenancy{}}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("LANG", "C.UTF-8") // the signs of a terminal that shows them
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "company": c.start(t), "workingday": c.day(t), "nosecrets": c.secrets, "nothingin": nothingIn, "nameserver": nameservers(t), "tenant": tn.start, "tenantis": tn.change, "office": d.start, "officeis": d.change, "passwordonlyin": passwordOnlyIn, "samelines": sameLines, "onlyin": onlyIn, "modes": modes, "workspace": workspaces, "pfxfile": pfxFile,
		},
	})
}

// exits runs a command that must end with an exit status:
//
//	exits 2 mxodus run
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	default:
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// nothingIn checks that a folder is empty.
func nothingIn(ts *testscript.TestScript, _ bool, args []string) {
	found, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	for _, f := range found {
		ts.Fatalf("%s was left behind", f.Name())
	}
}
