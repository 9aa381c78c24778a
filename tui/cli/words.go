package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"mxodus/engine"
)

// number writes n with commas: 1,204.
func number(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// count is a number with its noun: 1 message, 2 messages.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "x") || strings.HasSuffix(noun, "s") {
		return number(n) + " " + noun + "es"
	}
	return number(n) + " " + noun + "s"
}

// size writes bytes with a unit that fits: 2.1 GB. The units are powers of
// 1,024, as in the limits.
func size(n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%d B", n)
	}
	v, unit := float64(n)/1024, 0
	for v >= 999.5 && unit < 3 {
		v /= 1024
		unit++
	}
	name := [...]string{"KB", "MB", "GB", "TB"}[unit]
	if v < 9.95 {
		return fmt.Sprintf("%.1f %s", v, name)
	}
	return fmt.Sprintf("%.0f %s", v, name)
}

// span writes a duration as a person says it: 40 s, 18 min, 3 h 10 min, 2 days.
func span(d time.Duration) string {
	switch {
	case d < time.Second:
		return "under 1 s"
	case d < 10*time.Second:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", d.Seconds()), ".0") + " s"
	case d < 100*time.Second:
		return fmt.Sprintf("%d s", int(d.Round(time.Second).Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
	case d < 48*time.Hour:
		d = d.Round(time.Minute)
		if m := int(d.Minutes()) % 60; m != 0 {
			return fmt.Sprintf("%d h %d min", int(d.Hours()), m)
		}
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24+0.5))
}

// countdown is a wait to the second: 0:47.
func countdown(d time.Duration) string {
	s := int(max(d, 0).Round(time.Second).Seconds())
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// moment is a time with its zone, in the zone of whoever reads it.
func moment(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Local().Format("2 Jan 2006 15:04 MST")
}

// path joins the levels of a folder for people, cleaned.
func path(levels []string) string { return engine.Clean(strings.Join(levels, "/"), 120) }

// parseSize reads 35MB, 1.5 GB, 500k or plain bytes. Units are powers of 1,024.
func parseSize(s string) (int64, error) {
	t := strings.ToLower(strings.ReplaceAll(s, " ", ""))
	t = strings.TrimSuffix(strings.TrimSuffix(t, "b"), "i")
	shift := 0
	if n := len(t); n > 0 {
		if i := strings.IndexByte("kmgt", t[n-1]); i >= 0 {
			shift, t = 10*(i+1), t[:n-1]
		}
	}
	v, err := strconv.ParseFloat(t, 64)
	if err != nil || !(v > 0) || v*float64(int64(1)<<shift) > 1<<50 {
		return 0, fmt.Errorf("%q is no size: write 35MB or 1GB", engine.Clean(s, 40))
	}
	return int64(v * float64(int64(1)<<shift)), nil
}

// para prints text as a paragraph, broken between words where the terminal ends;
// further lines stand below the first one's indent.
func (a *app) para(w io.Writer, indent, text string) {
	columns := width(a.Stdout)
	if w == a.err {
		columns = width(a.Stderr)
	}
	if columns > 0 {
		text = ansi.Wordwrap(text, max(columns-len(indent)-1, 20), "")
	}
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintln(w, indent+line)
	}
}
