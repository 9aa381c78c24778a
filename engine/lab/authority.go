package lab

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Authority is a sign-in server as Microsoft's: OpenID discovery, and tokens for
// apps, browsers and devices, over HTTPS on loopback. Its methods may be called
// from any goroutine while clients are at work.
type Authority struct {
	// Tenant is a domain of the tenant that it signs in to; it knows no other, but
	// for domains that AddDomain names.
	Tenant string

	server *http.Server
	mux    *http.ServeMux
	base   string
	pem    []byte

	mu       sync.Mutex
	lifetime time.Duration
	ready    bool              // devices' codes are entered as soon as they are made
	apps     map[string]string // client secrets by client ID; empty: none
	person   string            // who sits at the browser
	tokens   map[string]*grant // access tokens
	refresh  map[string]string // client IDs by refresh token
	codes    map[string]authCode
	devices  map[string]*device // by device code
	failure  string             // number of the error that is the answer to everything
	failing  int                // how often still; below 0: for ever
	busy     time.Duration      // Retry-After of the busy
	counts   map[string]int

	registered map[string]*registration // by client ID
	domains    map[string]string        // tenants' names by domain
	agreed     map[string]bool          // scopes that a person has agreed to
	opaque     bool                     // tokens say nothing
	instance   string                   // the cloud that the tenant is in; empty: this one
}

// grant is an access token.
type grant struct {
	expires time.Time
	scope   string
}

type authCode struct{ client, redirect, challenge, nonce, scope string }

type device struct {
	user, client, scope string
	done                bool
}

// NewAuthority starts a sign-in server whose tokens live for a while.
func NewAuthority(tenant string, lifetime time.Duration) (*Authority, error) {
	cert, _, err := newCertificate()
	if err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a := &Authority{Tenant: tenant, lifetime: lifetime, base: "https://" + l.Addr().String(),
		pem:  certificatePEM(cert),
		apps: map[string]string{}, tokens: map[string]*grant{}, refresh: map[string]string{},
		codes: map[string]authCode{}, devices: map[string]*device{}, counts: map[string]int{},
		registered: map[string]*registration{}, domains: map[string]string{}, agreed: map[string]bool{}}
	a.routes()
	a.server = &http.Server{Handler: a.mux, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}}
	go func() {
		if err := a.server.ServeTLS(l, "", ""); !errors.Is(err, http.ErrServerClosed) {
			log.Print(err)
		}
	}()
	return a, nil
}

// Close ends the server.
func (a *Authority) Close() { _ = a.server.Close() }

// URL is the base of its addresses.
func (a *Authority) URL() string { return a.base }

// Certificate is its own certificate, which is its authority as well (PEM).
func (a *Authority) Certificate() []byte { return a.pem }

// AddApp registers an app; without a secret it is one that persons sign in with,
// or that shows a certificate: any, until Trust names one.
func (a *Authority) AddApp(clientID, secret string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.apps[clientID] = secret
}

// Seat puts somebody in front of the browser, who agrees to everything.
func (a *Authority) Seat(person string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.person = person
}

// Fail answers the next times token requests with an error: a number as in
// AADSTS53003. times below 0 is for ever; an empty number ends it.
func (a *Authority) Fail(number string, times int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failure, a.failing = number, times
}

// Busy answers token requests with status 429 and this Retry-After; 0 ends it.
func (a *Authority) Busy(wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.busy = wait
}

// SetLifetime is how long tokens live from now on.
func (a *Authority) SetLifetime(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lifetime = d
}

// Good says whether an access token is valid now, for mailboxes.
func (a *Authority) Good(token string) bool { return a.valid(token, false) }

// valid says whether an access token is valid now: for the directory, or for
// mailboxes.
func (a *Authority) valid(token string, directory bool) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	g := a.tokens[token]
	return g != nil && time.Now().Before(g.expires) && strings.Contains(g.scope, a.graphBase()+"/") == directory
}

// ExpireAll ends all access tokens at once.
func (a *Authority) ExpireAll() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.tokens)
}

// ForgetSignIns ends what persons' refresh tokens are good for.
func (a *Authority) ForgetSignIns() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.refresh)
}

// Granted counts the tokens handed out, by grant type.
func (a *Authority) Granted(grantType string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.counts[grantType]
}

// EnterCodes has a person enter each device's code as soon as it is made.
func (a *Authority) EnterCodes(on bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ready = on
}

// EnterCode is what a person does with a device's code.
func (a *Authority) EnterCode(user string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, d := range a.devices {
		if d.user == user {
			d.done = true
			return true
		}
	}
	return false
}

// secretText makes what nobody can guess.
func secretText(kind string) string { return kind + "-" + rand.Text() }
