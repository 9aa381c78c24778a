package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
)

// toggleFollow is the wish of another step.
type toggleFollow struct{}

// verifyBetween is the wish of another step: to verify between two deltas.
type verifyBetween struct{}

// endForVerify ends the following after this delta: a verification reads what a run
// would change. The step Verify begins it, and lets the following go on.
func (m *migrate) endForVerify() tea.Cmd {
	if !m.works.copying() || !m.follow {
		return nil
	}
	m.follow, m.between = false, true
	return m.control(func(b *engine.Batch) { b.SetFollow(false) })
}

// toggleFollow makes the batch go on with deltas, or end after this pass.
func (m *migrate) toggleFollow() tea.Cmd {
	if !m.works.copying() {
		return m.begin(true)
	}
	m.follow, m.between = !m.follow, false
	on := m.follow
	return m.control(func(b *engine.Batch) { b.SetFollow(on) })
}
