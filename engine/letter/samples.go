package letter

import "time"

// samples are made-up users that a template must be able to write to: together
// they take every turn that the templates of mxodus have.
func samples() []Data {
	zone, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		zone = time.UTC
	}
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, zone) }
	full := Data{
		Company: "Acme Ltd", Domain: "acme.example",
		Name: "Anna Archer", Address: "anna@acme.example", SignIn: "anna@acme.example", Microsoft: true,
		WebMail: "https://outlook.office.com", NewServer: "outlook.office365.com", OldServer: "mail.old-host.example",
		HasWindow: true, HasCutOver: true, HasLastDay: true, Start: at(27, 18), End: at(29, 12), CutOver: at(28, 9), LastDay: time.Date(2026, 12, 31, 12, 0, 0, 0, zone),
		Help:  Help{"Carla Rossi", "help@acme.example", "+43 1 234 56", "Mon-Fri 8-18"},
		Limit: 35 << 20, Ran: true, Verified: true, Moved: 9310, Found: 12, Arrived: 9322, Skipped: 3, Failed: 1, Bytes: 2254857830,
		Reasons:    []Reason{{2, "larger than the new mailbox takes"}, {1, "empty"}, {1, "refused by the new mailbox"}},
		Left:       []Message{{Folder: "INBOX", Subject: "Video of the summer party", Date: at(3, 9), Size: 52 << 20, Why: "larger than the new mailbox takes"}},
		TooBig:     []Message{{Folder: "INBOX", Subject: "Video of the summer party", Date: at(3, 9), Size: 52 << 20}, {Folder: "Archive/2019", Subject: "Plans, final", Date: at(1, 9), Size: 41 << 20}},
		TooBigMore: 4, LeftMore: 2, Folders: []Rename{{"Sent", "Sent Items"}, {"Clients: Smith", "Clients- Smith"}}, FoldersMore: 1, AppPassword: true,
		Owner: Owner{Users: 12, Done: 12, Verified: true, VerifiedOK: true, VerifiedAt: at(30, 10), TTL: 86400, Cancel: true,
			Mailboxes: []Mailbox{{"anna@acme.example", 9322, 3, 1}, {"ben@acme.example", 22904, 0, 0}},
			DNS:       []DNSLine{{"MX acme.example", "10 mail.old-host.example", "0 acme-example.mail.protection.outlook.com"}}},
	}
	shared := full
	shared.Name, shared.Address, shared.SignIn, shared.Shared = "Office", "office@acme.example", "office@acme.example", true
	plain := full
	plain.Microsoft, plain.WebMail, plain.Why, plain.PasswordWay = false, "", "Our old provider closes at the end of the year.", "on paper, from your manager"
	plain.HasWindow, plain.Reasons, plain.Left, plain.TooBig, plain.Folders, plain.AppPassword = false, nil, nil, nil, nil, false
	plain.Skipped, plain.Failed, plain.Found, plain.Arrived, plain.LeftMore, plain.TooBigMore, plain.FoldersMore = 0, 0, 0, 9310, 0, 0, 0
	plain.Owner.VerifiedOK, plain.Owner.Done, plain.Owner.DNS = false, 10, nil
	bare := Data{Company: "Acme Ltd", Domain: "acme.example", Name: "Ben", Address: "ben@acme.example", SignIn: "ben", NewServer: "mail.new-host.example", Limit: 35 << 20}
	bareShared := bare
	bareShared.Shared = true
	return []Data{full, shared, plain, bare, bareShared}
}
