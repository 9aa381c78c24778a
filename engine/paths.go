package engine

import (
	"strconv"
	"strings"
)

// joinPath is a folder path for people.
func joinPath(path []string) string { return strings.Join(path, "/") }

// joinKey is a folder path as a map key: INBOX in any case is one.
func joinKey(path []string) string {
	if len(path) > 0 && strings.EqualFold(path[0], "INBOX") {
		path = append([]string{"INBOX"}, path[1:]...)
	}
	return strings.Join(path, "\x00")
}

// numbered puts " (2)", " (3)", ... behind the last level until it is free.
func numbered(path []string, taken func([]string) bool) []string {
	if len(path) == 0 || !taken(path) {
		return path
	}
	last := len(path) - 1
	for n := 2; ; n++ {
		p := append([]string(nil), path...)
		p[last] += " (" + strconv.Itoa(n) + ")"
		if !taken(p) {
			return p
		}
	}
}
