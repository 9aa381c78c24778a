package engine

import "testing"

func TestBlanksAtANamesEndsCanBeSeenInWarnings(t *testing.T) {
	l := Listing{Separator: "/", Folders: []Folder{{Path: []string{" à trier "}, Wire: " à trier "}}}
	warnings := renameWarnings(MapFolders(l, Listing{Separator: "/"}, MapOptions{}))
	want := `The folder " à trier " would become "à trier": `
	if len(warnings) != 1 || len(warnings[0].What) <= len(want) || warnings[0].What[:len(want)] != want {
		t.Fatalf("got %+v, want it to begin with %s", warnings, want)
	}
}

func TestQuotedNamesHoldNoControlCharacters(t *testing.T) {
	if got, want := Quoted("a\x1b]0;x\x07 ", 100), `"a\x1b]0;x\x07 "`; got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
}
