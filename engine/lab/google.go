package lab

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"mxodus/engine"
)

// Workspace is the sign-in of a Google Workspace: it exchanges the signed assertions
// of one service account for users' access tokens (RFC 7523), over HTTPS on
// loopback. Its methods may be called from any goroutine.
type Workspace struct {
	server *http.Server
	base   string
	pem    []byte
	key    *rsa.PrivateKey

	mu       sync.Mutex
	lifetime time.Duration
	users    []string
	scopes   []string             // delegated to the account
	tokens   map[string]userToken // by token
	failure  workspaceFailure
	busy     time.Duration
	issued   map[string]int // tokens, by user
}

type userToken struct {
	user    string
	expires time.Time
}

type workspaceFailure struct{ code, words string }

const (
	workspaceAccount = "mover@practice.iam.gserviceaccount.example"
	workspaceClient  = "103000000000000000001"
	workspaceScope   = "https://mail.google.com/"
)

// NewWorkspace starts a sign-in that has delegated these users' mail to its service
// account. Tokens live for a while.
func NewWorkspace(lifetime time.Duration, users ...string) (*Workspace, error) {
	cert, _, err := newCertificate()
	if err != nil {
		return nil, err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &Workspace{base: "https://" + l.Addr().String(), pem: certificatePEM(cert), key: key, lifetime: lifetime, users: users,
		scopes: []string{workspaceScope}, tokens: map[string]userToken{}, issued: map[string]int{}}
	m := http.NewServeMux()
	m.HandleFunc("POST /token", w.token)
	w.server = &http.Server{Handler: m, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}}
	go func() {
		if err := w.server.ServeTLS(l, "", ""); !errors.Is(err, http.ErrServerClosed) {
			log.Print(err)
		}
	}()
	return w, nil
}

// Close ends the server.
func (w *Workspace) Close() { _ = w.server.Close() }

// Certificate is its certificate, PEM.
func (w *Workspace) Certificate() []byte { return w.pem }

// KeyFile is the service account's key file.
func (w *Workspace) KeyFile() engine.Secret {
	der, err := x509.MarshalPKCS8PrivateKey(w.key)
	if err != nil {
		return "" // an RSA key can be written
	}
	b, _ := json.MarshalIndent(map[string]string{ // text alone
		"type": "service_account", "project_id": "practice", "private_key_id": "0123456789abcdef0123", "client_email": workspaceAccount, "client_id": workspaceClient,
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), "token_uri": w.base + "/token",
	}, "", "  ")
	return engine.Secret(b)
}

// Delegate says which scopes the account may ask for; none: nothing.
func (w *Workspace) Delegate(scopes ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.scopes = scopes
}

// Fail refuses every request with this code and these words; an empty code ends it.
func (w *Workspace) Fail(code, words string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failure = workspaceFailure{code, words}
}

// Busy answers every request with 429 and this wait; 0 ends it.
func (w *Workspace) Busy(wait time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy = wait
}

// ExpireAll ends all tokens that were issued.
func (w *Workspace) ExpireAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.tokens)
}

// Issued is how many tokens a user got.
func (w *Workspace) Issued(user string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.issued[user]
}

// Opens says whether a token opens this user's mailbox now, as [Options.Opens].
func (w *Workspace) Opens(user, token string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, ok := w.tokens[token]
	return ok && strings.EqualFold(t.user, user) && time.Now().Before(t.expires)
}

// claims are what an assertion says.
type claims struct {
	Iss, Sub, Scope, Aud string
	Iat, Exp             int64
}

func (w *Workspace) token(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	deny := func(code, words string) {
		answer(out, http.StatusBadRequest, map[string]string{"error": code, "error_description": words})
	}
	c, signed := w.read(r.PostFormValue("assertion"))
	now := time.Now().Unix()
	switch {
	case w.busy > 0:
		out.Header().Set("Retry-After", strconv.Itoa(int(w.busy/time.Second)))
		answer(out, http.StatusTooManyRequests, map[string]string{"error": "rate_limit_exceeded"})
	case w.failure.code != "":
		deny(w.failure.code, w.failure.words)
	case r.PostFormValue("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
		deny("unsupported_grant_type", "Invalid grant_type.")
	case !signed:
		deny("invalid_grant", "Invalid JWT Signature.")
	case c.Iss != workspaceAccount:
		deny("invalid_grant", "Invalid grant: account not found")
	case c.Aud != w.base+"/token" || c.Exp-c.Iat > 3700 || c.Exp < now || c.Iat > now+300:
		deny("invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.")
	case len(w.scopes) == 0 || !slices.Contains(w.scopes, c.Scope):
		answer(out, http.StatusUnauthorized, map[string]string{"error": "unauthorized_client", "error_description": "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested."})
	case !slices.ContainsFunc(w.users, func(u string) bool { return strings.EqualFold(u, c.Sub) }):
		deny("invalid_grant", "Invalid email or User ID")
	default:
		token := secretText("ya29")
		w.tokens[token] = userToken{c.Sub, time.Now().Add(w.lifetime)}
		w.issued[c.Sub]++
		answer(out, http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": int(w.lifetime.Seconds())})
	}
}

// read takes an assertion apart and checks its signature (RFC 7515).
func (w *Workspace) read(assertion string) (c claims, signed bool) {
	parts := strings.Split(assertion, ".")
	if len(parts) != 3 {
		return c, false
	}
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	signature, err2 := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || err2 != nil || json.Unmarshal(body, &c) != nil {
		return c, false
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	return c, rsa.VerifyPKCS1v15(&w.key.PublicKey, crypto.SHA256, sum[:], signature) == nil
}
