package cli_test

import (
	"os"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"mxodus/engine/lab"
)

// directories are the tenants of all scripts that have users of their own.
type directories struct {
	mu   sync.Mutex
	open map[*testscript.TestScript]*directory
}

type directory struct {
	authority *lab.Authority
	graph     *lab.Graph
}

// change is the script's command "officeis", which makes something of the tenant
// wrong, or right:
//
//	officeis without-permissions
func (all *directories) change(ts *testscript.TestScript, _ bool, args []string) {
	all.mu.Lock()
	d := all.open[ts]
	all.mu.Unlock()
	switch strings.Join(args, " ") {
	case "without-permissions":
		d.authority.Consent(tenantApp, lab.MailRole)
	case "open":
		d.authority.Consent(tenantApp, append(lab.GraphRoles, lab.MailRole)...)
	case "slow":
		d.graph.Lag(0, 1000)
	case "with-more-seats":
		d.graph.AddSKU("SPB", 10, lab.MailPlan)
	default:
		ts.Fatalf("unknown: %v", args)
	}
}

// start is the script's command "office": a Microsoft 365 tenant with a
// directory. Anna has a mailbox there, Ben no licence, Carla is nobody yet, and
// Dora has another address; three seats are free. It writes users.csv, secret.txt
// and cloud.json.
func (all *directories) start(ts *testscript.TestScript, _ bool, _ []string) {
	a, err := lab.NewAuthority("acme.example", time.Hour)
	ts.Check(err)
	ts.Defer(a.Close)
	a.AddApp(tenantApp, tenantSecret)
	a.Consent(tenantApp, append(lab.GraphRoles, lab.MailRole)...)
	to, err := lab.NewExchange(&lab.Exchange{Good: a.Good}, lab.Options{})
	ts.Check(err)
	ts.Defer(to.Close)
	g := lab.NewGraph(a, "Acme Ltd", "")
	g.OnMailbox(to.AddMailbox)
	all.mu.Lock()
	all.open[ts] = &directory{a, g}
	all.mu.Unlock()
	g.AddDomain("acme.example", true)
	g.AddDomain("new.example", false)
	sku := g.AddSKU("O365_BUSINESS_ESSENTIALS", 4, lab.FreePlan, lab.MailPlan)
	g.AddSKU("FLOW_FREE", 10000, lab.FreePlan)
	g.AddPerson(lab.Someone{Address: "anna@acme.example", Name: "Anna Lindner", SKU: sku, Country: "DE"})
	g.AddPerson(lab.Someone{Address: "ben@acme.example", Name: "Ben Carver"})
	g.AddPerson(lab.Someone{Address: "dora@acme.onmicrosoft.example", Name: "Dora Eklund"})
	g.AddPerson(lab.Someone{Address: "info@acme.example", Name: "Info", Mailbox: true, Disabled: true})
	g.AddPerson(lab.Someone{Address: "admin@acme.onmicrosoft.example", Name: "Admin"})
	to.AddMailbox("anna@acme.example")
	to.AddMailbox("info@acme.example")
	_, err = lab.WriteCloud(ts.MkAbs("."), a, to)
	ts.Check(err)
	users := "EmailAddress,UserName,Password,DisplayName\n"
	for _, who := range []string{"anna,Anna Lindner", "ben,Ben Carver", "carla,Carla Dumas", "dora,Dora Eklund"} {
		name, full, _ := strings.Cut(who, ",")
		users += name + "@acme.example," + name + ",canary-password," + full + "\n"
	}
	for name, text := range map[string]string{"users.csv": users, "secret.txt": tenantSecret + "\n"} {
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
	ts.Setenv("APP", tenantApp)
}

// passwordOnlyIn is the script's command "passwordonlyin FILE": the first
// passwords of that file stand nowhere else below the script's folder.
func passwordOnlyIn(ts *testscript.TestScript, _ bool, args []string) {
	lines := strings.Split(strings.TrimSpace(ts.ReadFile(args[0])), "\n")
	for _, line := range lines[1:] {
		onlyIn(ts, false, []string{line[strings.LastIndex(line, ",")+1:], args[0]})
	}
	if len(lines) < 2 {
		ts.Fatalf("%s holds no password", args[0])
	}
}
