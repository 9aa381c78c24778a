package preset

import "mxodus/engine"

// What Zoho bears (connections, volume) is not published for IMAP.
func zoho() Preset {
	return Preset{
		Name: "zoho", Title: "Zoho Mail",
		MXSuffixes: []string{"zoho.com", "zoho.eu", "zoho.in", "zoho.com.au", "zoho.jp"},
		Domains:    []string{"zohomail.com", "zoho.com"},
		Endpoints: []engine.Endpoint{imaps("imap.zoho.com"), imaps("imap.zoho.eu"), imaps("imap.zoho.in"),
			imaps("imap.zoho.com.au"), imaps("imap.zoho.jp")},
		PasswordWorks: true,
		SignIn:        "The user's password, or an app password where two-factor sign-in is on. IMAP must be switched on for each user first.",
		Steps: []string{
			"As the user, open Zoho Mail's settings > Mail Accounts > IMAP and switch on IMAP access.",
			"With two-factor sign-in: make an app password in the Zoho account under Security > App Passwords.",
		},
		Quirks: []string{
			"Each account lives in one region (.com, .eu, .in, .com.au, .jp): a right password is refused in every other.",
			"If imap.zoho.* refuses an organisation's users, try imappro.zoho.* of the same region.",
		},
		CertNames: []string{"*.zoho.com", "*.zoho.eu", "*.zoho.in", "*.zoho.com.au", "*.zoho.jp"},
	}
}
