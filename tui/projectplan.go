package tui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/tui/agenda"
	"mxodus/tui/widget"
)

// planPane is the part of the project step that shows the plan.
type planPane struct {
	open  bool
	table widget.Table
	form  *widget.Form // asks for the cut-over; nil: closed
	note  string       // what became of the last key
	fault *engine.Fault
}

// openPlan shows the whole plan, with the cursor on what is next.
func (p *project) openPlan() {
	p.plan = planPane{open: true}
	s := p.session.schedule(p.now)
	p.plan.table.Resize(len(s.Tasks))
	if next := s.Next(); next != nil {
		for i := range s.Tasks {
			if s.Tasks[i].Name == next.Name {
				p.plan.table.Go(i)
			}
		}
	}
}

// task is the one under the cursor; nil when there is none.
func (p *project) task(s *engine.Schedule) *engine.ScheduledTask {
	if at := p.plan.table.At(); at >= 0 && at < len(s.Tasks) {
		return &s.Tasks[at]
	}
	return nil
}

func (p *project) planKey(msg tea.KeyMsg) tea.Cmd {
	if p.plan.form != nil {
		return p.cutOverKey(msg)
	}
	s := p.session.schedule(p.now)
	p.plan.table.Resize(len(s.Tasks))
	p.plan.note, p.plan.fault = "", nil
	switch {
	case p.plan.table.Update(msg):
	case key.Matches(msg, keys.Back, keys.Plan):
		p.plan = planPane{}
	case key.Matches(msg, keys.PlanCutOver):
		p.openCutOver()
	case key.Matches(msg, keys.Calendar) && !s.CutOver.IsZero():
		return p.writeCalendar(s)
	case key.Matches(msg, keys.TaskDone):
		return p.markTask(p.task(&s))
	case key.Matches(msg, keys.Enter):
		if t := p.task(&s); t != nil {
			return p.goToTask(t)
		}
	}
	return nil
}

// goToTask opens the step where a task is done, if it isn't blocked.
func (p *project) goToTask(t *engine.ScheduledTask) tea.Cmd {
	id, ok := p.placeOf(t.Step)
	if !ok {
		return nil
	}
	if why := p.steps[id].Blocked(); why != "" {
		p.plan.note = "The step " + t.Step + " can't be opened yet: " + why + "."
		return nil
	}
	return send(goMsg{to: id})
}

// marked is a task that somebody may say to be done, or to be not done after all.
func (p *project) markable(t *engine.ScheduledTask) bool {
	_, said := p.session.facts.Marks[t.Name]
	return said || t.State.Open()
}

func (p *project) markTask(t *engine.ScheduledTask) tea.Cmd {
	if t == nil || !p.markable(t) {
		return nil
	}
	l, name, now := p.held(), t.Name, p.now
	return p.ask("plan", func(ctx context.Context) (any, error) {
		if err := engine.MarkTask(ctx, l.file, name, now, t.State.Open()); err != nil {
			return nil, err
		}
		return load(ctx, l.file, l.vault)
	})
}

// calendarWritten is the file of the calendar.
type calendarWritten struct{ path string }

// writeCalendar writes the plan's dates beside the project.
func (p *project) writeCalendar(s engine.Schedule) tea.Cmd {
	path := p.session.file.Path()
	path = strings.TrimSuffix(path, filepath.Ext(path)) + ".ics"
	text := agenda.Calendar(p.session.project, s, p.now)
	return p.ask("calendar", func(context.Context) (any, error) {
		return calendarWritten{path}, os.WriteFile(path, []byte(text), 0o600)
	})
}

func (p *project) planReply(r reply) tea.Cmd {
	if r.err != nil {
		if p.plan.fault = faultOf(r.err); errors.Is(r.err, context.Canceled) {
			p.plan.fault = nil
		}
		return nil
	}
	switch v := r.value.(type) {
	case loaded:
		p.session.refresh(v)
	case calendarWritten:
		p.plan.note = "Written to " + clean(v.path) + ". Open it with your calendar; after a change, write and open it again."
	}
	return nil
}

// openCutOver asks when the MX is to be changed.
func (p *project) openCutOver() {
	if p.session.schedule(p.now).Moved {
		p.openPlan()
		p.plan.note = "The MX is changed already: there is nothing to plan."
		return
	}
	p.plan.fault, p.plan.note = nil, ""
	p.plan.form = widget.NewForm(&widget.Field{Name: "when", Label: "Change of the MX", Hint: "e.g. 2026-12-04 18:00", Help: p.cutOverHelp(), Check: p.checkCutOver})
	zone := agenda.Zone(p.session.project)
	at := p.session.project.CutOver
	if at.IsZero() {
		at = p.session.schedule(p.now).Proposal
	}
	p.plan.form.Set("when", at.In(zone).Format("2006-01-02 15:04"))
}

func (p *project) cutOverHelp() string {
	zone := agenda.Zone(p.session.project)
	name := zone.String()
	if name == "Local" {
		name = "this computer's zone"
	}
	return "Write it as 2026-12-04 18:00, 4.12.2026 18:00 or 4 Dec 2026 18:00; a date alone means 18:00. Times are in " + clean(name) + ", where it is " +
		p.now.In(zone).Format("Mon 2 Jan, 15:04 MST") + " now. Leave it empty to plan none."
}

func (p *project) checkCutOver(v string) string {
	at, err := p.readCutOver(v)
	switch {
	case err != nil:
		return "This is no date. It looks like 2026-12-04 18:00."
	case !at.IsZero() && at.Before(p.now):
		return "This has passed. Choose a time that is still to come."
	case at.After(p.now.AddDate(2, 0, 0)):
		return "This is more than two years away. Is the year right?"
	}
	return ""
}

// readCutOver reads a moment; a date alone is its evening.
func (p *project) readCutOver(v string) (time.Time, error) {
	at, err := letter.ReadMoment(v, agenda.Zone(p.session.project))
	if err == nil && !at.IsZero() && !strings.Contains(v, ":") {
		at = time.Date(at.Year(), at.Month(), at.Day(), 18, 0, 0, 0, at.Location())
	}
	return at, err
}

func (p *project) cutOverKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.Back):
		p.plan.form = nil
	case p.plan.form.Update(msg):
		at, _ := p.readCutOver(p.plan.form.Get("when"))
		p.openPlan()
		l := p.held()
		return p.ask("plan", func(ctx context.Context) (any, error) {
			now, err := l.file.Project(ctx)
			if err != nil {
				return nil, err
			}
			now.CutOver = at
			return saveProject(ctx, l, now)
		})
	}
	return nil
}
