package preset

import "mxodus/engine"

func cpanel() Preset {
	return Preset{
		Name: "cpanel", Title: "cPanel web hosting",
		Endpoints:     []engine.Endpoint{imaps("mail.%domain")},
		PasswordWorks: true,
		SignIn:        "Each user's own password; the name is the whole address.",
		Limits:        Limits{ConnsPerUser: 10},
		AdminStyle:    engine.AdminMaster,
		AdminHow:      dovecotAdmin,
		Quirks: []string{
			"The certificate often bears the hosting server's own name: use that name as the server.",
			"More than 10 connections per user and network address are refused.",
		},
		CertNames: []string{"cpanel.%domain", "cpcontacts.%domain", "cpcalendars.%domain", "webdisk.%domain"},
	}
}
