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
	form    *widget.Form // whose focus asks for it
	kinds   []string     // endings of the files that fit, with their dots
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

// picked tells a step that a file was chosen for its form.
type picked struct{}

// filing is the form whose focus asks for a file; nil: none does.
func (r *root) filing() *widget.Form {
	if f := r.form(); f != nil && len(f.Files()) > 0 {
		return f
	}
	return nil
}

// laneFolders is where folders are read. It belongs to no step.
var laneFolders = lane{-1, "folder"}

// openPick looks for a file for the form's field.
func (r *root) openPick(f *widget.Form) tea.Cmd {
	r.over, r.pick = overPick, filePick{form: f, kinds: f.Files()}
	return r.browseFolder(r.pick.start(homePath(f.Get(f.Focus()))))
}

func (r *root) browseFolder(dir string) tea.Cmd {
	kinds := r.pick.kinds
	return r.ask(laneFolders, func(context.Context) (any, error) { return listFolder(dir, kinds), nil })
}

func (r *root) pickKey(msg tea.KeyMsg) tea.Cmd {
	p := &r.pick
	switch {
	case p.table.Update(msg):
	case key.Matches(msg, keys.Back):
		r.over = overNothing
	case key.Matches(msg, keys.Enter):
		path, folder, ok := p.chosen()
		switch {
		case !ok:
		case folder:
			return r.browseFolder(path)
		default:
			p.form.Answer(path)
			r.over = overNothing
			return r.steps[r.at].Update(picked{})
		}
	}
	return nil
}

func (r *root) pickView(w, h int) string {
	l, p := r.look, &r.pick
	head := []string{r.headline("Look for a file", strings.Join(p.kinds, " "), w), l.Dim.Paint(l.Cut(clean(p.listing.dir), w)), ""}
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
