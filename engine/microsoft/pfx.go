package microsoft

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"

	"software.sslmate.com/src/go-pkcs12"

	"mxodus/engine"
)

// OpenPFX makes PEM of a certificate with its private key that Windows and others
// export as one file (PKCS #12, RFC 7292). A password that doesn't open it is
// engine.ErrPFXPassword; other errors are *engine.Fault. Neither quotes anything of
// the file.
func OpenPFX(pfx []byte, password engine.Secret) (engine.Secret, error) {
	key, leaf, chain, err := pkcs12.DecodeChain(pfx, password.Reveal())
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return "", engine.ErrPFXPassword
	case err != nil:
		return "", pfxFault()
	}
	if _, rsa := key.(*rsa.PrivateKey); !rsa {
		return "", &engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: "you",
			What: "The app's certificate has a key that isn't RSA, and Microsoft's sign-in takes no other.", Do: "Make a certificate with an RSA key of 2048 bits or more, and upload it to the app."}
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", pfxFault()
	}
	var out bytes.Buffer
	for _, c := range append([]*x509.Certificate{leaf}, chain...) {
		_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}) // a buffer takes everything
	}
	_ = pem.Encode(&out, &pem.Block{Type: "PRIVATE KEY", Bytes: der})
	return engine.Secret(out.String()), nil
}

func pfxFault() *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: "you",
		What: "The app's certificate file is neither PEM nor a PFX file that can be read.",
		Do:   "Export the certificate once more with its private key, as PFX (Windows: Export-PfxCertificate) or as PEM."}
}
