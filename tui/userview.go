package tui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

func (u *users) Keys() []key.Binding {
	switch {
	case u.filter.open:
		return u.filter.keys()
	case u.phase == usersEdit:
		return []key.Binding{named(keys.Enter, lastWord(u.form, "save")), keys.Save, keys.Fields, keys.Reveal, named(keys.Back, "back, unsaved")}
	case u.phase == usersPaste:
		return u.paperKeys()
	case u.phase == usersImport:
		return []key.Binding{named(keys.Enter, "read it"), keys.Back}
	case u.phase == usersColumns:
		return u.columnsKeys()
	case u.phase == usersMany:
		return []key.Binding{named(keys.Enter, lastWord(u.form, "save")), keys.Save, keys.Fields, keys.Reveal, named(keys.Back, "leave as it was")}
	case u.phase == usersStaff:
		return u.staff.keys()
	case u.phase == usersPreview:
		out := []key.Binding{keys.Scroll, named(keys.Back, "change it")}
		if u.asked.table != nil {
			out = append(out, keys.Columns)
		}
		if n := len(u.preview.good); n > 0 {
			out = append([]key.Binding{named(keys.Enter, "take "+say.Count(n, "user"))}, out...)
		}
		return out
	}
	enter := "next"
	if !u.Done() {
		enter = "add a user"
	}
	out := []key.Binding{named(keys.Enter, enter), keys.Add, keys.Paste, keys.Import}
	if u.staff.possible() {
		out = slices.Insert(out, 1, keys.Tenant)
	}
	if len(u.session.people) > 0 {
		edit := "edit"
		if n := len(u.targets()); n > 1 {
			edit = "change " + say.Number(n)
		}
		out = append(out, named(keys.Edit, edit), keys.Mark, keys.LeaveOut, keys.Delete, u.preferKey(), keys.Filter, keys.Sort, keys.MarkAll, u.revealKey(u.reveal))
	}
	return append(out, keys.Back)
}

// preferKey says what + does.
func (u *users) preferKey() key.Binding {
	if p := u.current(); p != nil && u.session.goesFirst(p.ID) && !u.works.copying() {
		return named(keys.Prefer, "no longer first")
	}
	return keys.Prefer
}

func (u *users) View(w, h int) string {
	switch u.phase {
	case usersEdit:
		title := "A new user"
		if u.editing != 0 {
			title = "Edit a user"
		}
		return joined(h, []string{u.headline(title, "", w), ""}, strings.Split(u.form.View(u.look, w, h-2), "\n"))
	case usersImport:
		return joined(h, []string{u.headline("Import users", "", w), ""}, strings.Split(u.form.View(u.look, w, h-2), "\n"))
	case usersPaste:
		return u.pasteView(w, h)
	case usersColumns:
		return u.columnsView(w, h)
	case usersMany:
		return u.manyView(w, h)
	case usersPreview:
		return u.previewView(w, h)
	case usersStaff:
		return u.staff.View(w, h)
	}
	return u.tableView(w, h)
}

func (u *users) tableView(w, h int) string {
	l, s := u.look, &u.session
	right := say.Count(len(s.people), "user")
	if u.sort != userSortAdded {
		right += " " + u.sort.String()
	}
	if n := s.toMend(); n > 0 {
		right += ", " + l.Attention.Paint(say.Number(n)+" to mend")
	}
	head := []string{u.headline("Users", right, w)}
	head = append(head, u.filter.line(l, w, len(u.shown), len(s.people))...)
	if len(s.people) == 0 {
		return joined(h, head, []string{""}, u.empty(w))
	}
	foot := u.footLines(w)
	room := max(3, h-len(head)-len(foot)-1)
	table := u.table.View(l, u.columns(), w, room, u.row, func(i int) bool { return u.marked[s.people[u.shown[i]].ID] })
	return joined(h, head, []string{""}[:min(1, max(0, h-len(head)-len(foot)-4))], strings.Split(table, "\n"), foot)
}

func (u *users) empty(w int) []string {
	l := u.look
	type way struct{ b, words string }
	ways := []way{{"a", "type them in, one by one"}, {"v", "paste rows from a spreadsheet"}, {"i", "import a CSV file"}}
	many := "three"
	if u.staff.possible() {
		many, ways = "four", append(ways, way{"t", "take them from the Microsoft 365 tenant"})
	}
	out := append(paragraph("Nobody yet. There are "+many+" ways to bring users in:", w), "")
	for _, x := range ways {
		out = append(out, "  "+l.Accent.Paint(x.b)+"  "+x.words)
	}
	return out
}

func (u *users) columns() []widget.Column {
	out := []widget.Column{
		{Title: "Address", Width: 24, Grow: 3},
		{Title: "Old log-in", Width: 12, Grow: 2, Fold: 2},
		{Title: "Old password", Width: 12, Grow: 1, Fold: 3},
		{Title: "New log-in", Width: 14, Grow: 2, Fold: 5},
		{Title: "New password", Width: 12, Grow: 1, Fold: 4},
		{Title: "State", Width: 17},
	}
	if u.session.project.Source.Admin != "" {
		out[2].Width, out[2].Grow = 0, 0
	}
	if u.session.project.Destination.Admin != "" {
		out[4].Width, out[4].Grow = 0, 0
	}
	return out
}

func (u *users) row(i int) []widget.Cell {
	l := u.look
	p := u.session.people[u.shown[i]]
	st := u.session.standing(p)
	sign, ink := levelSign(l, st.level)
	if st.ready && st.level == engine.Info {
		sign, ink = l.Done, l.Good
		if u.session.goesFirst(p.ID) {
			st.word += ", first"
		}
	}
	return []widget.Cell{
		{Text: clean(p.Address)}, {Text: clean(p.SourceLogin), Ink: l.Dim}, u.secret(p.source),
		{Text: clean(p.DestinationName()), Ink: l.Dim}, u.secret(p.destination),
		{Text: sign + " " + st.word, Ink: ink},
	}
}

// secret is a password in a cell: stars of a number that says nothing.
func (u *users) secret(s engine.Secret) widget.Cell {
	switch {
	case s == "":
		return widget.Cell{Text: "-", Ink: u.look.Dim}
	case u.reveal:
		return widget.Cell{Text: clean(s.Reveal())}
	}
	return widget.Cell{Text: strings.Repeat(u.look.Star, 8), Ink: u.look.Dim}
}

// footLines say what was just done, and what is to be said of the user under
// the cursor.
func (u *users) footLines(w int) []string {
	l := u.look
	if u.fault != nil {
		return append([]string{""}, u.faultLines(u.fault, w)...)
	}
	var out []string
	if u.note != "" {
		out = append(out, "", l.Good.Paint(l.Done)+" "+l.Cut(u.note, w-2))
	}
	if p := u.current(); p != nil {
		if words := u.session.standing(*p).words; words != "" {
			out = append(append(out, ""), paragraph(words, w)...)
		} else if u.session.goesFirst(p.ID) {
			out = append(append(out, ""), paragraph("This user is copied before all others. Press + to take that back.", w)...)
		}
	}
	return out
}

func (u *users) pasteView(w, h int) string {
	head := []string{u.headline("Paste users", say.Number(u.paper.Lines())+" lines", w)}
	head = append(head, paragraph("One line for each user. Without a line of headers the columns are: address, old log-in, old password, new password. Nothing is taken before you have seen it. Ctrl-D when done.", w)...)
	head = append(head, "")
	paper := u.paper
	if u.bare {
		paper.Hide = nil
	}
	return joined(h, head, strings.Split(paper.View(u.look, w, h-len(head)), "\n"))
}

func (u *users) previewView(w, h int) string {
	l, p := u.look, u.preview
	bad := len(p.rows) - len(p.good)
	words := "All " + say.Count(len(p.good), "user") + " can be taken."
	switch {
	case len(p.good) == 0:
		words = "No line can be taken as it is. Press Esc to change it."
	case bad > 0:
		words = say.Count(len(p.good), "user") + " can be taken; " + say.Count(bad, "line") + " cannot, and will be left."
	}
	head := append([]string{u.headline("Before it is taken", "", w)}, paragraph(words, w)...)
	head = append(head, "")
	foot := u.previewFoot(w)
	columns := []widget.Column{{Title: "Line", Width: 5, Right: true}, {Title: "Address", Width: 22, Grow: 1}, {Title: "Old log-in", Width: 12, Fold: 1}, {Title: "", Width: 26, Grow: 3}}
	table := p.table.View(l, columns, w, max(3, h-len(head)-len(foot)), func(i int) []widget.Cell {
		r := p.rows[i]
		state := widget.Cell{Text: l.Done + " ready", Ink: l.Good}
		if r.known {
			state = widget.Cell{Text: l.Done + " known: brought up to date", Ink: l.Good}
		}
		if len(r.wrong) > 0 {
			state = widget.Cell{Text: l.Failed + " " + clean(wrongWords(r.wrong[0])), Ink: l.Bad}
		}
		line := strconv.Itoa(r.line)
		if r.line == 0 {
			line = "-"
		}
		return []widget.Cell{{Text: line, Ink: l.Dim}, {Text: clean(r.user.Address)}, {Text: clean(r.user.SourceLogin), Ink: l.Dim}, state}
	}, nil)
	return joined(h, head, strings.Split(table, "\n"), foot)
}

// previewFoot says all that is wrong with the line under the cursor.
func (u *users) previewFoot(w int) []string {
	at := u.preview.table.At()
	if at < 0 || len(u.preview.rows[at].wrong) == 0 {
		return nil
	}
	out := []string{""}
	for i, e := range u.preview.rows[at].wrong {
		if i < 3 {
			words := wrongWords(e) + ". " + onScreen.Replace(e.Do)
			if e.Line > 0 {
				words = "Line " + strconv.Itoa(e.Line) + ": " + words
			}
			out = append(out, paragraph(clean(words), w)...)
		}
	}
	return out
}

// onScreen puts the words of the table of users in the place of the columns' own.
var onScreen = strings.NewReplacer("EmailAddress", columnWords["EmailAddress"], "DestinationUserName", columnWords["DestinationUserName"],
	"DestinationPassword", columnWords["DestinationPassword"], "UserName", columnWords["UserName"], "UserRoot", columnWords["UserRoot"],
	"DisplayName", columnWords["DisplayName"], "Password", columnWords["Password"])

// wrongWords say what is wrong with a cell.
func wrongWords(e engine.RowError) string {
	if e.Column == "" {
		return e.What
	}
	return onScreen.Replace(e.Column) + ": " + e.What
}
