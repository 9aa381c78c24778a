package preset

import "mxodus/engine"

func exchange() Preset {
	return Preset{
		Name: "exchange", Title: "Exchange Server (on premises)",
		PasswordWorks: true,
		SignIn:        "Each user's own password; the name is DOMAIN\\user or the whole address.",
		Steps: []string{
			"IMAP is off by default: on the server, start the services Microsoft Exchange IMAP4 and Microsoft Exchange IMAP4 Backend and let them start on their own.",
			"See that each mailbox may use it: Set-CASMailbox <user> -ImapEnabled $true",
		},
		Limits:     Limits{ConnsPerUser: 16},
		AdminStyle: engine.AdminExchange,
		AdminHow:   "An administrator with full access to the mailboxes signs in as DOMAIN/administrator/user.",
		Quirks: []string{
			"At most 16 connections a user, unless Set-ImapSettings says otherwise.",
			"Public folders show in every mailbox again: they are left out, unless a rule includes them.",
		},
		Greetings: []string{"Microsoft Exchange"},
	}
}
