package imapconn

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"mxodus/engine"
)

// scripted is a server that says what a test wants.
type scripted struct {
	t        *testing.T
	endpoint engine.Endpoint

	mu    sync.Mutex
	heard []string // every line of every client
	conns int
}

// talk is one connection to a scripted server.
type talk struct {
	net.Conn
	s *scripted
	r *bufio.Reader
	n int // which connection it is, from 1
}

// serve starts a server without TLS on loopback; handle is called for each
// connection and may return at any time.
func serve(t *testing.T, handle func(k *talk)) *scripted {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &scripted{t: t, endpoint: engine.Endpoint{Host: "127.0.0.1", Port: ln.Addr().(*net.TCPAddr).Port, Security: engine.Plain}}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns++
			n := s.conns
			s.mu.Unlock()
			open.Go(func() {
				defer func() { _ = c.Close() }()
				stop := context.AfterFunc(t.Context(), func() { _ = c.Close() })
				defer stop()
				handle(&talk{Conn: c, s: s, r: bufio.NewReader(c), n: n})
			})
		}
	})
	t.Cleanup(func() {
		_ = ln.Close()
		open.Wait()
	})
	return s
}

// overTLS makes the connection speak TLS from here on.
func (k *talk) overTLS(cfg *tls.Config) bool {
	c := tls.Server(k.Conn, cfg)
	if c.Handshake() != nil {
		return false
	}
	k.Conn, k.r = c, bufio.NewReader(c)
	return true
}

func (k *talk) say(format string, args ...any) {
	_, _ = fmt.Fprintf(k.Conn, format, args...)
}

// line is the client's next line, without its end; false at its end.
func (k *talk) line() (string, bool) {
	s, err := k.r.ReadString('\n')
	s = strings.TrimRight(s, "\r\n")
	k.s.mu.Lock()
	if s != "" || err == nil {
		k.s.heard = append(k.s.heard, s)
	}
	k.s.mu.Unlock()
	return s, err == nil
}

// literal takes what follows a line that ends in {n+} or {n}; the latter gets
// its continuation.
func (k *talk) literal(line string) (string, bool) {
	n := literalMark([]byte(line))
	if n < 0 {
		return "", false
	}
	if !strings.HasSuffix(line, "+}") {
		k.say("+ go on\r\n")
	}
	b := make([]byte, n)
	_, err := io.ReadFull(k.r, b)
	return string(b), err == nil
}

// wait ends when the client hangs up.
func (k *talk) wait() { _, _ = io.Copy(io.Discard, k.r) }

// said are all lines that clients sent.
func (s *scripted) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.heard, "\n")
}

// command is one command of a client. args holds literals in place of their
// marks.
type command struct{ tag, verb, args string }

// command reads the next command, literals included; false at the end.
func (k *talk) command() (c command, ok bool) {
	text := ""
	for {
		line, ok := k.line()
		if !ok {
			return c, false
		}
		text += line
		lit, has := k.literal(line)
		if !has {
			break
		}
		text = text[:strings.LastIndexByte(text, '{')] + lit
	}
	tag, rest, _ := strings.Cut(text, " ")
	verb, args, _ := strings.Cut(rest, " ")
	if strings.EqualFold(verb, "UID") {
		sub, tail, _ := strings.Cut(args, " ")
		verb, args = verb+" "+sub, tail
	}
	return command{tag, strings.ToUpper(verb), args}, true
}

// mailServer is a scripted server that lets everybody in with "pw" and leaves
// the rest to each; what each returns false for is OK.
func mailServer(t *testing.T, caps string, each func(k *talk, c command) bool) *scripted {
	return serve(t, func(k *talk) { k.mail(caps, each) })
}

func (k *talk) mail(caps string, each func(k *talk, c command) bool) {
	k.say("* OK [CAPABILITY %s] Scripted ready.\r\n", caps)
	for {
		c, ok := k.command()
		if !ok {
			return
		}
		if each != nil && each(k, c) {
			continue
		}
		switch c.verb {
		case "AUTHENTICATE":
			if !k.authenticate(c) {
				return
			}
			continue
		case "CAPABILITY":
			k.say("* CAPABILITY %s\r\n", caps)
		case "LOGOUT":
			k.say("* BYE so long\r\n%s OK\r\n", c.tag)
			return
		}
		k.say("%s OK done\r\n", c.tag)
	}
}

// authenticate takes PLAIN with any name and the password "pw".
func (k *talk) authenticate(c command) bool {
	_, first, has := strings.Cut(c.args, " ")
	if !has {
		k.say("+ \r\n")
		var ok bool
		if first, ok = k.line(); !ok {
			return false
		}
	}
	b, _ := base64.StdEncoding.DecodeString(first)
	if !strings.HasSuffix(string(b), "\x00pw") {
		k.say("%s NO [AUTHENTICATIONFAILED] Authentication failed.\r\n", c.tag)
		return true
	}
	k.say("%s OK Logged in.\r\n", c.tag)
	return true
}

// memVault is a vault in memory.
type memVault map[string]engine.Secret

func (v memVault) Get(name string) (engine.Secret, bool) { s, ok := v[name]; return s, ok }

func (v memVault) Set(_ context.Context, secrets map[string]engine.Secret) error {
	for name, s := range secrets {
		v[name] = s
	}
	return nil
}

// anna is the user of all tests.
var anna = engine.User{ID: 1, Address: "anna@new.example", SourceLogin: "anna"}

// dialer is a Dialer whose both sides are the server, with anna's password.
func (s *scripted) dialer(change func(p *engine.Project)) *Dialer {
	p := engine.Project{Source: s.endpoint, Destination: s.endpoint, Limits: engine.Limits{Silence: 5 * time.Second}}
	if change != nil {
		change(&p)
	}
	return NewDialer(p, memVault{"source/1": "pw", "destination/1": "pw", "source/admin": "pw"}, engine.DialOptions{})
}

// open signs anna in at the source.
func (s *scripted) open(change func(p *engine.Project)) *conn {
	s.t.Helper()
	c, err := s.dialer(change).open(s.t.Context(), engine.SideSource, anna)
	if err != nil {
		s.t.Fatalf("open: %v", err)
	}
	s.t.Cleanup(func() { _ = c.close() })
	return c
}

// faultOf is the fault in err, which must be one of this code.
func faultOf(t *testing.T, err error, code engine.Code) *engine.Fault {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want a fault %q", code)
	}
	f := engine.AsFault(err)
	if f.Code != code {
		t.Fatalf("fault %q, want %q: %v (%v)", f.Code, code, f, f.Err)
	}
	if f.What == "" || f.Do == "" || f.Who == "" || strings.ContainsAny(f.What+f.Do+f.Who, "{}") {
		t.Errorf("fault is not fit for people: %q / %q / %q", f.What, f.Do, f.Who)
	}
	return f
}
