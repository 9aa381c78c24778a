package widget

import "strings"

// Box draws lines in a frame of width columns with a title. It is len(lines)+2
// lines high.
func (l *Look) Box(title string, lines []string, width int) string {
	var b strings.Builder
	title = l.Cut(title, width-6)
	if title != "" {
		title = " " + title + " "
	}
	rule := max(0, width-3-Width(title))
	b.WriteString(l.Dim.Paint(l.CornerNW+l.Rule) + l.Strong.Paint(title) + l.Dim.Paint(strings.Repeat(l.Rule, rule)+l.CornerNE))
	side := l.Dim.Paint(l.Bar)
	for _, line := range lines {
		b.WriteString("\n" + side + " " + l.Fit(line, width-4) + " " + side)
	}
	b.WriteString("\n" + l.Dim.Paint(l.CornerSW+strings.Repeat(l.Rule, max(0, width-2))+l.CornerSE))
	return b.String()
}
