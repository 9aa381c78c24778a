package preset

import "mxodus/engine"

func cyrus() Preset {
	return Preset{
		Name: "cyrus", Title: "Cyrus IMAP",
		PasswordWorks: true,
		SignIn:        ownPassword,
		AdminStyle:    engine.AdminAuthzid,
		AdminHow:      "An administrator or proxy user's name and password open every mailbox (SASL PLAIN with the user as authorization identity; proxyservers in imapd.conf).",
		Quirks:        []string{"Folders may stand below INBOX with a dot between levels; mxodus reads how from the server."},
		Greetings:     []string{"Cyrus IMAP"},
	}
}
