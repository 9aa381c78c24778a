package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

func (s *staff) keys() []key.Binding {
	switch s.phase {
	case staffReading:
		return s.readingKeys()
	case staffForm:
		return []key.Binding{named(keys.Enter, lastWord(s.form, "show what will be done")), keys.Fields, keys.Pick, keys.Back}
	case staffPlan:
		if changes, _ := s.plan.Todo(); changes > 0 {
			return []key.Binding{named(keys.Enter, "do it"), keys.Scroll, keys.Back}
		}
		return []key.Binding{keys.Scroll, keys.Back}
	case staffWork:
		return s.workKeys()
	case staffSecrets:
		return s.secretKeys()
	case staffSheet:
		return []key.Binding{named(keys.Enter, "save"), keys.Back}
	}
	if s.filter.open {
		return s.filter.keys()
	}
	return s.tableKeys()
}

func (s *staff) readingKeys() []key.Binding {
	if s.fault == nil {
		return []key.Binding{keys.Back}
	}
	out := []key.Binding{named(keys.Retry, "read again")}
	if s.maySignIn() {
		out = append(out, keys.SignIn)
	}
	return append(out, keys.Back)
}

func (s *staff) tableKeys() []key.Binding {
	lacking, doubtful := s.lacking(), len(s.doubtful())
	enter := "done"
	switch {
	case doubtful > 0:
		enter = "say who is who"
	case lacking > 0 && len(s.freeLicences()) == 0:
		enter = "no free seat: what to do"
	case lacking > 0:
		enter = "make who is missing"
	}
	out := []key.Binding{named(keys.Enter, enter)}
	if s.unproved() {
		out = append(out, keys.Prove)
	}
	if doubtful > 0 && lacking > 0 {
		out = append(out, keys.Make)
	}
	if len(s.roster.Rest) > 0 {
		if n := s.adopted(); n > 0 {
			out = append(out, named(keys.Add, "take in "+say.Number(n)))
		}
		out = append(out, keys.Mark, keys.MarkAll)
	}
	return append(out, keys.Filter, named(keys.Retry, "read again"), keys.Back)
}

func (s *staff) View(w, h int) string {
	switch s.phase {
	case staffReading:
		return s.readingView(w, h)
	case staffForm:
		return s.formView("Make who is missing", w, h)
	case staffPlan:
		return s.planView(w, h)
	case staffWork:
		return s.workView(w, h)
	case staffSecrets:
		return s.secretsView(w, h)
	case staffSheet:
		return s.formView("Save the sheet of first passwords", w, h)
	}
	return s.tableView(w, h)
}

func (s *staff) formView(title string, w, h int) string {
	return joined(h, []string{s.headline(title, "", w), ""}, strings.Split(s.form.View(s.look, w, h-2), "\n"))
}

func (s *staff) readingView(w, h int) string {
	l := s.look
	head := []string{s.headline("From the tenant", "", w), ""}
	switch {
	case s.page != nil && s.page.Code != "":
		head = append(head, paragraph("Open this page on any device and enter the code there. Sign in as an administrator of users.", w)...)
		head = append(head, "", "  "+l.Cut(clean(s.page.URL), w-2), "  "+l.Strong.Paint(clean(s.page.Code)))
	case s.page != nil:
		head = append(head, paragraph("Your browser opens a page. Sign in there as an administrator of users. If no page opens, open this one:", w)...)
		head = append(head, "")
		head = append(head, widget.Wrap(clean(s.page.URL), w)...)
	case s.fault != nil:
		head = append(head, s.faultLines(s.fault, w)...)
	default:
		head = append(head, l.Accent.Paint(l.Spinner(s.frame))+" "+l.Cut("Reading the tenant's users, licences and domains.", w-2))
		head = append(head, s.waitLines(w)...)
	}
	return joined(h, head)
}

// waitLines say that the tenant asked to wait.
func (s *staff) waitLines(w int) []string {
	st := s.session.staffing
	if st == nil || !st.until.After(s.now) {
		return nil
	}
	return []string{s.look.Attention.Paint(s.look.Wait) + " " + s.look.Cut("Microsoft asks to wait: going on in "+say.Countdown(st.until.Sub(s.now))+".", w-2)}
}

func (s *staff) tableView(w, h int) string {
	l := s.look
	var right []string
	if n := len(s.doubtful()); n > 0 {
		right = append(right, l.Attention.Paint(say.Number(n)+" doubtful"))
	}
	if n := s.lacking(); n > 0 {
		right = append(right, l.Bad.Paint(say.Either(n, "lacks", "lack")+" a mailbox"))
	}
	head := []string{s.headline("From the tenant "+clean(s.view.Tenant.Name), strings.Join(right, ", "), w)}
	head = append(head, s.filter.line(l, w, len(s.shown), len(s.rows))...)
	if h > 12 {
		head = append(head, l.Dim.Paint(l.Cut(s.bought(), w)), "")
	}
	foot := s.foot(w)
	if most := h - len(head) - 5; len(foot) > most {
		foot = foot[:max(0, most)]
	}
	room := max(3, h-len(head)-len(foot))
	table := s.table.View(l, staffColumns, w, room, s.row, func(i int) bool {
		t := s.rows[s.shown[i]].rest
		return t != nil && s.marked[t.ID]
	})
	if len(s.rows) == 0 {
		table = strings.Join(paragraph("Nobody is in the project, and nobody in the tenant.", w), "\n")
	}
	return joined(h, head, strings.Split(table, "\n"), foot)
}

// bought are the licences with a mailbox, and their seats.
func (s *staff) bought() string {
	var words []string
	for _, l := range s.view.Licences {
		if l.Mailbox && l.Active {
			words = append(words, seatWords(l))
		}
	}
	if len(words) == 0 {
		return "No licence that holds a mailbox."
	}
	return strings.Join(words, "; ")
}

var staffColumns = []widget.Column{
	{Title: "User", Width: 16, Grow: 3},
	{Title: "In the tenant", Width: 20, Grow: 3},
	{Title: "Licence", Width: 18, Grow: 2, Fold: 1},
	{Title: "Mailbox", Width: 15},
}

func (s *staff) row(i int) []widget.Cell {
	l, r := s.look, s.rows[s.shown[i]]
	if t := r.rest; t != nil {
		return []widget.Cell{{Text: "not in project", Ink: l.Dim}, {Text: clean(t.Address)}, {Text: s.licences(t), Ink: l.Dim}, s.boxCell(t)}
	}
	m := r.match
	user := widget.Cell{Text: name(m.User)}
	switch {
	case m.User.LeftOut:
		return []widget.Cell{user, {Text: clean(m.Found.Address), Ink: l.Dim}, {}, {Text: "left out", Ink: l.Dim}}
	case m.How == engine.MatchDoubtful:
		return []widget.Cell{user, {Text: l.Glyphs.Attention + " maybe " + clean(m.Like[0].Address), Ink: l.Attention}, {}, {Text: "doubtful", Ink: l.Attention}}
	case m.Is():
		found := widget.Cell{Text: l.Done + " " + clean(m.Found.Address), Ink: l.Good}
		if m.How == engine.MatchAlias {
			found.Text, found.Rest = l.Done+" "+clean(m.Found.Address), " by alias"
		}
		return []widget.Cell{user, found, {Text: s.licences(&m.Found), Ink: l.Dim}, s.boxCell(&m.Found)}
	}
	return []widget.Cell{user, {Text: l.Failed + " nobody yet", Ink: l.Bad}, {}, {Text: "missing", Ink: l.Bad}}
}

// licences are what somebody has, as the shop calls it.
func (s *staff) licences(t *engine.TenantUser) string {
	var out []string
	for _, id := range t.Licences {
		title := id
		if l, ok := s.view.FindLicence(id); ok {
			title = l.Title
		}
		out = append(out, title)
	}
	return clean(strings.Join(out, ", "))
}

// boxCell says how far a mailbox is.
func (s *staff) boxCell(t *engine.TenantUser) widget.Cell {
	l := s.look
	switch t.Mailbox {
	case engine.MailboxReady:
		return widget.Cell{Text: l.Done + " there", Ink: l.Good}
	case engine.MailboxUnderway:
		return widget.Cell{Text: l.Wait + " being made", Ink: l.Accent}
	case engine.MailboxOff:
		return widget.Cell{Text: l.Failed + " switched off", Ink: l.Bad}
	case engine.MailboxNone:
		return widget.Cell{Text: l.Todo + " no licence", Ink: l.Dim}
	}
	return widget.Cell{Text: "can't be told", Ink: l.Dim}
}

// foot says what was just done, and what is to be said of the row under the
// cursor.
func (s *staff) foot(w int) []string {
	l := s.look
	if s.fault != nil {
		return append([]string{""}, s.faultLines(s.fault, w)...)
	}
	var out []string
	if s.note != "" {
		out = append(out, "", l.Good.Paint(l.Done)+" "+l.Cut(s.note, w-2))
	}
	if words := s.rowWords(); words != "" {
		out = append(append(out, ""), paragraph(words, w)...)
	}
	return out
}

func (s *staff) rowWords() string {
	r := s.current()
	if r == nil {
		return ""
	}
	if t := r.rest; t != nil {
		if adoptable(t) {
			return whoIs(*t) + " is not in the project. Mark with Space, then press a to take the marked ones in."
		}
		return whoIs(*t) + " has no mailbox that mail could go to."
	}
	m, domain := r.match, clean(s.session.project.Domain)
	switch {
	case m.User.LeftOut:
		return "This user is left out: nothing is done here."
	case m.How == engine.MatchDoubtful:
		return "Maybe " + whoIs(m.Like[0]) + ": only the names are alike. Press Enter and say whether it is the same person."
	case !m.Is() && s.unproved():
		return "The domain " + domain + " isn't proved to be this tenant's: nobody can have an address in it yet. Press p to see what to enter in the DNS."
	case !m.Is():
		return "Nobody in the tenant has this address. The user can be made here, with a licence."
	case m.Found.Mailbox == engine.MailboxOff:
		return "The licence is there, but its mailbox is switched off in it or suspended. An administrator switches Exchange Online on: Microsoft 365 admin center, Users, Licenses and apps."
	case m.Found.Mailbox == engine.MailboxNone:
		return "This user has no licence with a mailbox. It can be assigned here."
	case m.How == engine.MatchAlias:
		return "Found by a further address. The sign-in name is " + clean(m.Found.Address) + "."
	}
	return ""
}
