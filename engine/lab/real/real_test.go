package real

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
)

// wire is one connection that speaks IMAP by hand.
type wire struct {
	tb   testing.TB
	conn net.Conn
	r    *bufio.Reader
	n    int
}

func dial(tb testing.TB, s *Server, security string) *wire {
	tb.Helper()
	port := s.TLSPort
	if security != "tls" {
		port = s.PlainPort
	}
	conn, err := net.Dial("tcp", net.JoinHostPort(s.Host, strconv.Itoa(port)))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close() })
	w := &wire{tb: tb, conn: conn}
	if security == "tls" {
		w.conn = tls.Client(conn, s.TLSConfig())
	}
	w.r = bufio.NewReader(w.conn)
	if line, err := w.r.ReadString('\n'); err != nil || !strings.HasPrefix(line, "* OK") {
		tb.Fatalf("greeting: %q, %v", line, err)
	}
	if security == "starttls" {
		w.ok("STARTTLS")
		w.conn = tls.Client(conn, s.TLSConfig())
		w.r = bufio.NewReader(w.conn)
	}
	return w
}

// do sends one command and returns everything said, the tagged reply last.
func (w *wire) do(command string) (said []string, status string) {
	w.tb.Helper()
	w.n++
	tag := "t" + strconv.Itoa(w.n)
	if _, err := fmt.Fprintf(w.conn, "%s %s\r\n", tag, command); err != nil {
		w.tb.Fatal(err)
	}
	for {
		line, err := w.r.ReadString('\n')
		if err != nil {
			w.tb.Fatalf("%s: %v", command, err)
		}
		line = strings.TrimRight(line, "\r\n")
		said = append(said, line)
		if rest, found := strings.CutPrefix(line, tag+" "); found {
			status, _, _ = strings.Cut(rest, " ")
			return said, status
		}
	}
}

func (w *wire) ok(command string) []string {
	w.tb.Helper()
	said, status := w.do(command)
	if status != "OK" {
		w.tb.Fatalf("%s: %q", command, said)
	}
	return said
}
