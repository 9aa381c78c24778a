package microsoft

import "mxodus/engine"

// personAppStep is the app through which a person signs in.
func (s *setup) personAppStep() engine.SetupStep {
	return engine.SetupStep{ID: engine.SetupApp, Title: "App", Who: entraAdmin, Script: true,
		Why: "A person signs in through an app that the tenant knows.",
		ByHand: []engine.SetupAction{
			s.entra("App registrations, New registration"),
			do("As the name, enter:", s.appName()),
			do("Supported account types: this organizational directory only. Redirect address: Public client/native, and:", "http://localhost"),
			do("In the app: Authentication, Allow public client flows: Yes."),
			do("API permissions, Add a permission, APIs my organization uses, Office 365 Exchange Online, Delegated permissions. Tick:", personScope),
			do("Press Grant admin consent. On the app's Overview, copy the Application (client) ID, then run:",
				s.setCommand()),
		}}
}

func (s *setup) signInStep() engine.SetupStep {
	return engine.SetupStep{ID: engine.SetupSignIn, Title: "Sign-in", Who: you,
		Why:    "Somebody signs in once; mxodus keeps the sign-in sealed and renews it.",
		ByHand: []engine.SetupAction{do("Run:", "mxodus microsoft signin "+s.file())}}
}

func (s *setup) personMailboxStep() engine.SetupStep {
	var lines []string
	for _, u := range s.Users {
		lines = append(lines, s.grant(s.mailbox(u), "ACCOUNT")...)
	}
	return engine.SetupStep{ID: engine.SetupMailboxes, Title: "Mailboxes", Who: exchangeAdmin, Script: true,
		Why: "Whoever signs in can open only mailboxes with full access, and only where IMAP is on.",
		ByHand: []engine.SetupAction{
			do("In PowerShell, with the address of whoever signs in as ACCOUNT:",
				append([]string{"Install-Module ExchangeOnlineManagement -Scope CurrentUser", s.connect()}, lines...)...),
		}}
}
