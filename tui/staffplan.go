package tui

import (
	"cmp"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// What is made in the tenant: asked for, then shown before anything changes.

// freeLicences are those with a mailbox that somebody can still get.
func (s *staff) freeLicences() (out []engine.Licence) {
	for _, l := range s.view.Licences {
		if l.Mailbox && l.Active && l.Free() > 0 {
			out = append(out, l)
		}
	}
	return out
}

// seatWords are the seats of a licence.
func seatWords(l engine.Licence) string {
	return clean(l.Title) + ": " + say.Number(l.Free()) + " of " + say.Number(l.Seats) + " free"
}

// openForm asks for the licence and the country of those who are made.
func (s *staff) openForm() {
	free := s.freeLicences()
	if len(free) == 0 {
		s.fault = &engine.Fault{Code: engine.CodeNoSeats, Who: "an administrator of the tenant", What: "The tenant has no free seat of a licence that holds a mailbox.",
			Do: "Buy seats in the Microsoft 365 admin center (Billing), then press r here."}
		return
	}
	licence := &widget.Field{Name: "licence", Label: "Licence", Help: "Everybody who has no mailbox yet gets it."}
	for _, l := range free {
		licence.Options = append(licence.Options, widget.Option{Value: l.ID, Label: seatWords(l)})
	}
	s.form = widget.NewForm(licence, &widget.Field{Name: "country", Label: "Usage location", Hint: "e.g. DE", Check: checkCountry,
		Help: "The country where these users work, in two letters. Microsoft decides by it what a licence may hold."})
	s.form.Set("country", s.view.Tenant.Country)
	s.phase, s.fault = staffForm, nil
}

func checkCountry(v string) string {
	v = strings.ToUpper(v)
	if len(v) == 2 && v[0] >= 'A' && v[0] <= 'Z' && v[1] >= 'A' && v[1] <= 'Z' {
		return ""
	}
	return "This needs a country in two letters, like DE."
}

func (s *staff) formKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.Back):
		s.phase = staffTable
	case key.Matches(msg, keys.Save) && s.form.Valid(), s.form.Update(msg):
		s.makePlan()
	}
	return nil
}

// makePlan works out what is to be done.
func (s *staff) makePlan() {
	plan, err := engine.PlanStaff(s.roster, s.view, engine.StaffWish{Licence: s.form.Get("licence"), Country: s.form.Get("country")})
	if err != nil {
		f := engine.AsFault(err)
		s.form.Fault(map[bool]string{true: "country", false: "licence"}[f.Code == engine.CodeNoCountry], s.advice(f.What+" "+f.Do))
		return
	}
	s.plan, s.phase, s.scroll = plan, staffPlan, widget.Scroll{}
}

func (s *staff) planKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case s.scroll.Update(msg, 1<<16):
	case key.Matches(msg, keys.Back):
		s.phase = staffForm
	case key.Matches(msg, keys.Enter):
		if changes, _ := s.plan.Todo(); changes > 0 {
			return s.askApply()
		}
	}
	return nil
}

// staffApply is the answer of somebody who was asked.
type staffApply struct{}

func (s *staff) askApply() tea.Cmd {
	changes, _ := s.plan.Todo()
	return send(questionMsg{&widget.Confirm{Title: "Change the tenant now?",
		Text: []string{say.Count(changes, "user") + " in the tenant " + clean(s.view.Tenant.Name) + ", as listed. " + planSeats(s.plan) +
			" The first passwords are shown when it is done."},
		Answers: []widget.Answer{{Label: "Not yet"}, {Label: "Do it", Msg: addressed{s.id, staffApply{}}}}}})
}

// planSeats says how many seats go.
func planSeats(p engine.StaffPlan) string {
	if p.Seats == 0 {
		return "No seat of a licence is needed."
	}
	free := p.Licence.Free()
	if p.Seats > free {
		return say.Number(p.Seats) + " seats of " + clean(p.Licence.Title) + " are needed, and " + say.Number(free) + " free: " + say.Number(p.Seats-free) + " more must be bought."
	}
	return say.Either(p.Seats, "seat", "seats") + " of " + clean(p.Licence.Title) + " will be used; " + say.Number(free-p.Seats) + " of " + say.Number(p.Licence.Seats) + " stay free."
}

func (s *staff) planView(w, h int) string {
	l := s.look
	changes, problems := s.plan.Todo()
	right := say.Number(changes) + " to do"
	if problems > 0 {
		right += ", " + l.Bad.Paint(say.Number(problems)+" can't be done")
	}
	head := []string{s.headline("What will be changed", right, w), ""}
	var lines []string
	if changes > 0 {
		lines = append(lines, paragraph("In the tenant "+clean(s.view.Tenant.Name)+". Nothing is changed yet. "+planSeats(s.plan), w)...)
		lines = append(lines, "")
	}
	for _, x := range s.plan.Steps {
		if x.Problem == nil && !x.Nothing() {
			lines = append(lines, s.stepLines(x, w)...)
		}
	}
	for _, x := range s.plan.Steps {
		if x.Problem != nil {
			lines = append(append(lines, "", l.Strong.Paint(l.Cut(name(x.User), w))), s.faultLines(x.Problem, w)...)
		}
	}
	if n := len(s.plan.Doubtful); n > 0 {
		lines = append(append(lines, ""), paragraph(say.Either(n, "user is doubtful and is", "users are doubtful and are")+" left as they are. Go back and say who they are.", w)...)
	}
	if changes == 0 && problems == 0 {
		lines = append(lines, paragraph("Nothing is to be done: all have what they need.", w)...)
	}
	return joined(h, head, strings.Split(s.scroll.View(l, lines, w, h-len(head)), "\n"))
}

// stepLines say what is done for one user.
func (s *staff) stepLines(x engine.StaffStep, w int) []string {
	words := x.String()
	if n := x.New; n.Address != "" {
		parts := []string{"make the user, named " + n.DisplayName}
		if n.UsageLocation != "" {
			parts = append(parts, "usage location "+n.UsageLocation)
		}
		if local, _, _ := strings.Cut(n.Address, "@"); !strings.EqualFold(local, n.Nickname) {
			parts = append(parts, "mail nickname "+n.Nickname)
		}
		if x.Licence != nil {
			parts = append(parts, x.Licence.Title)
		}
		words = strings.Join(parts, "; ")
	}
	out := []string{"  " + s.look.Cut(clean(cmp.Or(x.New.Address, x.User.Address)), w-2)}
	for _, line := range paragraph(clean(words), w-4) {
		out = append(out, "    "+s.look.Dim.Paint(line))
	}
	return out
}
