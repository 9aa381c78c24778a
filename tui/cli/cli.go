package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"

	"github.com/spf13/cobra"

	"mxodus/dns"
	"mxodus/engine"
)

// Config is what main hands over: everything that reaches outside.
type Config struct {
	Args     []string // without the program's name
	Version  string
	Adapters engine.Adapters
	Wizard   Wizard
	// Names makes the practice company's corner of the DNS, gives the company its
	// new MX and a way to publish it, and says what asks there.
	Names  func(company *engine.Practice) (names *dns.Client, stop func(), err error)
	Stdin  *os.File // a terminal if questions may be asked
	Stdout *os.File
	Stderr *os.File
	Getenv func(string) string
}

// Wizard runs the wizard on the terminal until the person leaves it or ctx
// ends; it restores the terminal in either case.
type Wizard func(ctx context.Context, a engine.Adapters, o WizardOptions) error

// WizardOptions are about one start of the wizard.
type WizardOptions struct {
	Path string // the project to open; empty: the wizard asks
	// Practice is the running practice company; nil in real life. Its project
	// is to be made at PracticePath.
	Practice     *engine.Practice
	PracticePath string
	Names        *dns.Client // of the practice company
	// Passphrase seals the practice project; in real life it was given for the
	// project to be opened, or is empty.
	Passphrase engine.Secret

	NoBell    bool   // don't ring when long work ends
	Mouse     bool   // take the mouse
	Theme     string // auto, light, dark or plain
	TraceFile string // of engine.DialOptions
	Log       *slog.Logger
	LogFile   string // where Log is written; empty: nowhere
}

// app is one run of the program.
type app struct {
	Config
	out  io.Writer // results
	err  io.Writer // progress, questions, errors
	term terminal
	opts options
	log  *slog.Logger
	// parsed is set once the command line has been understood: an error before
	// that is a mistake in writing it.
	parsed  bool
	command string // as written: "mxodus run"
	ours    string // the project's file, as it is written in a command; empty: none is open
	closers []func()
	// screen is set while the wizard has the terminal: nothing else may write.
	screen atomic.Bool
	// passphrase opened a vault in this sitting, or is that of the practice company.
	passphrase engine.Secret
	names      *dns.Client      // of the practice company; nil: the real DNS
	rules      engine.StopRules // gentler ones at the practice company
	loud       bool             // see readAloud
	// drawing is set while a picture stands on the terminal; notices wait to be
	// told above it.
	drawing atomic.Bool
	notices chan string
	work    atomic.Pointer[context.CancelCauseFunc] // what Ctrl-C ends instead of the program; nil: nothing
	answers *bufio.Reader                           // of lines
	writing sync.Mutex                              // held while a line of JSON is written
}

// options are the flags that every command takes.
type options struct {
	json           bool
	progress       string
	passphraseFile string
	remember       bool
	traceFile      string
	logFile        string
	theme          string // of the wizard
	mouse          bool   // of the wizard
	noBell         bool
	plain          bool // the journey as questions and lines, without the wizard
}

// Main runs one command and returns its exit status. It never panics.
func Main(c Config) (code int) {
	a := newApp(c)
	defer a.close()
	defer func() {
		if v := recover(); v != nil {
			code = a.crashed(v)
		}
	}()
	cobra.MousetrapHelpText = "" // a double click in Windows opens the wizard
	ctx, stop := a.signals(context.Background())
	defer stop()
	root := a.root()
	root.SetArgs(c.Args)
	cmd, err := root.ExecuteContextC(ctx)
	a.command = cmd.CommandPath()
	return a.finish(ctx, err)
}

func newApp(c Config) *app {
	if c.Getenv == nil {
		c.Getenv = os.Getenv
	}
	return &app{Config: c, out: c.Stdout, err: c.Stderr, log: slog.New(slog.DiscardHandler),
		term: look(c.Stdin, c.Stdout, c.Stderr, c.Getenv), command: "mxodus", notices: make(chan string, 4)}
}

// close ends in the opposite order of opening.
func (a *app) close() {
	for i := len(a.closers) - 1; i >= 0; i-- {
		a.closers[i]()
	}
	a.closers = nil
}

func (a *app) onClose(f func()) { a.closers = append(a.closers, f) }

func (a *app) printf(format string, args ...any) { fmt.Fprintf(a.out, format, args...) }
func (a *app) notef(format string, args ...any)  { fmt.Fprintf(a.err, format, args...) }

// dialOptions are those of every connection of this run.
func (a *app) dialOptions() engine.DialOptions {
	return engine.DialOptions{TraceFile: a.opts.traceFile, Log: a.log}
}
