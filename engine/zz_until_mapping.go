package engine

import "slices"

// DELETE THIS FILE as soon as mapping.go and flags.go define these.

type MapOptions struct {
	Rules               FolderRules
	UserRoot            string
	FoldsCase, Exchange bool
	Known               map[string][]string
}

func MapFolders(src, dst Listing, o MapOptions) (m []Mapping) {
	for _, f := range src.Folders {
		m = append(m, Mapping{Source: f, DestPath: f.Path})
	}
	return m
}
func StrictName(p []string) []string                    { return p }
func KeepFlags(f, p []string, any bool) (k, d []string) { return f, nil }
func FlagDelta(a, b []string) (add, remove []string) {
	for _, f := range b {
		if !slices.Contains(a, f) {
			add = append(add, f)
		}
	}
	for _, f := range a {
		if !slices.Contains(b, f) {
			remove = append(remove, f)
		}
	}
	return add, remove
}
