package cli

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"mxodus/engine"
)

// display is how progress is shown.
type display string

const (
	displayLive  display = "live"  // a few lines, drawn again and again
	displayPlain display = "plain" // a line now and then, no escape codes
	displayJSON  display = "json"  // events, among the results
	displayQuiet display = "quiet"
)

// display chooses by --progress and by what we run in.
func (a *app) display() display {
	switch a.opts.progress {
	case "plain", "json", "quiet":
		return display(a.opts.progress)
	}
	f := a.progressFile()
	switch {
	case a.opts.json && !isTerminal(f):
		return displayQuiet
	case !isTerminal(f) || a.term.dumb:
		return displayPlain
	}
	return displayLive
}

// progressFile is standard error, or standard output if only that is seen.
func (a *app) progressFile() *os.File {
	if a.term.out && !a.term.err && !a.opts.json {
		return a.Stdout
	}
	return a.Stderr
}

// frame is what one look at the work has to show.
type frame struct {
	live  []string // the picture as it is now; clean text
	kept  []string // on a terminal, what is new and stays above the picture
	plain []string // what is new since the last look
	json  []any
}

// watch does work and shows, until it is done, what look sees. look is called
// by one goroutine, a last time after the work with over set.
func (a *app) watch(work func() error, look func(d display, over bool) frame) (err error) {
	d := a.display()
	every := map[display]time.Duration{displayLive: 200 * time.Millisecond, displayPlain: 250 * time.Millisecond, displayJSON: time.Second, displayQuiet: time.Hour}[d]
	done := make(chan error, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil {
				a.log.Error("crashed", "stack", string(debug.Stack()))
				done <- engine.Recovered(v)
			}
		}()
		done <- work()
	}()
	p := &picture{w: a.progressFile(), more: a.term.marks().more}
	a.drawing.Store(d == displayLive)
	defer a.drawing.Store(false)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case err = <-done:
			f := look(d, true)
			f.live, f.kept = nil, append(a.noticed(), f.kept...)
			a.show(p, d, f)
			return err
		case <-tick.C:
			f := look(d, false)
			f.kept = append(a.noticed(), f.kept...)
			a.show(p, d, f)
		}
	}
}

// notice tells something from another goroutine: at once, or above the picture
// the next time it is drawn.
func (a *app) notice(text string) {
	if a.drawing.Load() {
		select {
		case a.notices <- text:
		default:
		}
		return
	}
	a.notef("\n%s\n", text)
}

func (a *app) noticed() (out []string) {
	for {
		select {
		case text := <-a.notices:
			out = append(out, text)
		default:
			return out
		}
	}
}

func (a *app) show(p *picture, d display, f frame) {
	switch d {
	case displayLive:
		p.draw(f.kept, f.live)
	case displayPlain:
		w := io.Writer(p.w)
		if a.loud {
			w = &aloud{p.w, func() int { return width(p.w) }}
		}
		for _, l := range f.plain {
			fmt.Fprintln(w, l)
		}
	case displayJSON:
		for _, l := range f.json {
			a.line(l)
		}
	}
}

// say shows that something short is going on, on a terminal only. The returned
// function takes it away.
func (a *app) say(text string) func() {
	if a.display() != displayLive {
		return func() {}
	}
	p := &picture{w: a.progressFile(), more: a.term.marks().more}
	p.draw(nil, []string{text + " " + a.term.marks().more})
	return p.clear
}

// picture is a few lines at the bottom of a terminal that are drawn again in
// place.
type picture struct {
	w     *os.File
	more  string // stands where a line was cut
	lines int
}

func (p *picture) draw(kept, lines []string) {
	columns, rows := dimensions(p.w)
	if columns == 0 {
		columns, rows = 80, 24
	}
	if most := rows - 1; len(lines) > most {
		lines = lines[:max(most, 0)]
	}
	var b strings.Builder
	p.home(&b)
	for _, l := range kept {
		b.WriteString(l + ansi.EraseLineRight + "\r\n")
	}
	for _, l := range lines {
		b.WriteString(ansi.Truncate(l, columns-1, p.more) + ansi.EraseLineRight + "\r\n")
	}
	b.WriteString(ansi.EraseScreenBelow)
	p.lines = len(lines)
	_, _ = io.WriteString(p.w, b.String())
}

// clear takes the picture away, so that results begin where it stood.
func (p *picture) clear() {
	if p.lines == 0 {
		return
	}
	var b strings.Builder
	p.home(&b)
	b.WriteString(ansi.EraseScreenBelow)
	p.lines = 0
	_, _ = io.WriteString(p.w, b.String())
}

// home moves the cursor to the picture's first line.
func (p *picture) home(b *strings.Builder) {
	b.WriteString("\r")
	if p.lines > 0 {
		b.WriteString(ansi.CursorUp(p.lines))
	}
}

// bar draws how much of the whole is done.
func (m marks) bar(part, whole float64, cells int) string {
	n := 0
	if whole > 0 {
		n = int(part / whole * float64(cells))
	}
	n = min(max(n, 0), cells)
	return strings.Repeat(m.full, n) + strings.Repeat(m.empty, cells-n)
}
