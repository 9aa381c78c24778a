package microsoft

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mxodus/engine"
	"mxodus/engine/imapconn"
	"mxodus/engine/lab"
)

// tenantWorld is a tenant with an Exchange that holds the mailboxes of Anna, Ben
// and Carla, all set up for the app.
type tenantWorld struct {
	*world
	exchange *lab.Exchange
	mail     *lab.Server
	request  engine.SetupRequest
	trace    string
}

var staff = []string{"anna@acme.example", "ben@acme.example", "carla@acme.example"}

func newTenant(t *testing.T) *tenantWorld {
	t.Helper()
	w := &tenantWorld{world: newWorld(t), exchange: &lab.Exchange{}, trace: filepath.Join(t.TempDir(), "trace")}
	w.authority.AddDomain("acme.example", tenant)
	w.exchange.Good = w.authority.Good
	var err error
	if w.mail, err = lab.NewExchange(w.exchange, lab.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.mail.Close)
	w.exchange.RegisterPrincipal(appID, w.authority.ObjectID(appID))
	for i, address := range staff {
		w.mail.AddMailbox(address)
		w.request.Users = append(w.request.Users, engine.User{ID: int64(i + 1), Address: address})
	}
	file, err := lab.WriteCloud(t.TempDir(), w.authority, w.mail)
	if err != nil {
		t.Fatal(err)
	}
	if w.endpoint, err = Endpoint(engine.Endpoint{Cloud: file, Tenant: tenant, ClientID: appID}); err != nil {
		t.Fatal(err)
	}
	w.request.Side, w.request.File = engine.SideDestination, "acme.mxodus"
	w.request.Project.Domain = "acme.example"
	return w
}

// check checks the set-up over real connections, and looks whether anything in the
// report, or in the trace of the connections, is secret.
func (w *tenantWorld) check(t *testing.T) engine.SetupReport {
	t.Helper()
	r := w.request
	r.Project.Destination = w.endpoint
	if r.Vault == nil && w.vault != nil {
		r.Vault = w.vault
	}
	d := imapconn.NewDialer(r.Project, w.vault, engine.DialOptions{TraceFile: w.trace})
	d.UseTokens(engine.SideDestination, w.tokens())
	r.Dialer = d
	told := 0
	report, err := NewSetup(r).Check(t.Context(), func(engine.SetupReport) { told++ })
	if err != nil {
		t.Fatal(err)
	}
	if told == 0 {
		t.Error("nothing was told on the way")
	}
	w.nothingSecret(t, report)
	return report
}

func (w *tenantWorld) nothingSecret(t *testing.T, report engine.SetupReport) {
	t.Helper()
	b, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	all := string(b) + fmt.Sprintf("%+v %#v", report, report)
	for _, s := range report.Steps {
		all += fmt.Sprintf("%+v %#v %v", s.Fault, s.Fault, s.Fault)
	}
	for _, m := range report.Mailboxes {
		all += fmt.Sprintf("%+v %#v %v", m.Fault, m.Fault, m.Fault)
	}
	traced, err := os.ReadFile(w.trace)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	all += string(traced)
	kept, _ := w.vault.Get(engine.AppSecretName(engine.SideDestination))
	for _, secret := range []string{"access-", "eyJ0eXAi", "eyJhbGciOi", canary, kept.Reveal()} {
		if secret != "" && strings.Contains(all, secret) {
			t.Errorf("%.8s... is in the report or the trace", secret)
		}
	}
}

func (w *tenantWorld) step(t *testing.T, r engine.SetupReport, id engine.SetupStepID) engine.SetupStep {
	t.Helper()
	for _, s := range r.Steps {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("no step %s", id)
	return engine.SetupStep{}
}

// books is what a tenant's directory says of its users.
type books struct {
	engine.DirectoryReader
	users []engine.TenantUser
	err   error
}

func (b books) Users(context.Context) ([]engine.TenantUser, error) { return b.users, b.err }

func ready(addresses ...string) (b books) {
	for _, a := range addresses {
		b.users = append(b.users, engine.TenantUser{Address: a, Mail: a, Mailbox: engine.MailboxReady})
	}
	return b
}
