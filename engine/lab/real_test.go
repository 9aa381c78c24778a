package lab_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
	"mxodus/engine/lab/real"
)

// TestRealServersHostileMailArrivesAsItWas moves what nobody should have stored
// between real servers, each as the old one, and those that are common as the
// new one.
func TestRealServersHostileMailArrivesAsItWas(t *testing.T) {
	for _, from := range []real.Kind{real.KindDovecot, real.KindCyrus, real.KindCourier} {
		for _, to := range []real.Kind{real.KindDovecot, real.KindCyrus} {
			t.Run(fmt.Sprintf("%s to %s", from, to), func(t *testing.T) {
				t.Parallel()
				real.Have(t, from, to)
				moveHostile(t, from, to)
			})
		}
	}
}

func moveHostile(t *testing.T, fromKind, toKind real.Kind) {
	users := map[string]string{"anna": "sun"}
	from := real.Start(t, fromKind, real.Options{Users: users, Prefix: "INBOX."[:6*btoi(fromKind == real.KindCyrus)]})
	to := real.Start(t, toKind, real.Options{Users: users, Format: "sdbox", Separator: "/", AutoFolders: true})
	planted := plantHostile(t, from)
	w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
	s := w.run()
	if s.Sum.Settled() != planted || s.Sum.Total != planted {
		t.Errorf("%d planted, %+v", planted, s.Sum)
	}
	accountFor(t, w, from, to)
	before := everything(t, to)
	if s := w.run(); s.Sent > s.Sum.Failed {
		t.Errorf("the second run sends %d messages, %d failed", s.Sent, s.Sum.Failed)
	}
	if after := everything(t, to); !slices.Equal(before, after) {
		t.Errorf("the second run changed the new server: %d messages, then %d", len(before), len(after))
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// hostileFolders are names as they go over the wire. A server may refuse some.
func hostileFolders(prefix, sep string) []string {
	names := []string{
		"Sent", "R &- D", "Entw&APw-rfe", "&BBAEQARFBDgEMg-", "&i,dsQg-", "quote\\\"d", "back\\\\slash",
		"percent%", "star*", "  blanks  ", "trailing.", "Tab&AAk-here", "esc&ABs-[31m", "nul&AAA-",
		"a & b", "broken&AP", "&2AA-", "rtl&IC4-evil", "very long " + strings.Repeat("name ", 30),
		"INBOX" + sep + "below", "{5+}", "(paren)", "Files", "con", "..", "~", "#news", "x" + sep + "y" + sep + "z",
	}
	for i, n := range names {
		names[i] = `"` + prefix + n + `"`
	}
	return names
}

// hostileDates are internal dates.
func hostileDates() []string {
	return []string{
		"17-Jul-1996 02:44:25 -0700", "01-Jan-1970 00:00:00 +0000", "29-Feb-2000 23:59:59 +1400",
		"31-Dec-1999 23:59:60 +0000", "05-May-2021 12:00:00 +0545", "19-Jan-2038 03:14:08 +0000",
	}
}

func hostileFlags() []string {
	return []string{``, `\Seen`, `\Seen \Answered \Flagged \Draft`, `\Deleted`, `$Forwarded $Label1`, `NonJunk \Seen`, `a'b c!d`, `$MDNSent Junk`}
}

// hostileMail is what servers store although it is no mail.
func hostileMail() [][]byte {
	mail := lab.OddMail()
	head := "From: a@acme.example\r\nSubject: %s\r\nMessage-ID: <%s@acme.example>\r\n\r\n%s"
	add := func(name, body string) { mail = append(mail, fmt.Appendf(nil, head, name, name, body)) }
	add("commands", "a1 LOGOUT\r\nz1 CREATE PWNED\r\n* BYE\r\n+ go\r\nz2 APPEND INBOX {3+}\r\nabc\r\nz3 DELETE INBOX\r\n")
	add("literal", "{9999999999}\r\nz1 CREATE PWNED\r\n")
	add("paren", ") UID 7 FLAGS (\\Deleted))\r\n* 1 EXPUNGE\r\n")
	add("eightbit", "caf\xe9 \xff\xfe \xc3\x28\r\n")
	add("nul", "before\x00after\r\n")
	add("cr", "one\rtwo\r\r\nthree\r")
	add("lf", "one\ntwo\n\n")
	add("dots", ".\r\n..\r\n.\r\n")
	add("empty", "")
	add("long", strings.Repeat("x", 300_000)+"\r\n")
	mail = append(mail,
		[]byte("\r\n"), []byte("x"), []byte("From nobody Thu Jan  1 00:00:00 1970\r\nSubject: mbox\r\n\r\nx\r\n"),
		[]byte("Subject: twin\r\n\r\ntwin\r\n"), []byte("Subject: twin\r\n\r\ntwin\r\n"), []byte("Subject: twin\r\n\r\ntwin\r\n"),
		bytes.Repeat([]byte("X-Many: "+strings.Repeat("y", 60)+"\r\n"), 500),
		[]byte(": no name\r\nSubject : space\r\n =?\r\n\r\nx"))
	return mail
}

// plantHostile fills Anna's mailbox at the old server and returns how many
// messages the server took.
func plantHostile(t *testing.T, s *real.Server) (n int) {
	t.Helper()
	c := dialReal(t, s, "anna", "sun")
	prefix, sep := "", "/"
	if s.Kind != real.KindDovecot {
		prefix, sep = "INBOX.", "."
	}
	folders := []string{"INBOX"}
	for _, f := range hostileFolders(prefix, sep) {
		if s.Kind == real.KindCourier && strings.Contains(f, "trailing.") {
			continue // ends Courier's session
		}
		if _, status := c.do("CREATE " + f); status == "OK" {
			folders = append(folders, f)
		}
	}
	if len(folders) < 12 {
		t.Fatalf("%s made only %q", s.Kind, folders)
	}
	dates, flags := hostileDates(), hostileFlags()
	for i, body := range hostileMail() {
		if c.plant("INBOX", flags[i%len(flags)], dates[i%len(dates)], body) {
			n++
		}
	}
	for i, f := range folders[1:] {
		if c.plant(f, flags[i%len(flags)], dates[i%len(dates)], letter(1000+i)) {
			n++
		}
	}
	if n < len(folders)+10 {
		t.Fatalf("%s took only %d messages", s.Kind, n)
	}
	return n
}

// accountFor fails unless every message of the old server stands at the new one
// exactly as often, but for those that the journal tells of as refused, and but
// for what the new server is known to change in what it stores.
func accountFor(t *testing.T, w *trip, from, to *real.Server) {
	t.Helper()
	old, now := dialReal(t, from, "anna", "sun"), dialReal(t, to, "anna", "sun")
	records, err := w.file.Folders(t.Context(), w.users[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range now.folders() {
		if strings.Contains(name, "PWNED") {
			t.Errorf("a line of a message ran as a command: %s", name)
		}
	}
	expected := map[string]map[string]int{} // by folder at the new server
	for _, f := range records {
		states := map[string]engine.Record{}
		if err := w.file.Records(t.Context(), f.ID, func(r engine.Record) error { states[fmt.Sprint(r.UID)] = r; return nil }); err != nil {
			t.Fatal(err)
		}
		for _, m := range old.messages(quoted(f.Source)) {
			r := states[m.uid]
			switch r.State {
			case engine.Copied:
				if expected[f.Dest] == nil {
					expected[f.Dest] = map[string]int{}
				}
				expected[f.Dest][asStored(to.Kind, m)]++
			case engine.Failed, engine.Skipped:
				if r.Reason == "" {
					t.Errorf("%s, UID %s: %s without a reason", f.Source, m.uid, r.State)
				}
				t.Logf("%s, UID %s: %s: %s (%s)", f.Source, m.uid, r.State, r.Reason.Text(), r.Said)
			default:
				t.Errorf("%s, UID %s is %s", f.Source, m.uid, r.State)
			}
		}
	}
	for dest, want := range expected {
		got := map[string]int{}
		for _, m := range now.messages(quoted(dest)) {
			got[asStored(to.Kind, m)]++
		}
		for _, d := range difference(map[string]map[string]int{dest: want}, map[string]map[string]int{dest: got}) {
			t.Errorf("%.700s", d)
		}
	}
}

// quoted is a wire name as a quoted string.
func quoted(wire string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(wire) + `"`
}

// asStored is a message as a server of this make keeps it, with what it is known
// to change taken out of the comparison: Dovecot ends lines with CRLF, has no
// NUL, and takes a date in the future for now; Cyrus has no 8-bit bytes in
// headers, and is given the nearest date that it can hold.
func asStored(k real.Kind, m found) string {
	body, now := m.body, time.Since(m.date) < time.Hour
	switch k {
	case real.KindDovecot:
		body = strings.ReplaceAll(body, "\x00", "\x80")
		body = strings.ReplaceAll(endings.ReplaceAllString(body, "\n"), "\n", "\r\n")
		body = strings.TrimSuffix(body, "\r")
	case real.KindCyrus:
		head, text, _ := strings.Cut(body, "\r\n\r\n")
		body = eightBit.ReplaceAllString(head, "X") + "\r\n\r\n" + text
		if m.date.Unix() < 1 {
			m.date = time.Unix(1, 0).UTC()
		}
	}
	date := m.date.Format(time.RFC3339)
	if now {
		date = "now"
	}
	return fmt.Sprintf("%q %s (%s)", body, date, m.flags)
}

var (
	endings  = regexp.MustCompile("\r*\n")
	eightBit = regexp.MustCompile(`[^\x00-\x7f]`)
)

func sortedFlags(list string) string {
	flags := slices.DeleteFunc(strings.Fields(list), func(f string) bool { return strings.EqualFold(f, `\Recent`) })
	slices.Sort(flags)
	return strings.Join(flags, " ")
}

// everything is a line for every message of a server.
func everything(t *testing.T, s *real.Server) (out []string) {
	t.Helper()
	c := dialReal(t, s, "anna", "sun")
	for _, f := range c.folders() {
		for _, m := range c.messages(f) {
			out = append(out, fmt.Sprintf("%s %s %s %s %d", f, m.uid, m.date, m.flags, len(m.body)))
		}
	}
	slices.Sort(out)
	return out
}
