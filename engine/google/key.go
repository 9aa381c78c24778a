package google

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/url"
	"strings"

	"mxodus/engine"
)

// Scope is what a token opens: all of a user's mail. IMAP takes no smaller one.
const Scope = "https://mail.google.com/"

// key is a service account's key file.
type key struct {
	Type         string `json:"type"`
	ClientEmail  string `json:"client_email"`
	ClientID     string `json:"client_id"`
	PrivateKeyID string `json:"private_key_id"`
	PrivateKey   string `json:"private_key"`
	TokenURI     string `json:"token_uri"`
}

func (key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "google.key") }

// Account reads the key file of a service account. Its error is a *engine.Fault
// that says what is wrong with the file and quotes nothing of it.
func Account(secret engine.Secret) (engine.ServiceAccount, error) {
	k, err := readKey(secret)
	if err != nil {
		return engine.ServiceAccount{}, err
	}
	return engine.ServiceAccount{Address: engine.Clean(k.ClientEmail, 200), ClientID: engine.Clean(k.ClientID, 60), Scope: Scope}, nil
}

// readKey reads a key file and looks whether it can be used.
func readKey(secret engine.Secret) (key, error) {
	var k key
	if json.Unmarshal([]byte(secret.Reveal()), &k) != nil {
		return k, keyFault("The file is no service account's key: it can't be read as JSON.")
	}
	at, err := url.Parse(k.TokenURI)
	switch {
	case k.Type != "service_account" && k.Type != "":
		return k, keyFault("The file is a key of another kind, not of a service account.")
	case k.ClientEmail == "" || k.PrivateKey == "" || k.TokenURI == "" || k.Type == "":
		return k, keyFault("The file is no whole service account's key: type, client_email, private_key or token_uri is missing.")
	case err != nil || at.Scheme != "https" || at.Host == "" || at.User != nil:
		return k, keyFault("The key's token_uri doesn't begin with https://: nothing is sent there.")
	case !isRSA(k.PrivateKey):
		return k, keyFault("The private key in the file can't be read.")
	}
	return k, nil
}

// isRSA says that text holds a private key of the kind that assertions are signed
// with.
func isRSA(text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return false
	}
	if parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		_, ok := parsed.(*rsa.PrivateKey)
		return ok
	}
	_, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	return err == nil
}

// delegation is what to enter, and where.
func (k key) delegation() string {
	id := engine.Clean(k.ClientID, 60)
	if id == "" {
		id = "the Unique ID of " + engine.Clean(k.ClientEmail, 200)
	}
	return "At admin.google.com, Security > Access and data control > API controls > Manage domain-wide delegation > Add new: client ID " + id + ", OAuth scope " + Scope
}

func keyFault(what string) *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: "you", What: what,
		Do: "In the Google Cloud console, IAM & Admin > Service Accounts > the account > Keys > Add key > Create new key > JSON, and give that file as it is."}
}

// hide takes what is secret out of text.
func (k key) hide(s string, more ...string) string {
	for _, secret := range append(more, strings.TrimSpace(k.PrivateKey), k.PrivateKeyID) {
		if len(secret) >= 6 {
			s = strings.ReplaceAll(s, secret, engine.Secret("").String())
		}
	}
	return s
}
