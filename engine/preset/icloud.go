package preset

import "mxodus/engine"

func icloud() Preset {
	return Preset{
		Name: "icloud", Title: "iCloud Mail",
		MXSuffixes:    []string{"mail.icloud.com", "mail.me.com"},
		Domains:       []string{"icloud.com", "me.com", "mac.com"},
		Endpoints:     []engine.Endpoint{imaps("imap.mail.me.com")},
		PasswordWorks: true,
		SignIn:        "An app-specific password for each user. The name is the part of the address before the @; with a domain of one's own, the whole iCloud address.",
		Steps: []string{
			"As the user, sign in at https://account.apple.com and open Sign-In and Security > App-Specific Passwords.",
			"Make one named mxodus and note it, with its hyphens.",
		},
		Limits: Limits{ConnsPerUser: 2},
		Quirks: []string{
			"iCloud lists numbers that have no message behind them, at times very many; they are accounted for as such, and asked for once.",
			"Few connections at once are borne.",
		},
		CertNames: []string{"imap.mail.me.com", "*.imap.mail.me.com"},
	}
}
