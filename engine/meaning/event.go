package meaning

import (
	"bytes"
	"slices"
	"strings"
)

// isEvent says that a part is an invitation, which calendars write anew.
func (p *part) isEvent() bool {
	return p.kind == "text/calendar" || p.kind == "application/ics" || p.kind == "text/x-vcalendar"
}

// isUnpacked says that a part is a wrapping which Exchange takes off: TNEF, or
// what belongs to a Macintosh file.
func (p *part) isUnpacked() bool {
	return p.kind == "application/ms-tnef" || p.kind == "application/vnd.ms-tnef" || p.kind == "application/applefile" ||
		strings.EqualFold(p.name.text, "winmail.dat")
}

// eventReader keeps the beginning of an invitation.
type eventReader struct{ head []byte }

const maxEvent = 16 << 10

func (e *eventReader) Write(b []byte) (int, error) {
	e.head = append(e.head, b[:min(len(b), maxEvent-len(e.head))]...)
	return len(b), nil
}

// event is the UIDs of its events (RFC 5545 section 3.8.4.7).
func (e *eventReader) event() string {
	unfolded := bytes.ReplaceAll(bytes.ReplaceAll(e.head, []byte("\r\n "), nil), []byte("\n "), nil)
	var uids []string
	for line := range bytes.Lines(unfolded) {
		if len(line) > 4 && strings.EqualFold(string(line[:4]), "UID:") {
			uids = append(uids, strings.TrimSpace(string(line[4:])))
		}
	}
	slices.Sort(uids)
	return strings.Join(slices.Compact(uids), "\n")
}
