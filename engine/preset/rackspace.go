package preset

import "mxodus/engine"

// What Rackspace bears (connections, volume) is not published.
func rackspace() Preset {
	return Preset{
		Name: "rackspace", Title: "Rackspace Email",
		MXSuffixes:    []string{"emailsrvr.com"},
		Endpoints:     []engine.Endpoint{imaps("secure.emailsrvr.com")},
		PasswordWorks: true,
		SignIn:        ownPassword,
		CertNames:     []string{"*.emailsrvr.com"},
	}
}
