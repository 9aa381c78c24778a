package widget

import "strings"

// Gauge is a bar of width columns, filled to part (0 to 1). A part that isn't
// nothing shows at least a sliver, and only a whole one fills the bar: nobody
// should believe that the last message is through before it is.
func (l *Look) Gauge(part float64, width int) string {
	full, rest := fill(part, width, len(l.Parts)+1)
	done := strings.Repeat(l.Full, full)
	if rest > 0 {
		done += l.Parts[rest-1]
		full++
	}
	return l.Accent.Paint(done) + l.Dim.Paint(strings.Repeat(l.Empty, width-full))
}

// Thin is a bar for a row of a table: rows stay apart. It follows the rules of
// Gauge.
func (l *Look) Thin(part float64, width int) Cell {
	steps := 1
	if l.ThinHalf != "" {
		steps = 2
	}
	full, rest := fill(part, width, steps)
	done := strings.Repeat(l.Glyphs.Thin, full)
	if rest > 0 {
		done += l.ThinHalf
		full++
	}
	return Cell{Text: done, Ink: l.Accent, Rest: strings.Repeat(l.ThinRest, width-full)}
}

// fill says how many columns are full and how many steps of the next one.
func fill(part float64, width, steps int) (full, rest int) {
	total := width * steps
	n := int(part * float64(total))
	if part > 0 {
		n = max(n, 1)
	}
	if part < 1 {
		n = min(n, total-1)
	}
	n = max(0, min(n, total))
	return n / steps, n % steps
}

// Sparkline draws values, oldest first, on width columns from zero to the
// largest of them. More values than columns are averaged; fewer stand at the
// right.
func (l *Look) Sparkline(values []float64, width int) string {
	if width <= 0 {
		return ""
	}
	points := squeeze(values, width)
	most := 0.0
	for _, v := range points {
		most = max(most, v)
	}
	var b strings.Builder
	b.WriteString(Blank(width - len(points)))
	for _, v := range points {
		level := 0
		if most > 0 {
			level = min(int(v/most*float64(len(l.Spark))), len(l.Spark)-1)
		}
		b.WriteString(l.Spark[max(level, 0)])
	}
	return b.String()
}

// squeeze averages values down to at most n points.
func squeeze(values []float64, n int) []float64 {
	if len(values) <= n {
		return values
	}
	out := make([]float64, n)
	for i := range n {
		from, to := i*len(values)/n, (i+1)*len(values)/n
		for _, v := range values[from:to] {
			out[i] += v / float64(to-from)
		}
	}
	return out
}
