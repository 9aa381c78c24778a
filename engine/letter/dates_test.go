package letter

import (
	"testing"
	"time"

	"mxodus/engine"
)

func TestDatesThatContradictEachOtherAreNamed(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 12, d, 18, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		name                   string
		move, begin, end, last time.Time
		done                   bool
		field                  string
	}{
		{"in order", day(11), day(11), day(12), day(31), false, ""},
		{"none", time.Time{}, time.Time{}, time.Time{}, time.Time{}, false, ""},
		{"the work ends first", day(11), day(12), day(10), day(31), false, "WindowEnd"},
		{"closed before the move", day(11), time.Time{}, time.Time{}, day(5), false, "LastDay"},
		{"closed on its evening", day(11), time.Time{}, time.Time{}, day(11), false, ""},
		{"moved before its plan", day(11), time.Time{}, time.Time{}, day(5), true, ""},
		{"closed during the work", time.Time{}, day(11), day(14), day(12), false, "LastDay"},
		{"work after the move", day(11), day(12), day(13), day(31), false, "WindowStart"},
		{"work over before the move", day(11), day(8), day(9), day(31), false, "WindowEnd"},
	} {
		p := engine.Project{CutOver: c.move, CutOverDone: c.done, Letters: engine.Letters{WindowStart: c.begin, WindowEnd: c.end, LastDay: c.last}}
		got := ""
		if w := CheckDates(p); w != nil {
			got = w.Field
		}
		if got != c.field {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}
