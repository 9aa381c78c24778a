package microsoft

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

func TestCertificateOfOnesOwnSignsInAndKeepsItsKey(t *testing.T) {
	secret, err := NewCertificate("mxodus acme.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckCredential(secret); err != nil {
		t.Error(err)
	}
	w := newTenant(t)
	w.authority.AddApp(appID, "")
	w.vault.kept[engine.AppSecretName(engine.SideDestination)] = secret
	if w.request.Certificate, err = Certificate(secret); err != nil {
		t.Fatal(err)
	}
	if r := w.check(t); !r.Done() || w.step(t, r, engine.SetupCredential).Title != "Certificate" {
		t.Errorf("%+v", r.Next())
	}
	der, err := base64.StdEncoding.DecodeString(w.request.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil || c.NotAfter.Before(time.Now().Add(300*24*time.Hour)) || c.Subject.CommonName != "mxodus acme.example" {
		t.Errorf("%+v, %v", c, err)
	}
	r := w.request
	r.Project.Destination = w.endpoint
	for _, f := range NewSetup(r).Scripts() {
		if strings.Contains(string(f.Data), "PRIVATE") {
			t.Errorf("the key is in %s", f.Name)
		}
		if f.Name == CertificateFile {
			if block, rest := pem.Decode(f.Data); block == nil || string(block.Bytes) != string(der) || len(rest) > 0 {
				t.Error("the file for the upload by hand holds another certificate")
			}
		}
	}
	if _, err := Certificate("a client secret"); err == nil {
		t.Error("a client secret has a certificate")
	}
}
