package imapconn

import (
	"slices"
	"testing"
	"time"
)

func TestUIDSetsAreCutWithoutLosingAny(t *testing.T) {
	spans := spansOf([]uint32{7, 3, 4, 5, 9, 0, 7, 4294967295, 4294967294, 100})
	if want := []span{{3, 5}, {7, 7}, {9, 9}, {100, 100}, {4294967294, 4294967295}}; !slices.Equal(spans, want) {
		t.Fatalf("%v, want %v", spans, want)
	}
	if got := string(appendSet(nil, spans)); got != "3:5,7,9,100,4294967294:4294967295" {
		t.Errorf("%s", got)
	}
	for most := 1; most < 10; most++ {
		var all []uint32
		for _, part := range cutSpans(spans, most) {
			if n := count(part); n == 0 || n > most {
				t.Errorf("a part of %d for at most %d", n, most)
			}
			each(part, func(uid uint32) { all = append(all, uid) })
		}
		if want := []uint32{3, 4, 5, 7, 9, 100, 4294967294, 4294967295}; !slices.Equal(all, want) {
			t.Errorf("at most %d: %v", most, all)
		}
	}
	for uid, want := range map[uint32]bool{2: false, 3: true, 5: true, 6: false, 7: true, 4294967295: true, 101: false} {
		if holds(spans, uid) != want {
			t.Errorf("holds %d: %v", uid, !want)
		}
	}
}

func FuzzUIDSets(f *testing.F) {
	for _, s := range []string{"1", "1:3,7", "3:1", "4294967295", "0", "1:*", ",", "1,,2", "9:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		uids, ok := parseSet(s, 1000)
		if ok && (len(uids) > 1000 || slices.Contains(uids, 0)) {
			t.Fatalf("%q gives %v", s, uids)
		}
		if !ok {
			return
		}
		back, ok := parseSet(string(appendSet(nil, spansOf(uids))), 1000)
		slices.Sort(uids)
		if !ok || !slices.Equal(back, slices.Compact(uids)) {
			t.Fatalf("%q came back as %v", s, back)
		}
	})
}

func FuzzDates(f *testing.F) {
	for _, s := range []string{"01-Feb-2020 10:00:00 +0130", " 1-feb-99 23:59:60", "00-Jan-0000 00:00:00 +0000", "NIL", "1-Jan-2020", "31-Feb-2020 24:00:00 -1400", "01-Feb-2020 10:00:00 +01:30"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		z := zones{}
		d := z.parseDate([]byte(s))
		if d.IsZero() {
			return
		}
		text := string(appendDate(nil, d))
		back := z.parseDate([]byte(text[1 : len(text)-1]))
		if y := d.Year(); y >= 1583 && y <= 9998 && !back.Equal(d) {
			t.Fatalf("%q is %v, written %s, and comes back as %v", s, d, text, back)
		}
	})
}

func FuzzNamespaces(f *testing.F) {
	for _, s := range []string{`("" "/")`, `("INBOX." ".")("#mh" NIL)`, `("x" "/" "X-PARAM" ("FLAG1"))`, `(((`, `("`, `() ()`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n := len(namespacesOf([]byte(s))); n > len(s) {
			t.Fatalf("%d namespaces in %q", n, s)
		}
	})
}

func TestDatesAreReadAsServersWriteThem(t *testing.T) {
	for in, want := range map[string]string{
		"01-Feb-2020 10:00:00 +0130":  "2020-02-01T10:00:00+01:30",
		" 1-Feb-2020 10:00:00 -0500":  "2020-02-01T10:00:00-05:00",
		"1-FEB-20 10:00:00":           "2020-02-01T10:00:00Z",
		"01-Feb-1999 10:00:60 +0000":  "1999-02-01T10:01:00Z",
		"01-Feb-2020 10:00:00 GMT":    "2020-02-01T10:00:00Z",
		"01-Feb-2020 10:00:00 +01:30": "2020-02-01T10:00:00+01:30",
		"01-Feb-2020 10:00:00 +9999":  "2020-02-01T10:00:00Z",
		"00-Jan-0000 00:00:00 +0000":  "", "": "", "NIL": "", "01-Foo-2020 10:00:00 +0000": "", "32-Jan-2020 10:00:00 +0000": "", "01-Jan-2020": "",
	} {
		got := ""
		if d := (zones{}).parseDate([]byte(in)); !d.IsZero() {
			got = d.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestOnlyFlagsThatAreAtomsAreSent(t *testing.T) {
	same := []string{`\Seen`, "$Forwarded"}
	if got := safeFlags(same); &got[0] != &same[0] {
		t.Error("a safe list is copied")
	}
	got := safeFlags([]string{`\SEEN`, `\seen`, `\Recent`, `\*`, "a b", "x]", "[y", "q\"", "z\r\n", "ü", "nil", "", "ok", "OK", "{5}", "(", "%", "*"})
	if want := []string{`\Seen`, "ok"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
