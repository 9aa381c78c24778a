package engine_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// pkg is what go list says of a package.
type pkg struct {
	ImportPath string
	Imports    []string // its own
	Deps       []string // all it rests on
}

// rule says what some packages may not import.
type rule struct {
	name string
	// covers says whether the rule is about a package.
	covers func(path string) bool
	// all looks at everything a package rests on, not only at its own imports.
	all     bool
	forbids func(dep string) bool
	// breach is a package that breaks the rule; the test of the rules uses it.
	breach pkg
}

func importRules() []rule {
	adapters := within("mxodus/engine/imapconn", "mxodus/engine/journal", "mxodus/engine/vault", "mxodus/engine/lab", "mxodus/engine/microsoft", "mxodus/engine/google", "mxodus/engine/meaning")
	return []rule{
		{name: "engine imports only the standard library, golang.org/x/sync and its own say",
			covers: exactly("mxodus/engine"), all: true,
			forbids: func(d string) bool { return !isStandard(d) && !within("golang.org/x/sync", "mxodus/engine/say")(d) },
			breach:  pkg{ImportPath: "mxodus/engine", Deps: []string{"fmt", "golang.org/x/text/width"}}},
		{name: "say imports only the standard library",
			covers: exactly("mxodus/engine/say"), forbids: func(d string) bool { return !isStandard(d) },
			breach: pkg{ImportPath: "mxodus/engine/say", Imports: []string{"mxodus/engine"}}},
		{name: "what stands below engine never imports the screens or dns",
			covers: within("mxodus/engine"), all: true, forbids: within("mxodus/tui", "mxodus/dns"),
			breach: pkg{ImportPath: "mxodus/engine/journal", Deps: []string{"mxodus/tui/widget"}}},
		{name: "screens and commands never import an adapter",
			covers: within("mxodus/tui"), all: true, forbids: adapters,
			breach: pkg{ImportPath: "mxodus/tui/cli", Deps: []string{"mxodus/engine/lab"}}},
		{name: "the commands import no bubbletea",
			covers: within("mxodus/tui/cli"), all: true, forbids: within("github.com/charmbracelet/bubbletea"),
			breach: pkg{ImportPath: "mxodus/tui/cli", Deps: []string{"github.com/charmbracelet/bubbletea"}}},
		{name: "widgets know nothing of the engine",
			covers: within("mxodus/tui/widget"), all: true, forbids: within("mxodus/engine", "mxodus/dns"),
			breach: pkg{ImportPath: "mxodus/tui/widget", Deps: []string{"mxodus/engine"}}},
		{name: "dns imports nothing of ours",
			covers: within("mxodus/dns"), all: true,
			forbids: func(d string) bool { return within("mxodus")(d) && !within("mxodus/dns")(d) },
			breach:  pkg{ImportPath: "mxodus/dns", Deps: []string{"mxodus/engine/preset"}}},
		{name: "presets import the engine, the standard library and golang.org/x only",
			covers: within("mxodus/engine/preset"), all: true,
			forbids: func(d string) bool {
				return !isStandard(d) && !within("mxodus/engine/preset", "mxodus/engine/say", "golang.org/x")(d) && d != "mxodus/engine"
			},
			breach: pkg{ImportPath: "mxodus/engine/preset", Deps: []string{"mxodus/engine/imapconn"}}},
		{name: "only imapconn and lab import go-imap",
			covers: except("mxodus/engine/imapconn", "mxodus/engine/lab"), forbids: within("github.com/emersion/go-imap"),
			breach: pkg{ImportPath: "mxodus/engine", Imports: []string{"github.com/emersion/go-imap/v2/imapclient"}}},
		{name: "only journal speaks SQL",
			covers: except("mxodus/engine/journal"), forbids: within("database/sql", "modernc.org"),
			breach: pkg{ImportPath: "mxodus/engine/vault", Imports: []string{"database/sql"}}},
		{name: "private mail servers are for tests only",
			covers: except("mxodus/engine/lab/real"), forbids: within("mxodus/engine/lab/real"),
			breach: pkg{ImportPath: "mxodus/engine/lab", Imports: []string{"mxodus/engine/lab/real"}}},
		{name: "only main wires adapters and practice servers together",
			covers: func(p string) bool { return p != "mxodus" && !adapters(p) }, forbids: adapters,
			breach: pkg{ImportPath: "mxodus/engine/preset", Imports: []string{"mxodus/engine/journal"}}},
	}
}

func exactly(path string) func(string) bool { return func(p string) bool { return p == path } }

// within matches these packages and those below them.
func within(roots ...string) func(string) bool {
	return func(p string) bool {
		return slices.ContainsFunc(roots, func(r string) bool { return p == r || strings.HasPrefix(p, r+"/") })
	}
}

func except(roots ...string) func(string) bool {
	in := within(roots...)
	return func(p string) bool { return !in(p) }
}

// isStandard says whether a path is of the standard library: its first element
// has no dot, and it isn't ours.
func isStandard(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return !strings.Contains(first, ".") && first != "mxodus"
}

// broken lists every breach of r.
func broken(r rule, pkgs []pkg) (out []string) {
	for _, p := range pkgs {
		if !r.covers(p.ImportPath) {
			continue
		}
		deps := p.Imports
		if r.all {
			deps = p.Deps
		}
		for _, d := range deps {
			if r.forbids(d) {
				out = append(out, p.ImportPath+" imports "+d)
			}
		}
	}
	return out
}

// listPackages asks go list for all packages of the module, as built for goos.
func listPackages(t *testing.T, goos string) []pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,Deps", "./...")
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=amd64", "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	var pkgs []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return pkgs
		}
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		pkgs = append(pkgs, p)
	}
}

func TestImportsPointOneWay(t *testing.T) {
	for _, goos := range []string{"linux", "windows"} {
		pkgs := listPackages(t, goos)
		if !slices.ContainsFunc(pkgs, func(p pkg) bool { return p.ImportPath == "mxodus/engine" && len(p.Deps) > 0 }) {
			t.Fatalf("%s: go list didn't tell of the engine", goos)
		}
		for _, r := range importRules() {
			for _, b := range broken(r, pkgs) {
				t.Errorf("%s: %s: %s", goos, r.name, b)
			}
		}
	}
}

func TestImportRulesCanFail(t *testing.T) {
	innocent := []pkg{
		{ImportPath: "mxodus", Imports: []string{"mxodus/engine/journal", "mxodus/tui"}},
		{ImportPath: "mxodus/engine", Imports: []string{"golang.org/x/sync/semaphore"}, Deps: []string{"golang.org/x/sync/semaphore", "vendor/golang.org/x/net/idna", "fmt"}},
		{ImportPath: "mxodus/engine/imapconn", Imports: []string{"github.com/emersion/go-imap/v2"}, Deps: []string{"mxodus/engine"}},
		{ImportPath: "mxodus/engine/journal", Imports: []string{"database/sql"}, Deps: []string{"mxodus/engine", "modernc.org/sqlite"}},
		{ImportPath: "mxodus/tui", Imports: []string{"mxodus/engine/preset"}, Deps: []string{"mxodus/engine/preset", "github.com/charmbracelet/bubbletea"}},
	}
	for _, r := range importRules() {
		if b := broken(r, innocent); len(b) != 0 {
			t.Errorf("%s: accuses the innocent: %v", r.name, b)
		}
		if b := broken(r, append(innocent, r.breach)); len(b) != 1 {
			t.Errorf("%s: finds %d breaches of one: %v", r.name, len(b), b)
		}
	}
}
