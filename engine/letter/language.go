package letter

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // Windows has none

	"mxodus/engine"
)

// Language is how one language writes what templates put in, and the few words
// that stand around letters.
type Language struct {
	Code     string // en
	Name     string // of the language, in itself
	weekdays [7]string
	months   [12]string
	date     func(l Language, t time.Time) string
	clock    func(t time.Time) string
	numeric  string // layout of a date in a table
	thousand string // between thousands
	decimal  string
	units    [5]string // B, KB, MB, GB, TB
	until    string    // between the two times of a window on two days
	to       string    // between those on one day
	colon    string    // between a name and its value
	noName   string    // of a message without a subject
	hidden   string    // of one whose subject isn't known
	// Footer stands below every letter; %s is the company.
	Footer  string
	zones   map[string]string // names of time zones in the language, by the usual ones
	reasons map[engine.Reason]string
	sheet   sheetWords
}

// sheetWords stand on the sheet of passwords.
type sheetWords struct{ Title, Name, SignIn, Password, Where, Hint, Cut string }

// Languages lists the languages that letters are written in.
func Languages() []Language { return []Language{english, german, french, spanish} }

// LanguageOf knows a language by its code, also as de-AT; empty is English.
func LanguageOf(code string) (Language, error) {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(code)), "_", "-"), "-")
	if base == "" {
		base = "en"
	}
	for _, l := range Languages() {
		if l.Code == base {
			return l, nil
		}
	}
	return Language{}, fmt.Errorf("letters are written in en, de, fr and es, not in %q", engine.Clean(code, 20))
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
	s := strconv.Itoa(n)
	if len(s) < 5 && l.Code == "es" { // four digits stand together in Spanish
		return s
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + l.thousand + s[i:]
	}
	return s
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
	v, unit := float64(n), 0
	for v >= 999.5 && unit < 4 {
		v /= 1024
		unit++
	}
	s := strconv.FormatFloat(v, 'f', 0, 64)
	if v < 9.95 && unit > 0 {
		s = strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
	}
	return strings.Replace(s, ".", l.decimal, 1) + "\u00a0" + l.units[unit]
}

// Date is a date for a table; "-" when there is none.
func (l Language) Date(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(l.numeric)
}

// Span is a number of seconds as a TTL is spoken of.
func (l Language) Span(seconds int) string {
	switch {
	case seconds%3600 == 0 && seconds > 0:
		return l.Number(seconds/3600) + "\u00a0h"
	case seconds%60 == 0 && seconds > 0:
		return l.Number(seconds/60) + "\u00a0min"
	}
	return l.Number(seconds) + "\u00a0s"
}

// Reason is why a message was left out.
func (l Language) Reason(r engine.Reason) string {
	if s, ok := l.reasons[r]; ok {
		return s
	}
	return r.Text()
}
