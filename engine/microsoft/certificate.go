package microsoft

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"time"

	"mxodus/engine"
)

// certificateLife is how long a certificate is good for: longer than a migration
// takes.
const certificateLife = 365 * 24 * time.Hour

// NewCertificate makes a certificate for an app to sign in with, and its private
// key, as one PEM. The key never leaves the vault that it is kept in; what is
// uploaded is [Certificate].
func NewCertificate(name string) (engine.Secret, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return "", err
	}
	now := time.Now()
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: engine.Clean(name, 60)},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(certificateLife), KeyUsage: x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return "", err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", err
	}
	b := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return engine.Secret(append(b, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...)), nil
}

var errNoCertificate = errors.New("the app's credential holds no certificate")

// Certificate is the public part of an app's credential, as it is uploaded: its
// certificate in base64 (DER). A client secret has none, which is an error.
func Certificate(credential engine.Secret) (string, error) {
	for rest := []byte(credential.Reveal()); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return "", errNoCertificate
		}
		if block.Type == "CERTIFICATE" {
			return base64.StdEncoding.EncodeToString(block.Bytes), nil
		}
	}
}

// certificateName is what a certificate is called in the app's registration: by it
// the script knows that it is there already.
func certificateName(base64DER string) string {
	sum := sha256.Sum256([]byte(base64DER))
	return "mxodus " + hex.EncodeToString(sum[:4])
}
