package tui

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// preview is what was pasted or imported, before it is taken.
type preview struct {
	rows  []previewRow
	good  []engine.UserRow
	table *widget.Table
}

// previewRow is one line of it: a user, or what is wrong.
type previewRow struct {
	line  int
	user  engine.User
	wrong []engine.RowError
	known bool // in the project already: brought up to date
}

func importForm() *widget.Form {
	return widget.NewForm(&widget.Field{Name: "path", Label: "CSV file", Hint: "e.g. users.csv", Files: []string{".csv", ".txt", ".tsv"}, Check: need("the path of a file"),
		Help: "Type or paste the path, drop the file on this window, or press Ctrl-O to look for it. Microsoft's own files work as they are; with others you are asked which column is which. Nothing is taken before you have seen it."})
}

func (u *users) importKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.Back):
		u.phase = usersTable
		return nil
	case u.form.Update(msg):
		return u.readFile()
	}
	return nil
}

// asking is the form that is open.
func (u *users) asking() *widget.Form {
	switch {
	case u.phase == usersStaff && !u.staff.filter.open:
		return u.staff.form
	case u.phase == usersEdit, u.phase == usersImport, u.phase == usersMany:
		return u.form
	}
	return nil
}

func (u *users) readFile() tea.Cmd {
	path := homePath(u.form.Get("path"))
	return u.ask("read", func(context.Context) (any, error) { return readUsersFile(path) })
}

func (u *users) pasteKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.Back):
		u.hidePaper()
		u.phase = usersTable
	case key.Matches(msg, keys.Reveal) && u.paper.Hide != nil:
		u.bare = !u.bare
	case key.Matches(msg, keys.Finish):
		if u.paper.Lines() == 0 {
			return nil
		}
		u.hidePaper()
		table, errs := engine.OpenUserTable([]byte(u.paper.Text()))
		u.opened(table, errs, usersPaste)
	default:
		u.paper.Update(msg)
	}
	return nil
}

func (u *users) previewKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case u.preview.table.Update(msg):
	case key.Matches(msg, keys.Back):
		u.phase = u.from
	case key.Matches(msg, keys.Columns) && u.asked.table != nil:
		u.phase = usersColumns
	case key.Matches(msg, keys.Enter) && len(u.preview.good) > 0:
		rows, l := u.preview.good, u.held()
		note := say.Count(len(rows), "user") + " taken."
		u.paper = widget.Paper{}
		return u.ask("save", func(ctx context.Context) (any, error) { return addUsers(ctx, l, rows, note) })
	}
	return nil
}

// judge brings rows and errors together by line.
func (u *users) judge(rows []engine.UserRow, errs []engine.RowError) preview {
	byLine := map[int]*previewRow{}
	at := func(line int) *previewRow {
		if byLine[line] == nil {
			byLine[line] = &previewRow{line: line}
		}
		return byLine[line]
	}
	for _, e := range errs {
		r := at(e.Line)
		r.wrong = append(r.wrong, e)
	}
	p := preview{table: &widget.Table{}}
	for _, row := range rows {
		r := at(row.Line)
		r.user = row.User
		switch old := u.known(row.User); {
		case old == nil:
		case old.SourceLogin == row.User.SourceLogin && old.UserRoot == row.User.UserRoot:
			r.known = true
		default:
			r.wrong = append(r.wrong, engine.RowError{Line: row.Line, What: "the address is in the project already, with the old log-in " + old.SourceLogin, Do: "Edit that user instead."})
		}
		if len(r.wrong) == 0 {
			p.good = append(p.good, row)
		}
	}
	for _, r := range byLine {
		u.tell(r)
		p.rows = append(p.rows, *r)
	}
	slices.SortFunc(p.rows, func(a, b previewRow) int { return cmp.Compare(a.line, b.line) })
	p.table.Resize(len(p.rows))
	for i, r := range p.rows {
		if len(r.wrong) > 0 {
			p.table.Go(i)
			break
		}
	}
	return p
}

// tell fills in what a line that can't be taken says of itself, so that it is known
// again.
func (u *users) tell(r *previewRow) {
	if u.asked.table == nil || r.user.Address != "" {
		return
	}
	cells := u.asked.table.Cells(r.line)
	for i, meaning := range u.asked.meaning[:min(len(cells), len(u.asked.meaning))] {
		switch words := strings.TrimSpace(cells[i].Reveal()); meaning {
		case "EmailAddress":
			r.user.Address = words
		case "UserName":
			r.user.SourceLogin = words
		}
	}
}

// known is the user of the project with the same address, if there is one.
func (u *users) known(x engine.User) *person {
	for i, p := range u.session.people {
		if strings.EqualFold(p.Address, x.Address) {
			return &u.session.people[i]
		}
	}
	return nil
}
