package microsoft

import (
	"encoding/base64"
	"strings"
	"testing"

	"mxodus/engine"
)

func TestTokensAreTakenApartOnlyWhereTheyHaveTheForm(t *testing.T) {
	jwt := func(payload string) engine.Secret {
		return engine.Secret("e30." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".signature")
	}
	for name, token := range map[string]engine.Secret{
		"opaque": "EwBAAl3BAAUFFpUAo7J3Ve0bjLBWZWCclRC3EoAA", "two parts": "e30.e30", "no base64": "e30.!!.x", "no JSON": jwt("hello"),
		"no tenant": jwt(`{"appid":"x"}`), "other types": jwt(`{"tid":7}`), "empty": "",
	} {
		if c, ok := readClaims(token); ok {
			t.Errorf("%s: %+v", name, c)
		}
	}
	c, ok := readClaims(jwt(`{"tid":"T","oid":"O\u001b[2J","roles":["A","B"],"azp":"app"}`))
	if !ok || c.Tenant != "T" || c.ObjectID != `O\x1b[2J` || len(c.Roles) != 2 {
		t.Errorf("%+v, %v", c, ok)
	}
}

func TestTokenOfAnotherFormLeavesTheMailboxesToShowIt(t *testing.T) {
	w := newTenant(t)
	w.authority.SetOpaque(true)
	r := w.check(t)
	if s := w.step(t, r, engine.SetupPermission); s.State != engine.CheckWarning || !strings.Contains(s.Found, "can't be told") {
		t.Errorf("%+v", s)
	}
	if !r.Done() || r.Mailboxes[0].State != engine.CheckOK || r.ObjectID != "" {
		t.Errorf("%+v", r)
	}
	w.exchange.Shut("anna@acme.example", true)
	w.exchange.Shut("ben@acme.example", true)
	w.exchange.Shut("carla@acme.example", true)
	if s := w.step(t, w.check(t), engine.SetupPrincipal); s.State != engine.CheckFailed || !strings.Contains(s.Fault.Do, "that of the enterprise application") {
		t.Errorf("%+v", s.Fault)
	}
}
