package engine

import (
	"strings"
	"testing"
)

func TestFoldersThatYahooShowsInPartAreTold(t *testing.T) {
	at := func(n int) ([]Mapping, map[string]folderSize) {
		return []Mapping{{Source: Folder{Wire: "INBOX", Path: []string{"INBOX"}}}}, map[string]folderSize{"INBOX": {messages: n}}
	}
	for _, c := range []struct {
		host string
		n    int
		want string
	}{
		{"imap.mail.yahoo.com", 9_999, ""}, {"IMAP.mail.yahoo.com", 10_000, "Use export.imap.mail.yahoo.com"},
		{"export.imap.mail.yahoo.com", 10_000, ""}, {"export.imap.mail.yahoo.com", 100_000, "move older messages"},
		{"imap.aol.com", 10_000, "move older messages"}, {"imap.gmail.com", 500_000, ""},
	} {
		mappings, counts := at(c.n)
		got := cutWarnings(Endpoint{Host: c.host}, mappings, counts)
		if (len(got) > 0) != (c.want != "") || len(got) > 0 && (!strings.Contains(got[0].Do, c.want) || got[0].Code != CodeShownPart) {
			t.Errorf("%s with %d: %+v", c.host, c.n, got)
		}
	}
}

func TestPublicFoldersOfExchangeAreLeftOut(t *testing.T) {
	src := listing("/", "INBOX", "Public Folders", "Public Folders|Sales", "Öffentliche Ordner|Lager", "Work")
	skipped := func(o MapOptions) (n int) {
		for _, m := range MapFolders(src, listing("/", "INBOX"), o) {
			if m.Skip == ReasonShared {
				n++
			}
		}
		return n
	}
	if n := skipped(MapOptions{Source: Endpoint{Preset: "exchange"}}); n != 3 {
		t.Errorf("%d left out, expected 3", n)
	}
	if n := skipped(MapOptions{}); n != 0 {
		t.Errorf("elsewhere %d are left out", n)
	}
	if n := skipped(MapOptions{Source: Endpoint{Preset: "exchange"}, Rules: FolderRules{Include: []string{"Public Folders", "INBOX"}}}); n != 0 {
		t.Errorf("%d are left out though a rule includes them", n)
	}
}
