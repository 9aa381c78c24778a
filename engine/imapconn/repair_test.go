package imapconn

import (
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"mxodus/engine"
)

// answering is a server that answers one verb with these lines before its OK.
func answering(t *testing.T, caps, verb, lines string) *scripted {
	return mailServer(t, "IMAP4rev1 "+caps, func(k *talk, c command) bool {
		if c.verb == verb {
			k.say("%s", lines)
		}
		return false
	})
}

func TestOddListRepliesCostNoOtherFolder(t *testing.T) {
	for reply, want := range map[string]string{
		`* LIST (\HasNoChildren) "/" "plain"`:            "plain /",
		`* LIST () "/" bare`:                             "bare /",
		`* LIST () NIL flat`:                             "flat ",
		`* LIST () "" flat`:                              "flat ",
		`* LIST NIL "/" x`:                               "x /",
		`* LIST () "//" x`:                               "x ",
		`* LIST () / x`:                                  "x /",
		`* LIST () "\\" x`:                               `x \`,
		`* LIST () "/" "A & B"`:                          "A & B /",
		`* LIST () "/" "&2AA-"`:                          "&2AA- /",
		"* LIST () \"/\" \"r\xe4w\"":                     "r\xe4w /",
		"* LIST () \"/\" r\xc3\xa4w":                     "r\xc3\xa4w /",
		`* LIST () "/" with some spaces`:                 "with some spaces /",
		`* LIST () "/" a]b`:                              "a]b /",
		`* LIST () "/" [Gmail]/x(1)`:                     "[Gmail]/x(1) /",
		`* LIST () "/" "in "quotes" here"`:               `in "quotes" here /`,
		"* LIST () \"/\" {5}\r\nab\"cd":                  `ab"cd /`,
		"* LIST () \"/\" {6}\r\nab\r\ncd":                "ab\r\ncd /",
		`* LIST (\Marked a]b) "/" x`:                     "x /",
		`* LIST (\HasNoChildren "\\Sent") "/" x`:         "x /",
		`* LIST () "/" "x" ("CHILDINFO" ("SUBSCRIBED"))`: "x /",
		"* LIST () \"/\" \"a\x01b\"":                     "a\x01b /",
		`* LIST () "/" mxodus-wire-78`:                   "mxodus-wire-78 /",
		`* LIST () "/"`:                                  "",
		`* LIST`:                                         "",
		`* LIST (`:                                       "",
		`* LIST ((((((((`:                                "",
		`* LIST () "/" "`:                                "",
		`* LIST () "/" ""`:                               "",
		`* lsub () "/" x`:                                "",
		`* WHAT is this`:                                 "",
		`*`:                                              "",
		``:                                               "",
		`   `:                                            "",
		`+ stray`:                                        "",
		`+`:                                              "",
		`T99 OK nobody asked`:                            "",
		`* 99999999999 EXISTS`:                           "",
		`* 5 WHAT`:                                       "",
		`* 1`:                                            "",
		`* OK [] empty`:                                  "",
		`* OK [UIDNEXT 99999999999] big`:                 "",
		`* OK [PERMANENTFLAGS (a]b \*)] x`:               "",
		`* OK [CAPABILITY a]b] x`:                        "",
		`* OK [ALERT`:                                    "",
		`* OK`:                                           "",
		"* OK [ALERT] bare\rCR and \x00":                 "",
		`* NO [[[`:                                       "",
		`* CAPABILITY IMAP4rev2 {`:                       "",
		`* FLAGS NIL`:                                    "",
		`* FLAGS (a]b "c" \Seen)`:                        "",
		`* NAMESPACE what`:                               "",
		`* ENABLED`:                                      "",
		`* SEARCH 1 x 99999999999`:                       "",
		`* ESEARCH (TAG "x") UID ALL 1:5`:                "",
		`* STATUS x`:                                     "",
		`* STATUS x (MESSAGES`:                           "",
		`* METADATA x`:                                   "",
		`* THREAD (1)`:                                   "",
		`* VANISHED (EARLIER) 1:5`:                       "",
		`* 1 FETCH (FLAGS (\Seen) UID 1)`:                "",
		`* 1 FETCH`:                                      "",
		"* 1 FETCH (UID 1 BODY[] {5}\r\nhello)":          "",
		`* BYE not yet`:                                  "",
	} {
		t.Run(reply, func(t *testing.T) {
			s := answering(t, "", "LIST", "* LIST () \"/\" before\r\n"+reply+"\r\n* LIST () \"/\" after\r\n")
			c := s.open(nil)
			l, err := c.client.List("", "*", nil).Collect()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range l {
				delim := ""
				if f.Delim != 0 {
					delim = string(f.Delim)
				}
				got = append(got, wireName(f.Mailbox)+" "+delim)
			}
			expect := []string{"before /", "after /"}
			if want != "" {
				expect = []string{"before /", want, "after /"}
			}
			if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", expect) {
				t.Errorf("folders %q, want %q", got, expect)
			}
			if err := c.client.Noop().Wait(); err != nil {
				t.Errorf("the connection is over: %v", err)
			}
		})
	}
}

// fetched is one message as go-imap gave it.
func fetched(c *conn) (string, error) {
	return fetchedWith(c, &imap.FetchOptions{UID: true, Flags: true, InternalDate: true, RFC822Size: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
}

func fetchedWith(c *conn, o *imap.FetchOptions) (string, error) {
	cmd := c.client.Fetch(imap.UIDSet{{Start: 1, Stop: 0}}, o)
	var b strings.Builder
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		parts := map[string]string{}
		for it := m.Next(); it != nil; it = m.Next() {
			switch it := it.(type) {
			case imapclient.FetchItemDataUID:
				parts["uid"] = fmt.Sprint(it.UID)
			case imapclient.FetchItemDataFlags:
				parts["flags"] = fmt.Sprint(it.Flags)
			case imapclient.FetchItemDataInternalDate:
				parts["date"] = it.Time.Format(time.RFC3339)
			case imapclient.FetchItemDataRFC822Size:
				parts["size"] = fmt.Sprint(it.Size)
			case imapclient.FetchItemDataBodySection:
				if it.Literal == nil {
					parts["body"] = "not given"
					continue
				}
				text, err := io.ReadAll(it.Literal)
				if err != nil {
					return "", err
				}
				parts["body"] = string(text)
				if len(text) > 1000 {
					parts["body"] = fmt.Sprintf("%d bytes %x", len(text), sha256.Sum256(text))
				}
			}
		}
		fmt.Fprint(&b, parts, "\n")
	}
	return b.String(), cmd.Close()
}

func TestOddFetchRepliesCostNoOtherMessage(t *testing.T) {
	for reply, want := range map[string]string{
		"* 2 FETCH (UID 2 BODY[] {1}\r\ny)":                                             "map[body:y uid:2]",
		"* 2 FETCH (BODY[] {1}\r\ny UID 2)":                                             "map[body:y uid:2]",
		"* 2 FETCH (BODY[] {1}\r\ny FLAGS (\\Seen) UID 2)":                              "map[body:y flags:[\\Seen] uid:2]",
		"* 2 FETCH (BODY[] {0}\r\n UID 2)":                                              "map[body: uid:2]",
		"* 2 FETCH (BODY[] NIL UID 2)":                                                  "map[body:not given uid:2]",
		"* 2 FETCH (UID 2 BODY[] \"quo\\\"ted\")":                                       "map[body:quo\"ted uid:2]",
		"* 2 FETCH (UID 2 BODY[] \"\")":                                                 "map[body: uid:2]",
		"* 2 FETCH (UID 2 INTERNALDATE NIL BODY[] {1}\r\ny)":                            "map[body:y uid:2]",
		"* 2 FETCH (UID 2 INTERNALDATE \"01-Jan-2020 00:00:00\" BODY[] {1}\r\ny)":       "map[body:y date:2020-01-01T00:00:00Z uid:2]",
		"* 2 FETCH (UID 2 INTERNALDATE \"30-Jun-2012 23:59:60 +0000\" BODY[] {1}\r\ny)": "map[body:y date:2012-07-01T00:00:00Z uid:2]",
		"* 2 FETCH (UID 2 INTERNALDATE \" 1-Jan-99 00:00:00 +0100\" BODY[] {1}\r\ny)":   "map[body:y date:1999-01-01T00:00:00+01:00 uid:2]",
		"* 2 FETCH (UID 2 INTERNALDATE \"99-Foo-2020 00:00:00 +0000\" BODY[] {1}\r\ny)": "map[body:y uid:2]",
		"* 2 FETCH (UID 2 INTERNALDATE \"00-Jan-0000 00:00:00 +0000\" BODY[] {1}\r\ny)": "map[body:y uid:2]",
		"* 2 FETCH (UID 2 FLAGS (\\Seen a]b) BODY[] {1}\r\ny)":                          "map[body:y flags:[\\Seen] uid:2]",
		"* 2 FETCH (UID 2 FLAGS (\\Seen \"Junk\" k\xf6y) BODY[] {1}\r\ny)":              "map[body:y flags:[\\Seen Junk] uid:2]",
		"* 2 FETCH (UID 2 FLAGS (\\Seen \"Junk) BODY[] {1}\r\ny)":                       "map[body:y flags:[\\Seen Junk] uid:2]",
		"* 2 FETCH (UID 2 FLAGS NIL BODY[] {1}\r\ny)":                                   "map[body:y flags:[] uid:2]",
		"* 2 FETCH (UID 2 RFC822.SIZE -1 BODY[] {1}\r\ny)":                              "map[body:y uid:2]",
		"* 2 FETCH (UID 2 RFC822.SIZE 4294967296 BODY[] {1}\r\ny)":                      "map[body:y size:4294967296 uid:2]",
		"* 2 FETCH (UID 2 X-FOO (a b) BODY[] {1}\r\ny)":                                 "map[body:y uid:2]",
		"* 2 FETCH (UID 2 X-FOO {3}\r\nabc BODY[] {1}\r\ny)":                            "map[body:y uid:2]",
		"* 2 FETCH (UID 2 BODYSTRUCTURE (\"a\" {1}\r\n( (\")\") NIL) BODY[] {1}\r\ny)":  "map[body:y uid:2]",
		"* 2 FETCH (UID 2 BODY[1.MIME] {1}\r\nz BODY[] {1}\r\ny)":                       "map[body:y uid:2]",
		"* 2 FETCH (UID 2 BODY[odd section {1}\r\nz BODY[] {1}\r\ny)":                   "",
		"* 2 FETCH (UID 2 BODY[] {1+}\r\ny)":                                            "map[body:y uid:2]",
		"* 2 fetch (uid 2 body[] {1}\r\ny)":                                             "map[body:y uid:2]",
		"* 2 FETCH (UID 2  BODY[]  {1}\r\ny  )":                                         "map[body:y uid:2]",
		"* 2 FETCH (UID 2 BODY[] {1}\r\ny":                                              "map[body:y uid:2]",
		"* 2 FETCH (UID 2 BODY[] {1}\r\ny FLAGS (":                                      "map[body:y uid:2]",
		"* 2 FETCH (UID 99999999999 BODY[] {1}\r\ny)":                                   "",
		"* 2 FETCH (UID 0 BODY[] {1}\r\ny)":                                             "",
		"* 2 FETCH (BODY[] {1}\r\ny)":                                                   "",
		"* 2 FETCH (UID 2 FLAGS (\\Seen))":                                              "",
		"* 2 FETCH (UID 1 FLAGS (\\Seen))\r\n* 3 FETCH (FLAGS () UID 3)":                "",
		"* 2 FETCH UID 2": "",
		"* 2 FETCH ()":    "",
		"* 2 FETCH (":     "",
		"* 99999999999 FETCH (UID 2 BODY[] {1}\r\ny)":                                              "",
		"* 1 EXPUNGE\r\n* 5 EXISTS\r\n* 0 RECENT\r\n* OK [HIGHESTMODSEQ 7] x\r\n* VANISHED 7":      "",
		"* 2 FETCH (MODSEQ (12) UID 2 BODY[] {1}\r\ny)":                                            "map[body:y uid:2]",
		"* 2 FETCH (MODSEQ (x) UID 2 BODY[] {1}\r\ny)":                                             "map[body:y uid:2]",
		"* 2 FETCH (UID 2 BODY[] {1}\r\ny BODY[] {1}\r\nz)":                                        "map[body:z uid:2]",
		"* 2 FETCH (UID 2 EMAILID (x) SAVEDATE NIL X-GM-LABELS (\"\\\\Inbox\" a) BODY[] {1}\r\ny)": "map[body:y uid:2]",
	} {
		t.Run(reply, func(t *testing.T) {
			s := answering(t, "", "UID FETCH", "* 1 FETCH (UID 1 BODY[] {1}\r\nx)\r\n"+reply+"\r\n* 9 FETCH (UID 9 BODY[] {1}\r\nz)\r\n")
			c := s.open(nil)
			got, err := fetched(c)
			if err != nil {
				t.Fatal(err)
			}
			if want != "" {
				want += "\n"
			}
			if want = "map[body:x uid:1]\n" + want + "map[body:z uid:9]\n"; got != want {
				t.Errorf("messages\n%swant\n%s", got, want)
			}
			if err := c.client.Noop().Wait(); err != nil {
				t.Errorf("the connection is over: %v", err)
			}
		})
	}
}

// Another session changes flags while bodies are read: the updates must not be
// taken for the bodies.
func TestFlagUpdatesDontTakeThePlaceOfBodies(t *testing.T) {
	const n = 300
	var lines strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&lines, "* %d FETCH (FLAGS (\\Seen) UID %d)\r\n", n+1-i, n+1-i)
		fmt.Fprintf(&lines, "* %d FETCH (UID %d BODY[] {4}\r\nbody)\r\n", i, i)
	}
	c := answering(t, "", "UID FETCH", lines.String()).open(nil)
	got, err := fetched(c)
	if err != nil {
		t.Fatal(err)
	}
	if bodies := strings.Count(got, "body:body"); bodies != n {
		t.Errorf("%d of %d bodies came", bodies, n)
	}
}

func TestFlagUpdatesDontTakeThePlaceOfAScansEntries(t *testing.T) {
	c := answering(t, "", "UID FETCH", "* 1 FETCH (FLAGS (\\Seen) UID 1)\r\n* 1 FETCH (UID 1 FLAGS () RFC822.SIZE 7)\r\n").open(nil)
	got, err := fetchedWith(c, &imap.FetchOptions{UID: true, Flags: true, RFC822Size: true})
	if err != nil || got != "map[flags:[] size:7 uid:1]\n" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err = fetchedWith(c, &imap.FetchOptions{UID: true, Flags: true}); err != nil || got != "map[flags:[\\Seen] uid:1]\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestLargeBodyBeforeItsUIDComesWhole(t *testing.T) {
	body := strings.Repeat("0123456789abcdef", 300_000) // 4.8 MB
	reply := fmt.Sprintf("* 1 FETCH (BODY[] {%d}\r\n%s UID 1)\r\n", len(body), body)
	c := answering(t, "", "UID FETCH", reply+strings.ReplaceAll(reply, "UID 1", "UID 2")).open(nil)
	got, err := fetched(c)
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%d bytes %x", len(body), sha256.Sum256([]byte(body))); strings.Count(got, want) != 2 {
		t.Errorf("%q", got)
	}
	if err := c.client.Noop().Wait(); err != nil {
		t.Fatal(err)
	}
	if left := c.guard.spare.left.Load(); left != spareMost {
		t.Errorf("%d bytes were not given back", spareMost-left)
	}
}

func TestBodiesBeforeTheirUIDsAreBounded(t *testing.T) {
	size := spareMost/2 + 1
	first := fmt.Sprintf("* 1 FETCH (BODY[] {%d}\r\n%s BODY[TEXT] {%d}\r\n", size, strings.Repeat("x", size), size)
	c := answering(t, "", "UID FETCH", first+strings.Repeat("y", size)+" UID 1)\r\n* 2 FETCH (UID 2 BODY[] {1}\r\nz)\r\n").open(nil)
	got, err := fetched(c)
	if err != nil || got != "map[body:z uid:2]\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestBodyCutShortIsAnError(t *testing.T) {
	s := mailServer(t, "IMAP4rev1", func(k *talk, c command) bool {
		if c.verb == "UID FETCH" {
			k.say("* 1 FETCH (UID 1 BODY[] {100}\r\nonly this")
			_ = k.Close()
		}
		return c.verb == "UID FETCH"
	})
	c := s.open(nil)
	err := c.do(t.Context(), "read messages", func() error {
		_, err := fetched(c)
		return err
	})
	faultOf(t, err, engine.CodeLost)
}

func TestWireNamesAreReversible(t *testing.T) {
	for _, wire := range []string{"INBOX", "a b", "A & B", "r\xe4w", "\x00\xff", "mxodus-wire-78", "&AOQ-", `q"\`, "ä"} {
		if got := wireName(libName([]byte(wire))); got != wire {
			t.Errorf("%q became %q", wire, got)
		}
	}
}
