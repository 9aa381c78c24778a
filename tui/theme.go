package tui

import (
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"mxodus/engine"
	"mxodus/tui/widget"
)

// terminal is what is known of the terminal before the wizard starts.
type terminal struct {
	unicode bool
	profile termenv.Profile
	// dark asks the terminal for its background. It is called at most once, and
	// before the wizard reads keys: the answer would land in an input.
	dark func() bool
	dumb bool // not even bold
}

func surroundings() terminal {
	out := termenv.NewOutput(os.Stdout)
	return terminal{unicode: speaksUnicode(runtime.GOOS, os.Getenv), profile: out.EnvColorProfile(),
		dark: out.HasDarkBackground, dumb: os.Getenv("TERM") == "dumb"}
}

// speaksUnicode says whether signs beyond ASCII can be trusted to show.
func speaksUnicode(goos string, getenv func(string) string) bool {
	if goos == "windows" { // conhost's fonts lack half of them
		return getenv("WT_SESSION") != "" || getenv("TERM_PROGRAM") != ""
	}
	if t := getenv("TERM"); t == "linux" || t == "dumb" {
		return false
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := getenv(name); v != "" {
			v = strings.ToLower(strings.ReplaceAll(v, "-", ""))
			return strings.Contains(v, "utf8")
		}
	}
	return goos == "darwin"
}

// colours of one theme, by meaning.
type colours struct{ accent, good, attention, bad, dim, selected, onSelected string }

var (
	onDark  = colours{accent: "#7FB4FF", good: "#7BD88F", attention: "#F2C14E", bad: "#FF8078", dim: "#8B949E", selected: "#26344D", onSelected: "#F0F4FA"}
	onLight = colours{accent: "#0B5CAD", good: "#1B7F3B", attention: "#8A5A00", bad: "#B3261E", dim: "#626B75", selected: "#D6E6FA", onSelected: "#14181F"}
)

// chooseLook decides on inks and glyphs.
func chooseLook(o Options, t terminal) (*widget.Look, error) {
	look := &widget.Look{Glyphs: widget.Rich()}
	if !t.unicode || o.Plain || o.Theme == "plain" {
		look.Glyphs = widget.ASCII()
	}
	if !t.dumb {
		look.Cursor, look.Strong, look.Select = widget.RawInk("7"), widget.RawInk("1"), widget.RawInk("1")
	}
	plain := o.Plain || o.NoColor || t.profile == termenv.Ascii
	switch o.Theme {
	case "", "auto":
		if !plain {
			dye(look, t.profile, t.dark())
		}
	case "light", "dark":
		if !plain {
			dye(look, t.profile, o.Theme == "dark")
		}
	case "plain":
	default:
		return nil, &engine.Fault{What: "There is no theme " + clean(o.Theme) + ".", Do: "Use auto, light, dark or plain.", Who: "you"}
	}
	return look, nil
}

func dye(look *widget.Look, profile termenv.Profile, dark bool) {
	r := lipgloss.NewRenderer(io.Discard, termenv.WithProfile(profile))
	r.SetColorProfile(profile)
	c := onLight
	if dark {
		c = onDark
	}
	ink := func(colour string) widget.Ink {
		return widget.NewInk(r.NewStyle().Foreground(lipgloss.Color(colour)))
	}
	look.Accent, look.Good, look.Attention = ink(c.accent), ink(c.good), ink(c.attention)
	look.Bad, look.Dim = ink(c.bad), ink(c.dim)
	look.Select = widget.NewInk(r.NewStyle().Bold(true).Foreground(lipgloss.Color(c.onSelected)).Background(lipgloss.Color(c.selected)))
}
