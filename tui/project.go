package tui

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/tui/widget"
)

// project is the first step: a new project, or one to go on with.
type project struct {
	seat
	phase     projectPhase
	menu      widget.Menu
	form      *widget.Form
	suggested string // file name made from the domain
	fault     *engine.Fault
	plan      planPane
	noKeyring bool   // to remember the passphrase in
	note      string // what came of remembering it
}

type projectPhase int

const (
	projectChoosing projectPhase = iota
	projectNew
	projectPath // of one to open
	projectLocked
	projectOpen
	projectLive // another process runs it: core.live
)

func newProject(s seat) *project { return &project{seat: s} }

func (p *project) Title() string   { return "Project" }
func (p *project) Blocked() string { return "" }
func (p *project) Done() bool      { return p.session.open() }
func (p *project) Typing() bool {
	return p.plan.form != nil || p.phase == projectNew || p.phase == projectPath || p.phase == projectLocked
}

func (p *project) About() string {
	return "A project is one file. It holds your settings, the users, and a note of every message: so you can stop at any time and go on another day. Passwords in it are sealed with your passphrase. Keep the file as you would keep a key. The plan (p) says what is to be done when: its dates follow from the cut-over that you plan (e)."
}

func (p *project) Init() tea.Cmd {
	switch {
	case p.core.live != nil:
		return nil
	case p.session.open():
		p.phase = projectOpen
		return nil
	case p.options.Practice != nil:
		a, o := p.adapters, p.options
		return p.ask("open", func(ctx context.Context) (any, error) { return practiceProject(ctx, a, o) })
	case p.options.Path != "":
		return p.open(p.options.Path)
	}
	return p.find()
}

// find looks for projects to go on with.
func (p *project) find() tea.Cmd {
	list := p.options.Recent
	return p.ask("find", func(context.Context) (any, error) { return projectsKnown(list) })
}

func (p *project) open(path string) tea.Cmd {
	a, given := p.adapters, p.given()
	p.fault = nil
	return p.ask("open", func(ctx context.Context) (any, error) { return openProject(ctx, a, homePath(path), given) })
}

func (p *project) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case reply:
		return p.reply(msg)
	case watchOther:
		return p.goLive(p.held())
	case tea.KeyMsg:
		if p.waiting("open") {
			return nil
		}
		return p.key(msg)
	}
	return nil
}

func (p *project) reply(r reply) tea.Cmd {
	switch r.lane.name {
	case laneWatch:
		return p.seeLive(r)
	case laneProblems:
		p.takeProblems(r)
		return nil
	}
	if r.lane.name != "open" && r.lane.name != "find" {
		return p.planReply(r)
	}
	if r.err != nil {
		return p.failed(r.err)
	}
	switch v := r.value.(type) {
	case []offered:
		p.offer(v)
	case loaded:
		p.takePassed(v.pass)
		if v.holder != nil {
			p.sealed = loaded{}
			return p.goLive(v)
		}
		if v.vault == nil {
			p.lockedUp(v)
			return nil
		}
		p.sealed = loaded{}
		p.session.begin(v, p.options.Practice != nil)
		p.phase = projectOpen
		return p.remember()
	}
	return nil
}

// failed shows an error where it belongs.
func (p *project) failed(err error) tea.Cmd {
	f := faultOf(err)
	switch {
	case errors.Is(err, engine.ErrPassphrase) && p.form != nil:
		p.form.Set("passphrase", "")
		p.form.Fault("passphrase", "This passphrase does not open the project. Try again: capitals count.")
	case p.form != nil && (p.phase == projectNew || p.phase == projectPath):
		p.form.Fault("path", strings.TrimSpace(p.advice(f.What+" "+f.Do)))
	default:
		p.fault = f
		return p.find()
	}
	return nil
}

// offer shows what there is to choose from.
func (p *project) offer(found []offered) {
	p.phase = projectChoosing
	p.menu = widget.Menu{Items: []widget.Item{{Label: "Start a new project", Text: "For a company whose mail is to be moved. To practise on a made-up one first, leave, and start: mxodus demo", Answer: projectNew}}}
	for _, o := range found {
		p.menu.Items = append(p.menu.Items, widget.Item{Label: "Go on with " + clean(filepath.Base(o.path)), Text: o.text, Answer: o.path})
	}
	p.menu.Items = append(p.menu.Items, widget.Item{Label: "Open another project", Text: "Type, paste or drop its path.", Answer: projectPath})
	if len(found) > 0 {
		p.menu.Go(1)
	}
}

func (p *project) key(msg tea.KeyMsg) tea.Cmd {
	switch p.phase {
	case projectChoosing:
		if key.Matches(msg, keys.Back) {
			return p.back()
		}
		if p.menu.Update(msg) {
			return p.choose(p.menu.Chosen().Answer)
		}
		return nil
	case projectLive:
		return p.liveKey(msg)
	case projectOpen:
		switch {
		case p.plan.open || p.plan.form != nil:
			return p.planKey(msg)
		case key.Matches(msg, keys.Plan):
			p.openPlan()
		case key.Matches(msg, keys.PlanCutOver):
			p.openCutOver()
		case key.Matches(msg, keys.Enter):
			return send(goMsg{to: p.resume()})
		case key.Matches(msg, keys.Back):
			return p.back()
		}
		return nil
	}
	switch {
	case key.Matches(msg, keys.Back):
		return p.leaveForm()
	case key.Matches(msg, keys.Reveal):
		p.form.ToggleReveal()
		return nil
	}
	submit := p.form.Update(msg)
	p.suggestPath()
	if submit {
		return p.submit()
	}
	return nil
}

func (p *project) choose(answer any) tea.Cmd {
	switch answer {
	case projectNew:
		p.phase, p.fault, p.form = projectNew, nil, p.newForm()
	case projectPath:
		p.phase, p.fault, p.form = projectPath, nil, openProjectForm()
	default:
		return p.open(answer.(string))
	}
	return nil
}

func (p *project) submit() tea.Cmd {
	a, get := p.adapters, p.form.Get
	remember := get("remember") == "yes"
	secret := engine.Secret(get("passphrase"))
	switch p.phase {
	case projectPath:
		return p.open(get("path"))
	case projectLocked:
		f := p.sealed.file
		return p.ask("open", func(ctx context.Context) (any, error) { return unlockProject(ctx, a, f, secret, remember) })
	}
	path := homePath(get("path"))
	if filepath.Ext(path) == "" {
		path += ".mxodus"
	}
	made := engine.Project{Company: get("company"), Domain: strings.ToLower(get("domain"))}
	return p.ask("open", func(ctx context.Context) (any, error) { return createProject(ctx, a, path, made, secret, remember) })
}

// lockedUp asks for the passphrase of a project that is open so far.
func (p *project) lockedUp(l loaded) {
	p.sealed, p.phase, p.form = l, projectLocked, unlockForm(p.noKeyring)
	if l.pass.refused {
		p.form.Fault("passphrase", "The passphrase that was given beforehand (MXODUS_PASSPHRASE or --passphrase-file) does not open this project. Type the right one.")
	}
}

// given is a passphrase that is not to be asked for.
func (p *project) given() engine.Secret {
	if p.options.Practice != nil {
		return ""
	}
	return p.options.Passphrase
}

// newForm asks for a new project.
func (p *project) newForm() *widget.Form {
	f := newProjectForm(p.noKeyring)
	f.Set("passphrase", p.given().Reveal())
	f.Set("again", p.given().Reveal())
	return f
}

// takePassed notes what there is to say of the passphrase.
func (p *project) takePassed(x passed) {
	p.noKeyring = p.noKeyring || x.noKeyring
	p.note = ""
	if x.unkept {
		p.note = "This computer's keyring did not take the passphrase: you will be asked for it again next time."
	}
}

// leaveForm goes back to the choice, and closes what wasn't unlocked.
func (p *project) leaveForm() tea.Cmd {
	f, list := p.sealed.file, p.options.Recent
	p.sealed, p.phase, p.form = loaded{}, projectChoosing, nil
	return p.ask("find", func(context.Context) (any, error) {
		if f != nil {
			_ = f.Close()
		}
		return projectsKnown(list)
	})
}

// resume is the step to go on with: where an earlier sitting stopped, or else the
// first that isn't done.
func (p *project) resume() stepID {
	s := &p.session
	if id, ok := p.placeOf(s.place); ok && !s.practice && p.steps[id].Blocked() == "" {
		return id
	}
	switch {
	case s.practice || s.project.Source.Host == "":
		return stepSource
	case s.project.Destination.Host == "":
		return stepDestination
	case len(s.chosen()) == 0:
		return stepUsers
	case s.names.ending != nil && s.post.written[reportDoc].Dir != "":
		return stepReport
	case s.names.ending != nil:
		return stepWelcome
	case s.migrated() && s.project.CutOverDone:
		return stepFinish
	case s.begun():
		return stepMigrate
	}
	return stepTest
}
