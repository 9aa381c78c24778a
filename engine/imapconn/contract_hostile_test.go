package imapconn

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

// hostile sends what a server may change or refuse, but never run.
func (c *contract) hostile(t *testing.T) {
	f := c.makeFolder(t, "Hostile")
	head := "From: mallory@old.example\r\nMessage-ID: <h@x>\r\n"
	commands := strings.Repeat("z1 CREATE PWNED\r\nz2 LOGOUT\r\nR3 OK done\r\n", 50)
	plain := []string{
		head + "\r\n" + commands,
		head + "X-Long: " + strings.Repeat("y", 40_000) + "\r\n\r\n" + strings.Repeat("z", 200_000) + "\r\n",
		head + "\r\n\x80\x81\xfe 8-bit\r\n",
		head + "\r\n* 1 FETCH (UID 1)\r\n)\r\n{10}\r\n",
		strings.Repeat(head, 500) + "\r\n.\r\n",
	}
	odd := []string{
		head + "\r\nnul\x00nul\r\n",
		"From: a\n\nbare\nline\nends\n",
		head + "\r\nbare\rcarriage\r\r\nreturns\r",
		commands + "\r\n",
		head + "Subject: \xe4\xf6\xfc \xff\xfe\r\n\r\n8-bit\r\n",
		head + "\r\nends without a line end",
		"no header at all",
		"\r\n\r\n\r\n",
		"\x00",
	}
	weird := [][]string{{`\Recent`}, {`\Custom`, `\Seen`}, {"a b", `x"y`, "c)d", "e\r\nz3 CREATE PWNED", "\xe4"}, {"NIL"}, {""}, {strings.Repeat("k", 300)}}
	dates := []time.Time{{}, time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(0, 0),
		time.Date(2020, 2, 29, 23, 59, 59, 0, time.FixedZone("", 99*3600)), time.Date(2020, 1, 1, 0, 0, 0, 0, time.FixedZone("", -3617))}
	var mails []mail
	for i, raw := range append(plain, odd...) {
		mails = append(mails, mail{f.Wire, raw, weird[i%len(weird)], dates[i%len(dates)]})
	}
	got, err := appendAll(t, c.dst, mails)
	if err != nil {
		t.Fatal(err)
	}
	entries, res := scanOne(t, c.src, engine.ScanRequest{Folder: f})
	bodies, failed, err := fetchAll(t, c.src, engine.FetchRequest{Folder: f, UIDValidity: res.Status.UIDValidity, UIDs: uidsOf(entries)})
	if err != nil || len(failed) > 0 {
		t.Fatal(err, failed)
	}
	stored := 0
	for i, m := range mails {
		switch a := got[i]; {
		case a.Outcome == engine.Stored:
			stored++
			if i < len(plain) && bodies[a.UID] != m.raw {
				t.Errorf("message %d came back as %.100q", i, bodies[a.UID])
			}
		case a.Outcome != engine.Refused || i < len(plain) || !c.refusesOdd:
			t.Errorf("message %d: %+v", i, a)
		}
	}
	if len(entries) != stored {
		t.Errorf("%d stored, %d listed", stored, len(entries))
	}
	if l, err := c.src.Folders(t.Context()); err != nil || strings.Contains(strings.ToUpper(pathsOf(l)), "PWNED") {
		t.Errorf("a message's line ran as a command: %v %s", err, pathsOf(l))
	}
}

// refusals mixes what is refused with what isn't, in one go.
func (c *contract) refusals(t *testing.T) {
	f := c.makeFolder(t, "Refusals")
	good := func(i int) mail {
		return mail{f.Wire, fmt.Sprintf("Message-ID: <g%d@x>\r\n\r\n%d\r\n", i, i), nil, time.Time{}}
	}
	var mails []mail
	for i := range 50 {
		mails = append(mails, good(i))
	}
	mails[10].raw = "" // empty
	mails[20].folder = c.dst.WireName([]string{"Missing"})
	mails[30].folder = "bad\r\nz9 CREATE PWNED"
	got, err := appendAll(t, c.dst, mails)
	if err != nil {
		t.Fatal(err)
	}
	for i := range mails {
		want := engine.Stored
		if i == 10 || i == 20 || i == 30 {
			want = engine.Refused
		}
		if got[i].Outcome != want {
			t.Errorf("message %d: %+v", i, got[i])
		}
	}
	if !engine.IsCode(got[20].Err, engine.CodeNoFolder) {
		t.Errorf("a missing folder: %v", got[20].Err)
	}
	if entries, _ := scanOne(t, c.src, engine.ScanRequest{Folder: f}); len(entries) != 47 {
		t.Errorf("%d messages are there", len(entries))
	}
}

// flags changes flags of many messages.
func (c *contract) flags(t *testing.T) {
	f := c.makeFolder(t, "Flags")
	var mails []mail
	for i := range 30 {
		mails = append(mails, mail{f.Wire, fmt.Sprintf("Message-ID: <f%d@x>\r\n\r\n%d\r\n", i, i), []string{`\Seen`}, time.Time{}})
	}
	got, err := appendAll(t, c.dst, mails)
	if err != nil {
		t.Fatal(err)
	}
	var changes []engine.FlagChange
	for i := range 30 {
		ch := engine.FlagChange{UID: got[i].UID, Add: []string{`\Flagged`, `\Recent`, "not a keyword"}}
		if i%3 == 0 {
			ch.Remove = []string{`\Seen`}
		}
		changes = append(changes, ch)
	}
	changes = append(changes, engine.FlagChange{UID: got[29].UID + 50, Add: []string{`\Flagged`}}) // gone
	validity := got[0].UIDValidity
	if err := c.dst.Store(t.Context(), f, validity, changes); err != nil {
		t.Fatal(err)
	}
	if err := c.dst.Store(t.Context(), f, validity+1, changes); !errors.Is(err, engine.ErrUIDValidity) {
		t.Errorf("another UIDVALIDITY: %v", err)
	}
	entries, _ := scanOne(t, c.src, engine.ScanRequest{Folder: f})
	for i, e := range entries {
		want := []string{`\Seen`, `\Flagged`}
		if i%3 == 0 {
			want = want[1:]
		}
		if !sameFlags(e.Flags, want) {
			t.Errorf("message %d has %v, want %v", i, e.Flags, want)
		}
	}
}

// remove takes some away and leaves those that somebody else marked.
func (c *contract) remove(t *testing.T) {
	f := c.makeFolder(t, "Removed")
	var mails []mail
	for i := range 10 {
		mails = append(mails, mail{f.Wire, fmt.Sprintf("Message-ID: <r%d@x>\r\n\r\n%d\r\n", i, i), []string{`\Deleted`}, time.Time{}})
	}
	got, err := appendAll(t, c.dst, mails)
	if err != nil {
		t.Fatal(err)
	}
	err = c.dst.Remove(t.Context(), f, got[0].UIDValidity, []uint32{got[2].UID, got[3].UID, got[7].UID, got[9].UID + 9})
	if !c.dst.info.UIDPlus {
		if err == nil {
			t.Error("removed without UIDPLUS")
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := c.dst.Remove(t.Context(), f, got[0].UIDValidity+1, []uint32{got[0].UID}); !errors.Is(err, engine.ErrUIDValidity) {
		t.Errorf("another UIDVALIDITY: %v", err)
	}
	if entries, _ := scanOne(t, c.src, engine.ScanRequest{Folder: f}); len(entries) != 7 {
		t.Errorf("%d of 10 are left, want 7", len(entries))
	}
}
