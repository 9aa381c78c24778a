package microsoft

import (
	"strings"
	"testing"

	"mxodus/engine"
)

// TestMailboxesReasons: Carla's mailbox can't be opened, for one reason after the
// other; the words must say no more than can be known.
func TestMailboxesReasons(t *testing.T) {
	const carla = "carla@acme.example"
	withDirectory := func(state engine.MailboxState) func(*tenantWorld) {
		return func(w *tenantWorld) {
			b := ready(staff...)
			b.users[2].Mailbox = state
			w.request.Directory = b
			w.exchange.Shut(carla, true)
		}
	}
	for name, c := range map[string]struct {
		spoil func(*tenantWorld)
		what  []string
		do    string
		who   string
		lines bool // there are commands to copy
	}{
		"no right": {func(w *tenantWorld) { w.exchange.Deny(carla, true) },
			[]string{"Exchange knows the app", "full access is missing, or IMAP is off", "isn't there yet"}, "can't be told apart", exchangeAdmin, true},
		"IMAP off": {func(w *tenantWorld) { w.exchange.SwitchIMAP(carla, false) },
			[]string{"full access is missing, or IMAP is off"}, "switch IMAP on", exchangeAdmin, true},
		"refused at the sign-in": {func(w *tenantWorld) { w.exchange.Shut(carla, true) },
			[]string{"refuses the sign-in at this mailbox", "isn't there yet"}, "address is right", exchangeAdmin, true},
		"not there, directory unknown": {func(w *tenantWorld) { w.request.Users[2].Address = "carlo@acme.example" },
			[]string{"isn't there yet"}, "licence", exchangeAdmin, true},
		"no right, and the directory knows it": {func(w *tenantWorld) {
			w.request.Directory = ready(staff...)
			w.exchange.Deny(carla, true)
		}, []string{"IMAP is off for it."}, "full access", exchangeAdmin, true},
		"no account": {func(w *tenantWorld) {
			w.request.Directory = ready(staff...)
			w.request.Users[2].Address = "carlo@acme.example"
		}, []string{"no account"}, "--create", tenantAdmin, false},
		"no licence":    {withDirectory(engine.MailboxNone), []string{"no licence"}, "Assign one", tenantAdmin, false},
		"licence off":   {withDirectory(engine.MailboxOff), []string{"switched off"}, "Exchange Online", tenantAdmin, false},
		"being made":    {withDirectory(engine.MailboxUnderway), []string{"being made"}, "Wait", nobody, false},
		"domain proved": {func(w *tenantWorld) { w.request.Users[2].Address = "carla@new.example" }, []string{"new.example", "proved"}, "mxodus dns acme.mxodus", tenantAdmin, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTenant(t)
			c.spoil(w)
			r := w.check(t)
			m := r.Mailboxes[2]
			if m.State != engine.CheckFailed || m.Fault == nil {
				t.Fatalf("%+v", m)
			}
			for _, what := range c.what {
				if !strings.Contains(m.Fault.What, what) {
					t.Errorf("what: %s", m.Fault.What)
				}
			}
			if !strings.Contains(m.Fault.Do, c.do) || m.Fault.Who != c.who {
				t.Errorf("do: %s\nwho: %s", m.Fault.Do, m.Fault.Who)
			}
			if got := strings.Join(m.Copy, "\n"); c.lines != strings.Contains(got, "'"+w.request.Users[2].Address+"' -User '"+w.authority.ObjectID(appID)+"' -AccessRights FullAccess") {
				t.Errorf("to copy: %s", got)
			}
			if r.Mailboxes[0].State != engine.CheckOK || w.step(t, r, engine.SetupPrincipal).State != engine.CheckOK || r.Next().ID != engine.SetupMailboxes {
				t.Errorf("the others: %+v", r)
			}
		})
	}
}

func TestAliasIsCalledOne(t *testing.T) {
	w := newTenant(t)
	b := ready(staff[:2]...)
	b.users = append(b.users, engine.TenantUser{Address: "c.rossi@acme.example", Mail: "c.rossi@acme.example", Aliases: []string{"carla@acme.example"}, Mailbox: engine.MailboxReady})
	w.request.Directory = b
	w.exchange.Deny("carla@acme.example", true)
	if m := w.check(t).Mailboxes[2]; !strings.Contains(m.Found, "alias of c.rossi@acme.example") || m.Directory != engine.MailboxReady {
		t.Errorf("%+v", m)
	}
}

// TestMailboxesThatAreNotThereSayNothingOfTheApp: an app that is refused where
// there is no mailbox may be registered well.
func TestMailboxesThatAreNotThereSayNothingOfTheApp(t *testing.T) {
	w := newTenant(t)
	w.request.Directory = ready()
	for i := range w.request.Users {
		w.request.Users[i].Address = "new" + w.request.Users[i].Address
	}
	r := w.check(t)
	if s := w.step(t, r, engine.SetupPrincipal); s.State != engine.CheckWarning {
		t.Errorf("%+v", s)
	}
	for _, m := range r.Mailboxes {
		if m.Fault == nil || !strings.Contains(m.Fault.What, "no account") {
			t.Errorf("%s: %+v", m.Name, m.Fault)
		}
	}
}

func TestDirectoryThatMayNotBeReadIsNoObstacle(t *testing.T) {
	w := newTenant(t)
	w.request.Directory = books{err: &engine.Fault{Class: engine.StopBatch, Code: engine.CodePermission, What: "The app may not read users.", Do: "Grant it.", Who: tenantAdmin}}
	if r := w.check(t); !r.Done() {
		t.Errorf("%+v", r.Next())
	}
	w.request.ManageUsers = true
	r := w.check(t)
	if s := w.step(t, r, engine.SetupUsers); s.State != engine.CheckFailed || s.Fault.Code != engine.CodePermission {
		t.Errorf("%+v", s)
	}
	if r.Mailboxes[0].State != engine.CheckOK {
		t.Error("the mailboxes were not tried")
	}
}
