package preset

import "mxodus/engine"

func gmail() Preset {
	return Preset{
		Name: "gmail", Title: "Gmail and Google Workspace",
		MXSuffixes:    []string{"google.com", "googlemail.com"},
		Domains:       []string{"gmail.com", "googlemail.com"},
		Endpoints:     []engine.Endpoint{imaps("imap.gmail.com")},
		PasswordWorks: true,
		SignIn:        "An app password for each user: the usual password is refused. Google gives app passwords only to accounts with 2-step verification.",
		Steps: []string{
			"Google Workspace only: in the Admin console, see that IMAP access is on (Apps > Google Workspace > Gmail > End User Access) and that users may switch on 2-step verification.",
			"As the user, switch on 2-step verification at https://myaccount.google.com/security.",
			"Make an app password at https://myaccount.google.com/apppasswords and note its 16 letters, without the blanks.",
			"In Gmail's settings, under Forwarding and POP/IMAP, choose not to limit the number of messages in an IMAP folder.",
			"In Gmail's settings, under Labels, tick Show in IMAP for every label that is to move.",
		},
		AdminHow: "Google Workspace: a service account to which the administrator delegates all users opens every mailbox, and no user gives a password. These steps are done once:",
		AdminSteps: []string{
			"At https://console.cloud.google.com make a project, and in it switch the Gmail API on (APIs & Services > Library > Gmail API > Enable).",
			"There, under IAM & Admin > Service Accounts, make a service account; it needs no role. Note its Unique ID, a number.",
			"On its page, Keys > Add key > Create new key > JSON: a file is downloaded. Keep it like a password.",
			"At https://admin.google.com, Security > Access and data control > API controls > Manage domain-wide delegation > Add new: the Unique ID as client ID, and as OAuth scope https://mail.google.com/",
			"There, Apps > Google Workspace > Gmail > End User Access: IMAP access on, for any mail client.",
			"Give the file to the project: mxodus set FILE --source-service-account KEY.json (or with mxodus new); then mxodus test FILE. Delete the downloaded file, and the key at Google once everything is moved.",
		},
		Limits: Limits{ConnsPerUser: 15, BytesPerDay: 2_500_000_000},
		Quirks: []string{
			"Labels show as folders: one message stands in several of them and in All Mail. All Mail is taken last, and only what stands nowhere else; Important and Starred are left out by default.",
			"About 2,500 MB can be read from a mailbox in a day. mxodus stays below that: it counts what it reads, waits until the day is over, and goes on by itself; a larger mailbox takes several days.",
		},
		CertNames: []string{"imap.gmail.com"},
		Greetings: []string{"Gimap ready"},
	}
}
