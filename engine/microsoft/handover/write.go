package handover

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"mxodus/engine"
)

// The files beside the lists.
const (
	scriptFile = "hand-over.ps1"
	readmeFile = "readme.txt"
)

// isList knows the names of lists.
var isList = regexp.MustCompile(`^mailboxes-\d+\.csv$`)

// inOrder lists names: the readme, the script, the lists by number.
func inOrder(contents map[string][]byte) []string {
	rank := func(name string) int {
		return map[string]int{readmeFile: -2, scriptFile: -1}[name]*1000 + len(name)
	}
	return slices.SortedFunc(maps.Keys(contents), func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
}

// write puts the files into a folder and nowhere else, whatever links stand
// there: all of them, or none.
func write(dir string, contents map[string][]byte, replace bool) (stale []string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fileFault(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fileFault(err)
	}
	defer func() { _ = root.Close() }()
	names := inOrder(contents)
	if taken := existing(root, names); len(taken) > 0 && !replace {
		return nil, existsFault(taken)
	}
	parts := map[string]string{}
	defer func() {
		for _, part := range parts {
			_ = root.Remove(part)
		}
	}()
	for _, name := range names {
		part := ".mxodus-" + rand.Text()
		parts[name] = part
		if err := writePart(root, part, contents[name]); err != nil {
			return nil, fileFault(err)
		}
	}
	for _, name := range names {
		if err := put(root, parts[name], name, replace); err != nil {
			return nil, err
		}
		delete(parts, name)
	}
	return otherLists(root, contents), nil
}

func existing(root *os.Root, names []string) (taken []string) {
	for _, name := range names {
		if _, err := root.Lstat(name); err == nil {
			taken = append(taken, name)
		}
	}
	return taken
}

func writePart(root *os.Root, name string, content []byte) error {
	f, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

// put moves a file into its place. What came there meanwhile stays.
func put(root *os.Root, part, name string, replace bool) error {
	if !replace && len(existing(root, []string{name})) > 0 {
		return existsFault([]string{name})
	}
	if err := root.Rename(part, name); err != nil {
		return fileFault(err)
	}
	return nil
}

// otherLists are lists in the folder that are not of this hand-over: they hold
// passwords too.
func otherLists(root *os.Root, contents map[string][]byte) (stale []string) {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if _, ours := contents[e.Name()]; !ours && isList.MatchString(e.Name()) {
			stale = append(stale, e.Name())
		}
	}
	return stale
}

func existsFault(names []string) error {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeRefused, Who: "you", Err: fs.ErrExist,
		What: "The folder holds files of these names already: " + strings.Join(names, ", ") + ". Nothing was written.",
		Do:   "Choose another folder, or add --force to replace them."}
}

func fileFault(err error) error {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeRefused, Who: "you", Err: err,
		What: "The hand-over can't be written: " + engine.Clean(err.Error(), 300) + ".", Do: "Choose a folder that can be written to, on a disk with room."}
}
