package say

import (
	"fmt"
	"time"
)

// Span is a duration as people say it: 40 s, 18 min, 3 h 10 min, 2 days 4 h.
func Span(d time.Duration) string {
	switch {
	case d < time.Second:
		return "under 1 s"
	case d < 100*time.Second:
		return fmt.Sprintf("%d s", int(d.Round(time.Second).Seconds()))
	case d.Round(time.Minute) < time.Hour:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
	case d.Round(time.Minute) < 48*time.Hour:
		d = d.Round(time.Minute)
		return both(int(d.Hours()), "h", int(d.Minutes())%60, "min")
	}
	h := int(d.Round(time.Hour).Hours())
	return both(h/24, "days", h%24, "h")
}

// both is a number of large units and of small ones, which are left out where
// there are none.
func both(large int, of string, small int, ofThose string) string {
	if small == 0 {
		return Number(large) + " " + of
	}
	return fmt.Sprintf("%s %s %d %s", Number(large), of, small, ofThose)
}

// Exactly is a short duration with its tenths of a second, for what took a
// while: 2.5 s. From ten seconds on it is a [Span].
func Exactly(d time.Duration) string {
	if d = d.Round(100 * time.Millisecond); d < time.Second || d >= 10*time.Second || d%time.Second == 0 {
		return Span(d)
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// Countdown is what is left of a wait, to the second: 0:47, 1:02:10. As long as
// anything is left it is at least 0:01.
func Countdown(d time.Duration) string {
	s := int(max(d, 0).Round(time.Second).Seconds())
	if d > 0 {
		s = max(s, 1)
	}
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// Moment is a time with its date and zone, in the zone of whoever reads it; the
// zero time is "never".
func Moment(t time.Time) string { return local(t, "2 Jan 2006 15:04 MST") }

// Second is a [Moment] to the second.
func Second(t time.Time) string { return local(t, "2 Jan 2006 15:04:05 MST") }

// Soon is a [Moment] of this year or the days around it: 24 Nov 15:04 CET.
func Soon(t time.Time) string { return local(t, "2 Jan 15:04 MST") }

// Clock is a time of today, with its zone: 15:04:05 CET.
func Clock(t time.Time) string { return local(t, "15:04:05 MST") }

func local(t time.Time, layout string) string {
	if t.IsZero() {
		return "never"
	}
	return t.Local().Format(layout)
}
