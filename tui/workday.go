package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"
)

// dayPassed says what happened at the practice company.
type dayPassed struct{ words string }

func (s seat) passDay() tea.Cmd {
	company := s.options.Practice
	return s.ask("day", func(ctx context.Context) (any, error) {
		words, err := company.WorkingDay(ctx)
		return dayPassed{words}, err
	})
}

// canPassDay says that a working day may pass at the practice company.
func (s seat) canPassDay() bool {
	return s.session.practice && s.options.Practice != nil && s.options.Practice.WorkingDay != nil &&
		!s.works.copying() && s.session.migrated()
}
