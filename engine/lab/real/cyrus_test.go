package real

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestCyrusServesOverEveryKindOfConnection(t *testing.T) {
	s := Cyrus(t, Options{Users: map[string]string{"anna": "sun", "ben@acme.example": "star"}, Prefix: "INBOX."})
	for _, security := range []string{"tls", "starttls", "plain"} {
		w := dial(t, s, security)
		if _, status := w.do(`LOGIN anna moon`); status != "NO" {
			t.Errorf("%s: a wrong password gets %s", security, status)
		}
		w.ok(`LOGIN anna sun`)
		w.ok("APPEND INBOX {8+}\r\na: b\r\n\r\n")
		w.ok("LOGOUT")
	}
	w := dial(t, s, "tls")
	w.ok("LOGIN ben@acme.example star")
	if said := strings.Join(w.ok(`LIST "" ""`), "\n"); !strings.Contains(said, `"."`) {
		t.Errorf("separator: %q", said)
	}
	s.AddUser("carla", "moon")
	dial(t, s, "starttls").ok("LOGIN carla moon")
}

func TestCyrusAdministratorOpensAMailbox(t *testing.T) {
	s := Cyrus(t, Options{Users: map[string]string{"anna": "sun"}, Separator: "/", AutoFolders: true, QuotaBytes: 10 << 10})
	w := dial(t, s, "tls")
	w.ok("LOGIN anna sun")
	said := strings.Join(w.ok(`LIST (SPECIAL-USE) "" "*"`), "\n")
	if !strings.Contains(said, `\sent) "/" Sent`) {
		t.Errorf("special folders: %q", said)
	}
	big := "a: b\r\n\r\n" + strings.Repeat("a", 20<<10)
	if said, status := w.do("APPEND INBOX {20488+}\r\n" + big); status != "NO" || !strings.Contains(said[len(said)-1], "Over quota") {
		t.Errorf("a message over quota gets %q", said)
	}
	admin := dial(t, s, "tls")
	admin.ok("AUTHENTICATE PLAIN " + base64.StdEncoding.EncodeToString([]byte("anna\x00"+s.Admin+"\x00"+s.AdminPassword)))
	admin.ok("STATUS INBOX (MESSAGES)")
}
