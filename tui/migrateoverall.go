package tui

import (
	"time"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// The bar, the counts and the time left of a run: of one's own, or of one that another
// process runs. What is left out for a reason is counted in none of them.

// part is how much of everything is there.
func part(b *engine.BatchStatus) float64 {
	messages, bytes, exact, known := b.Whole()
	p := progress(b.Sum, messages, bytes, exact)
	if known || !b.Finished.IsZero() {
		return p
	}
	read := 0 // nobody knows how much the others hold: they count as if they were alike
	for i := range b.Users {
		if _, _, ok := b.Users[i].Whole(); ok || b.Users[i].State.Finished() {
			read++
		}
	}
	return min(p, 0.9999) * float64(read) / float64(max(1, len(b.Users)))
}

// sparkLeast is how wide a sparkline must be to say anything.
const sparkLeast = 14

// overall is the leading bar, and the counts with the sparkline.
func (c *core) overall(b *engine.BatchStatus, w int) []string {
	l := c.look
	left := c.leftWords(b)
	bar := max(10, w-widget.Width(left)-2)
	if w < 70 {
		bar = max(10, w-len("about 1 h 12 min left")-2)
		left = l.Cut(left, w-bar-2)
	}
	room := w
	if w >= 90 && len(b.History) > 1 {
		room -= sparkLeast + 3
	}
	line := c.countWords(b, room)
	room = min(48, w-widget.Width(line)-3)
	if room >= sparkLeast && len(b.History) > 1 {
		line = l.Spread(line, l.Accent.Paint(l.Sparkline(b.History, room)), w)
	}
	return []string{l.Gauge(part(b), bar) + "  " + left, l.Cut(line, w)}
}

// countWords are the counts and the rate, as much of them as fits.
func (c *core) countWords(b *engine.BatchStatus, w int) string {
	messages, bytes, exact, known := b.Whole()
	about, end := "", ""
	switch {
	case exact || !b.Finished.IsZero():
	case known:
		about = "about "
	default:
		end = " so far"
	}
	there, size := b.Sum.There()
	counts := say.Number(there) + " of " + about + say.Count(messages, "message")
	sizes := ", " + say.Size(size) + " of " + about + say.Size(bytes)
	speed, both := "", ""
	if b.Rate > 0 && b.Finished.IsZero() {
		speed = "; now " + say.PerSecond(b.Rate) + " messages/s"
		both = speed + ", " + say.Size(int64(b.ByteRate)) + "/s"
	}
	for _, words := range []string{counts + sizes + end + both, counts + sizes + end + speed, counts + end + speed} {
		if widget.Width(words) <= w {
			return words
		}
	}
	return counts
}

// leftWords say how long it still takes, or why nobody knows.
func (c *core) leftWords(b *engine.BatchStatus) string {
	_, _, _, known := b.Whole()
	wait := longestWait(b)
	switch {
	case !b.NextPass.IsZero():
		return "up to date as far as it went"
	case !b.Finished.IsZero():
		return "took " + say.Span(b.Finished.Sub(b.Started))
	case wait > max(b.Left, b.LeftMax):
		return "at least " + say.Span(wait) + " left"
	case b.Left == 0 && !known:
		return "time left: once all mailboxes are read"
	case b.Left == 0:
		return "time left: not known yet"
	case b.Left < time.Second && b.LeftMax < time.Second:
		return "a moment left"
	case say.Span(b.LeftMin) != say.Span(b.LeftMax):
		return "about " + say.Span(b.Left) + " left (" + between(b.LeftMin, b.LeftMax) + ")"
	}
	return "about " + say.Span(b.Left) + " left"
}

// longestWait is how long the last of those who wait do so: nothing ends before.
func longestWait(b *engine.BatchStatus) (d time.Duration) {
	for i := range b.Users {
		if u := &b.Users[i]; u.State == engine.UserWaiting && !u.Until.IsZero() {
			d = max(d, u.Until.Sub(b.At))
		}
	}
	return d
}

// leftOutWords tell of messages that are left out for a reason, since no other count
// has them: messages and bytes; "" when there are none.
func leftOutWords(t engine.Tally) string {
	if t.Skipped == 0 {
		return ""
	}
	return say.Number(t.Skipped) + " left out for a reason (" + say.Size(t.SkippedBytes) + ")"
}

// runAccount says what became of everything that the old server holds, so that the
// figures add up: what came in this run and in earlier ones, and what remains.
func runAccount(b *engine.BatchStatus, sent int) string {
	whole, _, _, _ := b.Whole()
	sum := b.Sum
	words := "Nothing was copied"
	if sent > 0 {
		words = say.Count(sent, "message") + " copied"
	}
	there, _ := sum.There()
	for _, x := range []struct {
		n    int
		what string
	}{{sum.Copied - sent, "copied earlier"}, {sum.Present, "there before"}, {sum.Failed, "refused"}, {whole - there - sum.Failed, "still to do"}} {
		if x.n > 0 {
			words += ", " + say.Number(x.n) + " " + x.what
		}
	}
	if out := leftOutWords(sum); out != "" {
		words += "; " + out
	}
	return words
}
