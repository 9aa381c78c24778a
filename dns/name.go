package dns

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// ErrDomain says that what was given is no domain.
var ErrDomain = errors.New("this is not a domain: write example.com")

// ToASCII takes a domain, or the domain of an address, as a person writes it, in
// any script, and returns it as DNS knows it: lower case, ASCII (IDNA), without
// a final dot. The error is ErrDomain.
func ToASCII(domain string) (string, error) {
	s := strings.TrimSuffix(strings.TrimSpace(domain), ".")
	s = s[strings.LastIndexByte(s, '@')+1:]
	ascii, err := idna.Lookup.ToASCII(s)
	_, notAddr := netip.ParseAddr(ascii)
	if err != nil || notAddr == nil || !strings.Contains(ascii, ".") || !isHost(ascii) {
		return "", fmt.Errorf("%w (%q)", ErrDomain, clean(s, 100))
	}
	return strings.ToLower(ascii), nil
}

// ToUnicode is a name as its owner writes it, for showing beside the ASCII form.
func ToUnicode(name string) string {
	u, err := idna.Display.ToUnicode(name)
	if err != nil {
		return name
	}
	return clean(u, 0)
}

// isHost says whether s can be a host name: letters, digits, hyphens and dots
// (RFC 1123 section 2.1).
func isHost(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
			return false
		}
	}
	return true
}

// plain is a name of a message as this package writes names: lower case,
// without a final dot; the root is ".".
func plain(name string) string {
	name = strings.ToLower(name)
	if name == "." || name == "" {
		return "."
	}
	return strings.TrimSuffix(name, ".")
}

// within says whether name is the zone's own name or stands below it.
func within(name, zone string) bool {
	return zone == "." || name == zone || strings.HasSuffix(name, "."+zone)
}

// strictlyWithin is within, but not the zone's own name.
func strictlyWithin(name, zone string) bool { return name != zone && within(name, zone) }

// relative is a name as most DNS panels want it: without the zone, and "@" for
// the zone itself.
func relative(name, zone string) string {
	if name == zone {
		return "@"
	}
	if zone != "." && strictlyWithin(name, zone) {
		return strings.TrimSuffix(name, "."+zone)
	}
	return name
}

// hasSuffix says whether host is one of these names or stands below one.
func hasSuffix(host string, suffixes []string) bool {
	return slices.ContainsFunc(suffixes, func(s string) bool { return within(host, s) })
}
