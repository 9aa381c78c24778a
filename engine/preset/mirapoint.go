package preset

import "mxodus/engine"

func mirapoint() Preset {
	return Preset{
		Name: "mirapoint", Title: "Mirapoint",
		PasswordWorks: true,
		SignIn:        ownPassword,
		AdminStyle:    engine.AdminMirapoint,
		AdminHow:      "An administrator opens every mailbox: the name is #user@domain#administrator#, with the administrator's password.",
		Greetings:     []string{"Mirapoint"},
	}
}
