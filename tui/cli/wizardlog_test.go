package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestWizardsLogStaysSmallAndPrivate(t *testing.T) {
	l := &boundedLog{path: filepath.Join(t.TempDir(), "wizard.log"), most: 100}
	if err := l.open(); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if n, err := l.Write([]byte(strings.Repeat("x", 29) + "\n")); n != 30 || err != nil {
			t.Fatalf("wrote %d: %v", n, err)
		}
	}
	l.close()
	for _, name := range []string{l.path, l.path + ".1"} {
		info, err := os.Stat(name)
		if err != nil || info.Size() == 0 || info.Size() > 100 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s may be read by others: %v", name, info.Mode())
		}
	}
	if err := l.open(); err != nil || l.size == 0 {
		t.Errorf("doesn't go on where it was: %d, %v", l.size, err)
	}
	l.close()
}

func TestStateFolderOfEachSystem(t *testing.T) {
	at := func(env map[string]string) func(string) string { return func(k string) string { return env[k] } }
	root := t.TempDir() // absolute on this system
	for _, c := range []struct {
		goos string
		env  map[string]string
		want string
	}{
		{"linux", map[string]string{"HOME": root}, filepath.Join(root, ".local", "state", "mxodus")},
		{"linux", map[string]string{"HOME": "/x", "XDG_STATE_HOME": root}, filepath.Join(root, "mxodus")},
		{"darwin", map[string]string{"HOME": root}, filepath.Join(root, "Library", "Logs", "mxodus")},
		{"windows", map[string]string{"LOCALAPPDATA": root}, filepath.Join(root, "mxodus")},
		{"linux", nil, ""},
		{"windows", map[string]string{"LOCALAPPDATA": "here"}, ""},
	} {
		if got := stateDir(c.goos, at(c.env)); got != c.want {
			t.Errorf("%s %v: %q instead of %q", c.goos, c.env, got, c.want)
		}
	}
}
