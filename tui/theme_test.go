package tui

import (
	"testing"

	"github.com/muesli/termenv"

	"mxodus/tui/widget"
)

func dyeDark(r *root) { dye(r.look, termenv.TrueColor, true) }

func TestUnicodeIsTrustedOnlyWhereItShows(t *testing.T) {
	env := func(m map[string]string) func(string) string { return func(k string) string { return m[k] } }
	for _, c := range []struct {
		goos string
		env  map[string]string
		want bool
	}{
		{"linux", map[string]string{"LANG": "de_DE.UTF-8"}, true},
		{"linux", map[string]string{"LANG": "C.utf8"}, true},
		{"linux", map[string]string{"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, false},
		{"linux", map[string]string{}, false},
		{"linux", map[string]string{"LANG": "C.UTF-8", "TERM": "linux"}, false},
		{"darwin", map[string]string{}, true},
		{"windows", map[string]string{}, false},
		{"windows", map[string]string{"WT_SESSION": "x"}, true},
	} {
		if got := speaksUnicode(c.goos, env(c.env)); got != c.want {
			t.Errorf("%s %v: %v", c.goos, c.env, got)
		}
	}
}

func TestThemes(t *testing.T) {
	asked := 0
	term := terminal{unicode: true, profile: termenv.TrueColor, dark: func() bool { asked++; return true }}
	look := func(o Options, term terminal) *widget.Look {
		t.Helper()
		l, err := chooseLook(o, term)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	if l := look(Options{}, term); l.Bad.Paint("x") == "x" || asked != 1 {
		t.Error("auto has no colours, or didn't ask for the background")
	}
	if l := look(Options{Theme: "light"}, term); l.Bad == look(Options{Theme: "dark"}, term).Bad || asked != 1 {
		t.Error("light is dark, or the background was asked for")
	}
	if l := look(Options{NoColor: true}, term); l.Bad.Paint("x") != "x" || l.Done != "✓" || l.Cursor.Paint("x") == "x" {
		t.Error("no colour: colours, other signs, or no cursor")
	}
	if l := look(Options{Plain: true}, term); l.Bad.Paint("x") != "x" || l.Done != "+" {
		t.Error("plain isn't")
	}
	term.profile = termenv.Ascii // NO_COLOR
	if l := look(Options{}, term); l.Bad.Paint("x") != "x" {
		t.Error("NO_COLOR is not obeyed")
	}
	if _, err := chooseLook(Options{Theme: "pink"}, term); err == nil {
		t.Error("an unknown theme is taken")
	}
}

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		sentence("no server given"): "No server given.",
	} {
		if got != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}
