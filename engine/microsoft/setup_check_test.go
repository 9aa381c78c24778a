package microsoft

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

func TestAllIsSetUp(t *testing.T) {
	w := newTenant(t)
	r := w.check(t)
	for _, s := range r.Steps {
		if s.State != engine.CheckOK {
			t.Errorf("%s: %s, %+v", s.ID, s.State, s.Fault)
		}
	}
	for _, m := range r.Mailboxes {
		if m.State != engine.CheckOK || m.Fault != nil || len(m.Copy) > 0 {
			t.Errorf("%s: %+v", m.Name, m)
		}
	}
	if !r.Done() || r.Next() != nil || r.TenantID != w.authority.TenantID() || r.ObjectID != w.authority.ObjectID(appID) {
		t.Errorf("done %v, tenant %s, object ID %s", r.Done(), r.TenantID, r.ObjectID)
	}
}

// wrong is one thing that is wrong in a tenant, and what must be said of it.
type wrong struct {
	spoil func(*tenantWorld)
	at    engine.SetupStepID
	what  string // in the cause
	do    string // in the remedy
	who   string
}

func TestWhatIsMissingIsNamedWithItsRemedy(t *testing.T) {
	setSecret := func(s engine.Secret) func(*tenantWorld) {
		return func(w *tenantWorld) { w.vault.kept[engine.AppSecretName(engine.SideDestination)] = s }
	}
	for name, c := range map[string]wrong{
		"no such tenant":   {func(w *tenantWorld) { w.endpoint.Tenant = "nobody.example" }, engine.SetupTenant, "no such tenant", "--cloud", you},
		"tenant not set":   {func(w *tenantWorld) { w.endpoint.Tenant = "" }, engine.SetupTenant, "isn't set", "--tenant", you},
		"another cloud's":  {func(w *tenantWorld) { w.authority.MoveTenant("microsoftonline.us") }, engine.SetupTenant, "another cloud", "--cloud", you},
		"another tenant's": {func(w *tenantWorld) { w.authority.AddDomain("acme.example", "stranger.example") }, engine.SetupTenant, "belong to another tenant", "--tenant", you},
		"cloud not known":  {func(w *tenantWorld) { w.endpoint.Cloud = "mars" }, engine.SetupTenant, "cloud", "--cloud", you},
		"authority away":   {func(w *tenantWorld) { w.authority.Close() }, engine.SetupTenant, "can't be reached", "firewall", you},
		"no app set":       {func(w *tenantWorld) { w.endpoint.ClientID = "" }, engine.SetupApp, "No app is set", SetupScript, entraAdmin},
		"app elsewhere":    {func(w *tenantWorld) { w.endpoint.ClientID = "66666666-2222-3333-4444-555555555555" }, engine.SetupApp, "no app with that client ID", "client ID", you},
		"not in tenant":    {func(w *tenantWorld) { w.authority.Fail("7000229", -1) }, engine.SetupApp, "no enterprise application", "consent", tenantAdmin},
		"app switched off": {func(w *tenantWorld) { w.authority.Fail("7000112", -1) }, engine.SetupApp, "switched off", "Allow sign-in", tenantAdmin},
		"secret wrong":     {setSecret("wrong-but-secret"), engine.SetupCredential, "secret is wrong", "--client-secret-file", you},
		"secret's ID":      {setSecret("7d0ab9f2-1c3e-4a55-9b7a-0123456789ab"), engine.SetupCredential, "its ID, not its value", "Value", you},
		"secret expired":   {func(w *tenantWorld) { w.authority.ExpireSecret(appID, true) }, engine.SetupCredential, "expired", "new client secret", you},
		"no secret":        {func(w *tenantWorld) { clear(w.vault.kept) }, engine.SetupCredential, "is needed", "--client-secret-file", you},
		"certificate":      {func(w *tenantWorld) { w.authority.Fail("700027", -1) }, engine.SetupCredential, "certificate", "Upload", you},
		"authority busy":   {func(w *tenantWorld) { w.authority.Busy(7 * time.Second) }, engine.SetupApp, "busy", "tries again", nobody},
		"no consent":       {func(w *tenantWorld) { w.authority.Consent(appID) }, engine.SetupPermission, "isn't allowed to use IMAP", "Grant admin consent", entraAdmin},
		"other permission": {func(w *tenantWorld) { w.authority.Consent(appID, "User.Read.All") }, engine.SetupPermission, mailRole, "not delegated", entraAdmin},
		"consent refused":  {func(w *tenantWorld) { w.authority.Fail("65001", -1) }, engine.SetupPermission, "agreed", "consent", tenantAdmin},
		"no Exchange":      {func(w *tenantWorld) { w.authority.Fail("500011", -1) }, engine.SetupPermission, "Exchange Online", "licence", tenantAdmin},
		"not registered":   {func(w *tenantWorld) { w.exchange.RegisterPrincipal(appID, "") }, engine.SetupPrincipal, "isn't registered in Exchange", "enterprise", exchangeAdmin},
		"wrong object ID": {func(w *tenantWorld) { w.exchange.RegisterPrincipal(appID, w.authority.RegistrationID(appID)) }, engine.SetupPrincipal,
			"wrong object ID", "app registration", exchangeAdmin},
		"Exchange away": {func(w *tenantWorld) { w.mail.Close() }, engine.SetupPrincipal, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTenant(t)
			c.spoil(w)
			r := w.check(t)
			next := r.Next()
			if next == nil || next.ID != c.at || next.State != engine.CheckFailed || next.Fault == nil {
				t.Fatalf("next: %+v", next)
			}
			f := next.Fault
			if !strings.Contains(f.What, c.what) || !strings.Contains(f.Do, c.do) && name != "not registered" || f.Do == "" || f.Who == "" || c.who != "" && f.Who != c.who {
				t.Errorf("what: %s\ndo: %s\nwho: %s", f.What, f.Do, f.Who)
			}
			if regexp.MustCompile(`mxodus [a-z ]+FILE`).MatchString(f.Do) {
				t.Errorf("the project isn't named: %s", f.Do)
			}
		})
	}
}

func TestRightObjectIDStandsInTheWordsAndInWhatIsCopied(t *testing.T) {
	w := newTenant(t)
	w.exchange.RegisterPrincipal(appID, w.authority.RegistrationID(appID))
	w.request.Users = append(w.request.Users, engine.User{ID: 4, Address: "dora@acme.example"}, engine.User{ID: 5, Address: "emil@acme.example"})
	r := w.check(t)
	s := w.step(t, r, engine.SetupPrincipal)
	id := w.authority.ObjectID(appID)
	copied := strings.Join(s.ByHand[1].Copy, "\n")
	if !strings.Contains(s.Fault.Do, id) || !strings.Contains(copied, "New-ServicePrincipal -AppId '"+appID+"' -ObjectId '"+id+"'") {
		t.Errorf("%s\n%s", s.Fault.Do, copied)
	}
	states := []engine.CheckState{}
	for _, m := range r.Mailboxes {
		states = append(states, m.State)
	}
	if want := []engine.CheckState{engine.CheckFailed, engine.CheckWaiting, engine.CheckFailed, engine.CheckWaiting, engine.CheckFailed}; !slices.Equal(states, want) {
		t.Errorf("tried: %v", states)
	}
}

func TestLockedProjectTellsOfTheTenantAlone(t *testing.T) {
	w := newTenant(t)
	r := w.request
	r.Project.Destination = w.endpoint
	report, err := NewSetup(r).Check(t.Context(), nil)
	if err != nil || w.step(t, report, engine.SetupTenant).State != engine.CheckOK || w.step(t, report, engine.SetupCredential).State != engine.CheckWaiting {
		t.Errorf("%+v, %v", report.Steps, err)
	}
	if w.authority.Granted("client_credentials") != 0 {
		t.Error("somebody signed in")
	}
}

func TestCheckEndsWhenItIsStopped(t *testing.T) {
	w := newTenant(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := w.request
	r.Project.Destination, r.Vault = w.endpoint, w.vault
	if _, err := NewSetup(r).Check(ctx, nil); err == nil {
		t.Error("no error")
	}
}

// TestTheFirstStepNamesTheOneThatSetsTheTenant, for an app and for a person.
func TestTheFirstStepNamesTheOneThatSetsTheTenant(t *testing.T) {
	for _, way := range []engine.SignInWay{engine.SignInApp, engine.SignInBrowser} {
		steps := NewSetup(engine.SetupRequest{Side: engine.SideDestination, Project: engine.Project{Destination: engine.Endpoint{SignIn: way}}}).Steps()
		at := slices.IndexFunc(steps, func(s engine.SetupStep) bool {
			return slices.ContainsFunc(s.ByHand, func(a engine.SetupAction) bool {
				return strings.Contains(strings.Join(a.Copy, ""), "--tenant TENANT-ID") || strings.Contains(a.Do, "--tenant")
			})
		})
		if last := steps[0].ByHand[len(steps[0].ByHand)-1].Do; at < 0 || !strings.Contains(last, "step "+strconv.Itoa(at+1)+",") {
			t.Errorf("%q: set in step %d, but: %s", way, at+1, last)
		}
	}
}

func TestPersonsSetUpIsChecked(t *testing.T) {
	w := newTenant(t)
	w.authority.AddApp(appID, "")
	w.endpoint.SignIn = engine.SignInBrowser
	if next := w.check(t).Next(); next.ID != engine.SetupSignIn || !strings.Contains(next.Fault.Do, "mxodus microsoft signin acme.mxodus") {
		t.Errorf("before the sign-in: %+v", next)
	}
	if _, err := w.signIn(t, w.browse(t)); err != nil {
		t.Fatal(err)
	}
	if r := w.check(t); !r.Done() {
		t.Errorf("%+v", r.Next())
	}
	w.exchange.Deny("ben@acme.example", true)
	r := w.check(t)
	if m := r.Mailboxes[1]; m.State != engine.CheckFailed || !strings.Contains(m.Fault.What, "whoever signed in") || !strings.Contains(m.Copy[0], "boss@acme.example") {
		t.Errorf("%+v", m)
	}
}
