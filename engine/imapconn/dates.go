package imapconn

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// appendDate writes a date-time of RFC 3501 section 9 in quotes, in its own
// zone. Years that it can't hold, and zones that no place has, are made safe.
func appendDate(b []byte, t time.Time) []byte {
	t = safeDate(t)
	return t.AppendFormat(b, `"02-Jan-2006 15:04:05 -0700"`)
}

// cyrusFirst is the first second that Cyrus can hold: it takes the one before
// for "no date", answers BAD to a year before 1970, and where only the zone
// makes it 1970 it counts below zero and arrives in 2106.
var cyrusFirst = time.Unix(1, 0).UTC()

// HoldableDate is the date that comes nearest to a message's of those that the
// server can hold. The zero time stays.
func (s *session) HoldableDate(t time.Time) time.Time {
	switch {
	case t.IsZero():
		return t
	case !strings.Contains(s.info.Greeting, "Cyrus"):
	case t.Before(cyrusFirst):
		return cyrusFirst
	case t.Year() < cyrusFirst.Year():
		t = t.UTC()
	}
	if d := safeDate(t); !d.IsZero() {
		return d
	}
	return t
}

// The years that a date-time can hold.
const (
	firstYear = 1
	lastYear  = 9999
)

func safeDate(t time.Time) time.Time {
	_, offset := t.Zone()
	if offset < -14*3600 || offset > 14*3600 {
		t, offset = t.UTC(), 0
	}
	if offset%60 != 0 {
		t = t.In(time.FixedZone("", offset/60*60))
	}
	if y := t.Year(); y < firstYear {
		return time.Date(firstYear, 1, 1, 0, 0, 0, 0, t.Location())
	} else if y > lastYear {
		return time.Date(lastYear, 12, 31, 23, 59, 59, 0, t.Location())
	}
	return t
}

// zones keeps one Location per offset, so that a mailbox's dates share them. It
// belongs to one goroutine.
type zones map[int]*time.Location

func (z zones) at(offset int) *time.Location {
	loc := z[offset]
	if loc == nil {
		loc = time.FixedZone("", offset)
		if len(z) < 256 {
			z[offset] = loc
		}
	}
	return loc
}

// parseDate reads an INTERNALDATE. What servers are known to send is taken: a
// day of one digit, two-digit years, a leap second, no zone (UTC then). The zero
// time means that it can't be read.
func (z zones) parseDate(b []byte) time.Time {
	day, b, ok1 := cutNumber(bytes.TrimLeft(b, " "), '-')
	month, b, ok2 := cutMonth(b)
	year, b, ok3 := cutNumber(b, ' ')
	hour, b, ok4 := cutNumber(bytes.TrimLeft(b, " "), ':')
	minute, b, ok5 := cutNumber(b, ':')
	second, b, ok6 := cutNumber(b, ' ')
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || !ok6 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60 {
		return time.Time{}
	}
	switch {
	case year < 70:
		year += 2000
	case year < 100:
		year += 1900
	case year < 1583 || year > 9999:
		return time.Time{}
	}
	return time.Date(year, month, day, hour, minute, second, 0, z.at(parseZone(b)))
}

// cutNumber takes up to four digits and the byte behind them, which may be
// missing at the end.
func cutNumber(b []byte, sep byte) (n int, rest []byte, ok bool) {
	i := 0
	for ; i < len(b) && i < 4 && b[i] >= '0' && b[i] <= '9'; i++ {
		n = n*10 + int(b[i]-'0')
	}
	switch {
	case i == 0:
		return 0, b, false
	case i == len(b):
		return n, nil, true
	case b[i] != sep:
		return 0, b, false
	}
	return n, b[i+1:], true
}

func cutMonth(b []byte) (m time.Month, rest []byte, ok bool) {
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	if len(b) < 4 || b[3] != '-' {
		return 0, b, false
	}
	at := bytes.Index([]byte(names), bytes.ToLower(b[:3]))
	if at < 0 || at%3 != 0 {
		return 0, b, false
	}
	return time.Month(at/3 + 1), b[4:], true
}

// parseZone reads "+0130", in seconds; what is none is UTC.
func parseZone(b []byte) int {
	b = bytes.TrimSpace(b)
	if len(b) == 6 && b[3] == ':' {
		b = append(bytes.Clone(b[:3]), b[4:]...)
	}
	if len(b) != 5 || b[0] != '+' && b[0] != '-' {
		return 0
	}
	n, err := strconv.ParseUint(string(b[1:]), 10, 16)
	if err != nil || n%100 > 59 || n/100 > 23 {
		return 0
	}
	offset := int(n/100*3600 + n%100*60)
	if b[0] == '-' {
		return -offset
	}
	return offset
}
