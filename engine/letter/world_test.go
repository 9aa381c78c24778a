package letter

import (
	"testing"
	"time"

	"mxodus/engine"
)

// sampleFacts are those of a made-up company, without a project's file.
func sampleFacts(t testing.TB) *Facts {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, zone) }
	f := &Facts{zone: zone, stands: map[int64]*stand{}, known: map[int64]Known{}, proof: &engine.Proof{},
		DNS: []DNSLine{{"MX acme.example", "10 mail.old-host.example", "0 acme-example.mail.protection.outlook.com"}}, TTL: 86400}
	f.Project = engine.Project{Company: "Acme Ltd", Domain: "acme.example", CutOver: at(28, 9),
		Source:      engine.Endpoint{Kind: engine.KindIMAP, Host: "mail.old-host.example"},
		Destination: engine.Endpoint{Kind: engine.KindMicrosoft365, Host: "outlook.office365.com"},
		Letters: engine.Letters{HelpName: "Carla Rossi", HelpAddress: "help@acme.example", HelpPhone: "+43 1 234 56", HelpHours: "Mon-Fri 8-18",
			SenderName: "Acme IT", SenderAddress: "it@acme.example", OwnerName: "Olga Owner", OwnerAddress: "olga@acme.example",
			WindowStart: at(27, 18), WindowEnd: at(29, 12), LastDay: time.Date(2026, 12, 31, 0, 0, 0, 0, zone), Zone: "Europe/Vienna"}}
	f.CutOver = f.Project.CutOver
	f.Users = []engine.User{
		{ID: 1, Address: "anna@acme.example", DisplayName: "Anna Archer"},
		{ID: 2, Address: "ben@acme.example", DisplayName: "Ben Öztürk", Language: "de"},
		{ID: 3, Address: "chloe@acme.example", DisplayName: "Chloé Durand", Language: "fr"},
		{ID: 4, Address: "office@acme.example", DisplayName: "Oficina", Language: "es", Shared: true},
	}
	for _, u := range f.Users {
		f.proof.Users = append(f.proof.Users, engine.ProvenUser{ID: u.ID, At: at(30, 10), OK: true})
		s := &stand{ran: true, moved: 9310, found: 12, skipped: 2, failed: 1, bytes: 2254857830, reasons: map[engine.Reason]int{engine.ReasonTooBig: 2, engine.ReasonRefused: 1}}
		for i, size := range []int64{52 << 20, 41 << 20} {
			s.left = append(s.left, leftOne{"INBOX", engine.Record{UID: uint32(i + 1), State: engine.Skipped, Reason: engine.ReasonTooBig, Size: size, Date: at(3-i, 9)}})
		}
		s.left = append(s.left, leftOne{"Archive/2019/Clients and suppliers with long names", engine.Record{UID: 9, State: engine.Failed, Reason: engine.ReasonRefused, Size: 1204, Date: at(1, 3)}})
		s.renamed = renamed([]string{"Gesendete Objekte"}, []string{"Sent Items"})
		f.stands[u.ID] = s
		big := []Listed{{"INBOX", 1, "Video of the summer party, second and much longer version as Thomas wanted it", at(3, 9), 52 << 20}, {"INBOX", 2, "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnungsentwurf.pdf", at(2, 9), 41 << 20}}
		f.known[u.ID] = Known{TooBig: big, Listed: big, Renamed: s.renamed}
	}
	return f
}
