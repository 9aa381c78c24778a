package lab_test

import (
	"bufio"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"

	"mxodus/engine"
	"mxodus/engine/lab"
)

// client speaks IMAP by hand.
type client struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
	n    int
	// sendErr is the first error of a write.
	sendErr error
}

func dial(t *testing.T, e engine.Endpoint) *client {
	t.Helper()
	conn, err := net.Dial("tcp", e.Address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	c := &client{t: t, conn: conn}
	if e.Security == engine.TLS {
		c.conn = secured(t, conn, e.Fingerprint)
	}
	c.r = bufio.NewReader(c.conn)
	if line, err := c.r.ReadString('\n'); err != nil || !strings.HasPrefix(line, "* OK") {
		t.Fatalf("greeting: %q, %v", line, err)
	}
	if e.Security == engine.StartTLS {
		c.ok("STARTTLS")
		c.conn = secured(t, conn, e.Fingerprint)
		c.r = bufio.NewReader(c.conn)
	}
	return c
}

func secured(t *testing.T, conn net.Conn, fingerprint string) net.Conn {
	t.Helper()
	out := tls.Client(conn, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}) // the fingerprint is compared
	if err := out.Handshake(); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(out.ConnectionState().PeerCertificates[0].Raw)
	if got := hex.EncodeToString(sum[:]); got != fingerprint {
		t.Fatalf("certificate %s, want %s", got, fingerprint)
	}
	return out
}

// send sends one command without waiting, and returns its tag.
func (c *client) send(command string) string {
	c.n++
	tag := "t" + strconv.Itoa(c.n)
	if _, err := fmt.Fprintf(c.conn, "%s %s\r\n", tag, command); c.sendErr == nil {
		c.sendErr = err
	}
	return tag
}

// reply reads until the tagged reply of a command; an error is the end of the
// connection.
func (c *client) reply(tag string) (said []string, status string, err error) {
	for {
		line, err := c.line()
		if err != nil {
			return said, "", err
		}
		said = append(said, line)
		if rest, found := strings.CutPrefix(line, tag+" "); found {
			status, _, _ = strings.Cut(rest, " ")
			return said, status, nil
		}
	}
}

// line reads one line with the literals in it.
func (c *client) line() (string, error) {
	line, err := c.r.ReadString('\n')
	if err != nil {
		return "", err
	}
	i := strings.LastIndexByte(line, '{')
	if i < 0 || !strings.HasSuffix(line, "}\r\n") {
		return strings.TrimSuffix(line, "\r\n"), nil
	}
	n, err := strconv.Atoi(line[i+1 : len(line)-3])
	if err != nil {
		return "", err
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(c.r, body); err != nil {
		return "", err
	}
	rest, err := c.line()
	return line + string(body) + rest, err
}

func (c *client) do(command string) ([]string, string) {
	c.t.Helper()
	said, status, err := c.reply(c.send(command))
	if err != nil {
		c.t.Fatalf("%s: %v", command, err)
	}
	return said, status
}

func (c *client) ok(command string) string {
	c.t.Helper()
	said, status := c.do(command)
	if status != "OK" {
		c.t.Fatalf("%s: %q", command, said)
	}
	return strings.Join(said, "\n")
}

func appendCommand(folder, body string) string {
	return fmt.Sprintf("APPEND %s (\\Seen $Label1) \"05-Mar-2021 10:11:12 +0545\" {%d+}\r\n%s", folder, len(body), body)
}

func start(t testing.TB, o lab.Options) *lab.Server {
	t.Helper()
	s, err := lab.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.AddUser("anna", "sun")
	return s
}

func signedIn(t *testing.T, e engine.Endpoint) *client {
	t.Helper()
	c := dial(t, e)
	c.ok("LOGIN anna sun")
	return c
}
