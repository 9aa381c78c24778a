package widget

import (
	"slices"
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
)

// Input is one line of text with a cursor. Its cursor doesn't blink: a form
// that waits costs nothing.
type Input struct {
	value  []rune
	at     int
	Secret bool // shown as stars
}

// Value is the text.
func (i *Input) Value() string { return string(i.value) }

// Set replaces the text and puts the cursor at its end.
func (i *Input) Set(s string) {
	i.value = []rune(s)
	i.at = len(i.value)
}

// Update edits; it says whether the key meant anything. Pasted line breaks and
// tabs become blanks, other control characters go away.
func (i *Input) Update(msg tea.KeyMsg) bool {
	switch msg.Type {
	case tea.KeyRunes, tea.KeySpace:
		i.insert(msg.Runes)
	case tea.KeyLeft, tea.KeyCtrlB:
		i.at = max(0, i.at-1)
	case tea.KeyRight, tea.KeyCtrlF:
		i.at = min(len(i.value), i.at+1)
	case tea.KeyHome, tea.KeyCtrlA:
		i.at = 0
	case tea.KeyEnd, tea.KeyCtrlE:
		i.at = len(i.value)
	case tea.KeyBackspace:
		if i.at > 0 {
			i.value = slices.Delete(i.value, i.at-1, i.at)
			i.at--
		}
	case tea.KeyDelete:
		if i.at < len(i.value) {
			i.value = slices.Delete(i.value, i.at, i.at+1)
		}
	case tea.KeyCtrlU:
		i.value = slices.Delete(i.value, 0, i.at)
		i.at = 0
	case tea.KeyCtrlW:
		i.deleteWord()
	default:
		return false
	}
	return true
}

func (i *Input) insert(runes []rune) {
	text := strings.TrimRight(string(runes), "\r\n")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, text)
	add := []rune(text)
	i.value = slices.Insert(i.value, i.at, add...)
	i.at += len(add)
}

func (i *Input) deleteWord() {
	start := i.at
	for start > 0 && i.value[start-1] == ' ' {
		start--
	}
	for start > 0 && i.value[start-1] != ' ' {
		start--
	}
	i.value = slices.Delete(i.value, start, i.at)
	i.at = start
}

// View draws the text on width columns. With focus it shows the cursor, and
// scrolls so that it is seen; reveal shows a secret.
func (i *Input) View(l *Look, width int, focus, reveal bool) string {
	cells := make([]string, len(i.value))
	for n, r := range i.value {
		switch {
		case i.Secret && !reveal:
			cells[n] = l.Star
		case unicode.IsPrint(r):
			cells[n] = string(r)
		default:
			cells[n] = l.More
		}
	}
	if !focus {
		return l.Fit(strings.Join(cells, ""), width)
	}
	first := i.firstShown(cells, width)
	under := " "
	if i.at < len(cells) {
		under = cells[i.at]
	}
	line := strings.Join(cells[first:i.at], "") + l.Cursor.Paint(under)
	if room := width - Width(line); i.at < len(cells) && room > 0 {
		line += l.Cut(strings.Join(cells[i.at+1:], ""), room)
	}
	return l.Fit(line, width)
}

// firstShown is the first character to show so that the cursor is seen.
func (i *Input) firstShown(cells []string, width int) int {
	room := width - 1
	if i.at < len(cells) {
		room = width - Width(cells[i.at])
	}
	first := i.at
	for first > 0 && room >= Width(cells[first-1]) {
		room -= Width(cells[first-1])
		first--
	}
	return first
}
