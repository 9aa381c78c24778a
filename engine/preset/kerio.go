package preset

func kerio() Preset {
	return Preset{
		Name: "kerio", Title: "Kerio Connect",
		PasswordWorks: true,
		SignIn:        ownPassword,
		Quirks:        []string{"Kerio's master authentication (X-MASTERAUTH) is its own; mxodus signs in as each user."},
		Greetings:     []string{"Kerio"},
	}
}
