package tui

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"mxodus/tui/widget"
)

// sitting is a person at the wizard, in virtual time.
type sitting struct {
	t    *testing.T
	root *root
	msgs chan tea.Msg
	quit bool
}

func plainLook() *widget.Look {
	look, err := chooseLook(Options{NoColor: true}, terminal{unicode: true, dumb: true})
	if err != nil {
		panic(err)
	}
	look.Glyphs = testGlyphs
	return look
}

// testGlyphs are those of scenes made from now on.
var testGlyphs = widget.Rich()

// sit runs f inside a synctest bubble with a wizard of 100 by 30.
func sit(t *testing.T, w *fakeWorld, o Options, f func(s *sitting)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &sitting{t: t, msgs: make(chan tea.Msg, 1000)}
		s.root = newRoot(newCore(context.Background(), w.adapters(), o, plainLook()))
		s.root.width, s.root.height = 100, 30
		defer func() {
			s.root.core.close(time.Minute)
			time.Sleep(time.Minute) // the last ticks
		}()
		s.run(s.root.Init())
		s.settle()
		f(s)
	})
}

func (s *sitting) run(cmd tea.Cmd) {
	if cmd != nil {
		go func() { s.msgs <- cmd() }()
	}
}

// settle handles messages until nothing happens without time passing.
func (s *sitting) settle() {
	for {
		synctest.Wait()
		select {
		case msg := <-s.msgs:
			s.handle(msg)
		default:
			s.screen()
			return
		}
	}
}

func (s *sitting) handle(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, cmd := range msg {
			s.run(cmd)
		}
	case tea.QuitMsg:
		s.quit = true
	default:
		_, cmd := s.root.Update(msg)
		s.screen() // as bubbletea may after any message
		s.run(cmd)
	}
}

// wait lets time pass.
func (s *sitting) wait(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(100*time.Millisecond, time.Until(end)))
		s.settle()
	}
}

var keyNames = map[string]tea.KeyType{"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
	"left": tea.KeyLeft, "right": tea.KeyRight, "ctrl+c": tea.KeyCtrlC, "ctrl+d": tea.KeyCtrlD, "ctrl+r": tea.KeyCtrlR, "ctrl+g": tea.KeyCtrlG, "ctrl+s": tea.KeyCtrlS, "ctrl+o": tea.KeyCtrlO, "ctrl+n": tea.KeyCtrlN, "ctrl+t": tea.KeyCtrlT,
	"backspace": tea.KeyBackspace, "home": tea.KeyHome, "end": tea.KeyEnd, "pgdown": tea.KeyPgDown}

// press presses keys, one after the other.
func (s *sitting) press(names ...string) {
	for _, n := range names {
		msg := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(n)}
		if k, ok := keyNames[n]; ok {
			msg = tea.KeyMsg{Type: k}
		} else if n == " " {
			msg = tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
		}
		s.handle(msg)
		s.settle()
	}
}

// write types text, letter by letter, and then Enter.
func (s *sitting) write(lines ...string) {
	for _, line := range lines {
		for _, r := range line {
			s.press(string(r))
		}
		s.press("enter")
	}
}

// screen is what is seen. It also holds the frame to its size.
func (s *sitting) screen() string {
	s.t.Helper()
	view := s.root.View()
	checkSize(s.t, view, s.root.width, s.root.height)
	return view
}

func checkSize(t *testing.T, view string, w, h int) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		t.Errorf("%d lines instead of %d:\n%s", len(lines), h, view)
	}
	for i, line := range lines {
		if n := ansi.StringWidth(line); n > w {
			t.Errorf("line %d is %d wide, not %d: %q", i+1, n, w, line)
		}
	}
}

// flat is the right part of the screen as one line.
func (s *sitting) flat() string {
	s.t.Helper()
	var out []string
	for _, line := range strings.Split(s.screen(), "\n") {
		if rail, step, ok := strings.Cut(line, "│"); ok && ansi.StringWidth(rail) < railWidth {
			line = step
		}
		out = append(out, strings.Fields(line)...)
	}
	return strings.Join(out, " ")
}

// sees fails unless all of these words are on screen.
func (s *sitting) sees(words ...string) {
	s.t.Helper()
	flat := s.flat()
	for _, w := range words {
		if !strings.Contains(flat, w) {
			s.t.Fatalf("%q is not on screen:\n%s", w, s.screen())
		}
	}
}

// seesNot fails if any of these words is on screen.
func (s *sitting) seesNot(words ...string) {
	s.t.Helper()
	flat := s.flat()
	for _, w := range words {
		if strings.Contains(flat, w) {
			s.t.Fatalf("%q is on screen:\n%s", w, s.screen())
		}
	}
}
