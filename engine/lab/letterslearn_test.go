package lab_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
	letters "mxodus/engine/letter"
)

func numbered(subject string, size int) []byte {
	return fmt.Appendf(nil, "Message-ID: <%x@old.example>\r\nSubject: %s\r\nDate: Mon, 2 Nov 2026 09:00:00 +0000\r\n\r\n%s\r\n", subject, subject, strings.Repeat("x", size))
}

// TestLettersTellWhatBecameOfThatUsersOwnMail goes from the first look to the
// welcome letter, and counts what both servers hold by itself.
func TestLettersTellWhatBecameOfThatUsersOwnMail(t *testing.T) {
	from, err := lab.New(lab.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(from.Close)
	to, err := lab.New(lab.Options{UIDPlus: true, FoldsCase: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(to.Close)
	for _, name := range []string{"anna", "ben"} {
		from.AddUser(name, "sun")
		to.AddUser(name+"@acme.example", "star")
	}
	day := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	for i := range 40 {
		from.Put("anna", "INBOX", numbered(fmt.Sprint("small ", i), 10), day)
	}
	from.Put("anna", "INBOX", numbered("=?utf-8?q?Gr=C3=B6=C3=9Fter_Film?=", 9000), day.AddDate(0, 0, 1))
	from.Put("anna", "Plans", numbered("<b>Plans</b> | =1+1", 8000), day)
	from.Put("ben", "INBOX", numbered("of ben", 9000), day)
	w := newTrip(t, from.Endpoint(), to.Endpoint(), row("anna", "sun", "anna@acme.example", "star"), row("ben", "sun", "ben@acme.example", "star"))
	w.project.Limits.MaxMessageBytes = 5000
	w.project.Rules.Rename = []engine.Rename{{From: "Plans", To: "Projects/Plans"}}
	m := newMailroom(t, w)

	faults, err := letters.Learn(t.Context(), w.file, w.dialer(), w.users)
	if err != nil || len(faults) != 0 {
		t.Fatal(faults, err)
	}
	m.collect()
	before := m.letters(letters.Prepare)
	for _, want := range []string{"Größter Film | INBOX | 3 Nov 2026 | 9", "<b>Plans</b> | =1+1 | Plans", "Projects/Plans", "up to 4.9 KB"} {
		if !strings.Contains(flat(before[0].Plain), want) {
			t.Errorf("the letter to prepare doesn't tell of %q:\n%s", want, before[0].Plain)
		}
	}
	if strings.Contains(before[0].Plain, "of ben") || !strings.Contains(before[1].Plain, "of ben") {
		t.Error("a letter tells of somebody else's mail")
	}

	w.run()
	if faults, err := letters.Learn(t.Context(), w.file, w.dialer(), w.users); err != nil || len(faults) != 0 {
		t.Fatal(faults, err)
	}
	from.Close() // what was learnt is enough
	m.collect()
	after := m.letters(letters.Welcome)
	arrived := len(to.Messages("anna@acme.example", "INBOX"))
	if d := after[0].Data; arrived != 40 || d.Arrived != arrived || d.Skipped != 2 || d.Failed != 0 || d.Verified {
		t.Errorf("%d arrived, the letter says %+v", arrived, d)
	}
	for _, want := range []string{"Messages in the new mailbox: 40", "Left out: 2", "2 messages: larger than the new mailbox takes", "Größter Film | INBOX", "Plans | Projects/Plans"} {
		if !strings.Contains(flat(after[0].Plain), want) {
			t.Errorf("the welcome letter doesn't tell of %q:\n%s", want, after[0].Plain)
		}
	}
}

func flat(s string) string {
	return strings.ReplaceAll(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\n' }), " "), "\u00a0", " ")
}

func TestMailboxThatCantBeReadKeepsWhatWasKnown(t *testing.T) {
	s, m := twoUsers(t)
	m.project.Limits.MaxMessageBytes = 5000
	if err := m.file.SaveProject(t.Context(), m.project); err != nil {
		t.Fatal(err)
	}
	s.Put("anna@acme.example", "INBOX", numbered("large", 9000), time.Now())
	if faults, err := letters.Learn(t.Context(), m.file, m.dialer(), m.users); err != nil || len(faults) != 0 {
		t.Fatal(faults, err)
	}
	s.Close()
	faults, err := letters.Learn(t.Context(), m.file, m.dialer(), m.users)
	if err != nil || len(faults) != 2 {
		t.Fatal(faults, err)
	}
	m.collect()
	if l := m.letters(letters.Prepare)[0]; !strings.Contains(l.Plain, "large | INBOX") {
		t.Errorf("%s", l.Plain)
	}
}
