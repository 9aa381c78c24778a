package tui

import (
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/agenda"
	"mxodus/tui/widget"
)

func (p *project) planKeys() []key.Binding {
	if p.plan.form != nil {
		return []key.Binding{named(keys.Enter, "plan it"), named(keys.Back, "leave it")}
	}
	s := p.session.schedule(p.now)
	var out []key.Binding
	t := p.task(&s)
	if t != nil {
		if _, ok := p.placeOf(t.Step); ok {
			out = append(out, named(keys.Enter, "go to "+t.Step))
		}
	}
	if !s.Moved {
		out = append(out, keys.PlanCutOver)
	}
	if !s.CutOver.IsZero() {
		out = append(out, keys.Calendar)
	}
	if t != nil && p.markable(t) {
		word := keys.TaskDone.Help().Desc
		if !t.State.Open() {
			word = "it isn't done"
		}
		out = append(out, named(keys.TaskDone, word))
	}
	return append(out, keys.Move, named(keys.Back, "close"))
}

// cutOverWords say when the cut-over is, or was.
func (p *project) cutOverWords(s *engine.Schedule) string {
	switch {
	case s.Moved && s.CutOver.IsZero():
		return "done"
	case s.Moved:
		return "done, " + agenda.When(s.CutOver, false)
	case s.CutOver.IsZero():
		return "not planned yet (e); earliest " + agenda.When(s.Proposal, false)
	case s.CutOver.Before(p.now):
		return agenda.When(s.CutOver, false) + ": it has passed (e plans another)"
	}
	return agenda.When(s.CutOver, false) + ", in " + say.Span(s.CutOver.Sub(p.now))
}

// nextTasks are the open tasks in few lines, what is late or due first.
func (p *project) nextTasks(s *engine.Schedule, w, h int) []string {
	l := p.look
	var open []engine.ScheduledTask
	for _, now := range []bool{true, false} {
		for _, t := range s.Tasks {
			if t.State.Open() && (t.State != engine.TaskComing) == now {
				open = append(open, t)
			}
		}
	}
	if h < 4 || len(open) == 0 {
		return nil
	}
	out := []string{"", "  " + l.Dim.Paint("What is next"+p.counts(s))}
	room := h - len(out)
	for i, t := range open {
		if room == 1 && i+1 < len(open) || room == 0 {
			out = append(out, "  "+l.Dim.Paint(l.More+" "+say.Count(len(open)-i, "more task")+" (p)"))
			break
		}
		room--
		sign, ink := p.taskSign(t.State)
		out = append(out, "  "+l.Spread(ink.Paint(sign)+" "+t.Title, l.Dim.Paint(p.taskWhen(&t)), min(w-2, 74)))
	}
	return out
}

func (p *project) counts(s *engine.Schedule) (words string) {
	if n := s.Count(engine.TaskLate); n > 0 {
		words += ", " + say.Number(n) + " late"
	}
	if n := s.Count(engine.TaskDue); n > 0 && !s.CutOver.IsZero() {
		words += ", " + say.Number(n) + " due"
	}
	return words
}

func (p *project) taskSign(state engine.TaskState) (string, widget.Ink) {
	l := p.look
	switch state {
	case engine.TaskDone:
		return l.Done, l.Good
	case engine.TaskLate:
		return l.Failed, l.Bad
	case engine.TaskDue:
		return l.Glyphs.Attention, l.Attention
	case engine.TaskNotNeeded:
		return "-", l.Dim
	}
	return l.Todo, l.Dim
}

// taskWhen is a task's date, with its state in a word.
func (p *project) taskWhen(t *engine.ScheduledTask) string {
	zone := agenda.Zone(p.session.project)
	until := agenda.When(t.Until, t.AllDay)
	switch {
	case t.State == engine.TaskDone && t.Done.IsZero():
		return "done"
	case t.State == engine.TaskDone:
		return "done " + agenda.When(t.Done.In(zone), true)
	case t.State == engine.TaskNotNeeded:
		return "not needed"
	case t.On.IsZero():
		return ""
	case t.State == engine.TaskLate:
		return "late: by " + until
	case t.State == engine.TaskDue && sameDay(p.now.In(zone), t.Until):
		return "due today"
	case t.State == engine.TaskDue:
		return "due by " + until
	}
	return agenda.When(t.On, t.AllDay)
}

func sameDay(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }

// planView is the whole plan, and what there is to know of one task.
func (p *project) planView(w, h int) string {
	l := p.look
	s := p.session.schedule(p.now)
	right := "no cut-over planned"
	switch {
	case s.Moved:
		right = "the MX is changed"
	case !s.CutOver.IsZero():
		right = "cut-over " + agenda.When(s.CutOver, false)
	}
	head := []string{p.headline("The plan", right, w)}
	if h >= 14 {
		head = append(head, "")
	}
	foot := p.taskLines(&s, w)
	most := max(2, h/3)
	if h < 14 {
		most = 3
	}
	foot = foot[:min(len(foot), most)]
	room := max(3, h-len(head)-len(foot)-1)
	list := p.plan.table // a copy: views change nothing
	list.Resize(len(s.Tasks))
	row := func(i int) []widget.Cell {
		t := &s.Tasks[i]
		sign, ink := p.taskSign(t.State)
		when := widget.Cell{Text: p.taskWhen(t), Ink: l.Dim}
		if t.State == engine.TaskLate || t.State == engine.TaskDue {
			when.Ink = ink
		}
		title := widget.Cell{Text: sign + " " + t.Title}
		if t.State == engine.TaskLate || !t.State.Open() {
			title.Ink = ink
		}
		return []widget.Cell{title, when, {Text: t.Step, Ink: l.Dim}}
	}
	table := strings.Split(list.View(l, planColumns, w, min(room, len(s.Tasks)+1), row, nil), "\n")
	return joined(h, head, table, []string{""}, foot)
}

var planColumns = []widget.Column{{Title: "  What", Width: 34, Grow: 2}, {Title: "When", Width: 26, Grow: 1}, {Title: "Step", Width: 8, Fold: 1}}

// taskLines say of the task under the cursor why then, and what to do; or what
// became of a key, or how the whole plan stands.
func (p *project) taskLines(s *engine.Schedule, w int) []string {
	l := p.look
	if p.plan.fault != nil {
		return p.faultLines(p.plan.fault, w)
	}
	if p.plan.note != "" {
		return paragraph(p.plan.note, w)
	}
	var out []string
	if t := p.task(s); t != nil {
		out = paragraph(t.Why, w)
		for _, line := range paragraph(t.Remedy, w) {
			out = append(out, l.Attention.Paint(line))
		}
	}
	for _, n := range s.Notes {
		for _, line := range paragraph(n, w) {
			out = append(out, l.Dim.Paint(line))
		}
	}
	return out
}

// cutOverView asks when the MX is to be changed.
func (p *project) cutOverView(w, h int) string {
	s := p.session.schedule(p.now)
	head := append([]string{p.headline("When is the cut-over?", "", w), ""},
		paragraph("The moment when you change the domain's MX record. Every other date follows from it. The earliest sensible one: "+agenda.When(s.Proposal, false)+".", w)...)
	head = append(head, "")
	return joined(h, head, strings.Split(p.plan.form.View(p.look, w, max(1, h-len(head))), "\n"))
}
