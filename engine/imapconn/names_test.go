package imapconn

import (
	"testing"
	"unicode/utf8"
)

func TestFolderNamesAreReadInEverySpelling(t *testing.T) {
	for _, c := range []struct {
		wire, name string
		repaired   bool
	}{
		{"INBOX", "INBOX", false},
		{"Entw&APw-rfe", "Entwürfe", false},
		{"R &- D", "R & D", false},
		{"&U,BTFw-", "台北", false},
		{"&ZeVnLIqe-/&U,BTFw-", "日本語/台北", false},
		{"&2D3eAA-", "😀", false},
		{"&BBIERQQ+BDQETwRJBDgENQ-", "Входящие", false},
		{"", "", false},
		// What no server should send.
		{"A & B", "A & B", true},
		{"Tom&Jerry-", "Tom&Jerry-", true},
		{"&", "&", true},
		{"Entwürfe", "Entwürfe", true},
		{"Entw\xfcrfe", "Entwürfe", true},
		{"Entw\xfcrfe &U,BTFw-", "Entwürfe 台北", true},
		{"&2AA-", "\ufffd", true},
		{"&2D0-x", "\ufffdx", true},
		{"&AGE-", "a", true},
		{"&AAA-", "\x00", true},
		{"&AG-", "&AG-", true},
		{"&!!-", "&!!-", true},
		{"a\tb", "a\tb", true},
		{"&APw-&APw-", "üü", false}, // a null shift names nothing else
	} {
		name, repaired := decodeName(c.wire)
		if name != c.name || repaired != c.repaired {
			t.Errorf("decodeName(%q) = %q, %v; want %q, %v", c.wire, name, repaired, c.name, c.repaired)
		}
	}
}

func FuzzFolderNames(f *testing.F) {
	for _, s := range []string{"INBOX", "Entwürfe", "R & D", "日本語/台北", "😀&-", "a\xffb", "&2AA-", "&"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, _ := decodeName(s)
		if !utf8.ValidString(name) {
			t.Fatalf("decodeName(%q) is no UTF-8: %q", s, name)
		}
		wire := encodeName(name)
		for i := range len(wire) {
			if wire[i] < 0x20 || wire[i] > 0x7e {
				t.Fatalf("encodeName(%q) holds byte %#x", name, wire[i])
			}
		}
		back, _ := decodeName(wire)
		if back != name {
			t.Fatalf("%q became %q on the wire and came back as %q", name, wire, back)
		}
	})
}
