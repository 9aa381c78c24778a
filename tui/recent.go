package tui

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine/say"
)

// Like io.go: what stands here may wait, and runs in commands only.

// recentProject is a project that was open on this computer: where, and when.
type recentProject struct {
	Path string    `json:"path"`
	At   time.Time `json:"at"`
}

const mostRecent = 5

// offered is a project to go on with.
type offered struct{ path, text string }

// readRecent lists what was open, the last first. A list that can't be read is
// none: it is a convenience.
func readRecent(list string) (out []recentProject) {
	data, err := os.ReadFile(list)
	if list == "" || err != nil || json.Unmarshal(data, &out) != nil {
		return nil
	}
	return out
}

// noteRecent puts a project first in the list.
func noteRecent(list, path string) error {
	full, err := filepath.Abs(path)
	if list == "" || err != nil {
		return err
	}
	all := slices.DeleteFunc(readRecent(list), func(r recentProject) bool { return r.Path == full })
	all = append([]recentProject{{full, time.Now().Round(0)}}, all...)
	data, err := json.Marshal(all[:min(len(all), mostRecent)])
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(list), 0o700); err != nil {
		return err
	}
	return os.WriteFile(list, data, 0o600)
}

// projectsKnown lists projects to go on with: those that were open last and are
// still there, and those in the current folder.
func projectsKnown(list string) ([]offered, error) {
	var out []offered
	seen := map[string]bool{}
	for _, r := range readRecent(list) {
		if _, err := os.Stat(r.Path); err == nil {
			seen[r.Path] = true
			out = append(out, offered{r.Path, "Open last " + say.Soon(r.At) + ", in " + clean(filepath.Dir(r.Path)) + "."})
		}
	}
	here, err := projectsHere()
	for _, path := range here {
		if full, err := filepath.Abs(path); err == nil && !seen[full] {
			out = append(out, offered{path, "A project in this folder."})
		}
	}
	return out, err
}

// remember notes that a project is open, where the next start finds it.
func (p *project) remember() tea.Cmd {
	list, path, log := p.options.Recent, p.session.file.Path(), p.log
	if list == "" || p.options.Practice != nil {
		return nil
	}
	return p.ask("recent", func(context.Context) (any, error) {
		if err := noteRecent(list, path); err != nil {
			log.Warn("the list of projects could not be written", "err", err)
		}
		return nil, nil
	})
}
