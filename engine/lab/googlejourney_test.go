package lab_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/google"
	"mxodus/engine/lab"
)

// A service account opens every mailbox of a Workspace with no user's password;
// tokens end while mail is copied, and nothing is lost and nothing comes twice.
func TestAServiceAccountBringsEveryMailboxThroughTokensThatEnd(t *testing.T) {
	names := []string{"anna@acme.example", "ben@acme.example", "carla@acme.example"}
	w, err := lab.NewWorkspace(time.Hour, names...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	from, to := pairOfServers(t, lab.Options{Opens: w.Opens}, lab.Options{UIDPlus: true})
	var rows []engine.UserRow
	for _, name := range names {
		from.AddUser(name, "nobody knows it")
		to.AddUser(name, "sun")
		rows = append(rows, row(name, "", name, "sun"))
		for n := range 200 {
			from.Put(name, "INBOX", letter(n), letterDate(n), `\Seen`)
		}
	}
	e := from.Endpoint()
	e.Fingerprint, e.CAFile = "", filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(e.CAFile, slices.Concat(from.Certificate(), w.Certificate()), 0o600); err != nil {
		t.Fatal(err)
	}
	account, err := google.Account(w.KeyFile())
	if err != nil {
		t.Fatal(err)
	}
	e.ServiceAccount, e.Auth = account.Address, engine.AuthXOAuth2
	j := newTrip(t, e, to.Endpoint(), rows...)
	j.vault.secrets[engine.AppSecretName(engine.SideSource)] = w.KeyFile()
	j.from = google.NewTokens(engine.SideSource, e, j.vault)
	var fetches atomic.Int64
	from.OnCommand(func(c lab.Command) error {
		if c.Name == "FETCH" && fetches.Add(1)%4 == 0 && fetches.Load() < 20 {
			w.ExpireAll()
		}
		return nil
	})
	s := j.run()
	if s.Sum.Copied != 600 || s.Sum.Failed != 0 || s.Sum.Skipped != 0 {
		t.Errorf("%+v", s.Sum)
	}
	renewed := 0
	for _, name := range names {
		if !maps.Equal(subjects(from, name), subjects(to, name)) {
			t.Errorf("%s: %v", name, subjects(to, name))
		}
		renewed += w.Issued(name) - 1
	}
	if renewed < 1 {
		t.Errorf("no token ended: %s", fmt.Sprint(fetches.Load()))
	}
}
