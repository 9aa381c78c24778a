package tui

import (
	"encoding/hex"
	"strings"

	"mxodus/engine"
	"mxodus/engine/preset"
	"mxodus/tui/widget"
)

const (
	signInEach  = "each"
	signInAdmin = "admin"
	signInKey   = "key" // a Google service account's

	trustSystem = "system"
	trustFile   = "file"
	trustPin    = "pin"
)

// openForm shows the form, filled in from e.
func (s *server) openForm(e engine.Endpoint) {
	f := s.newForm()
	f.Set("server", e.URL())
	f.Set("admin", e.Admin)
	switch {
	case e.Admin != "":
		f.Set("signin", signInAdmin)
		f.Set("password", s.admin.Reveal())
	case e.ServiceAccount != "":
		f.Set("signin", signInKey)
	}
	switch {
	case e.CAFile != "":
		f.Set("trust", trustFile)
		f.Set("ca", e.CAFile)
	case e.Fingerprint != "":
		f.Set("trust", trustPin)
		f.Set("pin", e.Fingerprint)
	}
	if e.Host != "" {
		f.FocusOn("signin")
	}
	s.form, s.base, s.phase = f, e, serverForm
}

func (s *server) newForm() *widget.Form {
	var f *widget.Form
	unless := func(field, value string) func() bool {
		return func() bool { return f.Get(field) != value }
	}
	ways := []widget.Option{{Value: signInEach, Label: "each user's own password"}, {Value: signInAdmin, Label: "one administrator's log-in for all"}}
	if s.side == engine.SideSource && s.adapters.ServiceAccount != nil {
		ways = append(ways, widget.Option{Value: signInKey, Label: "a Google service account's key for all"})
	}
	kept := s.session.endpoint(s.side).ServiceAccount
	f = widget.NewForm(
		&widget.Field{Name: "server", Label: "Server", Hint: "e.g. imaps://mail.example.com", Check: checkServerURL,
			Help: "imaps:// is TLS from the start (port 993), imap:// is STARTTLS (port 143). A bare name is taken as imaps."},
		&widget.Field{Name: "signin", Label: "Sign in with", Help: "An administrator's log-in that opens all mailboxes saves asking users for passwords. Dovecot, Cyrus, Zimbra and Exchange know one.",
			Options: ways},
		&widget.Field{Name: "key", Label: "Key file", Hint: keyHint(kept), Files: []string{".json"}, Hidden: unless("signin", signInKey), Check: checkKeyPath(kept),
			Help: "Google Workspace: the JSON file of the service account's key. It is sealed in the project; delete the file then. No user gives a password."},
		&widget.Field{Name: "admin", Label: "Administrator", Hidden: unless("signin", signInAdmin), Check: need("the administrator's log-in name")},
		&widget.Field{Name: "password", Label: "Password", Secret: true, Hidden: unless("signin", signInAdmin), Check: need("the administrator's password")},
		&widget.Field{Name: "trust", Label: "Certificate from", Help: "Nearly always the first. Servers with a certificate of their own making need one of the others.",
			Options: []widget.Option{{Value: trustSystem, Label: "a known authority"}, {Value: trustFile, Label: "our own authority: its file"}, {Value: trustPin, Label: "nobody: exactly this certificate"}}},
		&widget.Field{Name: "ca", Label: "Authority's file", Files: []string{".pem", ".crt", ".cer", ".cert"}, Hidden: unless("trust", trustFile), Check: need("the path of a PEM file"),
			Help: "A PEM file. It is trusted for this server instead of the known authorities."},
		&widget.Field{Name: "pin", Label: "Fingerprint", Hidden: unless("trust", trustPin), Check: checkFingerprint,
			Help: "SHA-256 of the certificate, 64 hexadecimal digits, colons or not. Get it from whoever runs the server, not from the network."},
	)
	return f
}

// asking is the form that is open.
func (s *server) asking() *widget.Form {
	if s.phase == serverForm {
		return s.form
	}
	return nil
}

// readForm is the endpoint and the administrator's password as typed.
func (s *server) readForm() (engine.Endpoint, engine.Secret) {
	get := s.form.Get
	e, _ := parseServer(get("server")) // checked by the form
	old := s.base
	if known, ok := preset.ByName(old.Preset); ok && old.Host == e.Host {
		e.Preset, e.AdminStyle, e.AdminSeparator = known.Name, old.AdminStyle, old.AdminSeparator
	}
	if old.Host == e.Host {
		e.AllowPlaintext, e.MinTLS, e.Auth, e.ServiceAccount = old.AllowPlaintext, old.MinTLS, old.Auth, old.ServiceAccount
	}
	var admin engine.Secret
	if get("signin") == signInAdmin {
		e.Admin, admin = get("admin"), engine.Secret(get("password"))
	}
	if get("signin") != signInKey && e.ServiceAccount != "" { // its place is taken
		e.ServiceAccount, e.Auth = "", engine.AuthAuto
	}
	switch get("trust") {
	case trustFile:
		e.CAFile = homePath(get("ca"))
	case trustPin:
		e.Fingerprint = plainHex(get("pin"))
	}
	return e, admin
}

// keyHint says in the empty field which key the project has.
func keyHint(account string) string {
	if account == "" {
		return "key.json"
	}
	return "that of " + clean(account) + " stays"
}

// checkKeyPath wants the path of a key, where the project has none yet.
func checkKeyPath(kept string) func(string) string {
	if kept != "" {
		return nil
	}
	return need("the path of the key's JSON file")
}

// parseServer reads a server's address; a bare name is taken as imaps.
func parseServer(v string) (engine.Endpoint, error) {
	v = strings.TrimSpace(v)
	if v != "" && !strings.Contains(v, "://") && !strings.EqualFold(v, "microsoft365") {
		v = "imaps://" + v
	}
	return engine.ParseEndpoint(v)
}

func checkServerURL(v string) string {
	e, err := parseServer(v)
	switch {
	case err != nil:
		return sentence(err.Error())
	case e.Kind == engine.KindMicrosoft365:
		return "For Microsoft 365 go back, and choose it where the kind of server is asked for."
	}
	return ""
}

func checkFingerprint(v string) string {
	if raw, err := hex.DecodeString(plainHex(v)); err != nil || len(raw) != 32 {
		return "A SHA-256 fingerprint has 64 hexadecimal digits."
	}
	return ""
}

// plainHex takes away colons and blanks.
func plainHex(v string) string {
	return strings.ToLower(strings.NewReplacer(":", "", " ", "").Replace(v))
}

// sentence makes an error's words one.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	return clean(strings.ToUpper(s[:1]) + s[1:] + ".")
}
