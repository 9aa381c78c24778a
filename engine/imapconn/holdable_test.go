package imapconn

import (
	"slices"
	"testing"
	"time"
)

// TestCyrusGetsNoDateBeforeItsFirst: it answers BAD to those, which costs the
// connection and all that is in flight on it.
func TestCyrusGetsNoDateBeforeItsFirst(t *testing.T) {
	east, west := time.FixedZone("", 14*3600), time.FixedZone("", -4*3600)
	mails := []mail{
		{"X", "a", nil, time.Date(1901, 12, 13, 20, 45, 52, 0, time.UTC)},
		{"X", "b", nil, time.Unix(0, 0).UTC()},
		{"X", "c", nil, time.Date(1970, 1, 1, 0, 0, 1, 0, east)},
		{"X", "d", nil, time.Date(1969, 12, 31, 22, 0, 0, 0, west)},
		{"X", "e", nil, time.Date(2016, 10, 9, 1, 2, 3, 0, east)},
		{"X", "f", nil, time.Time{}},
	}
	for greeting, want := range map[string][]string{
		"localhost Cyrus IMAP 3.6.1 server ready": {
			`APPEND "X" "01-Jan-1970 00:00:01 +0000" a`, `APPEND "X" "01-Jan-1970 00:00:01 +0000" b`,
			`APPEND "X" "01-Jan-1970 00:00:01 +0000" c`, `APPEND "X" "01-Jan-1970 02:00:00 +0000" d`,
			`APPEND "X" "09-Oct-2016 01:02:03 +1400" e`, `APPEND "X" f`,
		},
		"Dovecot ready.": {
			`APPEND "X" "13-Dec-1901 20:45:52 +0000" a`, `APPEND "X" "01-Jan-1970 00:00:00 +0000" b`,
			`APPEND "X" "01-Jan-1970 00:00:01 +1400" c`, `APPEND "X" "31-Dec-1969 22:00:00 -0400" d`,
			`APPEND "X" "09-Oct-2016 01:02:03 +1400" e`, `APPEND "X" f`,
		},
	} {
		s := storer("LITERAL+", func(c *scriptConn, _ string) { c.ok() })
		ses := openDest(t, s)
		ses.info.Greeting = greeting
		if _, err := appendAll(t, ses, mails); err != nil {
			t.Fatal(err)
		}
		if got := s.commands(); !slices.Equal(got, want) {
			t.Errorf("%s: heard\n%q, want\n%q", greeting, got, want)
		}
	}
}
