package lab

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"

	"mxodus/engine"
)

// SMTPOptions say how a sink behaves.
type SMTPOptions struct {
	// Login and Password, if not empty, must be given by AUTH PLAIN before mail
	// is taken. It is offered under TLS only.
	Login, Password string
	NoSTARTTLS      bool
	// Refuse, if not nil, says which receivers are refused.
	Refuse func(to string) bool
	// Vanish, if not nil, says of which messages, counted from 1, the end is read
	// but not answered: the connection goes, the message is kept or not.
	Vanish func(n int) (vanish, kept bool)
}

// SMTPMessage is what a sink was given.
type SMTPMessage struct {
	From string
	To   []string
	Data string // CRLF between lines, dots unstuffed
	TLS  bool
}

// SMTPSink is a mail server (RFC 5321) that keeps what it is given and delivers
// nothing.
type SMTPSink struct {
	o           SMTPOptions
	config      *tls.Config
	fingerprint string
	listeners   []net.Listener // STARTTLS, TLS

	mu       sync.Mutex
	seen     int
	messages []SMTPMessage
	conns    map[net.Conn]bool
}

// NewSMTPSink starts a sink on loopback.
func NewSMTPSink(o SMTPOptions) (*SMTPSink, error) {
	cert, fingerprint, err := newCertificate()
	if err != nil {
		return nil, err
	}
	s := &SMTPSink{o: o, fingerprint: fingerprint, conns: map[net.Conn]bool{},
		config: &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}}
	for _, implicit := range []bool{false, true} {
		l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
		if err != nil {
			s.Close()
			return nil, err
		}
		s.listeners = append(s.listeners, l)
		go s.serve(l, implicit)
	}
	return s, nil
}

// Server reaches the sink, by engine.StartTLS, engine.TLS or engine.Plain.
func (s *SMTPSink) Server(security engine.Security) engine.MailServer {
	l := s.listeners[0]
	if security == engine.TLS {
		l = s.listeners[1]
	}
	return engine.MailServer{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: security, Fingerprint: s.fingerprint, Login: s.o.Login}
}

// Messages are those kept so far.
func (s *SMTPSink) Messages() []SMTPMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Close ends the sink and all connections.
func (s *SMTPSink) Close() {
	for _, l := range s.listeners {
		_ = l.Close()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.Close()
	}
}

func (s *SMTPSink) serve(l net.Listener, implicit bool) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[conn] = true
		s.mu.Unlock()
		if implicit {
			conn = tls.Server(conn, s.config)
		}
		go func() {
			c := &smtpConn{sink: s, conn: conn, r: bufio.NewReader(conn), tls: implicit}
			defer func() { _ = c.conn.Close() }()
			c.say("220 sink ready")
			for c.command() {
			}
		}()
	}
}

// smtpConn is one client.
type smtpConn struct {
	sink   *SMTPSink
	conn   net.Conn
	r      *bufio.Reader
	tls    bool
	signed bool
	from   string
	to     []string
}

func (c *smtpConn) say(lines ...string) {
	_, _ = fmt.Fprint(c.conn, strings.Join(lines, "\r\n"), "\r\n")
}

// command answers one; false ends the connection.
func (c *smtpConn) command() bool {
	line, err := c.r.ReadString('\n')
	if err != nil {
		return false
	}
	line = strings.TrimRight(line, "\r\n")
	verb, arg, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO", "HELO":
		c.hello()
	case "STARTTLS":
		c.say("220 go ahead")
		c.conn = tls.Server(c.conn, c.sink.config)
		c.r, c.tls = bufio.NewReader(c.conn), true
	case "AUTH":
		c.auth(arg)
	case "MAIL":
		if c.sink.o.Login != "" && !c.signed {
			c.say("530 5.7.0 sign in first")
			break
		}
		c.from, c.to = path(arg), nil
		c.say("250 ok")
	case "RCPT":
		if to := path(arg); c.sink.o.Refuse != nil && c.sink.o.Refuse(to) {
			c.say("550 5.1.1 nobody of that name")
		} else {
			c.to = append(c.to, to)
			c.say("250 ok")
		}
	case "DATA":
		return c.data()
	case "RSET", "NOOP":
		c.say("250 ok")
	case "QUIT":
		c.say("221 bye")
		return false
	default:
		c.say("502 5.5.1 not known")
	}
	return true
}

func (c *smtpConn) hello() {
	lines := []string{"250-sink"}
	if !c.tls && !c.sink.o.NoSTARTTLS {
		lines = append(lines, "250-STARTTLS")
	}
	if c.tls && c.sink.o.Login != "" {
		lines = append(lines, "250-AUTH PLAIN")
	}
	c.say(append(lines, "250 8BITMIME")...)
}

func (c *smtpConn) auth(arg string) {
	_, initial, _ := strings.Cut(arg, " ")
	given, err := base64.StdEncoding.DecodeString(initial)
	if err != nil || string(given) != "\x00"+c.sink.o.Login+"\x00"+c.sink.o.Password {
		c.say("535 5.7.8 wrong")
		return
	}
	c.signed = true
	c.say("235 2.7.0 welcome")
}

// data takes a message.
func (c *smtpConn) data() bool {
	c.say("354 go ahead")
	var b strings.Builder
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return false // without its end it is no message
		}
		if line == ".\r\n" {
			break
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
	s := c.sink
	s.mu.Lock()
	s.seen++
	vanish, kept := false, true
	if s.o.Vanish != nil {
		if vanish, kept = s.o.Vanish(s.seen); !vanish {
			kept = true
		}
	}
	if kept {
		s.messages = append(s.messages, SMTPMessage{From: c.from, To: c.to, Data: b.String(), TLS: c.tls})
	}
	s.mu.Unlock()
	if vanish {
		return false
	}
	c.say("250 2.0.0 kept")
	return true
}

// path is the address within <>.
func path(arg string) string {
	_, rest, _ := strings.Cut(arg, "<")
	address, _, _ := strings.Cut(rest, ">")
	return address
}
