package lab

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"

	"mxodus/engine"
)

// Options say how a server presents itself. The zero value is a modern server
// with "/" between levels that takes everything.
type Options struct {
	Separator string // between levels; empty means "/"
	Prefix    string // of the personal namespace, as in "INBOX."
	// NoLiteralPlus, NoSpecialUse and NoListStatus switch off what is there by
	// default (RFC 7888, RFC 6154, RFC 5819).
	NoLiteralPlus, NoSpecialUse, NoListStatus bool
	// UIDPlus tells the UIDs of what was appended (RFC 4315).
	UIDPlus bool
	// FoldsCase takes folder names that differ only in case for the same.
	FoldsCase bool
	// Flags are the flags and keywords that can be stored; nil means all.
	Flags []string
	// MaxMessage is the largest message taken, in bytes; 0 means any.
	MaxMessage int64
	// Quota is every user's storage limit in bytes; 0 means none.
	Quota int64
	// MaxConns is how many connections one user may have; 0 means any number.
	MaxConns int
	// Opens, if set, says whether a token opens a user's mailbox: the server then
	// signs in by XOAUTH2 only, and ends sessions whose token has run out, as Gmail
	// does.
	Opens func(user, token string) bool
	// Exchange is set by [NewExchange].
	Exchange *Exchange
}

// Server is a mail server in memory. Its methods may be called from any
// goroutine while clients are at work.
type Server struct {
	*Ledger
	o           Options
	servers     []*imapserver.Server
	implicit    net.Listener
	starttls    net.Listener
	fingerprint string
	pem         []byte
	quota       atomic.Int64

	mu       sync.Mutex
	accounts map[string]*account
	sessions map[*session]*account // signed in
	decision func(Command) error
}

// New starts a server with nobody on it.
func New(o Options) (*Server, error) {
	cert, fingerprint, err := newCertificate()
	if err != nil {
		return nil, err
	}
	s := &Server{Ledger: newLedger(), o: o, fingerprint: fingerprint, pem: certificatePEM(cert), accounts: map[string]*account{}, sessions: map[*session]*account{}}
	s.quota.Store(o.Quota)
	config := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	if s.implicit, err = s.listen(config, nil); err != nil {
		return nil, err
	}
	if s.starttls, err = s.listen(nil, config); err != nil {
		return nil, errors.Join(err, s.implicit.Close())
	}
	return s, nil
}

// listen serves one port. implicit and starttls are nil where that kind of TLS
// isn't offered.
func (s *Server) listen(implicit, starttls *tls.Config) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := imapserver.New(&imapserver.Options{
		NewSession: func(c *imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			own := &session{server: s, wire: c.NetConn().(*wire)}
			if s.o.Exchange != nil {
				own.wire.manners.on = true
				return exchangeSession{own}, nil, nil
			}
			if s.o.Opens != nil {
				return tokenSession{own}, nil, nil
			}
			return own, nil, nil
		},
		Caps: s.capabilities(), Logger: log.New(io.Discard, "", 0), TLSConfig: starttls, InsecureAuth: true,
	})
	s.servers = append(s.servers, server)
	go func() { _ = server.Serve(&wireListener{Listener: l, book: s.Ledger, tls: implicit}) }()
	return l, nil
}

func (s *Server) capabilities() imap.CapSet {
	caps := imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapNamespace: {}, imap.CapMove: {}, imap.CapListExtended: {}, imap.CapChildren: {}}
	add := func(on bool, c imap.Cap) {
		if on {
			caps[c] = struct{}{}
		}
	}
	add(!s.o.NoLiteralPlus, imap.CapLiteralPlus)
	add(!s.o.NoSpecialUse, imap.CapSpecialUse)
	add(!s.o.NoListStatus, imap.CapListStatus)
	add(s.o.UIDPlus, imap.CapUIDPlus)
	return caps
}

// Close ends the server and all connections.
func (s *Server) Close() {
	for _, server := range s.servers {
		_ = server.Close()
	}
	for _, l := range []net.Listener{s.implicit, s.starttls} { // a server that hasn't begun to serve doesn't know them
		_ = l.Close()
	}
}

// Endpoint reaches the server by TLS, and knows its certificate.
func (s *Server) Endpoint() engine.Endpoint { return s.endpoint(s.implicit, engine.TLS) }

// StartTLS reaches the server by STARTTLS. What passes after STARTTLS is not
// seen by [Cut], and counted only as commands.
func (s *Server) StartTLS() engine.Endpoint { return s.endpoint(s.starttls, engine.StartTLS) }

// Plain reaches the server without TLS.
func (s *Server) Plain() engine.Endpoint {
	e := s.endpoint(s.starttls, engine.Plain)
	e.Fingerprint = ""
	return e
}

func (s *Server) endpoint(l net.Listener, security engine.Security) engine.Endpoint {
	return engine.Endpoint{
		Kind: engine.KindIMAP, Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port,
		Security: security, Fingerprint: s.fingerprint,
	}
}

// Address is host and port of the TLS side.
func (s *Server) Address() string { return s.implicit.Addr().String() }

// Certificate is the server's own certificate, which is its authority as well
// (PEM).
func (s *Server) Certificate() []byte { return s.pem }

// AddUser makes an account with an empty INBOX.
func (s *Server) AddUser(name, password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts[name] = newAccount(name, password)
}

func (s *Server) account(name string) *account {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accounts[name]
}

// enter counts a sign-in against the user's connections.
func (s *Server) enter(who *session, a *account) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, other := range s.sessions {
		if other == a {
			n++
		}
	}
	if s.o.MaxConns > 0 && n >= s.o.MaxConns {
		return no("UNAVAILABLE", "Maximum number of connections from user+IP exceeded")
	}
	s.sessions[who] = a
	return nil
}

func (s *Server) leave(who *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, who)
}

func (s *Server) separator() rune {
	if s.o.Separator == "" {
		return '/'
	}
	return []rune(s.o.Separator)[0]
}

// mayCreate says whether a folder of that name can be.
func (s *Server) mayCreate(name string) bool {
	if strings.EqualFold(name, "INBOX") || !strings.HasPrefix(name, s.o.Prefix) {
		return false
	}
	return !slices.Contains(strings.Split(name, string(s.separator())), "")
}

func (s *Server) mayStore(a *account, body []byte, _ *imap.AppendOptions) error {
	size := int64(len(body))
	if s.o.Exchange != nil {
		full := s.quota.Load() > 0 && a.used+size > s.quota.Load() || s.o.Exchange.isFull(a.name, a.used+size)
		return s.o.Exchange.takes(s.o, a.name, body, full)
	}
	switch {
	case size == 0:
		return no("", "Can't save a zero byte message")
	case s.o.MaxMessage > 0 && size > s.o.MaxMessage:
		return no(imap.ResponseCodeTooBig, "Maximum size of appendable message has been exceeded")
	case s.quota.Load() > 0 && a.used+size > s.quota.Load():
		return no(imap.ResponseCodeOverQuota, "Quota exceeded (mailbox for user is full)")
	}
	return nil
}

// holds says whether a flag can be stored.
func (s *Server) holds(f imap.Flag) bool {
	return s.o.Flags == nil || slices.ContainsFunc(s.o.Flags, func(g string) bool { return strings.EqualFold(g, string(f)) })
}

func (s *Server) permanentFlags(wildcard bool) []imap.Flag {
	if s.o.Flags != nil {
		out := make([]imap.Flag, len(s.o.Flags))
		for i, f := range s.o.Flags {
			out[i] = imap.Flag(f)
		}
		return out
	}
	out := []imap.Flag{imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft}
	if wildcard {
		out = append(out, imap.FlagWildcard)
	}
	return out
}
