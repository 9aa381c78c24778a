package preset

import "mxodus/engine"

func outlookCom() Preset {
	return Preset{
		Name: "outlookcom", Title: "Outlook.com (personal Microsoft accounts)",
		MXSuffixes: []string{"olc.protection.outlook.com"},
		Domains: []string{"outlook.com", "hotmail.com", "live.com", "msn.com", "outlook.de", "outlook.fr",
			"hotmail.co.uk", "hotmail.de", "hotmail.fr", "hotmail.it", "hotmail.es", "live.de", "live.co.uk", "live.fr"},
		Endpoints: []engine.Endpoint{{Kind: engine.KindIMAP, Host: "outlook.office365.com", Port: 993,
			Security: engine.TLS, Auth: engine.AuthXOAuth2}},
		SignIn: "Only Microsoft's own sign-in (OAuth); passwords and app passwords are refused.",
		Steps: []string{
			"If these are a company's mailboxes at Microsoft 365, choose Microsoft 365 as the old server (--source microsoft365): an app or an administrator opens all of them.",
			"A personal account can be opened by its owner only, and not by mxodus: have the owner add the old and the new account to Outlook, and move the folders from one to the other.",
		},
		Quirks: []string{
			"At times every mailbox answers \"User is authenticated but not connected\" for a while, to any program: then wait some hours, and try again.",
		},
	}
}
