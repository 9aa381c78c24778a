package preset

import "mxodus/engine"

func zimbra() Preset {
	return Preset{
		Name: "zimbra", Title: "Zimbra",
		PasswordWorks: true,
		SignIn:        ownPassword,
		AdminStyle:    engine.AdminAuthzid,
		AdminHow:      "An administrator's name and password open every mailbox (SASL PLAIN with the user as authorization identity).",
		Quirks: []string{
			"A folder shared by someone whose mailbox is gone can end the connection when it is opened; it is set apart and listed, and the mailbox goes on.",
		},
		CertNames: []string{"Zimbra Collaboration Server"},
		Greetings: []string{"Zimbra"},
	}
}
