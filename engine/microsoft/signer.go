package microsoft

import (
	"context"
	"crypto"
	"crypto/x509"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"

	"mxodus/engine"
	"mxodus/engine/bearer"
)

// signer gets tokens for one side of a project.
type signer struct {
	side  engine.Side
	e     engine.Endpoint
	vault engine.Vault
	aim   aim
}

func (s *signer) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "microsoft.signer") }

// acquire gets a token without asking anybody.
func (s *signer) acquire(ctx context.Context, fresh bool) (bearer.Token, error) {
	cloud, err := s.cloud()
	if err != nil {
		return bearer.Token{}, err
	}
	if s.e.SignIn.ByPerson() {
		return s.silent(ctx, cloud, fresh)
	}
	return s.app(ctx, cloud)
}

// cloud finds the cloud, and what a sign-in can't do without.
func (s *signer) cloud() (Cloud, error) {
	c, err := FindCloud(s.e.Cloud)
	if err != nil {
		return c, &engine.Fault{Class: engine.StopBatch, Code: engine.CodeAuth, Side: s.side, Who: "you", Err: err,
			What: "The cloud of Microsoft 365 isn't known.", Do: "Set another with --cloud: " + engine.Clean(err.Error(), 300) + "."}
	}
	switch {
	case s.e.ClientID == "":
		return c, missingFault("the app's client ID", "--client-id")
	case s.e.Tenant == "" && !s.e.SignIn.ByPerson():
		return c, missingFault("the tenant", "--tenant")
	}
	return c, nil
}

func (s *signer) authority(c Cloud) string {
	tenant := s.e.Tenant
	if tenant == "" {
		tenant = "organizations"
	}
	return c.Authority + "/" + tenant
}

// app signs in as the app itself (OAuth 2.0 client credentials, RFC 6749 section
// 4.4). The library would keep the token; a new client of it has none.
func (s *signer) app(ctx context.Context, c Cloud) (bearer.Token, error) {
	secret, ok := s.vault.Get(engine.AppSecretName(s.side))
	if !ok || secret == "" {
		return bearer.Token{}, noCredentialFault()
	}
	cred, err := credential(secret)
	if err != nil {
		return bearer.Token{}, err
	}
	web, err := c.web()
	if err != nil {
		return bearer.Token{}, err
	}
	client, err := confidential.New(s.authority(c), s.e.ClientID, cred, confidential.WithHTTPClient(web), confidential.WithInstanceDiscovery(!c.own))
	if err != nil {
		return bearer.Token{}, s.fault(err, secret)
	}
	asked := time.Now()
	got, err := client.AcquireTokenByCredential(ctx, []string{s.aim.app(c)})
	if err != nil {
		return bearer.Token{}, s.fault(err, secret)
	}
	return bearer.Token{Secret: engine.Secret(got.AccessToken), Issued: asked, Expires: got.ExpiresOn}, nil
}

// CheckCredential says whether a secret can be an app's credential: a client
// secret as it is, or a certificate with its private key (PEM).
func CheckCredential(secret engine.Secret) error {
	_, err := credential(secret)
	return err
}

// credential reads a client secret, or a certificate with its key.
func credential(secret engine.Secret) (confidential.Credential, error) {
	var cred confidential.Credential
	var err error
	if !strings.Contains(secret.Reveal(), "-----BEGIN ") {
		cred, err = confidential.NewCredFromSecret(secret.Reveal())
	} else {
		var certs []*x509.Certificate
		var key crypto.PrivateKey
		if certs, key, err = confidential.CertFromPEM([]byte(secret.Reveal()), ""); err == nil {
			cred, err = confidential.NewCredFromCert(certs, key)
		}
	}
	if err != nil { // the library's words may quote what it was given
		return cred, &engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: "you",
			What: "The app's certificate can't be used.",
			Do:   "Give one PEM file that holds the certificate and its private key, without a password, and nothing else."}
	}
	return cred, nil
}

// person makes the library's client for a person's sign-in, with its tokens in
// the vault.
func (s *signer) person(c Cloud, fresh bool) (public.Client, error) {
	web, err := c.web()
	if err != nil {
		return public.Client{}, err
	}
	client, err := public.New(s.e.ClientID, public.WithAuthority(s.authority(c)), public.WithHTTPClient(web),
		public.WithInstanceDiscovery(!c.own), public.WithCache(&sealed{vault: s.vault, name: engine.TokensName(s.side), fresh: fresh}))
	if err != nil {
		return public.Client{}, s.fault(err, "")
	}
	return client, nil
}

// silent renews a person's token without asking.
func (s *signer) silent(ctx context.Context, c Cloud, fresh bool) (bearer.Token, error) {
	client, err := s.person(c, fresh)
	if err != nil {
		return bearer.Token{}, err
	}
	accounts, err := client.Accounts(ctx)
	if err != nil {
		return bearer.Token{}, s.fault(err, "")
	}
	if len(accounts) == 0 {
		return bearer.Token{}, signInFault()
	}
	asked := time.Now()
	got, err := client.AcquireTokenSilent(ctx, s.aim.person(c), public.WithSilentAccount(accounts[0]))
	if err != nil {
		return bearer.Token{}, s.fault(err, "")
	}
	return bearer.Token{Secret: engine.Secret(got.AccessToken), Issued: asked, Expires: got.ExpiresOn}, nil
}
