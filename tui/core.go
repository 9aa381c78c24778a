package tui

import (
	"context"
	"io"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/preset"
	"mxodus/tui/handover"
	"mxodus/tui/widget"
)

// core is what the root and all steps share. Only Update changes it.
type core struct {
	*desk
	adapters      engine.Adapters
	options       Options
	look          *widget.Look
	steps         []step // by stepID; set by the root
	session       session
	live          *live  // a project that another process runs; nil: there is none on screen
	sealed        loaded // a project that is open, but whose vault is not
	works         *works
	discover      func(ctx context.Context, domain string, o preset.DiscoverOptions) (preset.Discovery, error)
	dns           *dns.Client
	resolver      resolver                                            // dns, for what looks into the DNS
	lookup        func(ctx context.Context, host string) []netip.Addr // where a name leads to from here
	carry         func(a engine.Adapters, way string, p engine.Project, v engine.Vault, o engine.DialOptions) (letter.Carrier, error)
	browse        func(path string) error // opens a file in the browser
	terminal      io.Writer               // for what is meant for the terminal itself: its clipboard
	now           time.Time               // of the message at hand: views have no clock
	frame         int                     // of spinners
	width, height int                     // of the terminal
}

func newCore(ctx context.Context, a engine.Adapters, o Options, look *widget.Look) *core {
	client := newClient(o)
	names := o.resolver
	if names.check == nil {
		names = resolverOf(client)
	}
	return &core{desk: newDesk(ctx, o.Log), adapters: a, options: o, look: look, dns: client, resolver: names, terminal: os.Stdout,
		lookup: addressesOf, carry: carry, browse: handover.OpenBrowser,
		works: newWorks(ctx, o.Log), discover: preset.Discover, now: time.Now()}
}

func (c *core) dialOptions() engine.DialOptions {
	return engine.DialOptions{TraceFile: c.options.TraceFile, Log: c.options.Log}
}

// close ends everything that is under way and closes the project. It waits at
// most that long.
func (c *core) close(most time.Duration) {
	c.desk.close()
	c.works.close(most)
	c.dns.Close()
	files := []engine.ProjectFile{c.session.file, c.sealed.file}
	if c.live != nil && c.live.of.file != c.session.file {
		files = append(files, c.live.of.file)
	}
	for _, f := range files {
		if f == nil {
			continue
		}
		if err := f.Close(); err != nil {
			c.log.Error("close the project", "err", err)
		}
	}
}

// visit makes a command that opens a file in the browser.
func (s seat) visit(path string) tea.Cmd {
	open := s.browse
	return s.ask("browse", func(context.Context) (any, error) {
		if err := open(path); err != nil {
			return nil, &engine.Fault{What: "No browser could be opened from here.", Do: "Open this file in one: " + path, Who: "you", Err: err}
		}
		return nil, nil
	})
}

// farewell is what stands in the terminal when the wizard is left.
func (c *core) farewell() string {
	switch {
	case c.session.practice:
		return "That was practice: the made-up company is gone, and nothing on this computer was changed." + c.keptFiles()
	case c.session.file != nil:
		return "Your project is in " + engine.Clean(c.session.file.Path(), 0) + ". Start mxodus again to go on where you stopped."
	}
	return ""
}

// keptFiles says where files of the practice company stay, if there are any
// beyond its own folder.
func (c *core) keptFiles() string {
	home, dirs := filepath.Dir(c.session.file.Path()), map[string]bool{}
	for _, w := range c.session.post.written {
		if rel, err := filepath.Rel(home, w.Dir); err != nil || strings.HasPrefix(rel, "..") {
			dirs[engine.Clean(w.Dir, 0)] = true
		}
	}
	if len(dirs) == 0 {
		return ""
	}
	return " The files that you saved stay in " + strings.Join(slices.Sorted(maps.Keys(dirs)), " and ") + "."
}
