package tui

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/report"
	"mxodus/tui/agenda"
	"mxodus/tui/handover"
	"mxodus/tui/widget"
)

// reporting is the last step: the hand-over report for the owner, and the end.
type reporting struct {
	seat
	owner  *letters // the letter to the owner
	letter bool     // it is on screen
	report *report.Report
	form   *widget.Form // asks for the folder; nil: closed
	scroll widget.Scroll
	ended  bool // the last screen is shown
	fault  *engine.Fault
}

func newReport(s seat) *reporting {
	return &reporting{seat: s, owner: newLetters(s, lettersWhat{
		title: "Report", lead: "A letter to the owner, with the figures. Send the report along.", kinds: []letter.Kind{letter.HandOver},
		blocked: func() string { return "" }, done: func() bool { return false },
	})}
}

func (*reporting) Title() string { return "Report" }
func (*reporting) About() string {
	return "The report is what the owner of the company gets in hand: how many messages were moved, how that was proven, what was left out and why, what stood in the DNS before and after, and what is left to do, with dates. It is made from the project and the last verification; no server is asked. It is one HTML page to read and print, with tables and data beside it."
}
func (r *reporting) Typing() bool { return r.form != nil || r.letter && r.owner.Typing() }

// asking is the form that is open.
func (r *reporting) asking() *widget.Form {
	if r.letter {
		return r.owner.asking()
	}
	return r.form
}

func (r *reporting) Blocked() string {
	if !r.session.open() || !r.session.migrated() {
		return "nothing is copied yet"
	}
	return ""
}

// kept is where the report was written; nil when it wasn't.
func (r *reporting) kept() *written {
	if w, ok := r.session.post.written[reportDoc]; ok {
		return &w
	}
	return nil
}

func (r *reporting) Done() bool { return r.session.open() && r.kept() != nil }

func (r *reporting) Init() tea.Cmd {
	r.letter, r.ended = false, false
	return r.sum()
}

// sum makes the report in memory, to be read here.
func (r *reporting) sum() tea.Cmd {
	file, now, program, rules := r.session.file, r.now.Round(0), r.options.Program, r.session.stopRules()
	return r.ask("report", func(ctx context.Context) (any, error) { return makeReport(ctx, file, now, program, rules) })
}

func makeReport(ctx context.Context, file engine.ProjectFile, now time.Time, program string, rules engine.StopRules) (*report.Report, error) {
	in, err := agenda.Report(ctx, file, now)
	if err != nil {
		return nil, err
	}
	before, after, err := handover.Kept(ctx, file)
	if err != nil {
		return nil, err
	}
	in.Zone, in.Program, in.Rules, in.DNS = time.Local, program, rules, handover.DNSRows(before, after)
	made := report.Make(in)
	return &made, nil
}

// reportWritten is a report in its folder.
type reportWritten struct {
	report *report.Report
	post   postbox
}

func (r *reporting) write(dir string) tea.Cmd {
	file, now, program, rules := r.session.file, r.now.Round(0), r.options.Program, r.session.stopRules()
	return r.ask("write", func(ctx context.Context) (any, error) {
		dir, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		made, err := makeReport(ctx, file, now, program, rules)
		if err != nil {
			return nil, err
		}
		if err := made.Write(dir); err != nil {
			return nil, err
		}
		post, err := noteWritten(ctx, file, reportDoc, written{At: now, Dir: dir, Files: report.Files()})
		return reportWritten{made, post}, err
	})
}

func (r *reporting) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case reply:
		switch msg.lane.name {
		case "report", "write", "browse":
			return r.reply(msg)
		}
		return r.owner.Update(msg)
	case sendNow, dropWords:
		return r.owner.Update(msg)
	case tea.KeyMsg:
		return r.key(msg)
	}
	return nil
}

func (r *reporting) reply(x reply) tea.Cmd {
	if x.err != nil {
		if !errors.Is(x.err, context.Canceled) {
			r.fault = faultOf(x.err)
		}
		return nil
	}
	switch v := x.value.(type) {
	case *report.Report:
		r.report, r.fault = v, nil
	case reportWritten:
		v.post.learned = r.session.post.learned
		r.report, r.session.post, r.form, r.fault, r.scroll = v.report, v.post, nil, nil, widget.Scroll{}
	}
	return nil
}

func (r *reporting) key(msg tea.KeyMsg) tea.Cmd {
	switch {
	case r.letter:
		return r.letterKey(msg)
	case r.form != nil:
		return r.formKey(msg)
	case r.ended:
		return r.endKey(msg)
	case key.Matches(msg, keys.Back):
		return r.back()
	case r.waiting("report"), r.report == nil:
	case key.Matches(msg, keys.Enter) && r.kept() == nil, key.Matches(msg, keys.Files):
		r.openForm()
	case key.Matches(msg, keys.Enter):
		r.ended = true
	case key.Matches(msg, keys.Visit) && r.kept() != nil:
		return r.open()
	case key.Matches(msg, keys.HandOver):
		r.letter = true
		return r.owner.Init()
	default:
		r.scroll.Update(msg, 60)
	}
	return nil
}

// letterKey goes to the letter's own panes; Esc and Enter in its list come back.
func (r *reporting) letterKey(msg tea.KeyMsg) tea.Cmd {
	o := r.owner
	if o.pane == paneList && !o.waiting("make") && key.Matches(msg, keys.Back, keys.Enter) {
		r.letter = false
		return nil
	}
	return o.Update(msg)
}

func (r *reporting) endKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.Back):
		r.ended = false
	case key.Matches(msg, keys.Visit):
		return r.open()
	case key.Matches(msg, keys.Enter):
		return send(quitAsked{})
	}
	return nil
}

func (r *reporting) formKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case r.waiting("write"):
	case key.Matches(msg, keys.Back):
		r.form = nil
	case r.form.Update(msg):
		return r.write(homePath(r.form.Get("folder")))
	}
	return nil
}

func (r *reporting) openForm() {
	help := "It is made if it isn't there. Files of an earlier report there are replaced."
	if r.session.practice {
		help = "This one goes away with the practice company when you leave. Name another to keep the report."
	}
	r.form, r.fault = widget.NewForm(&widget.Field{Name: "folder", Label: "Into the folder", Help: help, Check: need("a folder")}), nil
	dir := r.beside("report")
	if w := r.kept(); w != nil {
		dir = w.Dir
	}
	r.form.Set("folder", dir)
}

func (r *reporting) open() tea.Cmd { return r.visit(filepath.Join(r.kept().Dir, report.HTMLFile)) }
