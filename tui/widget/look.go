package widget

import (
	"strings"

	"github.com/charmbracelet/lipgloss"
)

// Ink paints text. It keeps the escape sequences of a style ready, so that
// painting is joining three strings: views are drawn many times a second.
type Ink struct{ on, off string }

// NewInk takes the sequences from a style. What the style's renderer can't
// show (colours under NO_COLOR) is left out.
func NewInk(s lipgloss.Style) Ink {
	on, off, _ := strings.Cut(s.Render("\x00"), "\x00")
	return Ink{on, off}
}

// RawInk is an ink of a bare attribute, such as "7" for reverse (ECMA-48, SGR).
func RawInk(attribute string) Ink { return Ink{"\x1b[" + attribute + "m", "\x1b[0m"} }

// Paint colours s. An empty string stays empty.
func (i Ink) Paint(s string) string {
	if s == "" || i.on == "" {
		return s
	}
	return i.on + s + i.off
}

// Look is everything that decides how text appears: inks by meaning, and the
// glyphs that go with them. The zero Look paints nothing and has no glyphs.
type Look struct {
	Accent    Ink // where I am, what can be done
	Good      Ink
	Attention Ink
	Bad       Ink
	Dim       Ink // beside the point
	Strong    Ink
	Select    Ink // the row under the cursor
	Cursor    Ink // the character under the cursor of an input
	Glyphs
}

// Glyphs are the signs of a look; all are one column wide.
type Glyphs struct {
	Done, Current, Todo, Blocked, Attention, Failed, Paused string
	Wait                                                    string // a countdown
	Move                                                    string // work in the background
	Mark                                                    string // a chosen row
	Star                                                    string // one character of a secret
	Tab                                                     string // a tab in pasted text
	More                                                    string // text goes on
	Dash                                                    string
	Rule, Bar, TeeDown, TeeUp                               string
	CornerNW, CornerNE, CornerSW, CornerSE                  string
	Full, Empty                                             string   // of a gauge
	Parts                                                   []string // a gauge's last column, from 1/8 to 7/8; may be empty
	Thin, ThinHalf, ThinRest                                string   // of a bar within a row
	Spark                                                   []string // from low to high
	Spin                                                    []string
}

// Rich are the glyphs of a terminal that shows Unicode.
func Rich() Glyphs {
	return Glyphs{
		Done: "✓", Current: "▶", Todo: "·", Blocked: "⊘", Attention: "▲", Failed: "✗", Paused: "‖",
		Wait: "◷", Move: "⇅", Mark: "●", Star: "•", Tab: "→", More: "…", Dash: "·",
		Rule: "─", Bar: "│", TeeDown: "┬", TeeUp: "┴",
		CornerNW: "┌", CornerNE: "┐", CornerSW: "└", CornerSE: "┘",
		Full: "█", Empty: "·", Parts: []string{"▏", "▎", "▍", "▌", "▋", "▊", "▉"},
		Thin: "━", ThinHalf: "╸", ThinRest: "─",
		Spark: []string{"▁", "▂", "▃", "▄", "▅", "▆", "▇"},
		Spin:  []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"},
	}
}

// ASCII are the glyphs of every terminal.
func ASCII() Glyphs {
	return Glyphs{
		Done: "+", Current: ">", Todo: ".", Blocked: "x", Attention: "!", Failed: "X", Paused: "=",
		Wait: "~", Move: "*", Mark: "*", Star: "*", Tab: ">", More: "~", Dash: "-",
		Rule: "-", Bar: "|", TeeDown: "+", TeeUp: "+",
		CornerNW: "+", CornerNE: "+", CornerSW: "+", CornerSE: "+",
		Full: "#", Empty: "-",
		Thin: "=", ThinRest: "-",
		Spark: []string{"_", ".", "-", "=", "*", "#"},
		Spin:  []string{"|", "/", "-", "\\"},
	}
}

// Spinner is the frame of something that is under way.
func (g *Glyphs) Spinner(frame int) string { return g.Spin[frame%len(g.Spin)] }
