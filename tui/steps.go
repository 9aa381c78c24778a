package tui

import (
	"context"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/tui/widget"
)

// step is one step of the journey: a child of the root. It is only touched by
// Update, but for View, which changes nothing.
type step interface {
	// Title is one or two words, for the rail.
	Title() string
	// About says in a few sentences what the step is for, for the help.
	About() string
	// Init is called each time the step comes on screen.
	Init() tea.Cmd
	// Update gets keys while the step is on screen, and the replies to its
	// questions always.
	Update(msg tea.Msg) tea.Cmd
	// View draws on at most this room.
	View(width, height int) string
	// Keys are what works now, the most important first.
	Keys() []key.Binding
	// Blocked says in a few words why the step can't be opened; "" when it can.
	Blocked() string
	// Done says whether the step has what the next one needs.
	Done() bool
	// Typing says that letters are text now, so that none is a command.
	Typing() bool
}

// staler is a step that may have to be done once more.
type staler interface {
	// Stale says in a few words why; "" when there is no need to.
	Stale() string
}

// stale is what a step says of it; "" too for those that say nothing.
func stale(s step) string {
	if x, ok := s.(staler); ok {
		return x.Stale()
	}
	return ""
}

// stepID is the place of a step in the journey.
type stepID int

// The journey. A new step is one constant, and one line in newSteps.
const (
	stepProject stepID = iota
	stepSource
	stepDestination
	stepUsers
	stepTest
	stepTell
	stepMigrate
	stepVerify
	stepCutover
	stepFinish
	stepWelcome
	stepReport
	stepCount
)

func newSteps(c *core) []step {
	return []step{
		stepProject:     newProject(c.seat(stepProject)),
		stepSource:      newSource(c.seat(stepSource)),
		stepDestination: newDestination(c.seat(stepDestination)),
		stepUsers:       newUsers(c.seat(stepUsers)),
		stepTest:        newTest(c.seat(stepTest)),
		stepTell:        newTell(c.seat(stepTell)),
		stepMigrate:     newMigrate(c.seat(stepMigrate)),
		stepVerify:      newVerify(c.seat(stepVerify)),
		stepCutover:     newCutover(c.seat(stepCutover)),
		stepFinish:      newFinish(c.seat(stepFinish)),
		stepWelcome:     newWelcome(c.seat(stepWelcome)),
		stepReport:      newReport(c.seat(stepReport)),
	}
}

// seat is a step's place at the core.
type seat struct {
	*core
	id stepID
}

func (c *core) seat(id stepID) seat { return seat{core: c, id: id} }

func (s seat) ask(name string, do func(ctx context.Context) (any, error)) tea.Cmd {
	return s.desk.ask(lane{s.id, name}, do)
}

func (s seat) drop(name string) { s.desk.drop(lane{s.id, name}) }

func (s seat) waiting(name string) bool { return s.desk.waiting(lane{s.id, name}) }

// next, back and leave are how a step asks the root for something.
func (s seat) next() tea.Cmd { return send(goMsg{to: s.id + 1}) }
func (s seat) back() tea.Cmd { return send(goMsg{to: s.id - 1}) }

// goMsg asks for another step on screen; then, if not nil, is for that step.
type goMsg struct {
	to   stepID
	then tea.Msg
}

// questionMsg asks a person before something is done.
type questionMsg struct{ ask *widget.Confirm }

func send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }
