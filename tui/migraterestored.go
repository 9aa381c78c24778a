package tui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/say"
)

// A run of an earlier sitting, as it stood when it ended or was killed.

// restored says that what is on screen is how a run of an earlier sitting ended.
func (m *migrate) restored() bool {
	return m.session.batch != nil && m.ended == nil && !m.works.copying()
}

// readFolders asks the journal for what a run of an earlier sitting did by folder.
func (m *migrate) readFolders() tea.Cmd {
	if !m.restored() || m.waiting("folders") {
		return nil
	}
	file := m.session.file
	return m.ask("folders", func(ctx context.Context) (any, error) { return file.Counts(ctx) })
}

func endWord(b *engine.BatchStatus, interrupted *engine.Run) string {
	if b.Stopping && interrupted != nil && interrupted.Finished.IsZero() {
		return "interrupted"
	}
	return "ended"
}

// restoredLines say what came of the run of an earlier sitting, and how to go on.
func (m *migrate) restoredLines(w int) []string {
	l, b, sent := m.look, m.session.batch, 0
	for i := range b.Users {
		sent += b.Users[i].Sent
	}
	sign, ink, next := l.Done, l.Good, " Press Enter to run again: only what is new is copied."
	words := "The last run: " + strings.Replace(runAccount(b, sent), "Nothing", "nothing", 1)
	if n := lookAt(b); n > 0 {
		words += "; " + say.Count(n, "user") + " to look at (e)"
		sign, ink = l.Glyphs.Attention, l.Attention
	}
	if m.session.interrupted() != nil {
		sign, ink = l.Glyphs.Attention, l.Attention
		next = " It was interrupted. Press Enter to go on exactly where it stopped: nothing was lost, and nothing arrives twice."
	}
	return signed(sign, ink, words+"."+next, w)
}
