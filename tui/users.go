package tui

import (
	"context"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// users is the step of the people to be moved: an editable table. Adding and
// editing stand in useredit.go, pasting and importing in userpaste.go.
type users struct {
	seat
	roll[int64] // of session.people, by ID
	phase       usersPhase
	reveal      bool
	note        string // what was just done
	fault       *engine.Fault

	form     *widget.Form
	editing  int64  // of the form; 0: a new user
	caller   stepID // where to go back to after editing
	paper    widget.Paper
	bare     bool // its passwords are shown
	preview  preview
	from     usersPhase          // where the preview came from
	asked    columns             // of what was pasted or imported
	headings map[string][]string // what columns of these names were said to mean
	sort     userSort
	staff    *staff // the tenant at Microsoft 365
}

type usersPhase int

const (
	usersTable usersPhase = iota
	usersEdit
	usersPaste
	usersImport
	usersColumns
	usersPreview
	usersMany
	usersStaff
)

func newUsers(s seat) *users {
	return &users{seat: s, caller: s.id, headings: map[string][]string{}, staff: newStaff(s)}
}

func (*users) Title() string { return "Users" }
func (*users) About() string {
	return "Who is to be moved: each user's address at the new server, the log-in name at the old one, and the passwords. Type them in, paste rows from a spreadsheet, or import a CSV file. Passwords are sealed in the project and shown only when you ask."
}
func (u *users) Done() bool { return u.session.open() && len(u.session.chosen()) > 0 }
func (u *users) Typing() bool {
	return u.filter.open || u.phase == usersEdit || u.phase == usersPaste || u.phase == usersImport || u.phase == usersMany ||
		u.phase == usersStaff && u.staff.typing()
}

func (u *users) Blocked() string {
	if !u.session.open() || u.session.project.Destination.Host == "" {
		return "check the new server first"
	}
	return ""
}

func (u *users) Init() tea.Cmd {
	u.note = ""
	u.arrange()
	return nil
}

// arrange works out which rows are shown.
func (u *users) arrange() {
	people := u.session.people
	u.roll.arrange(len(people), func(i int) bool {
		p := &people[i]
		return u.filter.shows(p.Address, p.SourceLogin, p.DisplayName, u.session.standing(*p).word)
	}, func(i, j int) int { return u.compare(&people[i], &people[j]) })
}

// current is the user under the cursor; nil when there is none.
func (u *users) current() *person {
	if at := u.at(); at >= 0 {
		return &u.session.people[at]
	}
	return nil
}

// targets are the marked users, or the one under the cursor.
func (u *users) targets() []person {
	var out []person
	for _, p := range u.session.people {
		if u.marked[p.ID] {
			out = append(out, p)
		}
	}
	if p := u.current(); len(out) == 0 && p != nil {
		out = append(out, *p)
	}
	return out
}

func (u *users) Update(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case reply:
		cmd = u.reply(msg)
	case editUser:
		u.edit(msg)
	case picked:
		cmd = u.readFile()
	case removeUsers:
		cmd = u.remove(msg)
	case staffDecided, staffAdopt, staffApply, staffForget:
		cmd = u.toStaff(msg)
	case tea.KeyMsg:
		u.fault = nil
		cmd = u.key(msg)
	}
	u.arrange()
	return cmd
}

func (u *users) reply(r reply) tea.Cmd {
	if strings.HasPrefix(r.lane.name, "staff ") {
		return u.toStaff(r)
	}
	if r.err != nil {
		u.failed(faultOf(r.err))
		return nil
	}
	switch v := r.value.(type) {
	case usersSaved:
		u.session.refresh(v.loaded)
		u.session.changed(v.password)
		u.phase, u.note = usersTable, v.note
		u.dropMarks()
		return u.done()
	case imported:
		u.opened(v.table, v.errs, usersImport)
	}
	return nil
}

// editUser asks for the form of a user, from another step.
type editUser struct {
	id   int64
	from stepID
}

func (u *users) edit(m editUser) {
	for i, p := range u.session.people {
		if p.ID == m.id {
			u.openEdit(&u.session.people[i])
			u.caller = m.from
		}
	}
}

// done goes back to the step that asked for the form, if one did.
func (u *users) done() tea.Cmd {
	if u.caller == u.id {
		return nil
	}
	to := u.caller
	u.caller = u.id
	return send(goMsg{to: to})
}

// failed shows an error beside the form that caused it, or above the table.
func (u *users) failed(f *engine.Fault) {
	words := u.advice(f.What + " " + f.Do)
	switch u.phase {
	case usersEdit:
		u.form.Fault("address", words)
	case usersImport:
		u.form.Fault("path", words)
	default:
		u.fault = f
	}
}

// dropMarks forgets marks of users that are gone.
func (u *users) dropMarks() {
	var left []int64
	for _, p := range u.session.people {
		left = append(left, p.ID)
	}
	u.keep(left)
}

func (u *users) key(msg tea.KeyMsg) tea.Cmd {
	if u.waiting("save") || u.waiting("read") {
		return nil
	}
	switch u.phase {
	case usersEdit:
		return u.editKey(msg)
	case usersPaste:
		return u.pasteKey(msg)
	case usersImport:
		return u.importKey(msg)
	case usersColumns:
		return u.columnsKey(msg)
	case usersPreview:
		return u.previewKey(msg)
	case usersMany:
		return u.manyKey(msg)
	case usersStaff:
		return u.toStaff(msg)
	}
	return u.tableKey(msg)
}

func (u *users) tableKey(msg tea.KeyMsg) tea.Cmd {
	if u.update(msg) {
		return nil
	}
	u.note = ""
	if msg.Paste { // straight into the table: surely rows
		u.paper = widget.Paper{}
		u.openPaper()
		u.paper.Update(msg)
		return nil
	}
	switch {
	case key.Matches(msg, keys.Enter):
		if u.Done() {
			return u.next()
		}
		u.openEdit(nil)
	case key.Matches(msg, keys.Back):
		return u.back()
	case key.Matches(msg, keys.Add):
		u.openEdit(nil)
	case key.Matches(msg, keys.Sort):
		u.sort = (u.sort + 1) % userSortCount
	case key.Matches(msg, keys.MarkAll):
		u.markAll()
	case key.Matches(msg, keys.Edit) && len(u.targets()) > 1:
		u.openMany()
	case key.Matches(msg, keys.Edit) && u.current() != nil:
		u.openEdit(u.current())
	case key.Matches(msg, keys.Paste):
		u.openPaper()
	case key.Matches(msg, keys.Import):
		u.phase, u.form = usersImport, importForm()
	case key.Matches(msg, keys.Tenant) && u.staff.possible():
		u.phase = usersStaff
		return u.staff.open()
	case key.Matches(msg, keys.Reveal):
		u.reveal = !u.reveal
	case key.Matches(msg, keys.Mark) && u.current() != nil:
		u.mark(u.current().ID)
	case key.Matches(msg, keys.LeaveOut) && u.current() != nil:
		return u.leaveOut()
	case key.Matches(msg, keys.Prefer) && u.current() != nil:
		return u.prefer()
	case key.Matches(msg, keys.Delete) && u.current() != nil:
		return u.askRemove()
	}
	return nil
}

// toStaff hands a message to the tenant's part, and shows the table when that is
// left, or that part when it has passwords to tell.
func (u *users) toStaff(msg tea.Msg) tea.Cmd {
	cmd := u.staff.update(msg)
	switch {
	case u.phase == usersStaff && u.staff.phase == staffClosed:
		u.phase = usersTable
		u.dropMarks()
	case u.phase == usersTable && u.staff.phase == staffSecrets:
		u.phase = usersStaff
	}
	return cmd
}

// leaveOut takes users out of the migration, or in again.
func (u *users) leaveOut() tea.Cmd {
	targets := u.targets()
	out := !targets[0].LeftOut
	var changed []engine.User
	for _, p := range targets {
		p.LeftOut = out
		changed = append(changed, p.User)
	}
	note := who(targets) + " taken in again."
	if out {
		note = who(targets) + " left out."
	}
	l := u.held()
	return u.ask("save", func(ctx context.Context) (any, error) { return saveUsers(ctx, l, changed, note) })
}

// prefer puts users before all others, or takes that back.
func (u *users) prefer() tea.Cmd {
	var ids []int64
	for _, p := range u.targets() {
		ids = append(ids, p.ID)
	}
	return send(addressed{stepMigrate, preferUsers{ids}})
}

// removeUsers is the answer of somebody who was asked.
type removeUsers struct {
	ids  []int64
	note string
}

func (u *users) askRemove() tea.Cmd {
	targets := u.targets()
	msg := removeUsers{note: who(targets) + " deleted from the project."}
	for _, p := range targets {
		msg.ids = append(msg.ids, p.ID)
	}
	return send(questionMsg{&widget.Confirm{Title: "Delete " + who(targets) + "?",
		Text: []string{"The project forgets the user, the passwords, and what was copied so far. Mail at both servers stays as it is.",
			"To keep what is known and only not move the user, leave the user out instead (key o)."},
		Answers: []widget.Answer{{Label: "Keep"}, {Label: "Delete", Msg: addressed{u.id, msg}}}}})
}

func (u *users) remove(m removeUsers) tea.Cmd {
	l := u.held()
	return u.ask("save", func(ctx context.Context) (any, error) { return deleteUsers(ctx, l, m.ids, m.note) })
}

// who names one user, or counts several.
func who(people []person) string {
	if len(people) == 1 {
		return name(people[0].User)
	}
	return say.Count(len(people), "user")
}
