package letter

import (
	"testing"
	"time"
)

func TestDatesAreReadAsPeopleWriteThem(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	want := time.Date(2026, 12, 4, 18, 0, 0, 0, zone)
	for _, s := range []string{"2026-12-04 18:00", "2026-12-04T18:00", " 4.12.2026  18:00", "04.12.2026 18:00", "4 Dec 2026 18:00", "4 December 2026 18:00", "2026-12-04T17:00:00Z"} {
		if got, err := ReadMoment(s, zone); err != nil || !got.Equal(want) {
			t.Errorf("%q is %s, %v", s, got, err)
		}
	}
	for _, s := range []string{"2026-13-04", "4/12/2026", "tomorrow", "31.2.2026"} {
		if got, err := ReadMoment(s, zone); err == nil {
			t.Errorf("%q is %s", s, got)
		}
	}
}
