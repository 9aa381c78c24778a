package lab_test

import (
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
)

const odd = "From: a\xfc@b\nSubject: folded\n\tline\n\nbody\x00 without end"

func TestServerKeepsBytesDatesAndFlags(t *testing.T) {
	s := start(t, lab.Options{UIDPlus: true})
	c := signedIn(t, s.Endpoint())
	if said := c.ok(appendCommand("INBOX", odd)); !strings.Contains(said, "[APPENDUID ") {
		t.Errorf("no UID: %q", said)
	}
	got := s.Messages("anna", "INBOX")
	if len(got) != 1 || string(got[0].Body()) != odd || strings.Join(got[0].Flags, " ") != `$Label1 \Seen` || got[0].Date.Format(time.RFC3339) != "2021-03-05T10:11:12+05:45" {
		t.Fatalf("stored %+v", got)
	}
	c.ok("EXAMINE INBOX")
	said := c.ok("UID FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])")
	for _, want := range []string{odd, `" 5-Mar-2021 10:11:12 +0545"`, `(\Seen $Label1)`, "RFC822.SIZE 51"} {
		if !strings.Contains(said, want) {
			t.Errorf("fetched %q, lacks %q", said, want)
		}
	}
	if said := c.ok(`UID FETCH 1 (BODY.PEEK[HEADER.FIELDS (SUBJECT DATE)])`); !strings.Contains(said, "Subject: folded\n\tline\n\r\n") {
		t.Errorf("header fields: %q", said)
	}
}

func TestServerServesOverEveryKindOfConnection(t *testing.T) {
	s := start(t, lab.Options{})
	for _, e := range []engine.Endpoint{s.Endpoint(), s.StartTLS(), s.Plain()} {
		c := dial(t, e)
		if _, status := c.do("LOGIN anna moon"); status != "NO" {
			t.Errorf("%s: a wrong password gets %s", e.URL(), status)
		}
		c.ok("LOGIN anna sun")
		c.ok(appendCommand("INBOX", "a: b\r\n\r\n"))
	}
	if n := len(s.Messages("anna", "INBOX")); n != 3 {
		t.Errorf("%d messages", n)
	}
	if c := s.Counters(); c.Appends != 3 || c.Commands["APPEND"] != 3 || c.Connections != 3 || c.Commands["LOGIN"] != 6 {
		t.Errorf("counted %+v", c)
	}
}

func TestServerListsFoldersWithRolesAndStatus(t *testing.T) {
	s := start(t, lab.Options{Separator: ".", Prefix: "INBOX."})
	s.AddFolder("anna", "INBOX.Entwürfe", `\Drafts`, true)
	c := signedIn(t, s.Endpoint())
	c.ok("CREATE INBOX.Archiv.2019")
	if _, status := c.do("CREATE Outside"); status != "NO" {
		t.Errorf("a folder outside the namespace gets %s", status)
	}
	said := c.ok(`LIST "" "*" RETURN (SUBSCRIBED SPECIAL-USE STATUS (MESSAGES UIDNEXT UIDVALIDITY))`)
	for _, want := range []string{`(\Subscribed \Drafts \HasNoChildren) "." "INBOX.Entw&APw-rfe"`, `\NoSelect`, `STATUS "INBOX.Archiv.2019" (MESSAGES 0 UIDNEXT 1 UIDVALIDITY`} {
		if !strings.Contains(strings.ToLower(said), strings.ToLower(want)) {
			t.Errorf("listed %q, lacks %q", said, want)
		}
	}
	if said := c.ok("NAMESPACE"); !strings.Contains(said, `(("INBOX." ".")) NIL NIL`) {
		t.Errorf("namespace: %q", said)
	}
}

func TestServerTellsOtherSessions(t *testing.T) {
	s := start(t, lab.Options{UIDPlus: true})
	for range 3 {
		s.Put("anna", "INBOX", []byte("a: b\r\n\r\n"), time.Now())
	}
	one, two := signedIn(t, s.Endpoint()), signedIn(t, s.Endpoint())
	one.ok("SELECT INBOX")
	two.ok("SELECT INBOX")
	one.ok(`UID STORE 2 +FLAGS.SILENT (\Deleted)`)
	one.ok("UID EXPUNGE 2")
	one.ok(appendCommand("INBOX", "c: d\r\n\r\n"))
	said := two.ok("NOOP")
	if !strings.Contains(said, "* 2 EXPUNGE") || !strings.Contains(said, "* 3 EXISTS") {
		t.Errorf("the other session hears %q", said)
	}
	if said := two.ok(`UID SEARCH UNDELETED HEADER C d`); !strings.Contains(said, "SEARCH 4") {
		t.Errorf("found %q", said)
	}
}

func TestServerKeepsItsLimits(t *testing.T) {
	s := start(t, lab.Options{MaxConns: 1, MaxMessage: 200, Quota: 150, Flags: []string{`\Seen`}})
	c := signedIn(t, s.Endpoint())
	if said, status := dial(t, s.Endpoint()).do("LOGIN anna sun"); status != "NO" || !strings.Contains(said[0], "Maximum number of connections") {
		t.Errorf("a second connection gets %q", said)
	}
	for body, want := range map[string]string{strings.Repeat("x", 201): "TOOBIG", strings.Repeat("x", 160): "OVERQUOTA", "": "zero byte"} {
		if said, status := c.do(appendCommand("INBOX", body)); status != "NO" || !strings.Contains(said[0], want) {
			t.Errorf("%d bytes get %q, want %s", len(body), said, want)
		}
	}
	s.SetQuota(0)
	c.ok(appendCommand("INBOX", strings.Repeat("x", 160)))
	if got := s.Messages("anna", "INBOX")[0].Flags; len(got) != 1 {
		t.Errorf("keeps the flags %q", got)
	}
}

func TestServerRenumbersAFolder(t *testing.T) {
	s := start(t, lab.Options{})
	s.Put("anna", "INBOX", []byte("one"), time.Now())
	second := s.Put("anna", "INBOX", []byte("two"), time.Now())
	s.Remove("anna", "INBOX", 1)
	before := signedIn(t, s.Endpoint()).ok("STATUS INBOX (UIDVALIDITY)")
	s.Renumber("anna", "INBOX")
	after := signedIn(t, s.Endpoint()).ok("STATUS INBOX (UIDVALIDITY)")
	if got := s.Messages("anna", "INBOX"); before == after || len(got) != 1 || got[0].UID == second {
		t.Errorf("UIDVALIDITY %q, then %q; %+v", before, after, got)
	}
}

func TestServerAnswersAsItIsTold(t *testing.T) {
	s := start(t, lab.Options{})
	c := signedIn(t, s.Endpoint())
	answers := map[int]error{1: lab.Throttled(1500 * time.Millisecond), 2: lab.No("CANNOT", "Not this one"), 4: lab.Bye("Session invalidated")}
	s.OnCommand(func(c lab.Command) error { return answers[c.N] })
	if said, status := c.do(appendCommand("INBOX", "x")); status != "NO" || !strings.Contains(said[0], "Suggested Backoff Time: 1500 milliseconds") {
		t.Errorf("throttled: %q", said)
	}
	if said, _ := c.do(appendCommand("INBOX", "x")); !strings.Contains(said[0], "NO [CANNOT] Not this one") {
		t.Errorf("refused: %q", said)
	}
	c.ok(appendCommand("INBOX", "x"))
	said, _, err := c.reply(c.send(appendCommand("INBOX", "x")))
	if err == nil || len(said) != 1 || said[0] != "* BYE Session invalidated" {
		t.Errorf("bye: %q, %v", said, err)
	}
	if n := len(s.Messages("anna", "INBOX")); n != 1 {
		t.Errorf("%d messages stored", n)
	}
}

func TestSilentServerKeepsTheConnectionOpen(t *testing.T) {
	s := start(t, lab.Options{})
	c := signedIn(t, s.Endpoint())
	s.OnCommand(func(c lab.Command) error {
		if c.Name == "STATUS" {
			return lab.Silence()
		}
		return nil
	})
	tag := c.send("STATUS INBOX (MESSAGES)")
	c.send(appendCommand("INBOX", "x"))
	until(t, func() bool { return len(s.Messages("anna", "INBOX")) == 1 })
	_ = c.conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if said, _, err := c.reply(tag); err == nil || len(said) > 0 || !strings.Contains(err.Error(), "timeout") {
		t.Errorf("it says %q, %v", said, err)
	}
}

// until waits for a condition.
func until(t *testing.T, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); {
		if time.Now().After(deadline) {
			t.Fatal("it never came to that")
		}
		<-time.After(time.Millisecond)
	}
}
