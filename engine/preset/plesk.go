package preset

import "mxodus/engine"

func plesk() Preset {
	return Preset{
		Name: "plesk", Title: "Plesk web hosting",
		Endpoints:     []engine.Endpoint{imaps("mail.%domain")},
		PasswordWorks: true,
		SignIn:        "Each user's own password; the name is the whole address.",
		Limits:        Limits{ConnsPerUser: 10},
		AdminStyle:    engine.AdminMaster,
		AdminHow:      dovecotAdmin,
		Quirks: []string{
			"The certificate often bears the hosting server's own name, or is Plesk's own: use the name on it, or pin its fingerprint.",
		},
		CertNames: []string{"Plesk"},
	}
}
