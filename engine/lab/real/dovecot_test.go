package real

import (
	"strings"
	"testing"
)

func TestDovecotServesOverEveryKindOfConnection(t *testing.T) {
	s := Dovecot(t, Options{Users: map[string]string{"anna@acme.example": "sun"}})
	for _, security := range []string{"tls", "starttls", "plain"} {
		w := dial(t, s, security)
		if _, status := w.do(`LOGIN anna@acme.example moon`); status != "NO" {
			t.Errorf("%s: a wrong password gets %s", security, status)
		}
		w.ok(`LOGIN anna@acme.example sun`)
		w.ok("APPEND INBOX {5+}\r\na: b\n")
		w.ok("LOGOUT")
	}
	w := dial(t, s, "tls")
	w.ok(`LOGIN anna@acme.example*master master-secret`)
	if said := strings.Join(w.ok("STATUS INBOX (MESSAGES)"), "\n"); !strings.Contains(said, "MESSAGES 3") {
		t.Errorf("the master sees %q", said)
	}
}

func TestDovecotTakesUsersWhileItRuns(t *testing.T) {
	s := Dovecot(t, Options{Format: "sdbox", InMemory: true})
	for _, name := range []string{"anna", "ben", "carla"} {
		s.AddUser(name, "sun")
		dial(t, s, "tls").ok("LOGIN " + name + " sun")
	}
	s.AddUser("ben", "star")
	w := dial(t, s, "tls")
	if _, status := w.do("LOGIN ben sun"); status != "NO" {
		t.Errorf("the old password gets %s", status)
	}
	w.ok("LOGIN ben star")
}

func TestDovecotKeepsItsLimits(t *testing.T) {
	s := Dovecot(t, Options{Users: map[string]string{"anna": "sun"}, MaxConns: 2, QuotaBytes: 1000, AutoFolders: true, Prefix: "INBOX.", Separator: "."})
	w := dial(t, s, "tls")
	w.ok("LOGIN anna sun")
	dial(t, s, "tls").ok("LOGIN anna sun")
	if said, status := dial(t, s, "tls").do("LOGIN anna sun"); status != "NO" || !strings.Contains(said[len(said)-1], "Maximum number of connections") {
		t.Errorf("a third connection gets %q", said)
	}
	if said, status := w.do("APPEND INBOX {2000+}\r\n" + strings.Repeat("a", 2000)); status != "NO" || !strings.Contains(said[len(said)-1], "OVERQUOTA") {
		t.Errorf("a message over quota gets %q", said)
	}
	if said := strings.Join(w.ok(`LIST (SPECIAL-USE) "" "*"`), "\n"); !strings.Contains(said, `\Sent) "." INBOX.Sent`) {
		t.Errorf("special folders: %q", said)
	}
}
