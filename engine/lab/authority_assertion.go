package lab

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"time"
)

// Trust uploads a certificate (PEM) to an app's registration. From then on the app
// proves itself by that certificate's key, and each proof is looked at.
func (a *Authority) Trust(clientID string, certificate []byte) error {
	block, _ := pem.Decode(certificate)
	if block == nil {
		return x509.ErrUnsupportedAlgorithm
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.registration(clientID)
	r.certificates = append(r.certificates, c)
	return nil
}

// assertion is what a client assertion is made of (RFC 7523 section 3, RFC 7515).
type assertion struct {
	Alg     string   `json:"alg"`
	Thumb   string   `json:"x5t#S256"`
	Issuer  string   `json:"iss"`
	Subject string   `json:"sub"`
	For     audience `json:"aud"`
	Expires float64  `json:"exp"`
}

// audience is one name or several.
type audience []string

func (a *audience) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

// refuses says why a proof is none: the error's number and words; empty when it is
// good. The caller holds mu.
func (a *Authority) refuses(client, jwt string) (number, text string) {
	trusted := a.registration(client).certificates
	if len(trusted) == 0 {
		return "", ""
	}
	parts := strings.Split(jwt, ".")
	var said assertion
	if len(parts) != 3 || !unpack(parts[0], &said) || !unpack(parts[1], &said) {
		return "50027", "JWT token is invalid or malformed."
	}
	for _, c := range trusted {
		sum := sha256.Sum256(c.Raw)
		if anyAlphabet.Replace(said.Thumb) != base64.RawURLEncoding.EncodeToString(sum[:]) {
			continue
		}
		switch {
		case time.Now().After(c.NotAfter):
			return "700027", "The certificate with identifier used to sign the client assertion is expired on application."
		case !signedBy(c, said.Alg, parts):
			return "700027", "Client assertion failed signature validation."
		case said.Issuer != client || said.Subject != client || len(said.For) == 0 || !strings.HasPrefix(said.For[0], a.base+"/"):
			return "700023", "Client assertion audience claim does not match Realm issuer."
		case time.Now().After(time.Unix(int64(said.Expires), 0)):
			return "700024", "Client assertion is not within its valid time range."
		}
		return "", ""
	}
	return "700027", "The certificate with identifier used to sign the client assertion is not registered on application."
}

// anyAlphabet makes base64 of either alphabet one that is fit for addresses: both
// are met with.
var anyAlphabet = strings.NewReplacer("+", "-", "/", "_", "=", "")

func unpack(part string, into any) bool {
	b, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(b, into) == nil
}

// signedBy checks a signature of the kinds that apps use (RFC 7518 section 3.1).
func signedBy(c *x509.Certificate, alg string, parts []string) bool {
	key, ok := c.PublicKey.(*rsa.PublicKey)
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if !ok || err != nil {
		return false
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	switch alg {
	case "PS256":
		return rsa.VerifyPSS(key, crypto.SHA256, sum[:], signature, nil) == nil
	case "RS256":
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) == nil
	}
	return false
}
