package tui

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/term"

	"mxodus/dns"
	"mxodus/engine"
)

// Options are about one sitting at the wizard.
type Options struct {
	// Path of a project to open; empty: the wizard asks.
	Path string

	// Practice, if not nil, is a made-up company: the wizard makes its project
	// at PracticePath (which must not exist yet), seals it with Passphrase, and
	// fills everything in. The caller closes the company and removes the file.
	Practice     *engine.Practice
	PracticePath string
	// Passphrase, in real life, is one that was given for the project: it is tried
	// before anything is asked. Empty: none was.
	Passphrase engine.Secret

	// Theme is auto, light, dark or plain; empty means auto.
	Theme string
	// Plain is ASCII signs and no colours, whatever Theme says; NoColor keeps
	// the signs. NO_COLOR in the environment is obeyed anyway.
	Plain, NoColor bool

	// DNS asks the domain's name servers; nil: the real internet's, but in
	// practice nobody. Run closes it.
	DNS *dns.Client
	// resolver, if it can check, is asked in DNS's place: tests are in virtual
	// time, where no network is.
	resolver resolver

	// Program is mxodus and its version, as the report names it.
	Program string

	// Recent is the file that lists the projects which were open last; empty: none
	// is kept.
	Recent string
	NoBell bool // don't ring when long work ends
	Mouse  bool // take the mouse: the wheel scrolls, a click selects

	TraceFile string       // for engine.DialOptions
	Log       *slog.Logger // nil: none. It must not write to the terminal.
	LogFile   string       // where Log is written, as people are told; empty: nowhere
}

// ErrInterrupted says that a signal, or ctx, ended the wizard. Everything is
// written down.
var ErrInterrupted = errors.New("interrupted")

// patience is how long Run waits for what is under way when the wizard ends.
const patience = 5 * time.Second

// framesPerSecond is how often the terminal is painted at most. It also is how
// often the program wakes up when nothing happens.
const framesPerSecond = 30

// Run shows the wizard until it is left. It needs a terminal. Work under way is
// stopped and waited for, at most five seconds, before it returns; the terminal
// is as it was before, also after a mistake of the program's own.
func Run(ctx context.Context, a engine.Adapters, o Options) error {
	if !term.IsTerminal(os.Stdin.Fd()) || !term.IsTerminal(os.Stdout.Fd()) {
		return &engine.Fault{What: "The wizard needs a terminal.", Who: "you",
			Do: "Start mxodus in a terminal window, or use its commands: mxodus --help."}
	}
	look, err := chooseLook(o, surroundings())
	if err != nil {
		return err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	core := newCore(ctx, a, o, look)
	model := newGuard(newRoot(core), o)
	options := []tea.ProgramOption{tea.WithAltScreen(), tea.WithoutSignalHandler(), tea.WithFPS(framesPerSecond),
		tea.WithFilter((&titleKeeper{out: core.terminal}).filter)}
	if o.Mouse {
		options = append(options, tea.WithMouseCellMotion())
	}
	program := tea.NewProgram(model, options...)
	interrupted := make(chan struct{})
	stopWatching := watchSignals(ctx, program, interrupted)
	_, err = program.Run()
	stopWatching()
	core.close(patience)
	return ending(err, model, core, interrupted)
}

// watchSignals ends the program in good order when the system asks for it. The
// terminal may be gone by then (SIGHUP): nothing depends on it.
func watchSignals(ctx context.Context, p *tea.Program, interrupted chan<- struct{}) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	over := make(chan struct{})
	go func() {
		select {
		case <-signals:
		case <-ctx.Done():
		case <-over:
			return
		}
		close(interrupted)
		p.Quit()
	}()
	return func() {
		signal.Stop(signals)
		close(over)
	}
}

// ending says how the wizard ended, and where to go on.
func ending(err error, g *guard, c *core, interrupted <-chan struct{}) error {
	if g.mistake != nil {
		return g.mistake
	}
	select {
	case <-interrupted:
		return ErrInterrupted
	default:
	}
	if err != nil {
		return fmt.Errorf("show the wizard: %w", err)
	}
	if words := c.farewell(); words != "" {
		fmt.Println(words)
	}
	return nil
}
