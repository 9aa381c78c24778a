package real

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"mxodus/engine"
)

// Kind is a server's make.
type Kind string

// The makes that can be started.
const (
	KindDovecot Kind = "dovecot"
	KindCyrus   Kind = "cyrus"
	KindCourier Kind = "courier"
	KindPostfix Kind = "postfix" // sends and takes mail; no IMAP
)

// Options are about one server. The zero value is a plain server with nobody
// on it.
type Options struct {
	// Users get accounts at start, by name; more can come with AddUser.
	Users map[string]string
	// InMemory keeps all mail in /dev/shm, where there is one: for benchmarks.
	InMemory bool
	// QuotaBytes is every user's storage limit; 0 for none. Dovecot and Cyrus.
	QuotaBytes int64
	// MaxConns is how many connections one user may have from one address; 0
	// means plenty. Dovecot and Courier.
	MaxConns int
	// Format is Dovecot's mail format: "maildir" (also when empty) or "sdbox".
	Format string
	// Separator is between the levels of a folder name: Dovecot "/" (also when
	// empty) or "."; Cyrus "." (also when empty) or "/"; Courier has only ".".
	Separator string
	// Prefix is Dovecot's personal namespace prefix, as in "INBOX.".
	Prefix string
	// AutoFolders has Dovecot and Cyrus make Sent, Drafts, Junk, Trash and
	// Archive for every user.
	AutoFolders bool
	// Extra is added to the end of the server's main configuration file.
	Extra string
}

// Server is a running server. Its methods fail the test when they can't do
// their work.
type Server struct {
	Kind      Kind
	Host      string // 127.0.0.1
	TLSPort   int
	PlainPort int // with STARTTLS, and sign-in in the clear; Postfix: without sign-in
	CAFile    string
	Pool      *x509.CertPool
	// Admin opens every mailbox: Dovecot as master (user*admin), Cyrus as
	// authorization of PLAIN. Empty at Courier.
	Admin         string
	AdminPassword string

	tb      testing.TB
	dir     string // all of the server's files
	mail    string // its mail
	proc    *process
	addUser func(name, password string) error
}

// Have leaves the test out when the server isn't installed, or fails it when
// MXODUS_REAL_SERVERS=required.
func Have(tb testing.TB, kinds ...Kind) {
	tb.Helper()
	for _, k := range kinds {
		err := installed(k)
		if err == nil && k == KindPostfix && os.Geteuid() != 0 {
			err = errors.New("it only starts as root")
		}
		if err != nil {
			if os.Getenv("MXODUS_REAL_SERVERS") == "required" {
				tb.Fatalf("%s is needed: run .ci/real-servers, and the tests, as root (%v)", k, err)
			}
			tb.Skipf("%s can't be started: .ci/real-servers installs it (%v)", k, err)
		}
	}
}

// Start starts a server of any make, as Dovecot, Cyrus and Courier do.
func Start(tb testing.TB, k Kind, o Options) *Server {
	tb.Helper()
	switch k {
	case KindCyrus:
		return Cyrus(tb, o)
	case KindCourier:
		return Courier(tb, o)
	}
	return Dovecot(tb, o)
}

// AddUser makes an account. A user who is there already gets the password.
// With Dovecot it can take a second: give users to Options where that counts.
func (s *Server) AddUser(name, password string) {
	s.tb.Helper()
	if err := s.addUser(name, password); err != nil {
		s.tb.Fatalf("%s: adding %s: %v", s.Kind, name, err)
	}
}

// Endpoint reaches the server by TLS.
func (s *Server) Endpoint() engine.Endpoint {
	return engine.Endpoint{Kind: engine.KindIMAP, Host: s.Host, Port: s.TLSPort, Security: engine.TLS, CAFile: s.CAFile}
}

// StartTLS reaches the server by STARTTLS.
func (s *Server) StartTLS() engine.Endpoint {
	return engine.Endpoint{Kind: engine.KindIMAP, Host: s.Host, Port: s.PlainPort, Security: engine.StartTLS, CAFile: s.CAFile}
}

// Plain reaches the server without TLS.
func (s *Server) Plain() engine.Endpoint {
	return engine.Endpoint{Kind: engine.KindIMAP, Host: s.Host, Port: s.PlainPort, Security: engine.Plain}
}

// Address is host and port of the TLS side.
func (s *Server) Address() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.TLSPort)) }

// TLSConfig trusts this server and no other.
func (s *Server) TLSConfig() *tls.Config {
	return &tls.Config{RootCAs: s.Pool, ServerName: s.Host, MinVersion: tls.VersionTLS12}
}

// Logs is everything that the server has logged so far.
func (s *Server) Logs() string {
	var all strings.Builder
	names, _ := filepath.Glob(filepath.Join(s.dir, "*.log"))
	for _, name := range names {
		b, _ := os.ReadFile(name)
		all.Write(b)
	}
	return all.String()
}

// Stop ends the server before the test ends.
func (s *Server) Stop() { s.proc.stop() }

// root is where .ci/real-servers unpacks what can't be installed beside
// another IMAP server, and what is no server.
func root(k Kind) string {
	dir := os.Getenv("MXODUS_SERVERS")
	if dir == "" {
		dir = "/opt/mxodus-servers"
	}
	return filepath.Join(dir, string(k))
}
