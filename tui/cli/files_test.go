package cli_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// sameLines is the script's command "samelines FILE OTHER": the first has the
// lines of the other, with the line ends of Windows.
func sameLines(ts *testscript.TestScript, _ bool, args []string) {
	got, want := []byte(ts.ReadFile(args[0])), []byte(ts.ReadFile(args[1]))
	if want = bytes.ReplaceAll(want, []byte("\n"), []byte("\r\n")); !bytes.Equal(got, want) {
		ts.Fatalf("%s is\n%q\nwant\n%q", args[0], got, want)
	}
}

// onlyIn is the script's command "onlyin WORD FILE...": the word stands in these
// files and in no other below the script's folder.
func onlyIn(ts *testscript.TestScript, _ bool, args []string) {
	allowed := map[string]bool{}
	for _, name := range args[1:] {
		allowed[ts.MkAbs(name)] = true
		if !strings.Contains(ts.ReadFile(name), args[0]) {
			ts.Fatalf("%s doesn't hold %q", name, args[0])
		}
	}
	ts.Check(filepath.WalkDir(ts.MkAbs("."), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || allowed[name] {
			return err
		}
		text, err := os.ReadFile(name)
		if err == nil && bytes.Contains(text, []byte(args[0])) {
			err = fmt.Errorf("%s holds %q", name, args[0])
		}
		return err
	}))
}

// modes is the script's command "modes OCTAL FILE...": nobody else may read them.
// Windows has no such modes.
func modes(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args[1:] {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if got := fmt.Sprintf("%o", info.Mode().Perm()); got != args[0] && runtime.GOOS != "windows" {
			ts.Fatalf("%s has mode %s, want %s", name, got, args[0])
		}
	}
}
