package preset

import "mxodus/engine"

func yandex() Preset {
	return Preset{
		Name: "yandex", Title: "Yandex Mail",
		MXSuffixes:    []string{"mx.yandex.ru", "mx.yandex.net", "mx.yandex.com"},
		Domains:       []string{"yandex.com", "yandex.ru", "ya.ru", "yandex.kz", "yandex.by"},
		Endpoints:     []engine.Endpoint{imaps("imap.yandex.com"), imaps("imap.yandex.ru")},
		PasswordWorks: true,
		SignIn:        "An app password for each user, with IMAP switched on.",
		Steps: []string{
			"As the user, allow IMAP in the mail settings under Email clients.",
			"Make an app password for mail in the Yandex ID account under Security > App passwords.",
		},
		Quirks:    []string{"Searches by date are not reliable; mxodus doesn't use them."},
		CertNames: []string{"*.yandex.ru", "*.yandex.com", "*.yandex.net"},
	}
}
