package preset

import "mxodus/engine"

func microsoft365() Preset {
	return Preset{
		Name: "microsoft365", Title: "Microsoft 365 (Exchange Online)",
		MXSuffixes: []string{"mail.protection.outlook.com", "mx.microsoft", "mail.protection.office365.us",
			"mail.protection.partner.outlook.cn"},
		Endpoints: []engine.Endpoint{{Kind: engine.KindMicrosoft365, Host: "outlook.office365.com", Port: 993,
			Security: engine.TLS, Auth: engine.AuthXOAuth2}},
		SignIn: "Microsoft's own sign-in (OAuth); passwords are switched off in every tenant.",
		Quirks: []string{
			"The domain's mail goes to Microsoft 365 already. If users' old mail stands on another server, give that server by name.",
		},
		CertNames: []string{"outlook.office365.com"},
	}
}
