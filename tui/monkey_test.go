package tui

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"runtime/debug"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/preset"
)

// keysOfAMonkey work nearly everywhere; it presses those on screen more often.
var keysOfAMonkey = []string{"enter", "enter", "esc", "esc", "tab", "up", "down", "left", "right", "home", "end", "pgdown", "ctrl+g", "ctrl+r", "ctrl+d",
	"ctrl+o", "backspace", " ", "?", "/", "a", "@", "7", "東"}

var sizesOfAMonkey = [][2]int{{80, 24}, {120, 40}, {60, 15}, {100, 16}, {40, 8}, {200, 60}}

// mistakes is a log that takes note of panics which were caught.
type mistakes struct {
	slog.Handler
	t *testing.T
}

func (m mistakes) Handle(_ context.Context, r slog.Record) error {
	if strings.HasPrefix(r.Message, "panic") {
		r.Attrs(func(a slog.Attr) bool { m.t.Errorf("%s: %s", r.Message, a.Value); return true })
	}
	return nil
}

// alone cuts the wizard off from the world beyond its fakes.
func alone(t *testing.T, r *root) {
	nobody := errors.New("nobody is there")
	r.terminal, r.browse = io.Discard, func(string) error { return nobody }
	r.lookup = func(context.Context, string) []netip.Addr { return nil }
	r.discover = func(context.Context, string, preset.DiscoverOptions) (preset.Discovery, error) {
		return sceneDiscovery(), nil
	}
	r.carry = func(engine.Adapters, string, engine.Project, engine.Vault, engine.DialOptions) (letter.Carrier, error) {
		return nil, nobody
	}
	names := &fakeNames{old: 10 * time.Minute}
	r.resolver = resolver{check: names.check, watch: names.watch}
	log := slog.New(mistakes{slog.DiscardHandler, t})
	r.desk.log, r.works.log = log, log
}

// somethingOnScreen is a key that the bottom line or the help names now.
func (s *sitting) somethingOnScreen(dice *rand.Rand) string {
	shown := s.root.steps[s.root.at].Keys()
	if len(shown) == 0 {
		return "enter"
	}
	names := shown[dice.IntN(len(shown))].Keys()
	return names[dice.IntN(len(names))]
}

// play presses keys at random; what it did stands in the failure.
func (s *sitting) play(dice *rand.Rand, n int) {
	var did []string
	defer func() {
		if v := recover(); v != nil || s.t.Failed() {
			s.t.Fatalf("after %s: %v\n%s", strings.Join(did, " "), v, debug.Stack())
		}
	}()
	for range n {
		if dice.IntN(12) == 0 {
			size := sizesOfAMonkey[dice.IntN(len(sizesOfAMonkey))]
			s.handle(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		}
		k := keysOfAMonkey[dice.IntN(len(keysOfAMonkey))]
		if dice.IntN(2) == 0 {
			k = s.somethingOnScreen(dice)
		}
		did = append(did, k)
		s.press(k)
		if s.t.Failed() {
			return
		}
	}
}

// Whatever is pressed in whatever state: nothing panics, and the frame keeps its
// size.
func TestNoKeyBreaksAnyScene(t *testing.T) {
	home := t.TempDir()
	t.Chdir(home)
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	for n, scene := range allScenes {
		t.Run(scene.name, func(t *testing.T) {
			for seed := range uint64(2) {
				synctest.Test(t, func(t *testing.T) {
					s := &sitting{t: t, msgs: make(chan tea.Msg, 1000), root: scene.make()}
					alone(t, s.root)
					s.root.width, s.root.height = sizesOfAMonkey[seed%3][0], sizesOfAMonkey[seed%3][1]
					defer func() {
						clear(s.root.works.on) // what a scene only claims to run
						s.root.core.close(time.Minute)
						time.Sleep(time.Hour)
					}()
					s.play(rand.New(rand.NewPCG(seed, uint64(n))), 60)
				})
			}
		})
	}
}

// From the start, with a sealed project: the way that every sitting goes.
func TestNoKeyBreaksAJourney(t *testing.T) {
	home := t.TempDir()
	t.Chdir(home)
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	for seed := range uint64(5) {
		w := newFakeWorld()
		w.passphrase = "correct horse"
		w.files["p"] = &fakeFile{path: "p", project: sceneProject(), users: []engine.User{{ID: 1, Address: "anna@acme.example"}}}
		sit(t, w, Options{Path: "p"}, func(s *sitting) {
			alone(s.t, s.root)
			s.play(rand.New(rand.NewPCG(seed, 1)), 100)
		})
	}
}
