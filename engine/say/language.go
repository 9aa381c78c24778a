package say

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Language is how one language writes numbers, sizes and dates on paper. Its
// spaces inside a number or before a unit don't break.
type Language struct {
	Code        string // en
	Name        string // of the language, in itself
	Colon       string // between a name and its value
	weekdays    [7]string
	months      [12]string
	date        func(l Language, t time.Time) string
	clock       func(t time.Time) string
	numeric     string // layout of a date in a table
	thousand    string // between thousands
	decimal     string
	units       [6]string         // bytes, KB, MB, GB, TB, PB
	until       string            // between the two times of a window on two days
	to          string            // between those on one day
	under, days string            // of a span: less than; days
	zones       map[string]string // names of time zones in the language, by the usual ones
}

// Day is a date with its weekday.
func (l Language) Day(t time.Time) string { return l.date(l, t) }

// Moment is a date with time and zone.
func (l Language) Moment(t time.Time) string {
	return l.Day(t) + ", " + l.clock(t) + " " + l.zone(t)
}

// Window is a stretch of time with its zone, as short as it can be.
func (l Language) Window(from, to time.Time) string {
	if to.IsZero() {
		return l.Moment(from)
	}
	if from.YearDay() == to.YearDay() && from.Year() == to.Year() {
		return l.Day(from) + ", " + l.clock(from) + l.to + l.clock(to) + " " + l.zone(to)
	}
	first := ""
	if l.zone(from) != l.zone(to) { // the clocks change in between
		first = " " + l.zone(from)
	}
	return l.Day(from) + ", " + l.clock(from) + first + l.until + l.Day(to) + ", " + l.clock(to) + " " + l.zone(to)
}

// zone is the zone's name where it has one, and its distance from UTC.
func (l Language) zone(t time.Time) string {
	name, seconds := t.Zone()
	if own, ok := l.zones[name]; ok {
		name = own
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	utc := "UTC" + sign + strconv.Itoa(seconds/3600)
	if m := seconds / 60 % 60; m != 0 {
		utc += fmt.Sprintf(":%02d", m)
	}
	switch {
	case seconds == 0:
		utc = "UTC"
		if name == "" || name == "UTC" {
			return "(UTC)"
		}
	case name == "" || strings.ContainsAny(name[:1], "+-"):
		return "(" + utc + ")"
	}
	return "(" + name + ", " + utc + ")"
}

// Number is n with its thousands apart.
func (l Language) Number(n int) string {
	if -10000 < n && n < 10000 && l.Code == "es" { // four digits stand together in Spanish
		return strconv.Itoa(n)
	}
	return grouped(n, l.thousand)
}

// Count is a number with its noun.
func (l Language) Count(n int, one, many string) string {
	if n == 1 || n == 0 && l.Code == "fr" {
		return l.Number(n) + " " + one
	}
	return l.Number(n) + " " + many
}

// Size is bytes with a unit that fits.
func (l Language) Size(n int64) string {
	v, unit := scaled(n)
	s := strconv.FormatFloat(v, 'f', 0, 64)
	if v < 9.95 && unit > 0 {
		s = strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
	}
	return strings.Replace(s, ".", l.decimal, 1) + "\u00a0" + l.units[unit]
}

// Span is a duration as people say it: 40 s, 18 min, 3 h 10 min, 2 days 4 h.
func (l Language) Span(d time.Duration) string {
	s := strings.Replace(strings.Replace(Span(d), "under", l.under, 1), "days", l.days, 1)
	return strings.ReplaceAll(s, " ", "\u00a0")
}

// Percent is a share, never rounded to 100 or 0 when it isn't.
func (l Language) Percent(part, whole int) string {
	return strings.ReplaceAll(percent(part, whole, l.decimal), " ", "\u00a0")
}

// Stamp is a date with time and zone, as short as for a table; "-" when there is
// none.
func (l Language) Stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	zone, _ := t.Zone()
	if own, ok := l.zones[zone]; ok {
		zone = own
	}
	return t.Format(l.numeric) + ", " + t.Format("15:04 ") + zone
}

// Date is a date for a table; "-" when there is none.
func (l Language) Date(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(l.numeric)
}

// TTL is a number of seconds as a TTL is spoken of.
func (l Language) TTL(seconds int) string {
	switch {
	case seconds%3600 == 0 && seconds > 0:
		return l.Number(seconds/3600) + "\u00a0h"
	case seconds%60 == 0 && seconds > 0:
		return l.Number(seconds/60) + "\u00a0min"
	}
	return l.Number(seconds) + "\u00a0s"
}
