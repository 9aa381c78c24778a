package lab

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// matches says whether a message fits all criteria (RFC 3501 section 6.4.4).
func (s *session) matches(seq uint32, m *message, c *imap.SearchCriteria) bool {
	last, lastUID := uint32(len(s.view)), s.lastUID()
	for _, set := range c.SeqNum {
		if !within(set, seq, last, m.uid, lastUID) {
			return false
		}
	}
	for _, set := range c.UID {
		if !within(set, seq, last, m.uid, lastUID) {
			return false
		}
	}
	if !between(m.date, c.Since, c.Before) || (c.Larger > 0 && m.size <= c.Larger) || (c.Smaller > 0 && m.size >= c.Smaller) {
		return false
	}
	if slices.ContainsFunc(c.Flag, func(f imap.Flag) bool { return !m.has(f) }) || slices.ContainsFunc(c.NotFlag, m.has) {
		return false
	}
	if !matchesText(m, c) {
		return false
	}
	for i := range c.Not {
		if s.matches(seq, m, &c.Not[i]) {
			return false
		}
	}
	for i := range c.Or {
		if !s.matches(seq, m, &c.Or[i][0]) && !s.matches(seq, m, &c.Or[i][1]) {
			return false
		}
	}
	return true
}

func matchesText(m *message, c *imap.SearchCriteria) bool {
	if len(c.Header)+len(c.Body)+len(c.Text) == 0 {
		return true
	}
	whole := bytes.ToLower(m.bytes())
	head := headerLength(whole)
	for _, h := range c.Header {
		field := pick(whole[:head], &imap.FetchItemBodySection{HeaderFields: []string{h.Key}})
		if len(field) <= 2 || !bytes.Contains(field, []byte(strings.ToLower(h.Value))) {
			return false
		}
	}
	lacks := func(in []byte) func(string) bool {
		return func(text string) bool { return !bytes.Contains(in, []byte(strings.ToLower(text))) }
	}
	return !slices.ContainsFunc(c.Body, lacks(whole[head:])) && !slices.ContainsFunc(c.Text, lacks(whole))
}

// between compares days, whatever their zone.
func between(t, since, before time.Time) bool {
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return (since.IsZero() || !day.Before(since)) && (before.IsZero() || day.Before(before))
}
