package lab_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mxodus/engine/lab"
)

// exchange starts an Exchange-like server with Anna's mailbox, which takes the
// token "good".
func exchange(t *testing.T, o lab.Options) (*lab.Server, *lab.Exchange) {
	t.Helper()
	x := &lab.Exchange{Good: func(token string) bool { return token == "good" }}
	s, err := lab.NewExchange(x, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.AddMailbox("anna")
	return s, x
}

func bearer(user, token string) string {
	return "AUTHENTICATE XOAUTH2 " + base64.StdEncoding.EncodeToString([]byte("user="+user+"\x01auth=Bearer "+token+"\x01\x01"))
}

func TestExchangeSaysWhatItCan(t *testing.T) {
	s, _ := exchange(t, lab.Options{})
	c := dial(t, s.Endpoint())
	if said := c.ok("CAPABILITY"); !strings.Contains(said, "* CAPABILITY IMAP4 IMAP4rev1 AUTH=XOAUTH2 LOGINDISABLED SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+\n") {
		t.Errorf("before: %q", said)
	}
	for command, want := range map[string]string{"LOGIN anna sun": "LOGIN failed.", bearer("anna", "bad"): "AUTHENTICATE failed.", bearer("nobody", "good"): "AUTHENTICATE failed."} {
		if said, status := c.do(command); status != "NO" || !strings.Contains(said[len(said)-1], want) {
			t.Errorf("%s: %q", command, said)
		}
	}
	if said := c.ok(bearer("anna", "good")); !strings.Contains(said, " MOVE ") || strings.Contains(said, "LOGINDISABLED") {
		t.Errorf("after: %q", said)
	}
	if said := c.ok(`LIST "" "*"`); strings.Contains(said, `\Sent`) || !strings.Contains(said, "Sent Items") {
		t.Errorf("folders: %q", said)
	}
}

func TestExchangeRefusesInItsOwnWords(t *testing.T) {
	s, x := exchange(t, lab.Options{MaxMessage: 20000})
	c := dial(t, s.Endpoint())
	c.ok(bearer("anna", "good"))
	c.ok("CREATE Projects/Hall")
	long := "Subject: x\r\n\r\n" + strings.Repeat("y", 10300) + "\r\n"
	big := "Subject: x\r\n\r\n" + strings.Repeat("line\r\n", 5000)
	for _, r := range [][2]string{
		{"CREATE projects", "NO Mailbox already exists."},
		{"CREATE files", "NO Folder name is reserved."},
		{"SELECT Nowhere", "NO [TRYCREATE] Folder is not found."},
		{appendCommand("Nowhere", "a: b\r\n\r\n"), "NO [TRYCREATE] "},
		{appendCommand("INBOX", long), "BAD Command Argument Error. 12"},
		{appendCommand("INBOX", big), "NO Maximum size of appendable message has been exceeded."},
	} {
		if said, _ := c.do(r[0]); !strings.Contains(said[len(said)-1], r[1]) {
			t.Errorf("%.40s: %q, expected %q", r[0], said, r[1])
		}
	}
	s.SetQuota(1)
	if said, _ := c.do(appendCommand("INBOX", "a: b\r\n\r\n")); !strings.Contains(said[0], "NO Server Unavailable. 15") {
		t.Errorf("full: %q", said)
	}
	x.Deny("anna", true)
	if said, _ := c.do("SELECT INBOX"); !strings.Contains(said[0], "BAD User is authenticated but not connected.") {
		t.Errorf("no rights: %q", said)
	}
}

func TestExchangeRewritesAndDropsKeywords(t *testing.T) {
	s, _ := exchange(t, lab.Options{})
	c := dial(t, s.Endpoint())
	c.ok(bearer("anna", "good"))
	sent := "Subject: hello\r\nMessage-ID: <1@a>\r\n\r\ntext\r\n"
	said, status := c.do(appendCommand("INBOX", sent))
	if status != "OK" || said[0] != "* NO Keywords are not supported!" || !strings.Contains(said[len(said)-1], "[APPENDUID ") {
		t.Errorf("appended: %q", said)
	}
	m := s.Messages("anna", "INBOX")
	body := string(m[0].Body())
	if body == sent || m[0].Size == int64(len(sent)) || !strings.Contains(body, "Subject: hello\r\n") || !strings.Contains(body, "Message-Id: <1@a>\r\n") || !strings.Contains(body, "\r\n\r\ntext\r\n") || !slices.Equal(m[0].Flags, []string{`\Seen`}) {
		t.Errorf("stored %q with %v", body, m[0].Flags)
	}
}

func TestExchangeEndsSessionsOfTokensThatEnded(t *testing.T) {
	var good atomic.Bool
	good.Store(true)
	x := &lab.Exchange{Good: func(string) bool { return good.Load() }}
	s, err := lab.NewExchange(x, lab.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.AddMailbox("anna")
	c := dial(t, s.Endpoint())
	c.ok(bearer("anna", "t"))
	good.Store(false)
	said, _, err := c.reply(c.send("SELECT INBOX"))
	if err == nil || len(said) != 1 || !strings.HasPrefix(said[0], "* BYE Session invalidated") {
		t.Errorf("%q, %v", said, err)
	}
}

func TestExchangeHasTwentySessionsAndThrottles(t *testing.T) {
	s, x := exchange(t, lab.Options{})
	var last *client
	for range 20 {
		last = dial(t, s.Endpoint())
		last.ok(bearer("anna", "good"))
	}
	if said, status := dial(t, s.Endpoint()).do(bearer("anna", "good")); status != "NO" || !strings.Contains(said[0], "maximum number of sessions") {
		t.Errorf("the twenty-first: %q", said)
	}
	x.Throttle("anna", 10*time.Second)
	if said, _ := last.do("SELECT INBOX"); !strings.Contains(said[0], "NO Request is throttled. Suggested Backoff Time: 10001 milliseconds") && !strings.Contains(said[0], "Suggested Backoff Time: 99") {
		t.Errorf("throttled: %q", said)
	}
	if x.Early("anna") != 0 {
		t.Error("a client that had not heard of the wait is blamed")
	}
}

func TestExchangeMayPartWithARefusal(t *testing.T) {
	for parting, first := range map[lab.Parting]string{lab.ByeFirst: "* BYE Connection closed.", lab.ByeLast: "NO Server Unavailable. 15"} {
		s, x := exchange(t, lab.Options{})
		x.Parting = parting
		s.SetQuota(1)
		c := dial(t, s.Endpoint())
		c.ok(bearer("anna", "good"))
		c.send(appendCommand("INBOX", "a: b\r\n\r\n"))
		var said []string
		for line, err := c.line(); err == nil; line, err = c.line() {
			said = append(said, line)
		}
		if all := strings.Join(said, "\n"); len(said) != 2 || !strings.Contains(said[0], first) || !strings.Contains(all, "NO Server Unavailable. 15") || !strings.Contains(all, "* BYE") {
			t.Errorf("%d: %q", parting, said)
		}
	}
}
