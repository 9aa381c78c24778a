package tui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/tui/widget"
)

// lineOf is where a text stands on the screen.
func lineOf(r *root, words string) int {
	for i, line := range strings.Split(widget.Plain(r.View()), "\n") {
		if strings.Contains(line, words) {
			return i
		}
	}
	return -1
}

func click(x, y int) tea.MouseMsg {
	return tea.MouseMsg{X: x, Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress}
}

func TestMouseSelectsRowsAndScrolls(t *testing.T) {
	for _, size := range sizes {
		r := newScene(stepUsers, 14)
		r.width, r.height = size[0], size[1]
		u := r.steps[stepUsers].(*users)
		x := 30
		r.mouse(click(x, lineOf(r, "carla@")))
		if u.table.At() != 2 {
			t.Errorf("%v: a click selects row %d", size, u.table.At())
		}
		r.mouse(click(x, lineOf(r, "anna@")))
		r.mouse(click(x, r.height-1)) // the keys are no row
		r.mouse(click(x, 0))
		if u.table.At() != 0 {
			t.Errorf("%v: clicks beside the table select row %d", size, u.table.At())
		}
		r.mouse(tea.MouseMsg{Button: tea.MouseButtonWheelDown})
		if u.table.At() != wheelRows {
			t.Errorf("%v: the wheel goes to row %d", size, u.table.At())
		}
	}
}

func TestMouseGoesToStepsThatAreOpen(t *testing.T) {
	for _, size := range sizes {
		r := newScene(stepUsers, 6)
		r.width, r.height = size[0], size[1]
		at := func(id stepID) tea.MouseMsg {
			if size[0] < railFrom {
				return click(1+int(id), 1)
			}
			return click(3, lineOf(r, r.steps[id].Title()))
		}
		r.mouse(at(stepMigrate)) // not tested yet
		if r.at != stepUsers {
			t.Errorf("%v: a blocked step opened", size)
		}
		if r.mouse(at(stepTest)); r.at != stepTest {
			t.Errorf("%v: a click leads to step %d", size, r.at)
		}
	}
}

// A form is no list: the wheel there would change answers.
func TestMouseLeavesFormsAndQuestionsAlone(t *testing.T) {
	r := newScene(stepSource, 0)
	s := r.steps[stepSource].(*source)
	s.openForm(s.draft)
	before := s.form.Focus()
	r.width, r.height = 80, 24
	r.mouse(tea.MouseMsg{Button: tea.MouseButtonWheelDown})
	r.mouse(click(30, 6))
	if s.form.Focus() != before {
		t.Error("the focus moved")
	}
}
