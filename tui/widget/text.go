package widget

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

const blanks = "                                                                                                                                                                                                                                                                "

// Blank is n spaces.
func Blank(n int) string {
	switch {
	case n <= 0:
		return ""
	case n <= len(blanks):
		return blanks[:n]
	}
	return strings.Repeat(" ", n)
}

// Width is how many columns s takes, escape sequences not counted.
func Width(s string) int {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return ansi.StringWidth(s)
		}
	}
	return len(s)
}

// Plain is s without escape sequences.
func Plain(s string) string { return ansi.Strip(s) }

// Cut shortens s to at most width columns and says so with the look's sign.
func (l *Look) Cut(s string, width int) string {
	if width <= 0 {
		return ""
	}
	if Width(s) <= width {
		return s
	}
	return ansi.Truncate(s, width, l.More)
}

// Fit makes s exactly width columns wide: cut, or filled up with blanks.
func (l *Look) Fit(s string, width int) string {
	s = l.Cut(s, width)
	return s + Blank(width-Width(s))
}

// FitRight is Fit with the blanks before s.
func (l *Look) FitRight(s string, width int) string {
	s = l.Cut(s, width)
	return Blank(width-Width(s)) + s
}

// Spread puts left and right at the ends of a line of width columns. When both
// don't fit, left is cut; right goes away when it would leave less than a third.
func (l *Look) Spread(left, right string, width int) string {
	r := Width(right)
	if r > 0 && Width(left)+r+2 > width && r > width*2/3 {
		right, r = "", 0
	}
	if r == 0 {
		return l.Cut(left, width)
	}
	return l.Fit(left, width-r-1) + " " + right
}

// Wrap breaks plain text into lines of at most width columns, between words: flags,
// paths and dates stay in one piece as long as they are not longer than a line.
func Wrap(s string, width int) []string {
	if width <= 0 || s == "" {
		return nil
	}
	var out []string
	hyphens := strings.Contains(s, "-")
	if hyphens {
		s = strings.ReplaceAll(s, "-", noBreak)
	}
	for line := range strings.SplitSeq(ansi.Wrap(s, width, ""), "\n") {
		if hyphens {
			line = strings.ReplaceAll(line, noBreak, "-")
		}
		out = append(out, line)
	}
	return out
}

// noBreak is a hyphen after which ansi.Wrap ends no line.
const noBreak = "\u2011"

// Page makes lines exactly height lines: cut, or filled up with empty ones.
func Page(lines []string, height int) string {
	var b strings.Builder
	for i := range height {
		if i > 0 {
			b.WriteByte('\n')
		}
		if i < len(lines) {
			b.WriteString(lines[i])
		}
	}
	return b.String()
}

// Window is where to begin to show height of n lines so that line at is seen,
// in the middle where possible. It keeps no state: views stay pure.
func Window(at, n, height int) int {
	return max(0, min(at-height/2, n-height))
}
