package real

import (
	"strings"
	"testing"
)

func TestCourierServesOverEveryKindOfConnection(t *testing.T) {
	s := Courier(t, Options{Users: map[string]string{"anna@acme.example": "sun"}})
	if _, status := dial(t, s, "tls").do(`LOGIN anna@acme.example moon`); status != "NO" {
		t.Errorf("a wrong password gets %s", status)
	}
	for _, security := range []string{"tls", "starttls", "plain"} {
		w := dial(t, s, security)
		w.ok(`LOGIN anna@acme.example sun`)
		w.ok("CREATE INBOX." + security)
		w.ok("LOGOUT")
	}
	s.AddUser("ben", "star")
	w := dial(t, s, "tls")
	w.ok("LOGIN ben star")
	if said := strings.Join(w.ok("NAMESPACE"), "\n"); !strings.Contains(said, `("INBOX." ".")`) {
		t.Errorf("namespace: %q", said)
	}
}

func TestTwoServersOfEveryMakeStandSideBySide(t *testing.T) {
	for _, kind := range []Kind{KindDovecot, KindCyrus, KindCourier} {
		users := map[string]string{"anna": "sun"}
		one, two := Start(t, kind, Options{Users: users, InMemory: true}), Start(t, kind, Options{Users: users})
		dial(t, one, "tls").ok("LOGIN anna sun")
		dial(t, two, "tls").ok("LOGIN anna sun")
		one.Stop()
		dial(t, two, "starttls").ok("LOGIN anna sun")
	}
}
