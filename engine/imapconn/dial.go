package imapconn

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"net"
	"strings"
	"time"

	"mxodus/engine"
)

// dialTime is how long each step of connecting may take, unless Limits.Silence
// is shorter.
const dialTime = 30 * time.Second

// dialing is one attempt to reach an endpoint, up to the server's capabilities
// before sign-in.
type dialing struct {
	e      engine.Endpoint
	side   engine.Side
	bounds engine.Limits // with defaults
	hide   *hider
	trace  *tracer
	spare  *spare
	rest   *rest // of the mailbox that is to be opened; nil: none
}

// connect dials, protects the connection and reads greeting and capabilities.
// Nothing that identifies a user is sent. Its errors are *engine.Fault.
func (d *dialing) connect(ctx context.Context) (*conn, error) {
	cfg, err := tlsConfig(d.e)
	if err != nil {
		return nil, d.tell(err)
	}
	if err := d.refusePlain(); err != nil {
		return nil, d.tell(err)
	}
	sock, err := d.dial(ctx)
	if err != nil {
		return nil, d.tell(err)
	}
	c := &conn{side: d.side, kind: d.e.Kind, bounds: d.bounds, limits: limitsFor(d.bounds), hide: d.hide, rest: d.rest, mark: freshMark()}
	c.info.Host = d.e.Host
	if err := d.protect(ctx, c, sock, cfg); err != nil {
		_ = sock.Close()
		return nil, d.tell(err)
	}
	if err := c.hello(ctx, d.e.Security == engine.StartTLS); err != nil {
		_ = c.guard.Close()
		return nil, d.tell(err)
	}
	return c, nil
}

// limitsFor derives the guard's limits from the project's.
func limitsFor(l engine.Limits) limits {
	most := l.MaxMessageBytes + l.MaxMessageBytes/8 + 1<<20 // servers are wrong about sizes by a little
	return limits{line: 8 << 20, name: 64 << 10, literal: most, skip: 4*most + 64<<20}
}

// patience is how long one step may take.
func (d *dialing) patience() time.Duration { return min(dialTime, d.bounds.Silence) }

func (d *dialing) dial(ctx context.Context) (net.Conn, error) {
	// Go sets TCP_NODELAY by itself.
	dialer := net.Dialer{Timeout: d.patience(), KeepAlive: 30 * time.Second}
	sock, err := dialer.DialContext(ctx, "tcp", d.e.Address())
	if err != nil {
		return nil, dialFault(d.e, err)
	}
	return sock, nil
}

// protect brings up TLS as the endpoint asks and starts the guard.
func (d *dialing) protect(ctx context.Context, c *conn, sock net.Conn, cfg *tls.Config) error {
	carrier := sock
	if d.e.Security != engine.Plain {
		if d.e.Security == engine.StartTLS {
			if err := d.startTLS(ctx, c, sock); err != nil {
				return err
			}
		}
		secured, err := d.handshake(ctx, sock, cfg)
		if err != nil {
			return err
		}
		carrier = secured
		c.noteTLS(secured.ConnectionState())
	}
	c.guard = newGuard(carrier, sock, c.limits, d.bounds.Silence, d.side, d.trace, d.spare)
	c.guard.asks = func(kind string, s status) { c.throttled(kind, s) }
	return nil
}

func (d *dialing) handshake(ctx context.Context, sock net.Conn, cfg *tls.Config) (*tls.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, d.patience())
	defer cancel()
	secured := tls.Client(sock, cfg)
	if err := secured.HandshakeContext(ctx); err != nil {
		if err := ctx.Err(); err != nil {
			return nil, dialFault(d.e, err)
		}
		return nil, tlsFault(d.e, err)
	}
	return secured, nil
}

// noteTLS keeps what the handshake showed.
func (c *conn) noteTLS(s tls.ConnectionState) {
	c.info.TLS = tls.VersionName(s.Version)
	if len(s.PeerCertificates) > 0 {
		leaf := s.PeerCertificates[0]
		sum := sha256.Sum256(leaf.Raw)
		c.info.Certificate = hex.EncodeToString(sum[:])
		c.info.CertNames = certNames(leaf)
	}
}

// refusePlain refuses to talk without TLS beyond this machine.
func (d *dialing) refusePlain() error {
	if d.e.Security != engine.Plain || d.e.AllowPlaintext || isLoopback(d.e.Host) {
		return nil
	}
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodePlaintext,
		What: "Passwords would cross the network unprotected.",
		Do:   "Use imaps:// or imap:// (STARTTLS). If the network between is yours and nobody else's, allow plaintext by name.", Who: "you"}
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// startTLS is STARTTLS on the bare socket (RFC 3501 section 6.2.1). What the
// server says before TLS may come from anybody: it serves to refuse, and the
// greeting's words to guess the kind of server.
func (d *dialing) startTLS(ctx context.Context, c *conn, sock net.Conn) error {
	defer context.AfterFunc(ctx, func() { _ = sock.Close() })()
	if err := sock.SetDeadline(time.Now().Add(d.patience())); err != nil {
		return dialFault(d.e, err)
	}
	t := &plainTalk{d: d, sock: sock, r: bufio.NewReaderSize(sock, 8<<10)}
	if err := t.upgrade(); err != nil {
		if ctx.Err() != nil {
			return dialFault(d.e, context.Cause(ctx))
		}
		return err
	}
	c.info.Greeting = t.greeting
	return sock.SetDeadline(time.Time{})
}

// plainTalk is the little that is said before STARTTLS.
type plainTalk struct {
	d        *dialing
	sock     net.Conn
	r        *bufio.Reader
	greeting string
}

// talkMost is how many lines a server may send where few are due.
const talkMost = 100

func (t *plainTalk) upgrade() error {
	line, err := t.line()
	if err != nil {
		return err
	}
	kind, s := plainStatus(line, "*")
	t.greeting = engine.Clean(s.text, maxSaid)
	switch kind {
	case "OK":
	case "PREAUTH":
		return preauthFault(t.greeting)
	case "BYE":
		return byeFault(&byeError{engine.Clean(s.words(), maxSaid)})
	default:
		return notIMAPFault(t.d.e, line)
	}
	offered := strings.ToUpper(s.arg)
	if s.code != "CAPABILITY" {
		if offered, err = t.capability(); err != nil {
			return err
		}
	}
	if !hasWord(offered, "STARTTLS") {
		return noSTARTTLSFault(t.d.e, "")
	}
	kind, s, err = t.command("S2 STARTTLS", "S2", nil)
	if err != nil {
		return err
	}
	if kind != "OK" {
		return noSTARTTLSFault(t.d.e, engine.Clean(s.words(), maxSaid))
	}
	if t.r.Buffered() > 0 {
		return injectedFault()
	}
	return nil
}

// throttled is the fault of a reply before TLS that asks to go slower.
func (d *dialing) throttled(kind string, s status) error {
	if kind == "OK" || !isThrottle(s) {
		return nil
	}
	f := lookUp(s.code, s.text)
	f.Said, f.Until = engine.Clean(s.words(), maxSaid), time.Now().Add(f.Wait)
	fill(d.side, f, "connect")
	d.rest.ask(f)
	return f
}

// capability asks what the server offers.
func (t *plainTalk) capability() (string, error) {
	offered := ""
	_, _, err := t.command("S1 CAPABILITY", "S1", func(line []byte) {
		if rest, ok := bytes.CutPrefix(bytes.ToUpper(line), []byte("* CAPABILITY ")); ok {
			offered = string(rest)
		}
	})
	return offered, err
}

func (t *plainTalk) command(cmd, tag string, each func([]byte)) (kind string, s status, err error) {
	t.d.trace.client([]byte(cmd), false)
	if _, err := t.sock.Write([]byte(cmd + "\r\n")); err != nil {
		return "", s, t.lost(err)
	}
	for range talkMost {
		line, err := t.line()
		if err != nil {
			return "", s, err
		}
		if kind, s = plainStatus(line, tag); kind != "" {
			return kind, s, t.d.throttled(kind, s)
		}
		if kind, s = plainStatus(line, "*"); kind == "BYE" {
			return "", s, byeFault(&byeError{engine.Clean(s.words(), maxSaid)})
		}
		if each != nil {
			each(line)
		}
	}
	return "", s, notIMAPFault(t.d.e, nil)
}

func (t *plainTalk) line() ([]byte, error) {
	line, err := t.r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		return nil, notIMAPFault(t.d.e, line)
	}
	if err != nil {
		return nil, t.lost(err)
	}
	line = chomp(line[:len(line)-1])
	if see := t.d.trace.server(); see != nil {
		see(line)
	}
	return line, nil
}

func (t *plainTalk) lost(err error) error { return dialFault(t.d.e, err) }

// plainStatus reads a status reply with this tag; kind is empty when it is
// another.
func plainStatus(line []byte, tag string) (kind string, s status) {
	rest, ok := bytes.CutPrefix(line, []byte(tag+" "))
	if !ok {
		return "", s
	}
	word, rest, _ := bytes.Cut(rest, []byte(" "))
	switch kind = strings.ToUpper(string(word)); kind {
	case "OK", "NO", "BAD", "BYE", "PREAUTH":
		return kind, statusOf(rest)
	}
	return "", s
}

func hasWord(list, word string) bool {
	for _, w := range strings.Fields(list) {
		if w == word {
			return true
		}
	}
	return false
}

// tell completes a fault of connecting.
func (d *dialing) tell(err error) error { return complete(d.side, err) }
