package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/tui/widget"
)

// staff is the part of the step Users that is about the Microsoft 365 tenant: who
// of the project is who there, who is taken in from there, and who has to be made.
// The plan of what is made stands in staffplan.go, its carrying out and the first
// passwords in staffmake.go, what may wait in staffio.go.
type staff struct {
	seat
	roll[string] // of rows; marks are on IDs of the tenant's users
	phase        staffPhase
	view         engine.TenantView
	roster       engine.Roster
	decided      map[int64]string // what was said about guesses
	rows         []staffRow
	page         *engine.SignInPage
	note         string // what was just done
	fault        *engine.Fault

	form   *widget.Form
	plan   engine.StaffPlan
	scroll widget.Scroll
	steps  []engine.StaffStep // of plan, those with something to do
	result widget.Table
	over   bool // nothing of the plan is under way any more
	firsts []firstPassword
	reveal bool   // firsts are shown
	saved  string // the sheet of firsts
}

type staffPhase int

const (
	staffClosed staffPhase = iota
	staffReading
	staffTable
	staffForm
	staffPlan
	staffWork    // makes users, and waits for their mailboxes
	staffSecrets // their first passwords, once
	staffSheet   // asks where the sheet goes
)

// staffRow is a user of the project, or somebody in the tenant who is not.
type staffRow struct {
	match *engine.Match
	rest  *engine.TenantUser
}

func newStaff(s seat) *staff {
	return &staff{seat: s, decided: map[int64]string{}}
}

// possible says that there is a tenant to ask.
func (s *staff) possible() bool {
	return s.session.open() && s.session.project.Destination.Kind == engine.KindMicrosoft365 && s.adapters.Directory != nil
}

func (s *staff) typing() bool {
	return s.filter.open || s.phase == staffForm || s.phase == staffSheet
}

// open shows the tenant, read anew.
func (s *staff) open() tea.Cmd {
	if s.works.making() || s.waiting("staff await") || len(s.firsts) > 0 {
		return nil // as it was left
	}
	s.note, s.filter = "", filter{}
	return s.read()
}

func (s *staff) update(msg tea.Msg) (cmd tea.Cmd) {
	switch msg := msg.(type) {
	case reply:
		cmd = s.reply(msg)
	case staffDecided:
		cmd = s.decide(msg)
	case staffAdopt:
		cmd = s.adopt()
	case staffApply:
		cmd = s.apply()
	case staffForget:
		s.forget()
	case tea.KeyMsg:
		cmd = s.key(msg)
	}
	s.arrange()
	return cmd
}

func (s *staff) reply(r reply) tea.Cmd {
	if v, ok := r.value.(staffApplied); ok {
		return s.applied(v, r.err)
	}
	if r.err != nil {
		s.page = nil
		s.failed(faultOf(r.err), r.lane.name)
		return nil
	}
	switch v := r.value.(type) {
	case engine.TenantView:
		s.view, s.phase = v, staffTable
		s.match()
	case usersSaved:
		s.session.refresh(v.loaded)
		s.session.changed(0)
		s.note, s.marked = v.note, nil
		s.match()
	case staffAwaited:
		s.over, s.session.staffing = true, v.snap
	case staffPage:
		s.page = &v.page
	case staffSignedIn:
		s.page = nil
		return s.read()
	case filesWritten:
		s.sheetWritten(v)
	}
	return nil
}

// failed shows a fault where it arose.
func (s *staff) failed(f *engine.Fault, where string) {
	if s.phase == staffSheet && where == "staff sheet" {
		s.form.Fault("folder", s.advice(f.What+" "+f.Do))
		return
	}
	s.over = s.over || where == "staff await"
	s.fault = f
}

// match finds the project's users in the tenant.
func (s *staff) match() {
	var users []engine.User
	for _, p := range s.session.people {
		users = append(users, p.User)
	}
	s.roster = engine.MatchUsers(users, s.view.Users, s.decided)
	s.rows = nil
	for i := range s.roster.Matches {
		s.rows = append(s.rows, staffRow{match: &s.roster.Matches[i]})
	}
	for _, boxed := range []bool{true, false} {
		for i := range s.roster.Rest {
			if t := &s.roster.Rest[i]; adoptable(t) == boxed {
				s.rows = append(s.rows, staffRow{rest: t})
			}
		}
	}
}

// adoptable says that somebody in the tenant has a mailbox, or gets one.
func adoptable(t *engine.TenantUser) bool {
	return t.Mailbox == engine.MailboxReady || t.Mailbox == engine.MailboxUnderway
}

// arrange works out which rows are shown.
func (s *staff) arrange() {
	s.roll.arrange(len(s.rows), func(i int) bool { return s.filter.shows(s.rows[i].words()...) }, nil)
}

// words are what a row is found by.
func (r staffRow) words() []string {
	if r.rest != nil {
		return []string{r.rest.Address, r.rest.DisplayName}
	}
	return []string{r.match.User.Address, r.match.User.DisplayName, r.match.Found.Address}
}

func (s *staff) current() *staffRow {
	if at := s.at(); at >= 0 {
		return &s.rows[at]
	}
	return nil
}

// doubtful are those of whom somebody must say who they are.
func (s *staff) doubtful() (out []*engine.Match) {
	for i := range s.roster.Matches {
		if m := &s.roster.Matches[i]; m.How == engine.MatchDoubtful && !m.User.LeftOut {
			out = append(out, m)
		}
	}
	return out
}

// lacking counts those who are to be made, or have no licence.
func (s *staff) lacking() (n int) {
	for _, m := range s.roster.Matches {
		if !m.User.LeftOut && (m.How == engine.MatchNone || m.Is() && m.Found.Mailbox == engine.MailboxNone) {
			n++
		}
	}
	return n
}

func (s *staff) key(msg tea.KeyMsg) tea.Cmd {
	if s.waiting("staff save") || s.waiting("staff sheet") {
		return nil
	}
	switch s.phase {
	case staffReading:
		return s.readingKey(msg)
	case staffForm:
		return s.formKey(msg)
	case staffPlan:
		return s.planKey(msg)
	case staffWork:
		return s.workKey(msg)
	case staffSecrets:
		return s.secretsKey(msg)
	case staffSheet:
		return s.sheetKey(msg)
	}
	return s.tableKey(msg)
}

// unproved says that the project's domain isn't the tenant's yet.
func (s *staff) unproved() bool {
	domain := s.session.project.Domain
	return domain != "" && !s.view.Proved(domain)
}

func (s *staff) readingKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.Back):
		s.drop("staff read")
		s.drop("staff sign in")
		s.phase, s.fault, s.page = staffClosed, nil, nil
	case s.fault == nil:
	case key.Matches(msg, keys.Retry), key.Matches(msg, keys.Enter):
		return s.read()
	case key.Matches(msg, keys.SignIn) && s.maySignIn():
		return s.signIn()
	}
	return nil
}

func (s *staff) tableKey(msg tea.KeyMsg) tea.Cmd {
	if s.roll.update(msg) {
		return nil
	}
	s.note, s.fault = "", nil
	r := s.current()
	switch {
	case key.Matches(msg, keys.Back):
		s.phase = staffClosed
	case key.Matches(msg, keys.Retry):
		return s.read()
	case key.Matches(msg, keys.Prove) && s.unproved():
		return send(goMsg{stepCutover, proveDomain{}})
	case key.Matches(msg, keys.Mark) && r != nil && r.rest != nil && adoptable(r.rest):
		s.mark(r.rest.ID)
	case key.Matches(msg, keys.MarkAll):
		s.markAll()
	case key.Matches(msg, keys.Add) && s.adopted() > 0:
		return s.askAdopt()
	case key.Matches(msg, keys.Make) && s.lacking() > 0:
		s.openForm()
	case key.Matches(msg, keys.Enter):
		return s.enter()
	}
	return nil
}

// enter does what comes next: say who is who, make who is missing, or go back.
func (s *staff) enter() tea.Cmd {
	switch {
	case len(s.doubtful()) > 0:
		return s.askWho()
	case s.lacking() > 0:
		s.openForm()
	default:
		s.phase = staffClosed
	}
	return nil
}
