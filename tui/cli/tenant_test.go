package cli_test

import (
	"fmt"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"mxodus/engine/lab"
)

const (
	tenantApp    = "0a0a0a0a-1111-2222-3333-444444444444"
	tenantSecret = "canary-client-secret"
)

// tenants is the script's command "tenant": an old server and a Microsoft 365
// tenant with the mailboxes of Anna, Ben and Carla; Carla's can't be opened. It
// writes users.csv, secret.txt, wrong.txt and cloud.json, and puts the old server
// into the environment.
func tenants(ts *testscript.TestScript, _ bool, _ []string) {
	old, err := lab.New(lab.Options{})
	ts.Check(err)
	ts.Defer(old.Close)
	a, err := lab.NewAuthority("acme.example", time.Hour)
	ts.Check(err)
	ts.Defer(a.Close)
	a.AddApp(tenantApp, tenantSecret)
	x := &lab.Exchange{Good: a.Good}
	to, err := lab.NewExchange(x, lab.Options{})
	ts.Check(err)
	ts.Defer(to.Close)
	users := "EmailAddress,UserName,Password\n"
	for _, name := range []string{"anna", "ben", "carla"} {
		address := name + "@acme.example"
		old.AddUser(name, "canary-password")
		to.AddMailbox(address)
		users += address + "," + name + ",canary-password\n"
		for n := range 30 {
			old.Put(name, "INBOX", fmt.Appendf(nil, "From: x@y.example\r\nSubject: %d\r\nMessage-ID: <%d@%s>\r\nDate: Mon, 2 Mar 2020 10:00:00 +0100\r\n\r\ntext\r\n", n, n, address),
				time.Date(2020, 3, 2, 9, 0, n, 0, time.UTC), `\Seen`)
		}
	}
	x.Deny("carla@acme.example", true)
	_, err = lab.WriteCloud(ts.MkAbs("."), a, to)
	ts.Check(err)
	for name, text := range map[string]string{"users.csv": users, "secret.txt": tenantSecret + "\n", "wrong.txt": "canary-wrong-secret\n"} {
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
	ts.Setenv("MXODUS_SOURCE", old.Endpoint().URL())
	ts.Setenv("MXODUS_SOURCE_FINGERPRINT", old.Endpoint().Fingerprint)
	ts.Setenv("APP", tenantApp)
}
