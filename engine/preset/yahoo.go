package preset

import "mxodus/engine"

func yahoo() Preset {
	return Preset{
		Name: "yahoo", Title: "Yahoo Mail",
		MXSuffixes: []string{"yahoodns.net"},
		Domains: []string{"yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "yahoo.es", "yahoo.it", "yahoo.ca",
			"yahoo.com.au", "yahoo.com.br", "yahoo.co.in", "ymail.com", "rocketmail.com"},
		// The usual host shows only the newest 10,000 messages of a folder and
		// says nothing about the rest.
		Endpoints:     []engine.Endpoint{imaps("export.imap.mail.yahoo.com")},
		PasswordWorks: true,
		SignIn:        "An app password for each user: the usual password is refused.",
		Steps: []string{
			"As the user, open https://login.yahoo.com/account/security.",
			"Choose to generate an app password, name it mxodus, and note it.",
		},
		Limits: Limits{FolderMessages: 100_000},
		Quirks: []string{
			"Use export.imap.mail.yahoo.com: imap.mail.yahoo.com shows only the newest 10,000 messages of a folder, the export host 100,000. Older ones in such a folder can't be seen at all: have the user move them to further folders first.",
			"Reading fast brings \"Rate limit hit\" and a closed connection; mxodus waits and goes on.",
		},
		CertNames: []string{"*.imap.mail.yahoo.com"},
	}
}
