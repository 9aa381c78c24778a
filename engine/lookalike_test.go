package engine

import (
	"strings"
	"testing"
)

// TestNamesThatLookTheSameAreToldApart: "taken by Café" would puzzle whoever
// reads that Café is renamed.
func TestNamesThatLookTheSameAreToldApart(t *testing.T) {
	list := MapFolders(listing("/", "INBOX", "Cafe\u0301", "Café"), listing("/"), MapOptions{})
	told := ""
	for _, m := range list {
		told += m.Renamed
	}
	if !strings.Contains(told, "looks the same") || strings.Contains(told, "taken by") {
		t.Errorf("%q", told)
	}
}
