package preset

import "mxodus/engine"

func fastmail() Preset {
	return Preset{
		Name: "fastmail", Title: "Fastmail",
		MXSuffixes:    []string{"messagingengine.com"},
		Domains:       []string{"fastmail.com", "fastmail.fm"},
		Endpoints:     []engine.Endpoint{imaps("imap.fastmail.com")},
		PasswordWorks: true,
		SignIn:        "An app password for each user: the usual password is refused.",
		Steps: []string{
			"As the user, open Settings > Privacy & Security > App passwords.",
			"Make one named mxodus with access to mail (IMAP) and note it.",
		},
		Quirks:    []string{"With labels on, a message may show in two folders."},
		CertNames: []string{"*.fastmail.com", "*.messagingengine.com"},
	}
}
