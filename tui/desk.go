package tui

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
)

// desk is where all I/O is asked for. Asking on a lane again makes the earlier
// question pointless: it is cancelled, and its reply dropped.
type desk struct {
	ctx    context.Context
	cancel context.CancelFunc
	log    *slog.Logger
	lanes  map[lane]*errand
}

// lane names one kind of question of one step.
type lane struct {
	step stepID
	name string
}

type errand struct {
	gen    int
	open   bool
	cancel context.CancelFunc
}

// reply is what came of a question. The root gives it to its step if it is
// still waited for.
type reply struct {
	lane  lane
	gen   int
	value any
	err   error
}

func newDesk(ctx context.Context, log *slog.Logger) *desk {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(ctx)
	return &desk{ctx: ctx, cancel: cancel, log: log, lanes: map[lane]*errand{}}
}

func (d *desk) close() { d.cancel() }

// ask makes a command that does something that may wait. do must obey its
// context; a panic in it becomes a fault.
func (d *desk) ask(l lane, do func(ctx context.Context) (any, error)) tea.Cmd {
	d.drop(l)
	e := d.lanes[l]
	ctx, cancel := context.WithCancel(d.ctx)
	e.cancel, e.open = cancel, true
	gen, log := e.gen, d.log
	return func() (msg tea.Msg) {
		r := reply{lane: l, gen: gen}
		defer func() {
			if v := recover(); v != nil {
				log.Error("panic in "+l.name, "value", mistakeWords(v), "stack", string(debug.Stack()))
				r.value, r.err = nil, &engine.Fault{Code: engine.CodeInternal, Who: "you",
					What: "mxodus made a mistake here. Nothing is lost.",
					Do:   "Try again. If it stays, send the log to whoever looks after mxodus.", Err: fmt.Errorf("panic: %v", v)}
				msg = r
			}
		}()
		r.value, r.err = do(ctx)
		return r
	}
}

// drop makes an open question pointless.
func (d *desk) drop(l lane) {
	e := d.lanes[l]
	if e == nil {
		e = &errand{}
		d.lanes[l] = e
	}
	if e.cancel != nil {
		e.cancel()
	}
	e.gen++
	e.open = false
}

// waiting says whether a question is open.
func (d *desk) waiting(l lane) bool {
	e := d.lanes[l]
	return e != nil && e.open
}

// busy says whether any question is open whose answer is waited for.
func (d *desk) busy() bool {
	for l, e := range d.lanes {
		if e.open && l.name != laneWatch {
			return true
		}
	}
	return false
}

// take says whether a reply is still waited for, and files it.
func (d *desk) take(r reply) bool {
	e := d.lanes[r.lane]
	if e == nil || !e.open || e.gen != r.gen {
		return false
	}
	e.open = false
	e.cancel()
	return true
}
