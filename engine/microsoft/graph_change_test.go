package microsoft

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
)

func TestUserIsMadeAndLicensedThoughTheDirectoryLagsBehind(t *testing.T) {
	o := newOffice(t)
	o.graph.Lag(3, 2)
	g := o.directory(t)
	made, err := g.Create(t.Context(), newcomer())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.User(t.Context(), made.ID); faultOf(t, err).Code != engine.CodeNotFound {
		t.Error(err)
	}
	if err := g.AssignLicence(t.Context(), made.ID, o.sku); err != nil {
		t.Fatal(err)
	}
	if !o.waited(time.Second, 2*time.Second) {
		t.Errorf("waited %v", o.waits)
	}
	if err := g.AssignLicence(t.Context(), made.ID, o.sku); err != nil {
		t.Errorf("a second time: %v", err)
	}
	var states []engine.MailboxState
	for range 3 {
		u, err := g.User(t.Context(), made.Address)
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, u.Mailbox)
	}
	if states[0] != engine.MailboxUnderway || states[2] != engine.MailboxReady {
		t.Errorf("%v", states)
	}
	if password, must := o.graph.Password("ben@acme.example"); password != "canary-Password-1" || !must {
		t.Errorf("%q, %v", password, must)
	}
}

func TestLostAnswerOfACreationIsLookedInto(t *testing.T) {
	o := newOffice(t)
	o.graph.Fail(lab.OpCreateUser, 1, lab.GraphFault{After: true})
	made, err := o.directory(t).Create(t.Context(), newcomer())
	if err != nil || made.Address != "ben@acme.example" {
		t.Fatalf("%+v, %v", made, err)
	}
	o.graph.Fail(lab.OpCreateUser, 1, lab.GraphFault{Status: http.StatusGatewayTimeout, After: true})
	second := newcomer()
	second.Address, second.Nickname, second.DisplayName = "carla@acme.example", "carla", "Carla Dumas"
	if made, err = o.directory(t).Create(t.Context(), second); err != nil || made.DisplayName != "Carla Dumas" {
		t.Fatalf("%+v, %v", made, err)
	}
}

func TestSomebodyElseOfTheSameNameIsNotTakenForOurs(t *testing.T) {
	o := newOffice(t)
	o.graph.AddPerson(lab.Someone{Address: "ben@acme.example", Name: "Ben Carver"})
	o.graph.Fail(lab.OpCreateUser, 1, lab.GraphFault{})
	if _, err := o.directory(t).Create(t.Context(), newcomer()); faultOf(t, err).Code != engine.CodeExists {
		t.Error(err)
	}
}

func TestRefusedChangesAreExplained(t *testing.T) {
	o := newOffice(t)
	full := o.graph.AddSKU("EXCHANGESTANDARD", 0, lab.MailPlan)
	o.graph.AddDomain("new.example", false)
	o.graph.AddPerson(lab.Someone{Address: "dora@acme.example", Name: "Dora"})
	g := o.directory(t)
	anna, err := g.User(t.Context(), "anna@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	create := func(change func(*engine.NewTenantUser)) error {
		n := newcomer()
		change(&n)
		_, err := g.Create(t.Context(), n)
		return err
	}
	for name, c := range map[string]struct {
		err  error
		code engine.Code
		what string
	}{
		"no free seat":   {g.AssignLicence(t.Context(), anna.ID, full), engine.CodeNoSeats, "no free seat"},
		"no country":     {g.AssignLicence(t.Context(), "dora@acme.example", o.sku), engine.CodeNoCountry, "usage location"},
		"no licence":     {g.AssignLicence(t.Context(), anna.ID, "00000000-0000-0000-0000-000000000000"), engine.CodeNotFound, "no such licence"},
		"name taken":     {create(func(n *engine.NewTenantUser) { n.Address = "anna@acme.example" }), engine.CodeExists, "user of this name"},
		"alias taken":    {create(func(n *engine.NewTenantUser) { n.Address = "a.lindner@acme.example" }), engine.CodeExists, "has this address"},
		"nickname taken": {create(func(n *engine.NewTenantUser) { n.Nickname = "anna" }), engine.CodeExists, "nickname"},
		"weak password":  {create(func(n *engine.NewTenantUser) { n.Password = "canary" }), engine.CodeRefused, "too weak"},
		"domain":         {create(func(n *engine.NewTenantUser) { n.Address = "ben@new.example" }), engine.CodeNotVerified, "isn't proved"},
		"bad nickname":   {create(func(n *engine.NewTenantUser) { n.Nickname = "ben carver" }), engine.CodeRefused, "as it is written"},
		"bad country":    {create(func(n *engine.NewTenantUser) { n.UsageLocation = "Germany" }), engine.CodeNoCountry, "usage location"},
	} {
		f := faultOf(t, c.err)
		if f.Code != c.code || !strings.Contains(f.What, c.what) || f.Said == "" || f.Side != engine.SideDestination {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestDomainIsProvedAndItsRecordsRead(t *testing.T) {
	o := newOffice(t)
	o.graph.AddDomain("new.example", false)
	g := o.directory(t)
	proof, err := g.ProofRecords(t.Context(), "new.example")
	if err != nil || len(proof) != 2 || proof[0] != (engine.DomainRecord{Name: "new.example", Type: "TXT", Value: lab.ProofOf, TTL: 3600}) {
		t.Fatalf("%+v, %v", proof, err)
	}
	if _, err := g.ServiceRecords(t.Context(), "new.example"); faultOf(t, err).Code != engine.CodeNotVerified {
		t.Error(err)
	}
	if err := g.VerifyDomain(t.Context(), "new.example"); faultOf(t, err).Code != engine.CodeNotVerified || !strings.Contains(err.Error(), "proof record") {
		t.Error(err)
	}
	o.graph.ShowProof("new.example")
	for range 2 {
		if err := g.VerifyDomain(t.Context(), "new.example"); err != nil {
			t.Error(err)
		}
	}
	if n := o.graph.Count(lab.OpVerifyDomain); n != 2 { // a proved one isn't verified again
		t.Errorf("asked to verify %d times, expected 2", n)
	}
	records, err := g.ServiceRecords(t.Context(), "new.example")
	if err != nil || len(records) != 5 || records[0].Value != "new-example.mail.protection.outlook.com" || records[4].Value != "1 443 sipdir.online.lync.com" {
		t.Errorf("%+v, %v", records, err)
	}
	if _, err := g.ProofRecords(t.Context(), "mars.example"); !strings.Contains(faultOf(t, err).What, "doesn't know this domain") {
		t.Error(err)
	}
}

func TestNothingSecretIsInWhatGraphIsSaidToHaveSaid(t *testing.T) {
	o := newOffice(t)
	o.graph.Fail(lab.OpCreateUser, 1, lab.GraphFault{Status: 400, Code: "Request_BadRequest", Message: "The password canary-Password-1 is banned \x1b[2J"})
	g := o.directory(t)
	_, err := g.Create(t.Context(), newcomer())
	if s := fmt.Sprintf("%v %+v %#v %v", err, err, err, g); strings.Contains(s, "canary") || strings.Contains(s, "\x1b") {
		t.Error(s)
	}
}

func TestUserThatMayHaveBeenMadeIsToldOf(t *testing.T) {
	o := newOffice(t)
	o.graph.Fail(lab.OpCreateUser, -1, lab.GraphFault{})
	_, err := o.directory(t).Create(t.Context(), newcomer())
	if f := faultOf(t, err); f.Code != engine.CodeLost || !strings.Contains(f.Do, "reset it") || o.graph.Count(lab.OpCreateUser) != callsMost || o.graph.Count(lab.OpListUsers) != looksMost {
		t.Errorf("%+v after %d tries and %d looks", f, o.graph.Count(lab.OpCreateUser), o.graph.Count(lab.OpListUsers))
	}
}
