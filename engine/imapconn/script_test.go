package imapconn

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"

	"mxodus/engine"
)

// script is an IMAP server that answers as a test tells it to.
type script struct {
	caps string
	// answer gets every command after sign-in; literals stand in args as they
	// came, without their mark.
	answer func(c *scriptConn, verb, args string)
	// refuse, if set, may answer a synchronising literal in place of "+"; early
	// may answer a non-synchronising one before its bytes are read.
	refuse, early func(line string) string
	// runs has a literal that early answered be taken for commands.
	runs bool
	// noop, if set, answers NOOP.
	noop func(c *scriptConn)

	mu    sync.Mutex
	heard []string
}

// scriptConn is one connection to a script.
type scriptConn struct {
	net.Conn
	s   *script
	r   *bufio.Reader
	tag string
}

// start serves until the test ends.
func (s *script) start(tb testing.TB) access {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	var wg sync.WaitGroup
	var conns []net.Conn
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			conns = append(conns, c)
			s.mu.Unlock()
			wg.Go(func() { s.serve(c) })
		}
	})
	tb.Cleanup(func() {
		_ = l.Close()
		s.mu.Lock()
		for _, c := range conns {
			_ = c.Close()
		}
		s.mu.Unlock()
		wg.Wait()
	})
	return access{engine.Endpoint{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: engine.Plain}, "anna", "sun"}
}

// errHangUp, as a panic, ends the connection from anywhere.
var errHangUp = errors.New("hang up")

func (s *script) serve(conn net.Conn) {
	defer func() {
		if v := recover(); v != nil && v != errHangUp {
			panic(v)
		}
		_ = conn.Close()
	}()
	c := &scriptConn{Conn: conn, s: s, r: bufio.NewReader(conn)}
	c.say("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN %s] ready", s.caps)
	for {
		line, err := c.command()
		if err != nil {
			return
		}
		tag, rest, _ := strings.Cut(line, " ")
		verb, args, _ := strings.Cut(rest, " ")
		if verb == "UID" {
			word, more, _ := strings.Cut(args, " ")
			verb, args = "UID "+word, more
		}
		c.tag = tag
		switch verb {
		case "AUTHENTICATE", "LOGIN":
			c.say("%s OK [CAPABILITY IMAP4rev1 %s] signed in", tag, s.caps)
			continue
		case "CAPABILITY":
			c.say("* CAPABILITY IMAP4rev1 %s", s.caps)
			c.ok()
			continue
		case "ID", "NOOP", "LOGOUT":
			if verb == "NOOP" && s.noop != nil {
				s.noop(c)
			} else {
				c.ok()
			}
			continue
		}
		s.mu.Lock()
		s.heard = append(s.heard, strings.TrimSpace(verb+" "+args))
		s.mu.Unlock()
		s.answer(c, verb, args)
	}
}

// command reads a command with its literals.
func (c *scriptConn) command() (string, error) {
	var b strings.Builder
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return "", err
		}
		line = strings.TrimRight(line, "\r\n")
		i := strings.LastIndexByte(line, '{')
		if i < 0 || !strings.HasSuffix(line, "}") {
			return b.String() + line, nil
		}
		mark := line[i+1 : len(line)-1]
		n, err := strconv.Atoi(strings.TrimSuffix(mark, "+"))
		if err != nil {
			return b.String() + line, nil
		}
		b.WriteString(line[:i])
		if !strings.HasSuffix(mark, "+") {
			if no := said(c.s.refuse, line); no != "" {
				tag, _, _ := strings.Cut(b.String(), " ")
				c.say("%s %s", tag, no)
				b.Reset()
				continue
			}
			c.say("+ go on")
		} else if no := said(c.s.early, line); no != "" {
			tag, _, _ := strings.Cut(b.String(), " ")
			c.say("%s %s", tag, no)
			if c.s.runs {
				b.Reset()
				continue
			}
		}
		if _, err := io.CopyN(&b, c.r, int64(n)); err != nil {
			return "", err
		}
	}
}

func said(f func(string) string, line string) string {
	if f == nil {
		return ""
	}
	return f(line)
}

func (c *scriptConn) say(format string, args ...any) {
	_, _ = fmt.Fprintf(c, format+"\r\n", args...)
}

func (c *scriptConn) ok() { c.say("%s OK done", c.tag) }

// opened answers EXAMINE or SELECT.
func (c *scriptConn) opened(messages int, validity uint32) {
	c.say("* %d EXISTS", messages)
	c.say("* OK [UIDVALIDITY %d] valid", validity)
	c.say("* OK [UIDNEXT %d] next", messages+1)
	c.say("* OK [PERMANENTFLAGS (\\Seen \\Flagged \\*)] kept")
	c.ok()
}

// commands is what was heard so far.
func (s *script) commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.heard...)
}

func (s *script) count(verb string) int {
	n := 0
	for _, c := range s.commands() {
		if strings.HasPrefix(c, verb+" ") {
			n++
		}
	}
	return n
}
