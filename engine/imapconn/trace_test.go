package imapconn

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"mxodus/engine"
)

// traced is a Dialer for the server that writes a trace.
func traced(t *testing.T, s *scripted, v memVault) (*Dialer, string) {
	file := filepath.Join(t.TempDir(), "trace")
	return NewDialer(engine.Project{Source: s.endpoint}, v, engine.DialOptions{TraceFile: file}), file
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTraceShowsLinesButNoMessageAndNoControlCharacter(t *testing.T) {
	s := mailServer(t, "IMAP4rev1 LITERAL+ AUTH=PLAIN SASL-IR", func(k *talk, c command) bool {
		if c.verb == "UID FETCH" {
			k.say("* OK \x1b[2Jodd\r\n* 1 FETCH (UID 1 BODY[] {11}\r\nthe message)\r\n")
		}
		return false
	})
	d, file := traced(t, s, memVault{"source/1": "pw"})
	c, err := d.open(t.Context(), engine.SideSource, anna)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fetched(c); err != nil {
		t.Fatal(err)
	}
	cmd := c.client.Append("INBOX", 12, nil)
	_, _ = cmd.Write([]byte("our message!"))
	if err := cmd.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	_ = c.close()
	text := read(t, file)
	for _, want := range []string{"source#1 S: * OK [CAPABILITY", "source#1 C: " + c.mark + "1 AUTHENTICATE PLAIN " + stars, `\x1b[2Jodd`,
		"S: * 1 FETCH (UID 1 BODY[] {11} <11 bytes>", "C: T2 APPEND INBOX {12+} <12 bytes>", "LOGOUT"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the trace:\n%s", want, text)
		}
	}
	for _, never := range []string{"the message", "our message", "\x1b", "\r"} {
		if strings.Contains(text, never) {
			t.Errorf("%q is in the trace:\n%s", never, text)
		}
	}
}

func TestTraceFileIsForItsOwnerOnlyAndIsContinued(t *testing.T) {
	s := mailServer(t, "IMAP4rev1", nil)
	d, file := traced(t, s, memVault{"source/1": "pw"})
	if err := os.WriteFile(file, []byte("before\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		c, err := d.open(t.Context(), engine.SideSource, anna)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.close()
	}
	if st, err := os.Stat(file); err != nil || st.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	if text := read(t, file); !strings.HasPrefix(text, "before\n") || !strings.Contains(text, "source#2 ") {
		t.Errorf("trace:\n%s", text)
	}
}

func TestTraceThatCantBeWrittenIsTold(t *testing.T) {
	s := mailServer(t, "IMAP4rev1", nil)
	d := NewDialer(engine.Project{Source: s.endpoint}, memVault{"source/1": "pw"}, engine.DialOptions{TraceFile: t.TempDir()})
	_, err := d.Source(t.Context(), anna)
	faultOf(t, err, engine.CodeInternal)
	_, err = Check(t.Context(), s.endpoint, engine.DialOptions{TraceFile: t.TempDir()})
	faultOf(t, err, engine.CodeInternal)
}

// echoServer repeats whatever it gets, and what that decodes to, in its replies.
func echoServer(t *testing.T, caps string) *scripted {
	return serve(t, func(k *talk) {
		k.say("* OK [CAPABILITY IMAP4rev1 %s] ready\r\n", caps)
		for {
			line, ok := k.line()
			if !ok {
				return
			}
			tag, rest, _ := strings.Cut(line, " ")
			said := line
			for literalMark([]byte(line)) >= 0 {
				text, _ := k.literal(line)
				line, _ = k.line()
				said += text + line
			}
			if strings.HasPrefix(rest, "AUTHENTICATE") && len(strings.Fields(rest)) == 2 {
				k.say("+ \r\n")
				more, _ := k.line()
				said += " " + more
			}
			for _, w := range strings.Fields(said) {
				if b, err := base64.StdEncoding.DecodeString(w); err == nil {
					said += " " + strings.NewReplacer("\r", "", "\n", "", "\x00", " ").Replace(string(b))
				}
			}
			k.say("* OK [ALERT] you said %s\r\n* NO %s\r\n%s NO [AUTHENTICATIONFAILED] no: %s\r\n", said, said, tag, said)
		}
	})
}

func TestCanaryPasswordIsFoundNowhere(t *testing.T) {
	forms := []string{canary, string(appendQuoted(nil, canary)), base64.StdEncoding.EncodeToString([]byte("\x00anna\x00" + canary)),
		base64.StdEncoding.EncodeToString([]byte(canary)), "c4nary"}
	for name, c := range map[string]struct {
		caps  string
		alter func(d *Dialer)
	}{
		"login":             {"", nil},
		"login, LITERAL+":   {"LITERAL+", nil},
		"plain":             {"AUTH=PLAIN", nil},
		"plain at once":     {"AUTH=PLAIN SASL-IR", nil},
		"authzid":           {"AUTH=PLAIN SASL-IR", func(d *Dialer) { d.project.Source.Admin = "boss" }},
		"token":             {"AUTH=XOAUTH2 SASL-IR", func(d *Dialer) { d.UseTokens(engine.SideSource, &tokens{have: []engine.Secret{canary}}) }},
		"token, two steps":  {"AUTH=XOAUTH2", func(d *Dialer) { d.UseTokens(engine.SideSource, &tokens{have: []engine.Secret{canary}}) }},
		"token, the bearer": {"AUTH=OAUTHBEARER", func(d *Dialer) { d.UseTokens(engine.SideSource, &tokens{have: []engine.Secret{canary}}) }},
	} {
		t.Run(name, func(t *testing.T) {
			s := echoServer(t, c.caps)
			d, file := traced(t, s, memVault{"source/1": canary, "source/admin": canary})
			if c.alter != nil {
				c.alter(d)
			}
			_, err := d.Source(t.Context(), anna)
			f := faultOf(t, err, engine.CodeAuth)
			if !strings.Contains(f.Said, stars) {
				t.Errorf("the server's words are gone: %q", f.Said)
			}
			shown := read(t, file) + f.Error() + f.What + f.Do + f.Said + fmt.Sprint(f.Err)
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
				hide := &hider{}
				hide.add(canary)
				si := &signIn{d: d, secret: canary}
				shown += fmt.Sprintf(verb+verb+verb+verb+verb, err, *f, d, si, hide)
			}
			for _, form := range forms {
				if strings.Contains(shown, form) {
					at := strings.Index(shown, form)
					t.Errorf("%q is shown: …%s…", form, shown[max(0, at-150):min(len(shown), at+100)])
				}
			}
		})
	}
}

func TestTraceBlanksSignInsOfAnybody(t *testing.T) {
	var errs []string
	hide := &hider{}
	file := newTraceFile(filepath.Join(t.TempDir(), "trace"))
	tr, err := file.connection("x", hide)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{`a1 LOGIN anna c4nary`, `a1 login "anna" "c4nary"`, `a2 AUTHENTICATE PLAIN YzRuYXJ5`, `a3 authenticate XOAUTH2 YzRuYXJ5`} {
		tr.client([]byte(line), false)
	}
	tr.client([]byte("YzRuYXJ5"), true)
	text := read(t, file.path)
	for _, never := range []string{"c4nary", "YzRuYXJ5", "anna"} {
		if strings.Contains(text, never) {
			errs = append(errs, never)
		}
	}
	if len(errs) > 0 || strings.Count(text, stars) != 5 {
		t.Errorf("%q in:\n%s", errs, text)
	}
}
