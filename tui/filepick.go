package tui

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// filePick looks for a file: the folders and the fitting files of one folder.
type filePick struct {
	kinds   []string // endings of the files that fit, with their dots
	listing listing
	table   widget.Table
}

// listing is what a folder holds; the folder above comes first.
type listing struct {
	dir     string
	entries []fileEntry
	err     error
}

type fileEntry struct {
	name   string
	size   int64
	folder bool
}

// start is the folder to begin with: that of the path typed so far.
func (p *filePick) start(path string) string {
	if path == "" {
		return "."
	}
	return path
}

func (p *filePick) show(v listing) {
	p.listing, p.table = v, widget.Table{}
	p.table.Resize(len(v.entries))
}

// chosen is the path under the cursor.
func (p *filePick) chosen() (path string, folder, ok bool) {
	at := p.table.At()
	if at < 0 {
		return "", false, false
	}
	e := p.listing.entries[at]
	return filepath.Join(p.listing.dir, e.name), e.folder, true
}

// listFolder reads a folder, or the one that a file or an unfinished name is in.
// Hidden files are left out.
func listFolder(dir string, kinds []string) listing {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	if whole, err := filepath.Abs(dir); err == nil {
		dir = whole
	}
	l := listing{dir: dir}
	found, err := os.ReadDir(dir)
	l.err = err
	if filepath.Dir(dir) != dir {
		l.entries = append(l.entries, fileEntry{name: "..", folder: true})
	}
	for _, f := range found {
		fits := f.IsDir() || slices.Contains(kinds, strings.ToLower(filepath.Ext(f.Name())))
		if !fits || strings.HasPrefix(f.Name(), ".") {
			continue
		}
		e := fileEntry{name: f.Name(), folder: f.IsDir()}
		if info, err := f.Info(); err == nil {
			e.size = info.Size()
		}
		l.entries = append(l.entries, e)
	}
	slices.SortStableFunc(l.entries, func(a, b fileEntry) int {
		rank := func(e fileEntry) int {
			switch {
			case e.name == "..":
				return 0
			case !e.folder:
				return 1 // what is looked for comes before the folders
			}
			return 2
		}
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(strings.ToLower(a.name), strings.ToLower(b.name)))
	})
	return l
}

// browse reads a folder.
func (u *users) browse(dir string) tea.Cmd {
	kinds := u.pick.kinds
	return u.ask("browse", func(context.Context) (any, error) { return listFolder(dir, kinds), nil })
}

func (u *users) pickKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case u.pick.table.Update(msg):
	case key.Matches(msg, keys.Back):
		u.phase = usersImport
	case key.Matches(msg, keys.Enter):
		path, folder, ok := u.pick.chosen()
		switch {
		case !ok:
		case folder:
			return u.browse(path)
		default:
			u.form.Set("path", path)
			u.phase = usersImport
			return u.ask("read", func(context.Context) (any, error) { return readUsersFile(path) })
		}
	}
	return nil
}

func (u *users) pickView(w, h int) string {
	l, p := u.look, &u.pick
	head := []string{u.headline("Look for a file", "", w), l.Dim.Paint(l.Cut(clean(p.listing.dir), w)), ""}
	if p.listing.err != nil {
		head = append(head, l.Bad.Paint(l.Cut(l.Failed+" This folder can't be read: "+clean(p.listing.err.Error()), w)), "")
	}
	list := []widget.Column{{Title: "Name", Width: 30, Grow: 1}, {Title: "Size", Width: 10, Right: true, Fold: 1}}
	table := p.table.View(l, list, w, max(3, h-len(head)), func(i int) []widget.Cell {
		e := p.listing.entries[i]
		if e.folder {
			return []widget.Cell{{Text: clean(e.name) + string(filepath.Separator), Ink: l.Accent}, {}}
		}
		return []widget.Cell{{Text: clean(e.name)}, {Text: say.Size(e.size), Ink: l.Dim}}
	}, nil)
	return joined(h, head, strings.Split(table, "\n"))
}
