package tui

import (
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/tui/widget"
)

// root owns the terminal: which step is on screen, what lies over it, and the
// tick.
type root struct {
	*core
	at       stepID
	over     overlay
	question *widget.Confirm // over everything
	menu     widget.Menu     // of overGo
	reading  *reading        // of overRead
	pick     filePick        // of overPick
	ticking  bool
	titled   string    // the terminal's title
	working  time.Time // since when something runs; zero: nothing does
}

// overlay is what lies over the step.
type overlay int

const (
	overNothing overlay = iota
	overHelp
	overGo
	overRead
	overPick
)

func newRoot(c *core) *root {
	c.steps = newSteps(c)
	return &root{core: c}
}

// quitMsg leaves the wizard without asking again.
type quitMsg struct{}

// quitAsked leaves as the key does: after asking, if work is under way.
type quitAsked struct{}

// Init opens the first step.
func (r *root) Init() tea.Cmd {
	return r.keepTicking(tea.Batch(r.steps[r.at].Init()))
}

// Update routes one message; see route.go for where keys go.
func (r *root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	r.now = time.Now()
	cmd := tea.Batch(r.route(msg), r.keepPlace(), r.notify())
	if r.over == overGo {
		r.menu.Items = r.places()
	}
	return r, r.keepTicking(tea.Batch(cmd, r.steps[stepCutover].(*cutover).keepWatching()))
}

func (r *root) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		r.width, r.height = msg.Width, msg.Height
	case tea.KeyMsg:
		return r.key(msg)
	case tea.MouseMsg:
		return r.mouse(msg)
	case snapshot:
		r.ticking = false
		r.takeSnapshot(msg)
		return r.steps[r.at].Update(msg)
	case reply:
		switch v, folder := msg.value.(listing); {
		case !r.take(msg):
		case folder:
			r.pick.show(v)
		case msg.lane.step >= 0:
			return r.steps[msg.lane.step].Update(msg)
		}
	case goMsg:
		return r.goTo(msg.to, msg.then)
	case readMsg:
		r.over, r.reading = overRead, msg.of
	case questionMsg:
		r.question = msg.ask
	case leaveForm:
		return r.left(msg)
	case quitAsked:
		return r.quit()
	case quitMsg:
		return tea.Quit
	case addressed:
		return r.steps[msg.to].Update(msg.msg)
	}
	return nil
}

// keepTicking adds the next look at the work, while there is some.
func (r *root) keepTicking(cmd tea.Cmd) tea.Cmd {
	every := r.tempo()
	if every == 0 && r.counting() {
		every = tickSlow
	}
	if r.ticking || every == 0 {
		return cmd
	}
	r.ticking = true
	return tea.Batch(cmd, r.works.poll(every))
}

// counting says whether a countdown is on screen.
func (r *root) counting() bool {
	return (r.at == stepCutover || r.at == stepFinish) && r.waiting(lane{stepCutover, laneWatch})
}

// key sends a key to whatever lies on top.
func (r *root) key(msg tea.KeyMsg) tea.Cmd {
	typing := r.over == overNothing && r.question == nil && r.steps[r.at].Typing()
	switch {
	case key.Matches(msg, keys.Interrupt):
		return r.quit()
	case r.question != nil:
		answer, done := r.question.Update(msg)
		if done {
			r.question = nil
		}
		if answer != nil {
			return send(answer)
		}
		return nil
	case r.over != overNothing:
		return r.overKey(msg)
	case key.Matches(msg, keys.Go):
		r.openGo()
	case key.Matches(msg, keys.Browse) && r.filing() != nil:
		return r.openPick(r.filing())
	case r.asksToLeave(msg):
		return r.askToLeave()
	case !typing && key.Matches(msg, keys.Help):
		r.over = overHelp
	case !typing && key.Matches(msg, keys.Quit):
		return r.quit()
	default:
		return r.steps[r.at].Update(msg)
	}
	return nil
}

// addressed is a message for one step, whatever is on screen: the answer to a
// question of that step.
type addressed struct {
	to  stepID
	msg tea.Msg
}
