package lab_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"mxodus/engine/lab/real"
)

// dialReal signs a user in at a real server.
func dialReal(t *testing.T, s *real.Server, user, password string) *client {
	t.Helper()
	conn, err := tls.Dial("tcp", s.Address(), s.TLSConfig())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	c := &client{t: t, conn: conn, r: bufio.NewReader(conn)}
	if line, err := c.line(); err != nil || !strings.HasPrefix(line, "* OK") {
		t.Fatalf("greeting: %q, %v", line, err)
	}
	c.ok(fmt.Sprintf("LOGIN %q %q", user, password))
	return c
}

// plant stores a message with a synchronising literal, as every server knows
// it, and says whether the server took it.
func (c *client) plant(folder, flags, date string, body []byte) bool {
	c.t.Helper()
	tag := c.send(fmt.Sprintf("APPEND %s (%s) %q {%d}", folder, flags, date, len(body)))
	line, err := c.line()
	if err != nil {
		c.t.Fatalf("APPEND %s: %v", folder, err)
	}
	if !strings.HasPrefix(line, "+") {
		return false
	}
	if _, err := c.conn.Write(append(body[:len(body):len(body)], "\r\n"...)); err != nil {
		c.t.Fatal(err)
	}
	_, status, err := c.reply(tag)
	if err != nil {
		c.t.Fatalf("APPEND %s: %v", folder, err)
	}
	return status == "OK"
}

// found is one message as a server gives it.
type found struct {
	uid   string
	flags string // sorted, without \Recent
	date  time.Time
	body  string
}

var (
	listLine  = regexp.MustCompile(`(?s)^\* LIST \(([^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (.+)$`)
	uidItem   = regexp.MustCompile(`\bUID (\d+)`)
	flagsItem = regexp.MustCompile(`FLAGS \(([^)]*)\)`)
	dateItem  = regexp.MustCompile(`INTERNALDATE "([^"]+)"`)
)

// folders lists the names of all folders that hold messages, as the server
// spells them.
func (c *client) folders() (names []string) {
	c.t.Helper()
	said, _ := c.do(`LIST "" "*"`)
	for _, line := range said {
		m := listLine.FindStringSubmatch(line)
		if m == nil || strings.Contains(strings.ToLower(m[1]), `\noselect`) {
			continue
		}
		names = append(names, m[2])
	}
	return names
}

// messages reads a folder. name is as folders gave it.
func (c *client) messages(name string) (out []found) {
	c.t.Helper()
	if said, status := c.do("EXAMINE " + name); status != "OK" {
		c.t.Fatalf("EXAMINE %s: %q", name, said)
	}
	said, _ := c.do("UID FETCH 1:* (UID FLAGS INTERNALDATE BODY.PEEK[])")
	for _, line := range said {
		if !strings.HasPrefix(line, "* ") || !strings.Contains(line, " FETCH (") {
			continue
		}
		out = append(out, c.fetched(line))
	}
	return out
}

func (c *client) fetched(line string) found {
	c.t.Helper()
	head, rest, _ := strings.Cut(line, "BODY[] {")
	digits, rest, _ := strings.Cut(rest, "}\r\n")
	n := 0
	if _, err := fmt.Sscan(digits, &n); err != nil || n > len(rest) {
		c.t.Fatalf("%.200q: %v", line, err)
	}
	items := head + rest[n:]
	f := found{body: rest[:n], flags: sortedFlags(first(flagsItem, items)), uid: first(uidItem, items)}
	date, err := time.Parse("_2-Jan-2006 15:04:05 -0700", first(dateItem, items))
	if err != nil {
		c.t.Fatalf("%q: %v", items, err)
	}
	f.date = date.UTC()
	return f
}

func first(r *regexp.Regexp, s string) string {
	if m := r.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}
