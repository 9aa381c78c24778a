package handover

import (
	"strings"

	"mxodus/engine"
)

// logInOf decides how the service signs in: as it was asked for, or as the project
// does.
func logInOf(o engine.HandOverOptions) (engine.HandOverLogIn, error) {
	e := o.Project.Source
	style := o.LogIn
	if style == engine.HandOverAuto {
		var err error
		if style, err = projectLogIn(e); err != nil {
			return "", err
		}
	}
	if style == engine.HandOverUser {
		return style, nil
	}
	switch secret, ok := adminSecret(o); {
	case e.Admin == "":
		return "", logInFault("The project has no administrator's log-in at the old server.",
			"Set one, mxodus set FILE --source-admin NAME, or hand over with each user's own password: --admin-format user")
	case !ok:
		return "", logInFault("The administrator's password for the old server is not in the project.", "Set it: mxodus set FILE --source-admin-password-file PASSWORD-FILE")
	case unfit(secret.Reveal()) != "" || unfit(e.Admin) != "":
		return "", logInFault("The administrator's name or password has a line break or a control character in it, which no list can hold.", "Change it at the old server and in the project.")
	case style == engine.HandOverExchange && !strings.ContainsAny(e.Admin, `/\`):
		return "", logInFault("An administrator's log-in at Exchange needs the domain before the name.", `Set it so: mxodus set FILE --source-admin "DOMAIN/administrator"`)
	}
	return style, nil
}

// projectLogIn is how the project itself signs in.
func projectLogIn(e engine.Endpoint) (engine.HandOverLogIn, error) {
	if e.Admin == "" {
		return engine.HandOverUser, nil
	}
	switch e.Preset { // of those, the style alone doesn't tell
	case "mirapoint":
		return engine.HandOverMirapoint, nil
	case "courier", "oracle":
		return engine.HandOverRoot, nil
	}
	switch e.AdminStyle {
	case engine.AdminMaster:
		return engine.HandOverMaster, nil
	case engine.AdminExchange:
		return engine.HandOverExchange, nil
	case engine.AdminMirapoint:
		return engine.HandOverMirapoint, nil
	case engine.AdminAuthzid, engine.AdminKerio:
		return "", authzidFault()
	}
	switch e.Preset {
	case "dovecot", "cpanel", "plesk":
		return engine.HandOverMaster, nil
	case "exchange":
		return engine.HandOverExchange, nil
	case "cyrus", "zimbra", "kerio":
		return "", authzidFault()
	}
	return "", logInFault("The project doesn't say which form the administrator's log-in has; Microsoft's service has to be told.",
		"Say which server it is: --admin-format master (Dovecot: user*admin), exchange (DOMAIN/admin/user), mirapoint (#user@domain#admin#), root (Courier, Oracle: the administrator's own name with a root folder for each user), or user (each user's own password).")
}

// authzidFault is about Cyrus, Zimbra and Kerio: the name of the mailbox travels apart
// from the administrator's (RFC 4616), and a list has no column for that.
func authzidFault() error {
	return logInFault("The administrator's log-in of this server (Cyrus, Zimbra: SASL PLAIN with the user beside the administrator; Kerio: its master password) can't be used by Microsoft's service: its lists have one name and one password for each mailbox.",
		"Give each user's own password, mxodus users FILE --password ADDRESS, and export with --admin-format user. Where nobody knows them, set new ones at the old server for the time of the move. Or let mxodus copy: mxodus run FILE uses this log-in.")
}

func logInFault(what, do string) error {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeRefused, Side: engine.SideSource, Who: "you", What: what, Do: do}
}

func adminSecret(o engine.HandOverOptions) (engine.Secret, bool) {
	s, ok := o.Vault.Get(engine.AdminSecretName(engine.SideSource))
	return s, ok && s != ""
}

// userName is what the service signs in as, to open this user's mailbox.
func (h *handOver) userName(u engine.User) string {
	e := h.o.Project.Source
	switch h.logIn {
	case engine.HandOverMaster:
		sep := e.AdminSeparator
		if sep == "" {
			sep = "*"
		}
		return u.SourceLogin + sep + e.Admin
	case engine.HandOverExchange:
		return strings.ReplaceAll(e.Admin, `\`, "/") + "/" + u.SourceLogin
	case engine.HandOverMirapoint:
		name := u.SourceLogin
		if !strings.Contains(name, "@") {
			name += "@" + h.o.Project.Domain
		}
		return "#" + name + "#" + e.Admin + "#"
	case engine.HandOverRoot:
		return e.Admin
	}
	return u.SourceLogin
}

// password is what it signs in with.
func (h *handOver) password(u engine.User) engine.Secret {
	if h.logIn != engine.HandOverUser {
		s, _ := adminSecret(h.o)
		return s
	}
	s, _ := h.o.Vault.Get(engine.SecretName(engine.SideSource, u.ID))
	return s
}
