package tui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// columns is what the columns of a file, or of pasted rows, are said to mean.
type columns struct {
	table   *engine.UserTable // nil: nothing was read
	meaning []string          // by position; "" is of no use
	cursor  widget.Table
	before  []string // as it was when the rows were last seen; nil: they weren't yet
	lacking bool     // the rows were asked for without a column of addresses
}

// opened goes on with what was read: to the preview where it is clear what its
// columns mean, and else to the question.
func (u *users) opened(table *engine.UserTable, errs []engine.RowError, from usersPhase) {
	u.from, u.asked = from, columns{table: table}
	if table == nil {
		u.preview, u.phase = u.judge(nil, errs), usersPreview
		return
	}
	meaning, sure := table.Guess()
	if known := u.headings[table.Headings()]; known != nil {
		meaning, sure = slices.Clone(known), true
	}
	u.asked.meaning = meaning
	u.asked.cursor.Resize(len(meaning))
	if sure {
		u.readColumns()
		return
	}
	u.phase = usersColumns
	u.asked.cursor.Go(max(0, slices.Index(meaning, "")))
}

// readColumns shows the rows with the columns as they are said to be.
func (u *users) readColumns() {
	c := &u.asked
	if c.lacking = !slices.Contains(c.meaning, engine.UserColumns()[0]); c.lacking {
		u.phase = usersColumns
		return
	}
	c.before = slices.Clone(c.meaning)
	if head := c.table.Headings(); head != "" {
		u.headings[head] = c.before
	}
	rows, errs := u.asked.table.Read(u.asked.meaning)
	u.preview, u.phase = u.judge(rows, errs), usersPreview
}

func (u *users) columnsKey(msg tea.KeyMsg) tea.Cmd {
	c := &u.asked
	switch {
	case c.cursor.Update(msg):
	case key.Matches(msg, keys.Back) && c.before != nil:
		c.meaning = slices.Clone(c.before)
		u.phase = usersPreview
	case key.Matches(msg, keys.Back):
		u.phase = u.from
	case key.Matches(msg, keys.Enter):
		u.readColumns()
	case msg.Type == tea.KeyRight || msg.Type == tea.KeySpace:
		c.turn(1)
	case msg.Type == tea.KeyLeft:
		c.turn(-1)
	}
	return nil
}

// turn gives the column under the cursor another meaning: the next that no other
// column has.
func (c *columns) turn(by int) {
	at := c.cursor.At()
	if at < 0 {
		return
	}
	all := append([]string{""}, engine.UserColumns()...)
	all = slices.DeleteFunc(all, func(m string) bool { return m != "" && m != c.meaning[at] && slices.Contains(c.meaning, m) })
	c.meaning[at] = all[(slices.Index(all, c.meaning[at])+by+len(all))%len(all)]
	c.lacking = c.lacking && !slices.Contains(c.meaning, engine.UserColumns()[0])
}

// columnWords are the columns in the words of the table of users.
var columnWords = map[string]string{
	"": "- not used", "EmailAddress": "Address", "UserName": "Old log-in", "Password": "Old password", "UserRoot": "Only below this folder",
	"DestinationUserName": "New log-in", "DestinationPassword": "New password", "DisplayName": "Name",
}

func (u *users) columnsView(w, h int) string {
	l, c := u.look, &u.asked
	head := []string{u.headline("Which column is which?", say.Count(c.table.Width(), "column"), w)}
	words := "Left and Right change what the column under the cursor means. Only the address is needed."
	if c.table.Named() {
		words += " The first line is taken for the columns' names."
	}
	head = append(append(head, paragraph(words, w)...), "")
	var foot []string
	switch {
	case c.lacking:
		foot = append(foot, "")
		for i, s := range paragraph("The address is missing. Go to the column that holds each user's address at the new server, and press Right until it says Address.", w-2) {
			foot = append(foot, l.Bad.Paint([]string{l.Failed, " "}[min(i, 1)])+" "+s)
		}
	case !slices.Contains(c.meaning, "EmailAddress"):
		foot = []string{"", l.Attention.Paint(l.Cut(l.Glyphs.Attention+" No column is the address yet.", w))}
	}
	list := []widget.Column{{Title: "In the file", Width: 14, Grow: 2}, {Title: "Means", Width: 24}, {Title: "For example", Width: 12, Grow: 3, Fold: 1}}
	table := c.cursor.View(l, list, w, max(3, h-len(head)-len(foot)), func(i int) []widget.Cell {
		meaning := widget.Cell{Text: columnWords[c.meaning[i]], Ink: l.Accent}
		if c.meaning[i] == "" {
			meaning.Ink = l.Dim
		}
		return []widget.Cell{{Text: clean(c.table.Title(i))}, meaning, {Text: u.samples(i), Ink: l.Dim}}
	}, nil)
	return joined(h, head, strings.Split(table, "\n"), foot)
}

// samples are the first cells of a column. Passwords are shown as stars, and so
// is what might be one.
func (u *users) samples(column int) string {
	c := &u.asked
	hide := engine.SecretColumn(c.meaning[column]) || c.meaning[column] == ""
	var out []string
	for _, s := range c.table.Samples(column, 3) {
		words := clean(s.Reveal())
		if hide && !strings.Contains(words, "@") {
			words = strings.Repeat(u.look.Star, 6)
		}
		out = append(out, words)
	}
	return strings.Join(out, ", ")
}

func (u *users) columnsKeys() []key.Binding {
	return []key.Binding{named(keys.Enter, "show me the rows"), named(keys.Pick, "change what it means"), keys.Move, keys.Back}
}
