package cli_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"math/big"
	"os"
	"slices"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"software.sslmate.com/src/go-pkcs12"

	"mxodus/engine/lab"
)

// workspaces is the script's command "workspace": a Google Workspace with the
// mailboxes of Anna and Ben, whose service account has users delegated, and a new
// server. It writes key.json, users.csv and ca.pem, and puts both servers into the
// environment. "workspace none" delegates nothing.
func workspaces(ts *testscript.TestScript, _ bool, args []string) {
	names := []string{"anna@acme.example", "ben@acme.example"}
	w, err := lab.NewWorkspace(time.Hour, names...)
	ts.Check(err)
	ts.Defer(w.Close)
	if len(args) > 0 {
		w.Delegate()
	}
	from, err := lab.New(lab.Options{Opens: w.Opens})
	ts.Check(err)
	ts.Defer(from.Close)
	to, err := lab.New(lab.Options{UIDPlus: true})
	ts.Check(err)
	ts.Defer(to.Close)
	users := "EmailAddress,DestinationPassword\n"
	for _, name := range names {
		from.AddUser(name, "nobody knows it")
		to.AddUser(name, "canary-new")
		users += name + ",canary-new\n"
		for n := range 25 {
			from.Put(name, "INBOX", fmt.Appendf(nil, "From: x@y.example\r\nSubject: %d\r\nMessage-ID: <%d@%s>\r\nDate: Mon, 2 Mar 2020 10:00:00 +0100\r\n\r\ntext\r\n", n, n, name), time.Date(2020, 3, 2, 9, 0, n, 0, time.UTC))
		}
	}
	for name, text := range map[string][]byte{"key.json": []byte(w.KeyFile().Reveal()), "users.csv": []byte(users), "ca.pem": slices.Concat(w.Certificate(), from.Certificate(), to.Certificate())} {
		ts.Check(os.WriteFile(ts.MkAbs(name), text, 0o600))
	}
	ts.Setenv("MXODUS_SOURCE", from.Endpoint().URL())
	ts.Setenv("MXODUS_DESTINATION", to.Endpoint().URL())
	for _, side := range []string{"SOURCE", "DESTINATION"} {
		ts.Setenv("MXODUS_"+side+"_CA", ts.MkAbs("ca.pem"))
	}
}

// pfxFile is the script's command "pfxfile NAME PASSWORD": a certificate with its
// private key, as Windows exports it.
func pfxFile(ts *testscript.TestScript, _ bool, args []string) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	ts.Check(err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	ts.Check(err)
	leaf, err := x509.ParseCertificate(der)
	ts.Check(err)
	pfx, err := pkcs12.Modern.Encode(key, leaf, nil, args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), pfx, 0o600))
}
