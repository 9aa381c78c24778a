package tui

import (
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
)

// guard stands between the program and the wizard. A panic ends the wizard in
// good order: the terminal is restored, and a person reads a sentence, not a
// stack trace.
type guard struct {
	inner   tea.Model
	log     *slog.Logger
	logFile string
	demo    bool
	mistake *engine.Fault
}

func newGuard(inner tea.Model, o Options) *guard {
	return &guard{inner: inner, log: o.Log, logFile: o.LogFile, demo: o.Practice != nil}
}

func (g *guard) Init() (cmd tea.Cmd) {
	defer g.recover(&cmd)
	return g.inner.Init()
}

func (g *guard) Update(msg tea.Msg) (_ tea.Model, cmd tea.Cmd) {
	if g.mistake != nil {
		return g, tea.Quit
	}
	defer g.recover(&cmd)
	_, cmd = g.inner.Update(msg)
	return g, cmd
}

func (g *guard) View() (view string) {
	defer func() {
		if v := recover(); v != nil {
			g.note(v)
			view = "\n " + g.mistake.What + "\n " + g.mistake.Do + "\n Press any key."
		}
	}()
	return g.inner.View()
}

func (g *guard) recover(cmd *tea.Cmd) {
	if v := recover(); v != nil {
		g.note(v)
		*cmd = tea.Quit
	}
}

func (g *guard) note(v any) {
	g.mistake = engine.Recovered(v)
	g.mistake.What = "The wizard made a mistake and has closed."
	again := "Start mxodus again and open the same project: nothing is lost."
	if g.demo {
		again = "The made-up company is gone with it: \"mxodus demo\" begins it anew. With a project of your own nothing would be lost."
	}
	g.mistake.Do = engine.NameLog(again+" If it happens again, send the log to whoever looks after mxodus.", g.logFile)
	g.log.Error("panic in the wizard", "value", mistakeWords(v), "stack", string(debug.Stack()))
}

// mistakeWords are what the runtime says of a panic. Other words are left out: they
// might hold anything.
func mistakeWords(v any) string {
	if e, ok := v.(runtime.Error); ok {
		return engine.Clean(e.Error(), 500)
	}
	return fmt.Sprintf("%T", v)
}
