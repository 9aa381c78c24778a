package cli_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"mxodus/engine"
	"mxodus/engine/lab"
)

// companies are the practice companies of the scripts that run.
type companies struct {
	mu   sync.Mutex
	open map[*testscript.TestScript]*engine.Practice
}

// start is the script's command "company": it opens a practice company, writes
// its users' file, and puts what new needs into the environment.
func (c *companies) start(t *testing.T) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, _ []string) {
		p, err := lab.Start(t.Context())
		ts.Check(err)
		ts.Defer(p.Close)
		c.mu.Lock()
		c.open[ts] = p
		c.mu.Unlock()
		ts.Check(os.WriteFile(ts.MkAbs("users.csv"), usersFile(p), 0o600))
		for _, kv := range environment(p) {
			name, value, _ := strings.Cut(kv, "=")
			ts.Setenv(name, value)
		}
	}
}

// environment is what new needs to know of a company.
func environment(p *engine.Practice) []string {
	env := []string{"MXODUS_DOMAIN=" + p.Project.Domain, "MXODUS_SOURCE=" + p.Project.Source.URL(), "MXODUS_DESTINATION=" + p.Project.Destination.URL()}
	for side, e := range map[string]engine.Endpoint{"SOURCE": p.Project.Source, "DESTINATION": p.Project.Destination} {
		env = append(env, "MXODUS_"+side+"_CA="+e.CAFile, "MXODUS_"+side+"_FINGERPRINT="+e.Fingerprint)
	}
	return env
}

// day is the script's command "workingday".
func (c *companies) day(t *testing.T) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, _ []string) {
		c.mu.Lock()
		p := c.open[ts]
		c.mu.Unlock()
		text, err := p.WorkingDay(t.Context())
		ts.Check(err)
		ts.Logf("%s", text)
	}
}

// usersFile writes a company's users as an administrator would.
func usersFile(p *engine.Practice) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"EmailAddress", "UserName", "Password", "UserRoot", "DestinationUserName", "DestinationPassword", "DisplayName"})
	for _, r := range p.Users {
		_ = w.Write([]string{r.User.Address, r.User.SourceLogin, r.SourcePassword.Reveal(), r.User.UserRoot, r.User.DestinationLogin, r.DestinationPassword.Reveal(), r.User.DisplayName})
	}
	w.Flush()
	return b.Bytes()
}

// secrets is the script's command "nosecrets FILE...": none of the users'
// passwords, nor the passphrase, stands in any file below the script's folder,
// but in those that are named.
func (c *companies) secrets(ts *testscript.TestScript, _ bool, allowed []string) {
	c.mu.Lock()
	p := c.open[ts]
	c.mu.Unlock()
	words := []string{ts.Getenv("MXODUS_PASSPHRASE")}
	for _, r := range p.Users {
		words = append(words, r.SourcePassword.Reveal(), r.DestinationPassword.Reveal())
	}
	files := 0
	ts.Check(filepath.WalkDir(ts.MkAbs("."), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		for _, a := range allowed {
			if ts.MkAbs(a) == name {
				return nil
			}
		}
		files++
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, w := range words {
			if len(w) < 6 {
				return fmt.Errorf("the secret %q is too short to be looked for", w)
			}
			if strings.Contains(string(text), w) {
				return fmt.Errorf("%s holds the secret %q", name, w)
			}
		}
		return nil
	}))
	if files == 0 {
		ts.Fatalf("there was nothing to look into")
	}
}
