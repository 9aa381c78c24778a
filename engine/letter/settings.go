package letter

import (
	"fmt"
	"net/mail"
	"strings"
	"time"
)

// ReadAddress reads an e-mail address as people write it; empty is none. Like
// the others here, its error says in words what is wrong and how to write it.
func ReadAddress(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	m, err := mail.ParseAddress(s)
	if err != nil || m.Address != s {
		return "", fmt.Errorf("%q is no address: write help@acme.example", s)
	}
	return s, nil
}

// ReadWebAddress reads the https address of a web site; empty is none.
func ReadWebAddress(s string) (string, error) {
	if s != "" && (!strings.HasPrefix(s, "https://") || strings.ContainsAny(s, " \"<>") || len(s) < len("https://a.b")) {
		return "", fmt.Errorf("%q is no address of a web site: write https://mail.acme.example", s)
	}
	return s, nil
}

// ReadZone reads the name of a time zone; empty is this computer's.
func ReadZone(s string) (string, error) {
	if _, err := time.LoadLocation(s); err != nil || strings.EqualFold(s, "local") {
		return "", fmt.Errorf("%q is no time zone: write Europe/Vienna", s)
	}
	return s, nil
}

// ReadLanguage reads the code of a language; empty stays empty.
func ReadLanguage(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	l, err := LanguageOf(s)
	return l.Code, err
}

// moments are the ways to write a date with a time, or a date alone: as ISO 8601
// has it, with the day first and dots, or with the month's name.
var moments = []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly,
	"2.1.2006 15:04", "2.1.2006", "2 Jan 2006 15:04", "2 Jan 2006", "2 January 2006 15:04", "2 January 2006"}

// ReadMoment reads a date, with or without a time, in a zone; empty is none.
func ReadMoment(s string, zone *time.Location) (time.Time, error) {
	if s = strings.Join(strings.Fields(s), " "); s == "" {
		return time.Time{}, nil
	}
	for _, layout := range moments {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no date: write 2026-11-28 or \"2026-11-28 18:00\"", s)
}
