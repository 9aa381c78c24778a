package cli

import (
	"fmt"
	"io"
	"regexp"
	"strings"
)

// aloud writes lines for a screen reader, and for whoever has nothing but lines:
// they break between words, and signs that a word stands beside are left out.
type aloud struct {
	w       io.Writer
	columns func() int // of the terminal; 0: lines have no end
}

// readAloud makes all that is written from now on lines of that kind.
func (a *app) readAloud() {
	a.loud = true
	a.out = &aloud{a.out, func() int { return width(a.Stdout) }}
	a.err = &aloud{a.err, func() int { return width(a.Stderr) }}
}

func (l *aloud) Write(p []byte) (int, error) {
	columns := l.columns()
	lines := strings.SplitAfter(string(p), "\n")
	for i, line := range lines {
		text := strings.TrimSuffix(line, "\n")
		lines[i] = spoken(text, columns) + line[len(text):]
	}
	if _, err := io.WriteString(l.w, strings.Join(lines, "")); err != nil {
		return 0, err
	}
	return len(p), nil
}

var (
	signBefore = regexp.MustCompile(`(^|[\s:;(])[✓▲✗] ([^\s])`)
	signWords  = strings.NewReplacer("✓", "ok", "▲", "attention", "✗", "failed", " · ", ", ", "…", "...")
)

// spoken is a line as it is read: what goes on stands below its first word.
func spoken(line string, columns int) string {
	line = signWords.Replace(signBefore.ReplaceAllString(line, "$1$2"))
	blank := line[:len(line)-len(strings.TrimLeft(line, " "))]
	if columns <= 0 {
		return line
	}
	end := line[len(strings.TrimRight(line, " ")):] // a question's
	text := wrapped(strings.TrimSpace(line), max(columns-len(blank)-1, 20))
	return blank + strings.ReplaceAll(text, "\n", "\n"+blank) + end
}

// aloudRow is a row of a table as a line of its own: what it is about, and then each
// column with its title. Columns that may be left off say only what isn't nothing.
func (t *table) aloudRow(row []string) string {
	parts := []string{strings.TrimSpace(row[0])}
	for i, cell := range row[1:] {
		c := t.columns[i+1]
		switch cell = strings.TrimSpace(cell); {
		case cell == "" || c.fold && (cell == "0" || cell == "-"):
		case c.title == "":
			parts = append(parts, cell)
		default:
			parts = append(parts, c.title+": "+cell)
		}
	}
	return strings.Join(parts, "; ")
}

func (t *table) printAloud(w io.Writer, rows [][]string) {
	for _, row := range rows {
		fmt.Fprintln(w, t.aloudRow(row))
	}
}
