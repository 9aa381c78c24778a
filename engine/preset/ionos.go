package preset

import "mxodus/engine"

// What IONOS bears (connections, volume) is not published.
func ionos() Preset {
	return Preset{
		Name: "ionos", Title: "IONOS (1&1)",
		MXSuffixes: []string{"ionos.com", "ionos.de", "ionos.co.uk", "ionos.fr", "ionos.es", "ionos.it",
			"1and1.com", "1and1.co.uk", "1and1.fr", "1and1.es", "1and1.it", "1und1.de", "kundenserver.de",
			"schlund.de", "perfora.net"},
		Endpoints:     []engine.Endpoint{imaps("imap.ionos.com"), imaps("imap.1und1.de")},
		PasswordWorks: true,
		SignIn:        ownPassword,
		CertNames:     []string{"*.ionos.com", "imap.1und1.de", "*.kundenserver.de"},
	}
}
