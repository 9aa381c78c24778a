package report

import (
	"fmt"
	"math"
	"strings"
	"time"

	"mxodus/engine"
)

var berlin = time.FixedZone("CET", 3600)

func at(day, hour, minute int) time.Time {
	return time.Date(2026, 3, day, hour, minute, 0, 0, berlin)
}

// sample is a company in the middle of its last week: two users are done, one
// has messages left out, one has something failed, one was never verified.
func sample() Input {
	users := []engine.User{
		{ID: 1, Address: "anna@mueller.example", DisplayName: "Anna Lindner"},
		{ID: 2, Address: "ben@mueller.example", DisplayName: "Ben Carver"},
		{ID: 3, Address: "carla@mueller.example", DisplayName: "Carla Dumas"},
		{ID: 4, Address: "office@mueller.example"},
		{ID: 5, Address: "dora@mueller.example", DisplayName: "Dora Eklund"},
	}
	in := Input{Users: users, Now: at(16, 9, 30), Zone: berlin, Program: "mxodus v1.0.0",
		Project: engine.Project{Company: "Müller & Söhne GmbH", Domain: "mueller.example", CutOver: at(13, 20, 0), CutOverDone: true,
			Source:      engine.Endpoint{Host: "mail.old-host.example", Port: 993, Security: engine.TLS},
			Destination: engine.Endpoint{Host: "mail.new-host.example", Port: 993, Security: engine.TLS}},
		Times: map[int64]Times{1: {at(2, 18, 1), at(13, 22, 4)}, 2: {at(2, 18, 1), at(13, 22, 4)}, 3: {at(2, 18, 3), at(13, 22, 5)}, 4: {at(2, 18, 3), at(12, 9, 0)}, 5: {at(2, 18, 9), at(13, 22, 5)}},
		Runs:  sampleRuns(), Speeds: map[int64]engine.Speed{1: sampleSpeed()}}
	in.Proof = &engine.Proof{Version: 1, At: at(15, 8, 12), Digest: strings.Repeat("0123456789abcdef", 4), Users: []engine.ProvenUser{
		proven(1, "anna@mueller.example", engine.Account{Source: 18234, Copied: 18180, Present: 12, Moved: 30, Deleted: 12}, 4_812_345_678),
		proven(2, "ben@mueller.example", engine.Account{Source: 9120, Copied: 9117, Skipped: 3}, 2_200_456_789, samplePictures()...),
		proven(3, "carla@mueller.example", engine.Account{Source: 5210, Copied: 5209, Failed: 1}, 912_345_678,
			engine.ProvenMessage{Folder: []string{"Factures", "2020"}, UID: 91, Size: 48_200, Date: at(1, 8, 2), Subject: "Facture n° 2020-118", Outcome: "failed", Reason: engine.ReasonRefused, Text: engine.ReasonRefused.Text(), Said: "NO [CANNOT] Message contains a bare newline"}),
		proven(4, "office@mueller.example", engine.Account{Source: 40_001, Copied: 40_001}, 11_812_345_678),
	}}
	rewritten := &in.Proof.Users[2]
	rewritten.Rewrites, rewritten.Proven = true, engine.Proven{Meaning: 5207, Identity: 2}
	rewritten.Receipts, rewritten.DatesMoved = 14, 1
	rewritten.Doubtful = []engine.ProvenMessage{{Folder: []string{"INBOX"}, UID: 12, Size: 4100, Date: at(1, 9, 0), Subject: "Invitation: revue de mars", Outcome: "copied",
		Text: "it is an invitation: the new server writes those in its own words"}}
	in.Counts = []engine.FolderCount{{Folder: engine.FolderRecord{ID: 9, UserID: 5, Path: []string{"INBOX"}, DestPath: []string{"INBOX"}},
		Messages: [engine.Failed + 1]int{engine.Copied: 1203, engine.Skipped: 1}, Bytes: [engine.Failed + 1]int64{engine.Copied: 80_123_456, engine.Skipped: 61_000_000}},
		{Folder: engine.FolderRecord{ID: 2, UserID: 2, Path: []string{"Hidden "}, Renamed: "a name can't begin or end with a blank"}}}
	in.Left = []Listed{{UserID: 5, Folder: []string{"INBOX"}, Record: engine.Record{UID: 77, State: engine.Skipped, Size: 61_000_000, Date: at(1, 12, 0), Reason: engine.ReasonTooBig}}}
	in.DNS = sampleDNS()
	in.Stop = engine.StopFacts{Watched: true, SeenAt: at(16, 9, 0), AllNew: true, NewSince: at(13, 20, 40), SafeAfter: at(13, 21, 40)}
	return in
}

// proven is the account of a user whose mail stands in the folders of their
// messages, and the rest in INBOX.
func proven(id int64, address string, a engine.Account, bytes int64, msgs ...engine.ProvenMessage) engine.ProvenUser {
	u := engine.ProvenUser{ID: id, Address: address, At: at(15, 8, int(id)), Deep: id != 4, Counts: a, OK: a.OK(), Messages: msgs}
	var left int64
	for _, m := range msgs {
		left += m.Size
		u.Reasons = append(u.Reasons, engine.ReasonCount{Outcome: m.Outcome, Reason: m.Reason, Messages: 1, Bytes: m.Size})
	}
	for i, n := range []int{a.Moved, a.Deleted} {
		if n > 0 {
			u.Reasons = append(u.Reasons, engine.ReasonCount{Outcome: []string{"moved", "deleted"}[i], Messages: n, Bytes: int64(n) * 1000})
		}
	}
	if there := a.Copied + a.Present + a.Moved; u.Deep {
		u.Proven.Bytes = there
	} else {
		u.Proven.Identity = there
	}
	u.Bytes = engine.Volume{Source: bytes, There: bytes - left, Left: left}
	u.Folders = []engine.ProvenFolder{
		{Source: []string{"Hidden "}, Destination: []string{"Hidden"}, Proof: "identity"},
		{Source: []string{"INBOX"}, Destination: []string{"INBOX"}, Counts: a, Bytes: u.Bytes, Proof: "identity"},
	}
	return u
}

func samplePictures() (list []engine.ProvenMessage) {
	for i, subject := range []string{"Film of hall 3", "Drawings, all of them, in the largest resolution that there is: please look through before Monday", "الرسومات النهائية"} {
		list = append(list, engine.ProvenMessage{Folder: []string{"Projects", "Hall 3"}, UID: uint32(100 + i), Size: 38_000_000 + int64(i)*4_200_000, Date: at(1+i, 15, 30), Subject: subject,
			Outcome: "skipped", Reason: engine.ReasonTooBig, Text: engine.ReasonTooBig.Text()})
	}
	return list
}

func sampleRuns() []engine.Run {
	run := func(id int64, kind string, from, to time.Time, sent int, bytes int64) engine.Run {
		return engine.Run{ID: id, Kind: kind, Started: from, Finished: to, Summary: engine.Summary{Sent: sent, SentBytes: bytes}}
	}
	stopped := run(1, "full", at(2, 18, 0), at(2, 21, 40), 61_200, 16_400_000_000)
	stopped.Summary.Interrupted = true
	checked := run(8, "verify", at(15, 8, 1), at(15, 8, 12), 0, 0)
	checked.Summary.Users, checked.Summary.UsersAttention = 4, 1
	return []engine.Run{stopped,
		run(2, "delta", at(3, 7, 30), at(3, 8, 21), 11_300, 3_200_000_000),
		run(3, "verify", at(3, 9, 0), at(3, 9, 20), 0, 0),
		run(4, "delta", at(12, 8, 58), at(12, 9, 1), 1_100, 180_000_000),
		run(5, "delta", at(13, 22, 0), at(13, 22, 5), 96, 9_000_000),
		run(6, "delta", at(14, 8, 0), at(14, 8, 1), 0, 0),
		run(7, "delta", at(15, 8, 0), at(15, 8, 1), 0, 0),
		checked,
		run(9, "delta", at(16, 8, 0), at(16, 8, 1), 0, 0)}
}

func sampleSpeed() engine.Speed {
	s := engine.Speed{Step: 2 * time.Minute, Rates: make([]float64, 110)}
	for i := range s.Rates {
		s.Rates[i] = math.Round(1_240_000 + 420_000*math.Sin(float64(i)/6) + 190_000*math.Sin(float64(i)*1.7))
	}
	return s
}

func sampleDNS() *DNS {
	return &DNS{Before: at(1, 10, 0), After: at(14, 9, 0), LowTTL: []string{"mueller.example MX (300 s)"}, Notes: []string{"Other records of the domain's mail are the same as before."},
		Rows: []DNSRow{
			{Name: "mueller.example", Type: "MX", Before: []string{"10 mail.old-host.example (TTL 3600)"}, After: []string{"0 mail.new-host.example (TTL 300)"}, Changed: true},
			{Name: "mueller.example", Type: "TXT", Before: []string{"v=spf1 include:spf.old-host.example -all (TTL 3600)"}, After: []string{"v=spf1 include:spf.new-host.example include:spf.old-host.example -all (TTL 3600)"}, Changed: true},
			{Name: "autodiscover.mueller.example", Type: "CNAME", Before: []string{}, After: []string{"autodiscover.new-host.example (TTL 3600)"}, Changed: true},
			{Name: "mueller.example", Type: "NS", Before: []string{"ns1.registrar.example (TTL 86400)", "ns2.registrar.example (TTL 86400)"}, After: []string{"ns1.registrar.example (TTL 86400)", "ns2.registrar.example (TTL 86400)"}},
		}}
}

// hostileTexts are what somebody may write into a subject, a name or a folder.
var hostileTexts = []string{
	`<script>document.title="owned"</script>`, `"><img src=x onerror="document.title='owned'">`, `</title></style></svg><script>document.title="owned"</script>`,
	`=cmd|' /C calc'!A0`, "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r\n=1+1", "  =1+1", "＝1+1", "../../etc/passwd", `..\..\evil`, "{{.Users}}", "javascript:alert(1)",
	"right\u202eto left", "\x1b[31mred\x1b[0m", "bad\xffutf8", "']]>-->", "a\x00b", "quote\"and,comma;semi", strings.Repeat("W", 500),
}

// hostile is a project in which everything that comes from outside is hostile.
func hostile() Input {
	in := sample()
	in.Proof.Users = nil
	in.Users = nil
	for i, text := range hostileTexts {
		id := int64(i + 1)
		in.Users = append(in.Users, engine.User{ID: id, Address: text, DisplayName: text})
		u := proven(id, text, engine.Account{Source: 3, Copied: 1, Skipped: 1, Failed: 1}, 3000,
			engine.ProvenMessage{Folder: []string{text, text}, UID: 1, Size: 1000, Subject: text, Outcome: "skipped", Reason: engine.Reason(text), Text: text, Said: text},
			engine.ProvenMessage{Folder: []string{text}, UID: 2, Size: 1000, Subject: text, Outcome: "failed", Reason: engine.ReasonRefused, Text: text, Said: text})
		u.Folders[0].Source, u.Folders[0].Err = []string{text, text}, text
		u.Doubtful = []engine.ProvenMessage{{Folder: []string{text}, UID: 3, Subject: text, Outcome: "copied", Text: text}}
		u.Tried = &engine.ProofTried{At: in.Now, What: text, Said: text}
		in.Proof.Users = append(in.Proof.Users, u)
	}
	in.Project.Company, in.Project.Domain, in.Project.Source.Host = hostileTexts[0], hostileTexts[1], hostileTexts[2]
	in.DNS.Rows = append(in.DNS.Rows, DNSRow{Name: hostileTexts[0], Type: "TXT", Before: []string{hostileTexts[1]}, After: hostileTexts, Changed: true})
	in.Program = fmt.Sprint("mxodus ", hostileTexts[0])
	return in
}
