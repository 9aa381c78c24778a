package preset

func courier() Preset {
	return Preset{
		Name: "courier", Title: "Courier IMAP",
		PasswordWorks: true,
		SignIn:        ownPassword,
		AdminHow:      "There is no master log-in. Where the administrator sees all mail as shared folders, give each user the root folder (column UserRoot).",
		Quirks:        []string{"Folders stand below INBOX with a dot between levels, and only a few connections per network address are borne by default."},
		Limits:        Limits{ConnsPerUser: 4},
		CertNames:     []string{"Courier Mail Server"},
		Greetings:     []string{"Courier-IMAP"},
	}
}
