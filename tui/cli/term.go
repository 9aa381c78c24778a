package cli

import (
	"bufio"
	"io"
	"os"
	"runtime"
	"strings"

	"golang.org/x/term"
)

// terminal is what is known of where we run.
type terminal struct {
	in, out, err bool // each is a terminal
	dumb         bool // it knows no cursor movements
	rich         bool // it can be expected to show more than ASCII
	stdin        *os.File
	stdout       *os.File
	stderr       *os.File
}

// look finds out, once, at the start.
func look(stdin, stdout, stderr *os.File, getenv func(string) string) terminal {
	t := terminal{stdin: stdin, stdout: stdout, stderr: stderr}
	t.in, t.out, t.err = isTerminal(stdin), isTerminal(stdout), isTerminal(stderr)
	t.dumb = getenv("TERM") == "dumb"
	for _, f := range []*os.File{stdout, stderr} {
		if isTerminal(f) && !enableVT(f) {
			t.dumb = true
		}
	}
	t.rich = runtime.GOOS == "windows" || runtime.GOOS == "darwin" || utf8Locale(getenv)
	return t
}

// utf8Locale reads the locale as POSIX does.
func utf8Locale(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(getenv(name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return false
}

func isTerminal(f *os.File) bool { return f != nil && term.IsTerminal(int(f.Fd())) }

// interactive says whether a person can be asked and can see the answer.
func (t terminal) interactive() bool { return t.in && t.out && !t.dumb }

// canAsk says whether there is a person to ask.
func (t terminal) canAsk() bool { return t.in }

// asker is where questions are seen: standard error, if that is on screen; else
// the terminal that the answer comes from.
func (a *app) asker() io.Writer {
	if a.term.err {
		return a.err
	}
	if tty, err := os.OpenFile(terminalName, os.O_WRONLY, 0); err == nil {
		a.onClose(func() { _ = tty.Close() })
		return tty
	}
	return a.err
}

// lines reads what a person types, line by line. There is one reader for all
// questions: what it read ahead is not lost.
func (a *app) lines() *bufio.Reader {
	if a.answers == nil {
		a.answers = bufio.NewReader(a.Stdin)
	}
	return a.answers
}

// width is how many columns f has; 0 when it is no terminal.
func width(f *os.File) int {
	w, _ := dimensions(f)
	return w
}

func dimensions(f *os.File) (w, h int) {
	if !isTerminal(f) {
		return 0, 0
	}
	w, h, err := term.GetSize(int(f.Fd()))
	if err != nil || w <= 0 || h <= 0 {
		return 80, 24
	}
	return w, h
}

// marks are the few signs that lines begin with or are held together by.
type marks struct{ ok, warn, bad, dot, more, full, empty string }

func (t terminal) marks() marks {
	if t.rich {
		return marks{ok: "✓", warn: "▲", bad: "✗", dot: "·", more: "…", full: "█", empty: "·"}
	}
	return marks{ok: "ok", warn: "!", bad: "X", dot: "-", more: "...", full: "#", empty: "-"}
}
