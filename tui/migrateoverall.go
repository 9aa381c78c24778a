package tui

import (
	"time"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// whole is how many messages and bytes there are. While some mailboxes aren't
// read yet, it is what the test counted, if that is known.
func (m *migrate) whole(b *engine.BatchStatus) (messages int, bytes int64, guessed bool) {
	if p := m.session.probe; !b.Scanned && b.Finished.IsZero() && p != nil && p.Estimate.Messages > b.Sum.Total {
		return p.Estimate.Messages, max(p.Estimate.Bytes, b.Sum.TotalBytes), true
	}
	return b.Sum.Total, b.Sum.TotalBytes, false
}

// part is how much of everything is settled. When the whole isn't known, it is
// guessed by the users read so far.
func (m *migrate) part(b *engine.BatchStatus) float64 {
	messages, _, guessed := m.whole(b)
	switch {
	case guessed:
		return float64(b.Sum.Settled()) / float64(messages)
	case b.Scanned || !b.Finished.IsZero():
		return progress(b.Sum, true)
	}
	read := 0
	for i := range b.Users {
		if b.Users[i].Scanned || b.Users[i].State.Finished() {
			read++
		}
	}
	return progress(b.Sum, false) * float64(read) / float64(max(1, len(b.Users)))
}

// sparkLeast is how wide a sparkline must be to say anything.
const sparkLeast = 14

// overall is the leading bar, and the counts with the sparkline.
func (m *migrate) overall(b *engine.BatchStatus, w int) []string {
	l := m.look
	left := m.leftWords(b)
	bar := max(10, w-widget.Width(left)-2)
	if w < 70 {
		bar = max(10, w-len("about 1 h 12 min left")-2)
		left = l.Cut(left, w-bar-2)
	}
	room := w
	if w >= 90 && len(b.History) > 1 {
		room -= sparkLeast + 3
	}
	line := m.countWords(b, room)
	room = min(48, w-widget.Width(line)-3)
	if room >= sparkLeast && len(b.History) > 1 {
		line = l.Spread(line, l.Accent.Paint(l.Sparkline(b.History, room)), w)
	}
	return []string{l.Gauge(m.part(b), bar) + "  " + left, l.Cut(line, w)}
}

// countWords are the counts and the rate, as much of them as fits.
func (m *migrate) countWords(b *engine.BatchStatus, w int) string {
	messages, bytes, guessed := m.whole(b)
	about, end := "", ""
	if guessed {
		about = "about "
	} else if !b.Scanned && b.Finished.IsZero() {
		end = " so far"
	}
	counts := say.Number(b.Sum.Settled()) + " of " + about + say.Count(messages, "message")
	sizes := ", " + say.Size(b.Sum.SettledBytes()) + " of " + about + say.Size(bytes)
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
func (m *migrate) leftWords(b *engine.BatchStatus) string {
	messages, _, guessed := m.whole(b)
	switch {
	case !b.NextPass.IsZero():
		return "up to date as far as it went"
	case !b.Finished.IsZero():
		return "took " + say.Span(b.Finished.Sub(b.Started))
	case guessed && b.Rate > 0:
		seconds := float64(messages-b.Sum.Settled()) / b.Rate
		return "about " + say.Span(time.Duration(seconds*float64(time.Second))) + " left"
	case !b.Scanned:
		return "reading the old mailboxes"
	case b.Left == 0:
		return "time left: not known yet"
	case say.Span(b.LeftMin) != say.Span(b.LeftMax):
		return "about " + say.Span(b.Left) + " left (" + between(b.LeftMin, b.LeftMax) + ")"
	}
	return "about " + say.Span(b.Left) + " left"
}
