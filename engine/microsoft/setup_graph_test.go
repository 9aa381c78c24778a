package microsoft

import (
	"strings"
	"testing"

	"mxodus/engine"
	"mxodus/engine/lab"
)

// TestDirectoryTellsApartWhatMailCannot: the reasons come from the tenant's own
// directory, over its web interface.
func TestDirectoryTellsApartWhatMailCannot(t *testing.T) {
	w := newTenant(t)
	g := lab.NewGraph(w.authority, "Acme Ltd", "DE")
	g.AddDomain("acme.example", true)
	sku := g.AddSKU("O365_BUSINESS_ESSENTIALS", 10, lab.FreePlan, lab.MailPlan)
	g.AddPerson(lab.Someone{Address: "anna@acme.example", Name: "Anna", Aliases: []string{"a.lindner@acme.example"}, SKU: sku, Country: "DE"})
	g.AddPerson(lab.Someone{Address: "dora@acme.example", Name: "Dora"})
	w.request.Users = nil
	for i, name := range []string{"anna", "dora", "emil", "a.lindner"} {
		w.request.Users = append(w.request.Users, engine.User{ID: int64(i + 1), Address: name + "@acme.example"})
	}
	directory := func() engine.DirectoryReader {
		d, err := NewDirectory(engine.SideDestination, w.endpoint, w.vault)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}

	w.request.ManageUsers = true
	w.request.Directory = directory()
	r := w.check(t)
	if s := w.step(t, r, engine.SetupUsers); s.State != engine.CheckFailed || s.Fault.Code != engine.CodePermission || !strings.Contains(s.Fault.What, "lacks the permission") {
		t.Errorf("without consent: %+v", s)
	}
	if m := r.Mailboxes[1]; !strings.Contains(m.Fault.What, "isn't there yet") {
		t.Errorf("more is said than can be known: %s", m.Fault.What)
	}

	w.authority.Consent(appID, append(lab.GraphRoles, lab.MailRole)...)
	w.request.Directory = directory()
	r = w.check(t)
	if s := w.step(t, r, engine.SetupUsers); s.State != engine.CheckOK {
		t.Errorf("with consent: %+v", s)
	}
	for i, want := range []string{"", "no licence", "no account", "full access is missing"} {
		m := r.Mailboxes[i]
		if got := m.Fault; want == "" && got != nil || want != "" && (got == nil || !strings.Contains(got.What, want)) {
			t.Errorf("%s: %v", m.Name, got)
		}
	}
	if m := r.Mailboxes[3]; !strings.Contains(m.Found, "alias of anna@acme.example") {
		t.Errorf("%+v", m)
	}
}
