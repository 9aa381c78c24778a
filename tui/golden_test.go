package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"mxodus/tui/widget"
)

var update = flag.Bool("update", false, "write the golden views anew")

var sizes = [][2]int{{80, 24}, {120, 40}, {60, 15}}

// golden compares what is seen with what was seen before and found good.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "views", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ReplaceAll(string(want), "\r\n", "\n") != got {
		t.Errorf("%s looks different now (go test ./tui -run Views -update, then look at the difference):\n%s", name, got)
	}
}

func TestViewsOfAllSteps(t *testing.T) {
	for _, s := range allScenes {
		t.Run(s.name, func(t *testing.T) {
			var all strings.Builder
			for _, size := range sizes {
				r := s.make()
				r.width, r.height = size[0], size[1]
				view := r.View()
				checkSize(t, view, size[0], size[1])
				if i := strings.IndexFunc(view, func(c rune) bool { return c != '\n' && c < ' ' || c == 0x7f }); i >= 0 {
					t.Errorf("%dx%d: a control character reaches the screen: %q", size[0], size[1], view[i:min(len(view), i+20)])
				}
				fmt.Fprintf(&all, "== %d x %d\n", size[0], size[1])
				for _, line := range strings.Split(view, "\n") {
					all.WriteString(strings.TrimRight(line, " ") + "\n")
				}
			}
			golden(t, s.name, all.String())
		})
	}
}

// Colour is never all that tells: without it the same text stands there.
func TestColoursChangeNoText(t *testing.T) {
	coloured := &widget.Look{Glyphs: widget.Rich(), Cursor: widget.RawInk("7"), Strong: widget.RawInk("1")}
	dye(coloured, termenv.TrueColor, true)
	for _, s := range allScenes {
		for _, size := range sizes {
			r := s.make()
			r.width, r.height = size[0], size[1]
			plain := r.View()
			*r.look = *coloured
			view := r.View()
			checkSize(t, view, size[0], size[1])
			if got := ansi.Strip(view); got != ansi.Strip(plain) {
				t.Errorf("%s at %dx%d reads differently in colour:\n%s\n%s", s.name, size[0], size[1], got, plain)
			}
		}
	}
}

func TestASCIILookHasOnlyASCIIOfItsOwn(t *testing.T) {
	testGlyphs = widget.ASCII()
	defer func() { testGlyphs = widget.Rich() }()
	for _, s := range allScenes {
		r := s.make()
		r.width, r.height = 120, 40
		for _, c := range r.View() {
			if strings.ContainsRune("✓▶·⊘▲✗‖◷⇅●•→…─│┬┴┌┐└┘█▏▎▍▌▋▊▉▁▂▃▄▅▆▇⠋⠙⠹", c) {
				t.Fatalf("%s shows %q in ASCII", s.name, c)
			}
		}
	}
}

// Every size from the smallest that is told to be too small upwards fits.
func TestNoSizeOverflows(t *testing.T) {
	for _, s := range allScenes {
		for _, w := range []int{20, 59, 60, 61, 73, 99, 100, 101, 140, 200} {
			for _, h := range []int{5, 14, 15, 16, 20, 31, 60} {
				r := s.make()
				r.width, r.height = w, h
				checkSize(t, r.View(), w, h)
				if t.Failed() {
					t.Fatalf("%s at %dx%d", s.name, w, h)
				}
			}
		}
	}
}
