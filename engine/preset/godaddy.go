package preset

import "mxodus/engine"

func goDaddy() Preset {
	return Preset{
		Name: "godaddy", Title: "GoDaddy Workspace Email",
		MXSuffixes:    []string{"secureserver.net"},
		Endpoints:     []engine.Endpoint{imaps("imap.secureserver.net")},
		PasswordWorks: true,
		SignIn:        ownPassword,
		Quirks:        []string{"GoDaddy's \"Microsoft 365\" is Exchange Online already, not this server."},
		CertNames:     []string{"*.secureserver.net"},
	}
}
