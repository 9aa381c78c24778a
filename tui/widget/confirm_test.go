package widget

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

func TestLongQuestionIsScrolledAndKeepsItsAnswers(t *testing.T) {
	look := &Look{Glyphs: Rich()}
	c := &Confirm{Title: "4 users", Text: []string{"anna", "ben", "carla", "dora"}, Answers: []Answer{{Label: "No"}, {Label: "Yes"}}}
	seen := map[string]bool{}
	for range 4 {
		view := c.View(look, 60, 9)
		if n := strings.Count(view, "\n") + 1; n > 9 || !strings.Contains(view, "Yes") || !strings.Contains(view, "PgDn") {
			t.Fatalf("%d lines:\n%s", n, view)
		}
		for _, who := range c.Text {
			seen[who] = seen[who] || strings.Contains(view, who)
		}
		c.Update(tea.KeyMsg{Type: tea.KeyPgDown})
	}
	if len(seen) != 4 || !seen["dora"] || !seen["carla"] || !seen["ben"] || !seen["anna"] {
		t.Errorf("seen %v", seen)
	}
	if view := c.View(look, 60, 24); strings.Contains(view, "PgDn") {
		t.Error(view)
	}
}
