package microsoft

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"mxodus/engine"
)

// identity is a certificate with its key, good until then: as PEM and as PFX.
func identity(t *testing.T, until time.Time, password string) (secret engine.Secret, pfx, certificate []byte) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "mxodus"}, NotBefore: until.Add(-48 * time.Hour), NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	if pfx, err = pkcs12.Modern2023.Encode(key, leaf, nil, password); err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certificate = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return engine.Secret(string(certificate) + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))), pfx, certificate
}

// TestTheRegisteredCertificateSignsInAndNoOther: the authority looks at the proof's
// signature, whether the certificate came as PEM or as PFX.
func TestTheRegisteredCertificateSignsInAndNoOther(t *testing.T) {
	w := newWorld(t)
	w.authority.AddApp(appID, "")
	good, pfx, public := identity(t, time.Now().Add(time.Hour), "canary-pfx")
	stranger, _, _ := identity(t, time.Now().Add(time.Hour), "")
	old, _, oldPublic := identity(t, time.Now().Add(-time.Minute), "")
	for _, c := range [][]byte{public, oldPublic} {
		if err := w.authority.Trust(appID, c); err != nil {
			t.Fatal(err)
		}
	}
	fromPFX, err := OpenPFX(pfx, "canary-pfx")
	if err != nil {
		t.Fatal(err)
	}
	forged := engine.Secret(string(public) + stranger.Reveal()[strings.Index(stranger.Reveal(), "-----BEGIN PRIVATE"):])
	made, err := NewCertificate("mxodus acme.example")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		secret engine.Secret
		said   string // by the authority; "": it lets the app in
	}{
		"PEM": {good, ""}, "PFX": {fromPFX, ""},
		"another certificate":                {stranger, "is not registered on application"},
		"one that mxodus made, not uploaded": {made, "is not registered on application"},
		"expired":                            {old, "is expired on application"},
		"another's key":                      {forged, ""},
	} {
		w.vault.kept[engine.AppSecretName(engine.SideDestination)] = c.secret
		token, err := w.tokens().Token(t.Context(), "anna")
		switch {
		case name == "another's key": // is told before anything is sent
			if f := engine.AsFault(err); f.Code != engine.CodeSecret || !strings.Contains(f.What, "certificate can't be used") {
				t.Errorf("%s: %v", name, err)
			}
		case c.said == "":
			if err != nil || !w.authority.Good(token.Reveal()) {
				t.Errorf("%s: %v", name, err)
			}
		default:
			f := engine.AsFault(err)
			if f.Code != engine.CodeAuth || !strings.Contains(f.What, "certificate is not the one that is registered, or it has expired") || !strings.Contains(f.Do, "Upload") ||
				f.Who != you || !strings.Contains(f.Said, c.said) || !strings.HasPrefix(f.Said, "AADSTS700027") {
				t.Errorf("%s: %+v", name, f)
			}
			if strings.Contains(f.Said+f.Error(), "BEGIN") {
				t.Errorf("%s: the credential is in the words", name)
			}
		}
	}
}
