package microsoft

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"mxodus/engine"
)

// certificateFor makes a certificate of a key.
func certificateFor(t *testing.T, key crypto.Signer) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mover"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACertificateInOneFileOpensWithItsPasswordOnly(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	leaf := certificateFor(t, key)
	for name, enc := range map[string]*pkcs12.Encoder{"new": pkcs12.Modern2023, "of old Windows": pkcs12.LegacyDES, "older still": pkcs12.LegacyRC2} {
		pfx, err := enc.Encode(key, leaf, []*x509.Certificate{leaf}, "canary-pfx ä")
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []engine.Secret{"", "wrong"} {
			if s, err := OpenPFX(pfx, wrong); !errors.Is(err, engine.ErrPFXPassword) || s != "" {
				t.Errorf("%s: with a wrong password: %v", name, err)
			}
		}
		pem, err := OpenPFX(pfx, "canary-pfx ä")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := CheckCredential(pem); err != nil || !strings.Contains(pem.Reveal(), "BEGIN PRIVATE KEY") {
			t.Errorf("%s: what came out can't sign in: %v", name, err)
		}
	}
}

func TestWhatIsNoCertificateFileIsToldWithoutQuotingIt(t *testing.T) {
	for _, junk := range []string{"", "canary-secret", strings.Repeat("\x30\x82", 500)} {
		_, err := OpenPFX([]byte(junk), "canary-secret")
		f, ok := errors.AsType[*engine.Fault](err)
		if !ok || f.Do == "" || strings.Contains(f.Error()+f.Do, "canary") {
			t.Errorf("%q: %v", junk, err)
		}
	}
}

func TestAKeyThatMicrosoftDoesNotTakeIsToldBefore(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pfx, err := pkcs12.Modern.Encode(key, certificateFor(t, key), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = OpenPFX(pfx, "")
	if f, ok := errors.AsType[*engine.Fault](err); !ok || !strings.Contains(f.What, "RSA") {
		t.Errorf("got %v", err)
	}
}
