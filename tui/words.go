package tui

import (
	"fmt"
	"strconv"
	"time"

	"mxodus/engine"
)

// number writes n with commas: 96,770.
func number(n int) string {
	s := strconv.Itoa(n)
	neg := ""
	if n < 0 {
		neg, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return neg + s
}

// counted is "1 message", "2 messages".
func counted(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + one + "s"
}

// size writes bytes in units of 1024, as the limits are meant: 35 MB.
func size(n int64) string {
	const units = "KMGTP"
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	v, u := float64(n)/1024, 0
	for v >= 999.5 && u < len(units)-1 {
		v /= 1024
		u++
	}
	if v < 10 {
		return fmt.Sprintf("%.1f %cB", v, units[u])
	}
	return fmt.Sprintf("%.0f %cB", v, units[u])
}

// perSecond writes a rate without its unit.
func perSecond(v float64) string {
	if v > 0 && v < 10 {
		return fmt.Sprintf("%.1f", v)
	}
	return number(int(v + 0.5))
}

// span writes a duration as people say it: 40 s, 18 min, 3 h 10 min, 2 d 4 h.
func span(d time.Duration) string {
	if d < 100*time.Second {
		return fmt.Sprintf("%d s", max(1, int(d.Seconds()+0.5)))
	}
	d = d.Round(time.Minute)
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	}
	d = d.Round(time.Hour)
	return fmt.Sprintf("%d d %d h", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
}

// countdown writes what is left of a wait: 0:47, 1:02:10.
func countdown(d time.Duration) string {
	d = max(0, d).Round(time.Second)
	h, m, s := d/time.Hour, d%time.Hour/time.Minute, d%time.Minute/time.Second
	if h > 0 {
		return fmt.Sprintf("%d:%02d:%02d", h, m, s)
	}
	return fmt.Sprintf("%d:%02d", m, s)
}

// clock is a time of day with its zone; day adds the date.
func clock(t time.Time) string { return t.Format("15:04:05 MST") }
func day(t time.Time) string   { return t.Format("2 Jan 15:04 MST") }

// clean is text from outside, on one line and without control characters.
func clean(s string) string { return engine.Clean(s, 500) }
