package tui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
	"mxodus/tui/widget"
)

// The sheet that rows are pasted on. What is pasted is seen, so that it can be mended;
// once it was looked through or left, its passwords are stars.

// openPaper shows the sheet, with what was left on it.
func (u *users) openPaper() {
	u.phase, u.bare = usersPaste, false
	if u.paper.Lines() == 0 {
		u.paper = widget.Paper{}
	}
}

// hidePaper makes stars of the passwords on the sheet from now on: of the columns
// that hold them, and of those that may.
func (u *users) hidePaper() {
	u.bare = false
	if u.paper.Lines() == 0 {
		return
	}
	table, _ := engine.OpenUserTable([]byte(u.paper.Text()))
	if table == nil {
		u.paper.Hide = func(line []rune) []bool { return slices.Repeat([]bool{true}, len(line)) }
		return
	}
	meaning, _ := table.Guess()
	u.paper.Hide = func(line []rune) []bool { return secretRunes(line, table.Delimiter(), meaning) }
}

// secretRunes says which characters of a row may be a password's. A cell with an @
// in a column of no known meaning is an address.
func secretRunes(line []rune, delimiter rune, meaning []string) []bool {
	out := make([]bool, len(line))
	column, begin, quoted := 0, 0, false
	for i := range len(line) + 1 {
		if i < len(line) && line[i] == '"' {
			quoted = !quoted
		}
		if i < len(line) && (quoted || line[i] != delimiter) {
			continue
		}
		if mayBeSecret(string(line[begin:i]), column, meaning) {
			for at := begin; at < i; at++ {
				out[at] = true
			}
		}
		column, begin = column+1, i+1
	}
	return out
}

func mayBeSecret(cell string, column int, meaning []string) bool {
	if column >= len(meaning) || meaning[column] == "" {
		return !strings.Contains(cell, "@")
	}
	return engine.SecretColumn(meaning[column])
}

func (u *users) paperKeys() []key.Binding {
	out := []key.Binding{named(keys.Finish, "done, show me"), named(keys.Enter, "new line")}
	if u.paper.Hide != nil {
		out = append(out, u.revealKey(u.bare))
	}
	return append(out, keys.Back)
}

// revealKey says what Ctrl-R does.
func (u *users) revealKey(shown bool) key.Binding {
	if shown {
		return named(keys.Reveal, "hide passwords")
	}
	return keys.Reveal
}
