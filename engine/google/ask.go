package google

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/jwt"

	"mxodus/engine"
	"mxodus/engine/bearer"
)

// webTime is how long one request may take.
const webTime = 30 * time.Second

// asker exchanges assertions for tokens.
type asker struct {
	side  engine.Side
	e     engine.Endpoint
	vault engine.Vault
}

// Ask gets a token that opens this user's mailbox.
func (a asker) Ask(ctx context.Context, user string, _ bool) (bearer.Token, error) {
	secret, ok := a.vault.Get(engine.AppSecretName(a.side))
	if !ok || secret == "" {
		return bearer.Token{}, a.place(&engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: "you",
			What: "To sign in to Google Workspace, the service account's key is needed.", Do: "Give its key file: mxodus set FILE --source-service-account KEY.json"})
	}
	k, err := readKey(secret)
	if err != nil {
		return bearer.Token{}, a.place(err)
	}
	if !strings.Contains(user, "@") {
		return bearer.Token{}, a.place(&engine.Fault{Class: engine.StopMailbox, Code: engine.CodeAuth, Who: "you",
			What: "Google knows users by their whole address, and " + engine.Clean(user, 100) + " is none.", Do: "Import the user again with the address in the column UserName."})
	}
	web, err := a.web(ctx)
	if err != nil {
		return bearer.Token{}, a.place(err)
	}
	asked := time.Now()
	got, err := (&jwt.Config{Email: k.ClientEmail, PrivateKey: []byte(k.PrivateKey), PrivateKeyID: k.PrivateKeyID, Subject: user,
		Scopes: []string{Scope}, TokenURL: k.TokenURI}).TokenSource(context.WithValue(ctx, oauth2.HTTPClient, web)).Token()
	if err != nil {
		return bearer.Token{}, a.place(k.fault(user, err))
	}
	if got.AccessToken == "" || got.Expiry.IsZero() {
		return bearer.Token{}, a.place(&engine.Fault{Class: engine.Retry, Code: engine.CodeProtocol, Who: "you",
			What: "Google's answer to the sign-in holds no token.", Do: "Try again. See that the key file is the one that Google gave."})
	}
	return bearer.Token{Secret: engine.Secret(got.AccessToken), Issued: asked, Expires: got.Expiry}, nil
}

// place says on which side it happened.
func (a asker) place(err error) error {
	if f, ok := errors.AsType[*engine.Fault](err); ok {
		f.Side = a.side
	}
	return err
}

// web makes the client for requests of ctx. It follows no redirect: one could carry
// the assertion elsewhere. A certificate authority of the endpoint's own is trusted
// instead of the system's.
func (a asker) web(ctx context.Context) (*http.Client, error) {
	cfg := &tls.Config{MinVersion: tls.VersionTLS12}
	if a.e.CAFile != "" {
		pem, err := os.ReadFile(a.e.CAFile)
		cfg.RootCAs = x509.NewCertPool()
		if err != nil || !cfg.RootCAs.AppendCertsFromPEM(pem) {
			return nil, &engine.Fault{Class: engine.StopBatch, Code: engine.CodeCertificate, Who: "you", Err: err,
				What: "The file with the certificate authority can't be used.", Do: "Give a PEM file that can be read: " + engine.Clean(a.e.CAFile, 300)}
		}
	}
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSClientConfig = cfg
	t.DisableKeepAlives = true // a request in many minutes
	return &http.Client{Transport: bound{t, ctx}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, nil
}

// bound gives requests the context that the library doesn't pass on.
type bound struct {
	next http.RoundTripper
	ctx  context.Context
}

func (b bound) RoundTrip(r *http.Request) (*http.Response, error) {
	return b.next.RoundTrip(r.WithContext(b.ctx))
}
