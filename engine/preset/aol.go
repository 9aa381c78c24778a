package preset

import "mxodus/engine"

// AOL runs on Yahoo's servers; whether it has an export host of its own, as
// Yahoo has, is not known.
func aol() Preset {
	return Preset{
		Name: "aol", Title: "AOL Mail",
		MXSuffixes:    []string{"mx-aol.mail.gm0.yahoodns.net", "mx.aol.com"},
		Domains:       []string{"aol.com", "aim.com", "aol.co.uk", "aol.de", "aol.fr"},
		Endpoints:     []engine.Endpoint{imaps("imap.aol.com")},
		PasswordWorks: true,
		SignIn:        "An app password for each user: the usual password is refused.",
		Steps: []string{
			"As the user, open https://login.aol.com/account/security.",
			"Choose to generate an app password, name it mxodus, and note it.",
		},
		Quirks: []string{
			"AOL runs on Yahoo's servers: imap.aol.com may show only the newest 10,000 messages of a folder. Compare the counts of large folders with what the web mail shows.",
		},
		CertNames: []string{"imap.aol.com"},
	}
}
