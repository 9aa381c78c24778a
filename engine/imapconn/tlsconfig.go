package imapconn

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"mxodus/engine"
)

// tlsConfig says how an endpoint's certificate is checked. Its errors are
// *engine.Fault.
func tlsConfig(e engine.Endpoint) (*tls.Config, error) {
	cfg := &tls.Config{ServerName: e.Host, MinVersion: tls.VersionTLS12}
	switch e.MinTLS {
	case "", "1.2":
	case "1.3":
		cfg.MinVersion = tls.VersionTLS13
	case "1.0", "1.1":
		cfg.MinVersion = map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11}[e.MinTLS]
		cfg.CipherSuites = oldSuites()
	default:
		return nil, &engine.Fault{Class: engine.StopBatch, Code: engine.CodeTLS, What: fmt.Sprintf("%q is no TLS version.", e.MinTLS),
			Do: "Write 1.0, 1.1, 1.2 or 1.3, or leave it empty.", Who: "you"}
	}
	if e.CAFile != "" {
		pool, err := readCA(e.CAFile)
		if err != nil {
			return nil, err
		}
		cfg.RootCAs = pool
	}
	if e.Fingerprint != "" {
		want, err := parseFingerprint(e.Fingerprint)
		if err != nil {
			return nil, err
		}
		// The pinned certificate stands for itself: no authority and no name
		// can add anything.
		cfg.InsecureSkipVerify = true
		cfg.VerifyConnection = func(s tls.ConnectionState) error { return checkPin(s, want) }
	}
	return cfg, nil
}

// oldSuites are what servers from before TLS 1.2 may know.
func oldSuites() (ids []uint16) {
	for _, s := range tls.CipherSuites() {
		ids = append(ids, s.ID)
	}
	for _, s := range tls.InsecureCipherSuites() {
		ids = append(ids, s.ID)
	}
	return ids
}

func readCA(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, &engine.Fault{Class: engine.StopBatch, Code: engine.CodeCertificate, What: "The file with the certificate authority can't be read.",
			Do: "Check the path and its permissions: " + engine.Clean(file, 300), Who: "you", Err: err}
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, &engine.Fault{Class: engine.StopBatch, Code: engine.CodeCertificate, What: "The file given for the certificate authority holds no certificate.",
			Do: "Give a PEM file: it has a line -----BEGIN CERTIFICATE-----.", Who: "you"}
	}
	return pool, nil
}

// parseFingerprint reads a SHA-256 in hex, with or without colons.
func parseFingerprint(s string) (sum [32]byte, err error) {
	h := strings.ToLower(strings.TrimSpace(s))
	h = strings.TrimPrefix(strings.TrimPrefix(h, "sha256:"), "sha-256:")
	h = strings.NewReplacer(":", "", " ", "").Replace(h)
	b, err := hex.DecodeString(h)
	if err != nil || len(b) != len(sum) {
		return sum, &engine.Fault{Class: engine.StopBatch, Code: engine.CodeCertificate, What: "The fingerprint is no SHA-256 fingerprint.",
			Do: "Write the 64 hexadecimal digits, with or without colons.", Who: "you"}
	}
	copy(sum[:], b)
	return sum, nil
}

// pinError says that the certificate is not the one that was pinned.
type pinError struct{ want, got string }

func (e *pinError) Error() string {
	return fmt.Sprintf("certificate fingerprint is %s, expected %s", e.got, e.want)
}

func checkPin(s tls.ConnectionState, want [32]byte) error {
	if len(s.PeerCertificates) == 0 {
		return errors.New("the server showed no certificate")
	}
	if got := sha256.Sum256(s.PeerCertificates[0].Raw); got != want {
		return &pinError{want: hex.EncodeToString(want[:]), got: hex.EncodeToString(got[:])}
	}
	return nil
}

// certNames are the names that a certificate is for, cleaned.
func certNames(c *x509.Certificate) (names []string) {
	for _, n := range c.DNSNames {
		names = append(names, engine.Clean(n, 255))
	}
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 && c.Subject.CommonName != "" {
		names = append(names, engine.Clean(c.Subject.CommonName, 255))
	}
	return names[:min(len(names), 20)]
}
