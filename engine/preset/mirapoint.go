package preset

func mirapoint() Preset {
	return Preset{
		Name: "mirapoint", Title: "Mirapoint",
		PasswordWorks: true,
		SignIn:        ownPassword,
		AdminHow:      "As a user's name, write #user@domain#administrator#, and the administrator's password for each.",
		Greetings:     []string{"Mirapoint"},
	}
}
