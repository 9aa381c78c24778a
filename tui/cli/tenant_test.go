package cli_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"mxodus/engine/lab"
)

const (
	tenantApp    = "0a0a0a0a-1111-2222-3333-444444444444"
	tenantSecret = "canary-client-secret"
)

// tenancies are the tenants of all scripts.
type tenancies struct {
	mu   sync.Mutex
	open map[*testscript.TestScript]*tenancy
}

// tenancy is the tenant of one script.
type tenancy struct {
	authority *lab.Authority
	exchange  *lab.Exchange
	mail      *lab.Server
}

// change is the script's command "tenantis", which makes something of the tenant
// wrong, or right:
//
//	tenantis without-consent
func (all *tenancies) change(ts *testscript.TestScript, _ bool, args []string) {
	all.mu.Lock()
	t := all.open[ts]
	all.mu.Unlock()
	switch strings.Join(args, " ") {
	case "without-consent":
		t.authority.Consent(tenantApp)
	case "with-a-person":
		t.authority.Seat("boss@acme.example")
		t.authority.EnterCodes(true)
	case "with-security-defaults":
		t.authority.Fail("530035", -1)
	case "with-a-policy":
		t.authority.Fail("53003", -1)
	case "with-sign-ins":
		t.authority.Fail("", 0)
	case "without-sign-ins":
		t.authority.ForgetSignIns()
		t.authority.ExpireAll()
	case "with-consent":
		t.authority.Consent(tenantApp, lab.MailRole)
	case "expired":
		t.authority.ExpireSecret(tenantApp, true)
	case "with-wrong-object-id":
		t.exchange.RegisterPrincipal(tenantApp, t.authority.RegistrationID(tenantApp))
	case "registered":
		t.exchange.RegisterPrincipal(tenantApp, t.authority.ObjectID(tenantApp))
	case "without-bens-mailbox":
		t.exchange.Shut("ben@acme.example", true)
	case "with-bens-mailbox":
		t.exchange.Shut("ben@acme.example", false)
	case "open":
		t.exchange.Deny("carla@acme.example", false)
	default:
		ts.Fatalf("unknown: %v", args)
	}
}

// start is the script's command "tenant": an old server and a Microsoft 365
// tenant with the mailboxes of Anna, Ben and Carla; Carla's can't be opened. It
// writes users.csv, secret.txt, wrong.txt and cloud.json, and puts the old server
// into the environment.
func (all *tenancies) start(ts *testscript.TestScript, _ bool, _ []string) {
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
	all.mu.Lock()
	all.open[ts] = &tenancy{a, x, to}
	all.mu.Unlock()
	_, err = lab.WriteCloud(ts.MkAbs("."), a, to)
	ts.Check(err)
	for name, text := range map[string]string{"users.csv": users, "secret.txt": tenantSecret + "\n", "wrong.txt": "canary-wrong-secret\n"} {
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
	ts.Setenv("MXODUS_SOURCE", old.Endpoint().URL())
	ts.Setenv("MXODUS_SOURCE_FINGERPRINT", old.Endpoint().Fingerprint)
	ts.Setenv("APP", tenantApp)
	ts.Setenv("OBJECT", a.ObjectID(tenantApp))
}
