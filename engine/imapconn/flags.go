package imapconn

import (
	"slices"
	"strings"
)

// systemFlags are those that a client may set (RFC 3501 section 2.3.2).
var systemFlags = [...]string{`\Seen`, `\Answered`, `\Flagged`, `\Deleted`, `\Draft`}

// safeFlags are the flags that may stand in a command: system flags but \Recent,
// and keywords that are atoms. Whatever else somebody put there is left out: a
// server that answers BAD to an APPEND may run the message's lines as commands.
func safeFlags(flags []string) []string {
	if isSafeList(flags) {
		return flags
	}
	var kept []string
	for _, f := range flags {
		if safe := safeFlag(f); safe != "" && !containsFold(kept, safe) {
			kept = append(kept, safe)
		}
	}
	return kept
}

func isSafeList(flags []string) bool {
	for i, f := range flags {
		if safeFlag(f) != f || containsFold(flags[:i], f) {
			return false
		}
	}
	return true
}

func containsFold(list []string, s string) bool {
	return slices.ContainsFunc(list, func(x string) bool { return strings.EqualFold(x, s) })
}

// safeFlag is a flag as it may be sent, or "".
func safeFlag(f string) string {
	if strings.HasPrefix(f, `\`) {
		for _, known := range systemFlags {
			if strings.EqualFold(f, known) {
				return known
			}
		}
		return ""
	}
	if f == "" || len(f) > maxKeyword || strings.EqualFold(f, "NIL") {
		return ""
	}
	for i := range len(f) {
		if !isAtomChar(f[i]) {
			return ""
		}
	}
	return f
}

// maxKeyword is the longest keyword that is sent, bytes.
const maxKeyword = 255

// isAtomChar is ATOM-CHAR of RFC 3501 section 9, without "[", which confuses
// servers.
func isAtomChar(c byte) bool {
	return c > 0x20 && c < 0x7f && strings.IndexByte(`(){%*"\[]`, c) < 0
}
