package lab_test

import (
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
)

// TestPracticeCompanyMovesInThreeRuns is the demo, told by the engine: all mail,
// then a working day's, then nothing.
func TestPracticeCompanyMovesInThreeRuns(t *testing.T) {
	c := company(t)
	w := newTrip(t, c.Practice.Project.Source, c.Practice.Project.Destination, c.Practice.Users...)
	began := time.Now()
	s := w.run()
	t.Logf("%d messages in %s", s.Sent, time.Since(began))
	left := lab.CompanyMessages - lab.CompanyTooBig - lab.CompanyPresent
	if s.Sent != left || s.Sum.Copied != left || s.Sum.Present != lab.CompanyPresent || s.Sum.Skipped != lab.CompanyTooBig || s.Sum.Failed != 0 || s.UsersFailed+s.UsersAttention != 0 {
		t.Errorf("first run: %+v", s)
	}
	arrived(t, c)
	if _, err := c.Practice.WorkingDay(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := w.run(); s.Sent != 9 || s.Kind != "delta" {
		t.Errorf("after a working day: %+v", s)
	}
	arrived(t, c)
	c.New.ResetCounters()
	if s := w.run(); s.Sent != 0 || c.New.Counters().Appends != 0 {
		t.Errorf("with nothing new: %+v, %d APPENDs", s, c.New.Counters().Appends)
	}
}

// arrived fails unless every message of the old server that is small enough
// stands at the new one, as often.
func arrived(t *testing.T, c *lab.Company) {
	t.Helper()
	for _, u := range c.Practice.Users {
		there := map[string]int{}
		for _, f := range c.New.Folders(u.User.Address) {
			for _, m := range c.New.Messages(u.User.Address, f) {
				there[string(m.Body())]++
			}
		}
		missing := 0
		for _, f := range c.Old.Folders(u.User.SourceLogin) {
			for _, m := range c.Old.Messages(u.User.SourceLogin, f) {
				if m.Size > 35<<20 {
					continue
				}
				if there[string(m.Body())]--; there[string(m.Body())] < 0 {
					missing++
				}
			}
		}
		if missing > 0 {
			t.Errorf("%s: %d messages are missing", u.User.Address, missing)
		}
	}
}

func TestPracticeCompanysFoldersLandWhereOneExpects(t *testing.T) {
	c := company(t)
	w := newTrip(t, c.Practice.Project.Source, c.Practice.Project.Destination, c.Practice.Users...)
	w.run()
	for _, want := range []struct{ user, from, to string }{
		{"anna", "INBOX.Gesendet", "Sent Items"},
		{"anna", "INBOX.Entwürfe", "Drafts"},
		{"anna", "INBOX.Projekte.Halle 3.Baupläne", "Projekte/Halle 3/Baupläne"},
		{"carla", "INBOX.Éléments envoyés", "Sent Items"},
		{"carla", "INBOX.Corbeille", "Deleted Items"},
		{"dora", "INBOX.Отправленные", "Sent Items"},
		{"dora", "INBOX.Архив.2019", "Archive/2019"},
		{"dora", "INBOX.请求", "请求"},
		{"eli", "INBOX.Borradores", "Drafts"},
		{"ben", "INBOX.R & D", "R & D"},
	} {
		old, address := c.Old.Messages(want.user, want.from), want.user+"@acme.example"
		if n := len(c.New.Messages(address, want.to)); n != len(old) || n == 0 {
			t.Errorf("%s: %d messages of %q, %d in %q of %q", want.user, len(old), want.from, n, want.to, c.New.Folders(address))
		}
	}
}

// TestFoldersThatDifferOnlyInCaseAreNotMerged is row 9: the new server takes
// them for one, without saying so.
func TestFoldersThatDifferOnlyInCaseAreNotMerged(t *testing.T) {
	from, to := pairOfServers(t, lab.Options{}, lab.Options{UIDPlus: true, FoldsCase: true})
	fill(from, "Reports", 0, 10)
	fill(from, "reports", 10, 15)
	w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
	s := w.run()
	for folder, want := range map[string]int{"Reports": 10, "reports (2)": 5} {
		if n := len(to.Messages("anna", folder)); n != want {
			t.Errorf("%d messages stand in %s of %q", n, folder, to.Folders("anna"))
		}
	}
	told := 0
	folders, err := w.file.Folders(t.Context(), w.users[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if f.Renamed != "" {
			told++
		}
	}
	if told != 1 || s.Sum.Copied != 15 {
		t.Errorf("%d of two folders are told to be renamed, %d messages copied", told, s.Sum.Copied)
	}
}

func TestRulesLeaveOutAndNest(t *testing.T) {
	from, to := pairOfServers(t, lab.Options{}, lab.Options{UIDPlus: true})
	fill(from, "INBOX", 0, 10)
	fill(from, "Junk", 10, 20)
	w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
	w.project.Rules = engine.FolderRules{Exclude: []string{"Junk"}, Nest: "Old mail"}
	w.run()
	if n, m := len(to.Messages("anna", "Old mail/INBOX")), len(to.Messages("anna", "Old mail")); n+m != 10 {
		t.Errorf("folders %q: %d and %d messages", to.Folders("anna"), n, m)
	}
}
