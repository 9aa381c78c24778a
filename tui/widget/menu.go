package widget

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"
)

// Item is one line of a menu, with a dim sentence beneath.
type Item struct {
	Label  string
	Text   string
	Off    bool // shown, but not for choosing; Text says why
	Sign   string
	Ink    Ink // of the sign
	Answer any // what its owner makes of it
}

// Menu is a list to choose one from.
type Menu struct {
	Items []Item
	at    int
}

// Chosen is the item under the cursor; nil when there is none.
func (m *Menu) Chosen() *Item {
	if m.at >= len(m.Items) {
		return nil
	}
	return &m.Items[m.at]
}

// At is the place of the cursor.
func (m *Menu) At() int { return m.at }

// Go puts the cursor on an item.
func (m *Menu) Go(at int) { m.at = max(0, min(at, len(m.Items)-1)) }

// Update moves the cursor. It says true when Enter was pressed on an item that
// can be chosen.
func (m *Menu) Update(msg tea.KeyMsg) (chosen bool) {
	switch msg.Type {
	case tea.KeyUp, tea.KeyShiftTab:
		m.Go(m.at - 1)
	case tea.KeyDown, tea.KeyTab:
		m.Go(m.at + 1)
	case tea.KeyHome:
		m.Go(0)
	case tea.KeyEnd:
		m.Go(len(m.Items) - 1)
	case tea.KeyEnter:
		it := m.Chosen()
		return it != nil && !it.Off
	}
	return false
}

// Height is how many lines View would use if it had them.
func (m *Menu) Height(width int) int {
	n := len(m.Items)
	for _, it := range m.Items {
		n += len(Wrap(it.Text, width-6))
	}
	return n
}

// View draws the items around the cursor.
func (m *Menu) View(l *Look, width, height int) string {
	if height <= 0 {
		return ""
	}
	var lines []string
	at := 0
	for i, it := range m.Items {
		if i == m.at {
			at = len(lines)
		}
		lines = append(lines, m.head(l, it, i == m.at, width))
		indent := 3
		if m.signed() {
			indent = 6
		}
		for _, s := range Wrap(it.Text, width-6) {
			lines = append(lines, Blank(indent)+l.Dim.Paint(s))
		}
	}
	first := 0
	if len(lines) > height {
		first = min(Window(at+1, len(lines), height), at)
	}
	return Page(lines[first:min(first+height, len(lines))], height)
}

func (m *Menu) head(l *Look, it Item, current bool, width int) string {
	lead := "   "
	if current {
		lead = " " + l.Accent.Paint(l.Current) + " "
	}
	sign := ""
	if m.signed() {
		sign = it.Ink.Paint(l.Fit(it.Sign, 1)) + "  "
	}
	label := l.Cut(it.Label, width-6)
	switch {
	case it.Off:
		label = l.Dim.Paint(label)
	case current:
		label = l.Accent.Paint(label)
	}
	return lead + sign + label
}

// signed says whether any item has a sign: then all keep room for one.
func (m *Menu) signed() bool {
	return slices.ContainsFunc(m.Items, func(it Item) bool { return it.Sign != "" })
}
