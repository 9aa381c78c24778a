package microsoft

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

func TestCloudsByName(t *testing.T) {
	for name, want := range map[string][4]string{
		"":          {"https://login.microsoftonline.com", "https://graph.microsoft.com", "outlook.office365.com", "https://outlook.office365.com"},
		"GCCHigh":   {"https://login.microsoftonline.us", "https://graph.microsoft.us", "outlook.office365.us", "https://outlook.office365.us"},
		"dod":       {"https://login.microsoftonline.us", "https://dod-graph.microsoft.us", "outlook-dod.office365.us", "https://outlook-dod.office365.us"},
		"21vianet":  {"https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn", "partner.outlook.cn", "https://partner.outlook.cn"},
		"worldwide": {"https://login.microsoftonline.com", "https://graph.microsoft.com", "outlook.office365.com", "https://outlook.office365.com"},
	} {
		c, err := FindCloud(name)
		if got := [4]string{c.Authority, c.Graph, c.IMAPHost, c.AppResource}; err != nil || got != want || c.IMAPPort != 993 {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		e, err := Endpoint(engine.Endpoint{Cloud: name, Admin: "kept"})
		if err != nil || e.Host != want[2] || e.Kind != engine.KindMicrosoft365 || e.Auth != engine.AuthXOAuth2 || e.Security != engine.TLS || e.Admin != "kept" {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
	if c, _ := FindCloud(""); forMail.person(c)[0] != "https://outlook.office.com/IMAP.AccessAsUser.All" {
		t.Error(forMail.person(c))
	}
}

func TestWrongCloudFilesAreNamed(t *testing.T) {
	for content, want := range map[string]string{
		`{`: "JSON",
		`{"authority":"http://a","graph":"https://g","imap_host":"h"}`:                  "authority",
		`{"authority":"https://a","graph":"g","imap_host":"h"}`:                         "graph",
		`{"authority":"https://a","graph":"https://g"}`:                                 "imap_host",
		`{"authority":"https://a","graph":"https://g","imap_host":"h","imap_port":-1}`:  "imap_port",
		`{"authority":"https://a","graph":"https://g","imap_host":"h","autority":"x"}`:  "autority",
		`{"authority":"https://a","graph":"https://g","imap_host":"h","imap_port":"x"}`: "JSON",
	} {
		file := filepath.Join(t.TempDir(), "cloud.json")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := FindCloud(file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", content, err)
		}
	}
	if _, err := FindCloud("mars"); err == nil || !strings.Contains(err.Error(), "gcchigh") {
		t.Error(err)
	}
}

func TestCertificateSignsIn(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mxodus"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	both := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})) + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	w := newWorld(t)
	w.authority.AddApp(appID, "")
	w.vault.kept[engine.AppSecretName(engine.SideDestination)] = engine.Secret(both)
	mustToken(t, w.tokens())
	if err := CheckCredential(engine.Secret(both)); err != nil {
		t.Error(err)
	}
	if err := CheckCredential("-----BEGIN CERTIFICATE-----"); err == nil {
		t.Error("half a certificate passes")
	}
}

func TestEllipticKeyIsRefusedBeforeTheSignIn(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	if CheckCredential(engine.Secret(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: b}))) == nil {
		t.Error("a key without a certificate passes")
	}
}
