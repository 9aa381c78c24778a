package preset

import "mxodus/engine"

func kerio() Preset {
	return Preset{
		Name: "kerio", Title: "Kerio Connect",
		PasswordWorks: true,
		SignIn:        ownPassword,
		AdminStyle:    engine.AdminKerio,
		AdminHow:      "One password opens all mailboxes where master authentication (X-MASTERAUTH) is switched on in Kerio's administration: give it as the administrator's password, with any name.",
		Greetings:     []string{"Kerio"},
	}
}
