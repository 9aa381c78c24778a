package imapconn

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

// check is Check with a short patience.
func check(t *testing.T, e engine.Endpoint) (engine.SessionInfo, error) {
	t.Helper()
	return Check(t.Context(), e, engine.DialOptions{})
}

// tlsServer is a mail server behind TLS, and its endpoint with the authority's
// file.
func tlsServer(t *testing.T, a *authority, cfg *tls.Config) engine.Endpoint {
	s := serve(t, func(k *talk) {
		if k.overTLS(cfg) {
			k.mail("IMAP4rev1 AUTH=PLAIN", nil)
		}
	})
	e := s.endpoint
	e.Security, e.CAFile = engine.TLS, a.file
	return e
}

func TestCertificateOfOwnAuthorityIsVerified(t *testing.T) {
	a := newAuthority(t)
	cfg, sum := a.issue(time.Now().Add(time.Hour), "127.0.0.1", "mail.example")
	info, err := check(t, tlsServer(t, a, cfg))
	if err != nil {
		t.Fatal(err)
	}
	if info.TLS != "TLS 1.3" || info.Certificate != sum || !strings.Contains(strings.Join(info.CertNames, " "), "mail.example") {
		t.Errorf("info %+v, want TLS 1.3 with %s", info, sum)
	}
	if info.Greeting != "Scripted ready." || len(info.Capabilities) != 2 {
		t.Errorf("info %+v lacks greeting and capabilities", info)
	}
}

func TestBadCertificatesAreRefusedInWords(t *testing.T) {
	a, other := newAuthority(t), newAuthority(t)
	now := time.Now()
	good, _ := a.issue(now.Add(time.Hour), "127.0.0.1")
	wrong, _ := a.issue(now.Add(time.Hour), "evil\x1b[2J.example", "mail.example")
	old, _ := a.issue(now.Add(-time.Hour), "127.0.0.1")
	foreign, _ := other.issue(now.Add(time.Hour), "127.0.0.1")
	pinned, sum := a.issue(now.Add(time.Hour), "127.0.0.1")
	for name, c := range map[string]struct {
		cfg   *tls.Config
		alter func(*engine.Endpoint)
		want  []string
	}{
		"name":       {wrong, nil, []string{"mail.example", `evil\x1b[2J.example`}},
		"expired":    {old, nil, []string{"not valid", "is good from"}},
		"authority":  {foreign, nil, []string{"Test Authority", "fingerprint"}},
		"system's":   {good, func(e *engine.Endpoint) { e.CAFile = "" }, []string{"nobody this computer trusts"}},
		"pin":        {pinned, func(e *engine.Endpoint) { e.Fingerprint = strings.Repeat("ab", 32) }, []string{sum, strings.Repeat("ab", 32)}},
		"no pin":     {pinned, func(e *engine.Endpoint) { e.Fingerprint = "abc" }, []string{"64 hexadecimal digits"}},
		"no CA file": {good, func(e *engine.Endpoint) { e.CAFile = "/nowhere/ca.pem" }, []string{"/nowhere/ca.pem"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := tlsServer(t, a, c.cfg)
			if c.alter != nil {
				c.alter(&e)
			}
			_, err := check(t, e)
			f := faultOf(t, err, engine.CodeCertificate)
			if f.Class != engine.StopBatch {
				t.Errorf("class %d: others would try the same", f.Class)
			}
			for _, w := range c.want {
				if !strings.Contains(f.What+" "+f.Do, w) {
					t.Errorf("%q / %q doesn't say %q", f.What, f.Do, w)
				}
			}
			if strings.ContainsRune(f.What+f.Do+f.Error()+fmt.Sprint(f.Err), 0x1b) {
				t.Error("a terminal sequence of a certificate comes through")
			}
		})
	}
}

func TestPinnedCertificateNeedsNoAuthorityAndNoName(t *testing.T) {
	a := newAuthority(t)
	cfg, sum := a.issue(time.Now().Add(-time.Minute), "elsewhere.example")
	e := tlsServer(t, a, cfg)
	e.CAFile = ""
	for _, form := range []string{sum, strings.ToUpper(sum), "sha256:" + sum, sum[:2] + ":" + sum[2:]} {
		e.Fingerprint = form
		if _, err := check(t, e); err != nil {
			t.Errorf("%s: %v", form, err)
		}
	}
}

func TestOldTLSOnlyWhenAskedForByName(t *testing.T) {
	a := newAuthority(t)
	cfg, _ := a.issue(time.Now().Add(time.Hour), "127.0.0.1")
	cfg.MinVersion, cfg.MaxVersion = tls.VersionTLS10, tls.VersionTLS10
	e := tlsServer(t, a, cfg)
	_, err := check(t, e)
	faultOf(t, err, engine.CodeTLS)
	e.MinTLS = "1.0"
	info, err := check(t, e)
	if err != nil || info.TLS != "TLS 1.0" {
		t.Errorf("with MinTLS 1.0: %q, %v", info.TLS, err)
	}
	e.MinTLS = "0.9"
	_, err = check(t, e)
	faultOf(t, err, engine.CodeTLS)
}

func TestPortWithoutTLSIsNamed(t *testing.T) {
	s := mailServer(t, "IMAP4rev1", nil)
	e := s.endpoint
	e.Security = engine.TLS
	_, err := check(t, e)
	if f := faultOf(t, err, engine.CodeTLS); !strings.Contains(f.What, "speaks no TLS") {
		t.Error(f.What)
	}
}

func TestPlaintextBeyondLoopbackIsRefusedUnlessAllowed(t *testing.T) {
	e := engine.Endpoint{Host: "mail.example.invalid", Port: 143, Security: engine.Plain}
	_, err := check(t, e)
	faultOf(t, err, engine.CodePlaintext)
	e.AllowPlaintext = true
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err = Check(ctx, e, engine.DialOptions{})
	faultOf(t, err, engine.CodeDial) // it is tried
}

// startTLSServer offers STARTTLS and does, on the command, what then says.
func startTLSServer(t *testing.T, greeting string, then func(k *talk, tag string)) *scripted {
	s := serve(t, func(k *talk) {
		k.say("%s\r\n", greeting)
		for {
			c, ok := k.command()
			if !ok {
				return
			}
			switch c.verb {
			case "CAPABILITY":
				k.say("* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n%s OK\r\n", c.tag)
			case "STARTTLS":
				then(k, c.tag)
				return
			default:
				k.say("%s BAD what\r\n", c.tag)
			}
		}
	})
	s.endpoint.Security = engine.StartTLS
	return s
}

func TestSTARTTLS(t *testing.T) {
	a := newAuthority(t)
	cfg, _ := a.issue(time.Now().Add(time.Hour), "127.0.0.1")
	s := startTLSServer(t, "* OK hello", func(k *talk, tag string) {
		k.say("%s OK go\r\n", tag)
		if !k.overTLS(cfg) {
			return
		}
		for {
			c, ok := k.command()
			if !ok {
				return
			}
			if c.verb == "CAPABILITY" {
				k.say("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n")
			}
			k.say("%s OK done\r\n", c.tag)
		}
	})
	c := s.open(func(p *engine.Project) { p.Source.CAFile = a.file })
	if c.info.TLS == "" || c.info.Greeting != "hello" || !c.capSet["SASL-IR"] || c.capSet["STARTTLS"] {
		t.Errorf("info %+v: what was said before TLS must not count", c.info)
	}
}

func TestStrippedOrInjectedSTARTTLSGetsNoCredential(t *testing.T) {
	a := newAuthority(t)
	cfg, _ := a.issue(time.Now().Add(time.Hour), "127.0.0.1")
	done := func(k *talk, tag string) { k.wait() }
	for name, c := range map[string]struct {
		greeting string
		then     func(k *talk, tag string)
		code     engine.Code
	}{
		"stripped from the greeting": {"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi", done, engine.CodeNoSTARTTLS},
		"refused":                    {"* OK hi", func(k *talk, tag string) { k.say("%s NO not now\r\n", tag); k.wait() }, engine.CodeNoSTARTTLS},
		"not understood":             {"* OK hi", func(k *talk, tag string) { k.say("%s BAD what\r\n", tag); k.wait() }, engine.CodeNoSTARTTLS},
		"preauth":                    {"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome", done, engine.CodePreauth},
		"bye":                        {"* BYE too many connections", done, engine.CodeConnLimit},
		"no IMAP":                    {"220 smtp.example ESMTP", done, engine.CodeProtocol},
		"injected": {"* OK hi", func(k *talk, tag string) {
			k.say("%s OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n", tag)
			if k.overTLS(cfg) {
				k.wait()
			}
		}, engine.CodeTLS},
		"endless greeting": {"* OK " + strings.Repeat("x", 100_000), done, engine.CodeProtocol},
		"hangs up":         {"* OK hi", func(*talk, string) {}, engine.CodeLost},
	} {
		t.Run(name, func(t *testing.T) {
			s := startTLSServer(t, c.greeting, c.then)
			_, err := s.dialer(func(p *engine.Project) { p.Source.CAFile = a.file }).Source(t.Context(), anna)
			faultOf(t, err, c.code)
			for _, word := range []string{"LOGIN", "AUTHENTICATE", "anna", "pw"} {
				if strings.Contains(s.said(), word) {
					t.Errorf("%q was sent:\n%s", word, s.said())
				}
			}
		})
	}
}

func TestPreauthIsRefused(t *testing.T) {
	s := serve(t, func(k *talk) { k.say("* PREAUTH [CAPABILITY IMAP4rev1] come in\r\n"); k.wait() })
	_, err := s.dialer(nil).Source(t.Context(), anna)
	faultOf(t, err, engine.CodePreauth)
	if s.said() != "" {
		t.Errorf("sent %q", s.said())
	}
}

func TestNobodyAnswers(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := engine.Endpoint{Host: "127.0.0.1", Port: ln.Addr().(*net.TCPAddr).Port, Security: engine.TLS}
	_ = ln.Close()
	_, err = check(t, e)
	if f := faultOf(t, err, engine.CodeDial); !strings.Contains(f.What, "No mail server answers") || f.Class != engine.Reconnect {
		t.Errorf("%d %s", f.Class, f.What)
	}
	f := dialFault(e, &net.OpError{Op: "dial", Err: &net.DNSError{Name: "x", IsNotFound: true}})
	if !strings.Contains(f.What, "no server with the name") {
		t.Error(f.What)
	}
}

func TestSilentServerTimesOutAtEveryStep(t *testing.T) {
	for name, security := range map[string]engine.Security{"greeting": engine.Plain, "tls": engine.TLS, "starttls": engine.StartTLS} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(k *talk) { k.wait() })
			d := s.dialer(func(p *engine.Project) {
				p.Source.Security = security
				p.Limits.Silence = 100 * time.Millisecond
			})
			began := time.Now()
			_, err := d.Source(t.Context(), anna)
			f := engine.AsFault(err)
			if f.Code != engine.CodeSilent && f.Code != engine.CodeDial || f.Class != engine.Reconnect {
				t.Errorf("%s: %v", f.Code, f)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestCancelEndsDialling(t *testing.T) {
	for name, security := range map[string]engine.Security{"greeting": engine.Plain, "tls": engine.TLS, "starttls": engine.StartTLS} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			s := serve(t, func(k *talk) { cancel(); k.wait() })
			d := s.dialer(func(p *engine.Project) { p.Source.Security = security; p.Limits.Silence = time.Minute })
			_, err := d.Source(ctx, anna)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%v (%v)", err, engine.AsFault(err).Err)
			}
			if engine.AsFault(err).Code != engine.CodeInternal {
				t.Errorf("our own end looks like a fault of the server: %v", err)
			}
		})
	}
}
