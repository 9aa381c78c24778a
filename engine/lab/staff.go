package lab

import "time"

// person is somebody at the practice company.
type person struct {
	name, address, word string
	lang                *language
	zone                *time.Location
	folders             []drawer
}

// drawer is one folder at the old server.
type drawer struct {
	name  string // below INBOX; empty: INBOX itself
	mails int
	last  time.Time
	every time.Duration // between two messages, about
	mine  bool          // written by the owner
	draft bool
	twins int // how many messages stand in it twice
	// odd says that mail which no rule foresaw stands in it as well; big that
	// one message does which is larger than the limit.
	odd, big bool
	labelled bool // some of its mail carries keywords
}

// special is what stands in a drawer beside the ordinary.
func (d drawer) special(r *mailRoom, me contact) []*message {
	var out []*message
	if d.odd {
		dates := oddDates()
		for i, body := range OddMail() {
			out = append(out, newMessage(body, dates[i%len(dates)], `\Seen`))
		}
	}
	if d.big {
		l := r.between(contacts[0], me, &english, d.last.UTC())
		l.subject, l.flags = "Film of hall 3", nil
		out = append(out, r.huge(l, 36<<20))
	}
	return out
}

func inbox(n int) drawer {
	return drawer{mails: n, last: newest, every: 9 * time.Hour}
}

func sent(name string, n int) drawer {
	return drawer{name: name, mails: n, last: newest, every: 14 * time.Hour, mine: true}
}

func drafts(name string, n int) drawer {
	return drawer{name: name, mails: n, last: newest, every: 60 * time.Hour, mine: true, draft: true}
}

func kept(name string, n int, year int) drawer {
	return drawer{name: name, mails: n, last: time.Date(year, 12, 20, 16, 0, 0, 0, time.UTC), every: 40 * time.Hour}
}

// newest is about when the last ordinary message came.
var newest = time.Date(2025, 12, 19, 15, 30, 0, 0, time.UTC)

// staff are the six mailboxes. Their folders bear the names that mail programs
// in their languages give, and some that nobody should have given.
func staff() []person {
	central := time.FixedZone("", 3600)
	odd, twins, big := inbox(420), inbox(380), inbox(260)
	odd.odd, twins.twins, big.big = true, 6, true
	odd.labelled = true
	north := kept("Customers.North", 90, 2024)
	north.labelled = true
	office := inbox(350)
	office.big = true
	return []person{
		{"Anna Lindner", "anna@acme.example", "amber", &german, central, []drawer{
			odd, sent("Gesendet", 260), drafts("Entwürfe", 6), kept("Papierkorb", 40, 2025), kept("Spam", 25, 2025),
			kept("Archiv", 30, 2018), kept("Archiv.2019", 180, 2019), kept("Archiv.2020", 210, 2020),
			kept("Projekte.Halle 3.Baupläne", 70, 2022), kept("Lieferanten.Mühlbach & Söhne", 60, 2023),
		}},
		{"Ben Carver", "ben@acme.example", "birch", &english, time.UTC, []drawer{
			twins, sent("Sent", 240), drafts("Drafts", 4), kept("Trash", 30, 2025), kept("Junk", 40, 2025),
			north, kept("Customers.South", 80, 2024), kept("R & D", 60, 2023),
			kept("Reports", 45, 2022), kept("reports", 15, 2021), kept("Manuals", 12, 2020),
		}},
		{"Carla Dumas", "carla@acme.example", "cedar", &french, central, []drawer{
			inbox(300), sent("Éléments envoyés", 200), drafts("Brouillons", 5), kept("Corbeille", 25, 2025), kept("Indésirables", 18, 2025),
			kept("Fournisseurs", 110, 2024), kept("Factures.2020", 90, 2020), kept("Été à Valmont", 35, 2023), kept(" à trier ", 9, 2022),
		}},
		{"Dora Eklund", "dora@acme.example", "delta", &english, central, []drawer{
			inbox(180), sent("Отправленные", 90), drafts("Черновики", 3), kept("Архив.2019", 120, 2019),
			kept("请求", 40, 2024), kept("受信箱の控え", 14, 2021), kept("Προσφορές", 22, 2023),
			kept("Old \x1b[31mred\x1b[0m folder", 3, 2017), kept("empty", 0, 2017),
		}},
		{"Eli Romero", "eli@acme.example", "ember", &spanish, central, []drawer{
			big, sent("Enviados", 150), drafts("Borradores", 3), kept("Papelera", 20, 2025),
			kept("Facturas.2021", 80, 2021), kept("Pedidos", 60, 2024), kept("Año nuevo", 11, 2022),
		}},
		{"Office", "office@acme.example", "olive", &english, central, []drawer{
			office, sent("Sent", 120), kept("Bewerbungen", 45, 2024), kept("Invoices.2020", 70, 2020),
			kept("Invoices.2021", 64, 2021), kept("Rechnungen.offen?", 26, 2025),
		}},
	}
}
