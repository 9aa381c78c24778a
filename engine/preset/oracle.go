package preset

func oracle() Preset {
	return Preset{
		Name: "oracle", Title: "Oracle Communications Messaging Server",
		PasswordWorks: true,
		SignIn:        ownPassword,
		AdminHow:      "The administrator's own log-in sees every mailbox: give each user the root folder that holds the mail (column UserRoot).",
		Greetings:     []string{"Oracle Communications Messaging", "Sun Java(tm) System Messaging"},
	}
}
