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
		Quirks: []string{
			"At times every mailbox answers \"User is authenticated but not connected\" for a while; mxodus tries again later.",
		},
	}
}
