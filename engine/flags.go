package engine

import (
	"slices"
	"strings"
)

// maxKeyword is the longest keyword that is sent, in bytes.
const maxKeyword = 255

// KeepFlags sorts a message's flags, as its server spells them, into those that
// can be stored at the destination and those that can't. permanent and
// anyKeyword are a ScanResult's Flags and AnyKeyword; nil permanent means that
// all can. System flags come back in their canonical spelling; \Recent, which
// is no one's to store, is in neither. What is kept is always safe to send: flags
// that RFC 9051 section 9 doesn't allow are dropped. flags is not changed, but
// kept may share its memory.
func KeepFlags(flags, permanent []string, anyKeyword bool) (kept, dropped []string) {
	if isKeptWhole(flags, permanent, anyKeyword) {
		return flags, nil
	}
	for _, f := range flags {
		name, ok := canonicalFlag(f)
		switch {
		case strings.EqualFold(f, `\Recent`), ok && containsFold(kept, name):
		case ok && isPermanent(name, permanent, anyKeyword):
			kept = append(kept, name)
		default:
			dropped = append(dropped, f)
		}
	}
	return kept, dropped
}

// isKeptWhole spares most messages of a large mailbox a slice of their own.
func isKeptWhole(flags, permanent []string, anyKeyword bool) bool {
	for i, f := range flags {
		name, ok := canonicalFlag(f)
		if !ok || name != f || !isPermanent(f, permanent, anyKeyword) || containsFold(flags[:i], f) {
			return false
		}
	}
	return true
}

// canonicalFlag is a flag as it is sent; false when it must not be.
func canonicalFlag(f string) (string, bool) {
	if strings.HasPrefix(f, `\`) {
		for _, s := range systemFlagNames {
			if strings.EqualFold(f, s) {
				return s, true
			}
		}
		return "", false
	}
	return f, isKeyword(f)
}

var systemFlagNames = [...]string{`\Seen`, `\Answered`, `\Flagged`, `\Deleted`, `\Draft`}

// isKeyword follows flag-keyword of RFC 9051 section 9: an atom.
func isKeyword(f string) bool {
	if f == "" || len(f) > maxKeyword {
		return false
	}
	for i := range len(f) {
		if c := f[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`(){%*"\]`, c) >= 0 {
			return false
		}
	}
	return true
}

func isPermanent(f string, permanent []string, anyKeyword bool) bool {
	return permanent == nil || containsFold(permanent, f) || anyKeyword && !strings.HasPrefix(f, `\`)
}

// FlagDelta is what turns the flags before into the flags after. Case makes no
// difference (RFC 9051 section 2.3.2).
func FlagDelta(before, after []string) (add, remove []string) {
	for _, f := range after {
		if !containsFold(before, f) {
			add = append(add, f)
		}
	}
	for _, f := range before {
		if !containsFold(after, f) {
			remove = append(remove, f)
		}
	}
	return add, remove
}

func containsFold(list []string, s string) bool {
	return slices.ContainsFunc(list, func(x string) bool { return strings.EqualFold(x, s) })
}
