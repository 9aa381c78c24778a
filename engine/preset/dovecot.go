package preset

import "mxodus/engine"

const dovecotAdmin = "A master user opens every mailbox: the name is user*master, with the master's password (the separator can be another)."

func dovecot() Preset {
	return Preset{
		Name: "dovecot", Title: "Dovecot",
		PasswordWorks: true,
		SignIn:        ownPassword,
		Limits:        Limits{ConnsPerUser: 10},
		AdminStyle:    engine.AdminMaster,
		AdminHow:      dovecotAdmin,
		Quirks:        []string{"By default, more than 10 connections per user and network address are refused."},
		Greetings:     []string{"Dovecot"},
	}
}
