package imapconn

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"mxodus/engine"
)

// canary is a password that must be found nowhere.
const canary = "c4nary-Ünï\"\\ %s"

// decoded is what AUTHENTICATE's base64 arguments in a server's record say.
func decoded(s *scripted) string {
	var b strings.Builder
	for _, w := range strings.Fields(s.said()) {
		if raw, err := base64.StdEncoding.DecodeString(w); err == nil {
			b.Write(raw)
			b.WriteByte('\n')
		}
	}
	return strings.ReplaceAll(b.String(), "\x00", "|")
}

func TestSignInMethods(t *testing.T) {
	for name, c := range map[string]struct {
		caps   string
		alter  func(e *engine.Endpoint)
		secret engine.Secret
		sent   string // in the clear
		coded  string // within base64
	}{
		"plain with initial response": {caps: "AUTH=PLAIN SASL-IR", coded: "|anna|pw"},
		"plain without":               {caps: "AUTH=PLAIN", coded: "|anna|pw"},
		"login":                       {caps: "", sent: `LOGIN "anna" "pw"`},
		"login asked for":             {caps: "AUTH=PLAIN SASL-IR", alter: func(e *engine.Endpoint) { e.Auth = engine.AuthLogin }, sent: `LOGIN "anna" "pw"`},
		"plain asked for":             {caps: "", alter: func(e *engine.Endpoint) { e.Auth = engine.AuthPlain }, coded: "|anna|pw"},
		"login with quotes":           {caps: "", secret: `p"\w`, sent: `LOGIN "anna" "p\"\\w"`},
		"login with other letters":    {caps: "", secret: "pä", sent: `LOGIN "anna" {3}`},
		"the same with LITERAL+":      {caps: "LITERAL+", secret: "pä", sent: `LOGIN "anna" {3+}`},
		"authorization identity": {caps: "AUTH=PLAIN SASL-IR", alter: func(e *engine.Endpoint) { e.Admin, e.AdminStyle = "boss", engine.AdminAuthzid },
			coded: "anna|boss|pw"},
		"master user": {caps: "", alter: func(e *engine.Endpoint) { e.Admin, e.AdminStyle = "boss", engine.AdminMaster }, sent: `LOGIN "anna*boss" "pw"`},
		"master user, other separator": {caps: "", alter: func(e *engine.Endpoint) { e.Admin, e.AdminStyle, e.AdminSeparator = "boss", engine.AdminMaster, "%" },
			sent: `LOGIN "anna%boss" "pw"`},
		"exchange":  {caps: "", alter: func(e *engine.Endpoint) { e.Admin, e.AdminStyle = `CORP\boss`, engine.AdminExchange }, sent: `LOGIN "CORP/boss/anna" "pw"`},
		"mirapoint": {caps: "", alter: func(e *engine.Endpoint) { e.Admin, e.AdminStyle = "boss", engine.AdminMirapoint }, sent: `LOGIN "#anna#boss#" "pw"`},
	} {
		t.Run(name, func(t *testing.T) {
			s := mailServer(t, "IMAP4rev1 "+c.caps, nil)
			d := s.dialer(func(p *engine.Project) {
				if c.alter != nil {
					c.alter(&p.Source)
				}
			})
			if c.secret != "" {
				d.vault = memVault{"source/1": c.secret}
			}
			conn, err := d.open(t.Context(), engine.SideSource, anna)
			if err != nil {
				// The scripted server knows one password only.
				faultOf(t, err, engine.CodeAuth)
			} else {
				defer func() { _ = conn.close() }()
			}
			if c.sent != "" && !strings.Contains(s.said(), c.sent) {
				t.Errorf("%q was not sent:\n%s", c.sent, s.said())
			}
			if c.coded != "" && !strings.Contains(decoded(s), c.coded) {
				t.Errorf("%q was not sent:\n%s", c.coded, decoded(s))
			}
		})
	}
}

func TestSignInRespectsWhatTheServerForbids(t *testing.T) {
	s := mailServer(t, "IMAP4rev1 LOGINDISABLED AUTH=CRAM-MD5", nil)
	_, err := s.dialer(nil).Source(t.Context(), anna)
	faultOf(t, err, engine.CodePlaintext) // this connection has no TLS
	if strings.Contains(s.said(), "LOGIN \"") || strings.Contains(s.said(), "AUTHENTICATE") {
		t.Errorf("sent all the same:\n%s", s.said())
	}
}

func TestRefusedPasswordIsAFaultWithRemedyAndTheServersWords(t *testing.T) {
	s := mailServer(t, "IMAP4rev1 AUTH=PLAIN", func(k *talk, c command) bool {
		if c.verb != "AUTHENTICATE" {
			return false
		}
		k.say("+ \r\n")
		_, _ = k.line()
		k.say("%s NO [AUTHENTICATIONFAILED] Wrong \x1b[31mpassword.\r\n", c.tag)
		return true
	})
	_, err := s.dialer(nil).Source(t.Context(), anna)
	f := faultOf(t, err, engine.CodeAuth)
	if f.Class != engine.StopMailbox || f.Side != engine.SideSource || !strings.Contains(f.What, "The old server refused the password of anna") {
		t.Errorf("%+v", f)
	}
	if !strings.Contains(f.Said, "Wrong") || strings.ContainsRune(f.Said, 0x1b) {
		t.Errorf("said %q", f.Said)
	}
	if n := strings.Count(s.said(), "AUTHENTICATE") + strings.Count(s.said(), "LOGIN"); n != 1 {
		t.Errorf("a refused password was tried %d times", n)
	}
}

func TestMissingPasswordNamesTheUserAndConnectsNowhere(t *testing.T) {
	s := mailServer(t, "IMAP4rev1", nil)
	d := s.dialer(nil)
	_, err := d.Source(t.Context(), engine.User{ID: 7, SourceLogin: "otto"})
	if f := faultOf(t, err, engine.CodeSecret); !strings.Contains(f.What, "otto") {
		t.Error(f.What)
	}
	d.vault = memVault{"source/1": "a\r\nX LOGOUT"}
	_, err = d.Source(t.Context(), anna)
	faultOf(t, err, engine.CodeSecret)
	if s.conns != 0 {
		t.Errorf("%d connections", s.conns)
	}
}

func TestServersThatAreFullAreNoWrongPassword(t *testing.T) {
	for text, want := range map[string]engine.Code{
		"NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)": engine.CodeFullHouse,
		"NO [ALERT] Too many simultaneous connections. (Failure)":                                               engine.CodeFullHouse,
		"NO [UNAVAILABLE] Temporary authentication failure.":                                                    engine.CodeUnavailable,
		"BAD Request is throttled. Suggested Backoff Time: 2000 milliseconds":                                   engine.CodeThrottled,
		"NO LOGIN failed.":                             engine.CodeAuth,
		"NO something odd":                             engine.CodeAuth,
		"NO [TRYCREATE] what":                          engine.CodeAuth,
		"BAD User is authenticated but not connected.": engine.CodeAuth,
	} {
		s := mailServer(t, "IMAP4rev1", func(k *talk, c command) bool {
			if c.verb == "LOGIN" {
				k.say("%s %s\r\n", c.tag, text)
			}
			return c.verb == "LOGIN"
		})
		_, err := s.dialer(nil).Source(t.Context(), anna)
		if f := faultOf(t, err, want); (want == engine.CodeConnLimit || want == engine.CodeFullHouse) && f.Class != engine.Retry {
			t.Errorf("%s: class %d", text, f.Class)
		}
	}
}

// adminServer takes one login name only.
func adminServer(t *testing.T, greeting, caps, takes string, hangUp bool) *scripted {
	return serve(t, func(k *talk) {
		k.say("* OK [CAPABILITY IMAP4rev1 SASL-IR %s] %s\r\n", caps, greeting)
		for {
			c, ok := k.command()
			if !ok {
				return
			}
			who := ""
			switch c.verb {
			case "LOGIN":
				who = strings.Trim(strings.Fields(c.args)[0], `"`)
			case "AUTHENTICATE":
				b, _ := base64.StdEncoding.DecodeString(strings.Fields(c.args)[1])
				who = strings.ReplaceAll(strings.TrimSuffix(string(b), "\x00pw"), "\x00", "|")
			}
			if who != "" && who != takes {
				k.say("%s NO [AUTHENTICATIONFAILED] no\r\n", c.tag)
				if hangUp {
					return
				}
				continue
			}
			k.say("%s OK\r\n", c.tag)
		}
	})
}

func TestAdministratorsStyleIsFoundOnceAndKept(t *testing.T) {
	for name, c := range map[string]struct {
		greeting, caps, takes string
		tries                 int
	}{
		"dovecot":            {"Dovecot ready.", "AUTH=PLAIN", "|anna*boss", 1},
		"dovecot by authzid": {"Dovecot ready.", "AUTH=PLAIN", "anna|boss", 4}, // one of them to see that the name counts
		"cyrus":              {"mail Cyrus IMAP 3.6.1 server ready", "AUTH=PLAIN", "anna|boss", 1},
		"exchange":           {"The Microsoft Exchange IMAP4 service is ready.", "", "boss/anna", 1},
		"unknown":            {"hello", "", "anna*boss", 1},
	} {
		for _, hangUp := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, hangs up %v", name, hangUp), func(t *testing.T) {
				s := adminServer(t, c.greeting, c.caps, c.takes, hangUp)
				d := s.dialer(func(p *engine.Project) { p.Source.Admin = "boss" })
				for i := range 2 {
					conn, err := d.open(t.Context(), engine.SideSource, anna)
					if err != nil {
						t.Fatal(err)
					}
					_ = conn.close()
					tries := strings.Count(s.said(), "LOGIN") + strings.Count(s.said(), "AUTHENTICATE")
					if tries != c.tries+i {
						t.Errorf("session %d: %d attempts, want %d:\n%s", i, tries, c.tries+i, s.said())
					}
				}
			})
		}
	}
}

// A server that ignores whom the administrator asks for would have the
// administrator's mail copied into everybody's mailbox.
func TestServerThatIgnoresTheNameIsRefused(t *testing.T) {
	s := mailServer(t, "IMAP4rev1 AUTH=PLAIN SASL-IR", func(k *talk, c command) bool {
		if c.verb != "AUTHENTICATE" {
			return false
		}
		b, _ := base64.StdEncoding.DecodeString(strings.Fields(c.args)[1])
		if strings.HasSuffix(string(b), "\x00boss\x00pw") {
			k.say("%s OK in\r\n", c.tag)
		} else {
			k.say("%s NO no\r\n", c.tag)
		}
		return true
	})
	_, err := s.dialer(func(p *engine.Project) { p.Source.Admin = "boss" }).Source(t.Context(), anna)
	if f := faultOf(t, err, engine.CodeAuth); f.Class != engine.StopBatch || !strings.Contains(f.What, "own mailbox") {
		t.Errorf("%d %s", f.Class, f.What)
	}
}

func TestRefusedAdministratorIsNamed(t *testing.T) {
	s := adminServer(t, "hi", "AUTH=PLAIN", "nobody", false)
	_, err := s.dialer(func(p *engine.Project) { p.Source.Admin = "boss" }).Source(t.Context(), anna)
	if f := faultOf(t, err, engine.CodeAuth); !strings.Contains(f.What, "administrator") || !strings.Contains(f.What, "anna") {
		t.Error(f.What)
	}
}

// tokens is a TokenSource that counts.
type tokens struct {
	mu   sync.Mutex
	have []engine.Secret
	bad  []engine.Secret
}

func (s *tokens) Token(context.Context, string) (engine.Secret, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.have[0], nil
}

func (s *tokens) Invalidate(_ string, t engine.Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bad = append(s.bad, t)
	if len(s.have) > 1 {
		s.have = s.have[1:]
	}
}

// tokenServer takes the token "good" and challenges others, as Gmail does.
func tokenServer(t *testing.T, caps string) *scripted {
	return mailServer(t, "IMAP4rev1 LOGINDISABLED "+caps, func(k *talk, c command) bool {
		if c.verb != "AUTHENTICATE" {
			return false
		}
		_, first, has := strings.Cut(c.args, " ")
		if !has {
			k.say("+ \r\n")
			first, _ = k.line()
		}
		b, _ := base64.StdEncoding.DecodeString(first)
		if strings.Contains(string(b), "auth=Bearer good\x01\x01") {
			k.say("%s OK in\r\n", c.tag)
			return true
		}
		k.say("+ %s\r\n", base64.StdEncoding.EncodeToString([]byte(`{"status":"400"}`)))
		if answer, _ := k.line(); answer != "" {
			t.Errorf("a challenge was answered with %q", answer)
		}
		k.say("%s NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n", c.tag)
		return true
	})
}

func TestTokens(t *testing.T) {
	for caps, want := range map[string]string{
		"AUTH=XOAUTH2 SASL-IR":                  "user=anna\x01auth=Bearer good\x01\x01",
		"AUTH=XOAUTH2":                          "user=anna\x01auth=Bearer good\x01\x01",
		"AUTH=OAUTHBEARER SASL-IR":              "n,a=anna,\x01auth=Bearer good\x01\x01",
		"AUTH=XOAUTH2 AUTH=OAUTHBEARER SASL-IR": "user=anna\x01auth=Bearer good\x01\x01",
	} {
		t.Run(caps, func(t *testing.T) {
			s := tokenServer(t, caps)
			d := s.dialer(nil)
			src := &tokens{have: []engine.Secret{"stale", "good"}}
			d.UseTokens(engine.SideSource, src)
			c, err := d.open(t.Context(), engine.SideSource, anna)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.close() }()
			if !strings.Contains(decoded(s), want) {
				t.Errorf("%q was not sent: %q", want, decoded(s))
			}
			if !slices.Equal(src.bad, []engine.Secret{"stale"}) {
				t.Errorf("%d tokens invalidated", len(src.bad))
			}
		})
	}
}

func TestRefusedTokenEndsAfterOneRenewal(t *testing.T) {
	s := tokenServer(t, "AUTH=XOAUTH2 SASL-IR")
	d := s.dialer(func(p *engine.Project) { p.Source.Auth = engine.AuthXOAuth2 })
	_, err := d.Source(t.Context(), anna)
	faultOf(t, err, engine.CodeSecret) // nobody has signed in
	d.UseTokens(engine.SideSource, &tokens{have: []engine.Secret{"stale"}})
	_, err = d.Source(t.Context(), anna)
	faultOf(t, err, engine.CodeAuth)
	if n := strings.Count(s.said(), "AUTHENTICATE"); n != 2 {
		t.Errorf("%d attempts, want 2", n)
	}
}

// A server that ends a session because its token ran out must not get the same
// token again.
func TestTokenThatRanOutIsInvalidated(t *testing.T) {
	s := mailServer(t, "IMAP4rev1 AUTH=XOAUTH2 SASL-IR", func(k *talk, c command) bool {
		switch c.verb {
		case "AUTHENTICATE":
			k.say("%s OK in\r\n", c.tag)
		case "NOOP":
			k.say("* BYE Session invalidated - AccessTokenExpired\r\n")
			_ = k.Close()
		default:
			return false
		}
		return true
	})
	d := s.dialer(nil)
	src := &tokens{have: []engine.Secret{"first", "second"}}
	d.UseTokens(engine.SideSource, src)
	c, err := d.open(t.Context(), engine.SideSource, anna)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.close() }()
	if f := faultOf(t, ask(t.Context(), c, "NOOP", ""), engine.CodeToken); f.Class != engine.Reconnect {
		t.Errorf("class %d", f.Class)
	}
	if !slices.Equal(src.bad, []engine.Secret{"first"}) {
		t.Errorf("%d tokens invalidated", len(src.bad))
	}
}

func TestExchangeIsKnownByItsGreetingOrID(t *testing.T) {
	for _, c := range []struct {
		greeting, id   string
		rewrites, fold bool
	}{
		{"The Microsoft Exchange IMAP4 service is ready.", "NIL", true, true},
		{"hello", `("name" "Microsoft.Exchange.Imap4.Imap4Server" "version" "15.20")`, true, true},
		{"Gimap ready for requests", "NIL", false, true},
		{"Dovecot ready.", `("name" "Dovecot")`, false, false},
	} {
		s := serve(t, func(k *talk) {
			k.say("* OK [CAPABILITY IMAP4rev1 ID] %s\r\n", c.greeting)
			for {
				cmd, ok := k.command()
				if !ok {
					return
				}
				switch cmd.verb {
				case "ID":
					k.say("* ID %s\r\n", c.id)
				case "CAPABILITY":
					k.say("* CAPABILITY IMAP4rev1 ID\r\n")
				}
				k.say("%s OK\r\n", cmd.tag)
			}
		})
		info := s.open(nil).Info()
		if info.Rewrites != c.rewrites || info.FoldsCase != c.fold {
			t.Errorf("%s / %s: rewrites %v, folds case %v", c.greeting, c.id, info.Rewrites, info.FoldsCase)
		}
		if !strings.Contains(s.said(), `ID ("name" "mxodus")`) {
			t.Errorf("no ID was sent:\n%s", s.said())
		}
	}
}
