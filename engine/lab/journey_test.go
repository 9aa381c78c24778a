package lab_test

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/imapconn"
	"mxodus/engine/journal"
	"mxodus/engine/lab"
)

// keys is a vault in memory.
type keys struct {
	mu      sync.Mutex
	secrets map[string]engine.Secret
}

func (k *keys) Get(name string) (engine.Secret, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s, found := k.secrets[name]
	return s, found
}

func (k *keys) Set(_ context.Context, secrets map[string]engine.Secret) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	maps.Copy(k.secrets, secrets)
	return nil
}

// trip is a project with real adapters between two servers.
type trip struct {
	t       testing.TB
	project engine.Project
	users   []engine.User
	file    engine.ProjectFile
	vault   *keys
	path    string
	tokens  imapconn.TokenSource // of the destination; nil: passwords
	from    imapconn.TokenSource // of the source; nil: passwords
}

// newTrip makes a project of these users, with a quiet time short enough for
// tests.
func newTrip(t testing.TB, from, to engine.Endpoint, users ...engine.UserRow) *trip {
	t.Helper()
	w := &trip{t: t, path: filepath.Join(t.TempDir(), "acme.mxodus"), vault: &keys{secrets: map[string]engine.Secret{}}}
	w.project = engine.Project{Company: "Acme", Domain: "acme.example", Source: from, Destination: to,
		Limits: engine.Limits{QuietTime: 250 * time.Millisecond, Silence: 5 * time.Second}}
	file, err := journal.Create(t.Context(), w.path, w.project)
	if err != nil {
		t.Fatal(err)
	}
	w.file = file
	t.Cleanup(func() { _ = w.file.Close() })
	w.users, err = engine.AddUsers(t.Context(), file, w.vault, users)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func row(login, password, address, newPassword string) engine.UserRow {
	return engine.UserRow{
		User:           engine.User{Address: address, SourceLogin: login, DestinationLogin: address},
		SourcePassword: engine.Secret(password), DestinationPassword: engine.Secret(newPassword),
	}
}

func (w *trip) dialer() engine.Dialer {
	d := imapconn.NewDialer(w.project, w.vault, engine.DialOptions{})
	if w.tokens != nil {
		d.UseTokens(engine.SideDestination, w.tokens)
	}
	if w.from != nil {
		d.UseTokens(engine.SideSource, w.from)
	}
	return d
}

func (w *trip) batch() *engine.Batch {
	return engine.NewBatch(w.project, w.file, w.dialer(), engine.BatchOptions{Users: w.users})
}

// run runs a batch to its end and fails the test if it doesn't get there.
func (w *trip) run() engine.Summary {
	w.t.Helper()
	b := w.batch()
	s, err := b.Run(w.t.Context())
	if err != nil {
		w.t.Fatalf("run: %v", err)
	}
	w.explain(b)
	return s
}

// explain logs what a batch has to say about its mailboxes.
func (w *trip) explain(b *engine.Batch) {
	for _, u := range b.Status().Users {
		if u.State != engine.UserDone {
			w.t.Logf("%s: %s %s", u.User.Address, u.State, u.Why)
		}
		for _, p := range u.Problems {
			w.t.Logf("%s: %s, %d times: %v", u.User.Address, p.Folder, p.Count, &p.Fault)
		}
	}
}

// pairOfServers are two practice servers with Anna on both.
func pairOfServers(t *testing.T, from, to lab.Options) (*lab.Server, *lab.Server) {
	t.Helper()
	a, b := start(t, from), start(t, to)
	return a, b
}

func annaRow() engine.UserRow { return row("anna", "sun", "anna", "sun") }

// letter is message n: unlike any other.
func letter(n int) []byte {
	return fmt.Appendf(nil, "From: ben@acme.example\r\nTo: anna@acme.example\r\nSubject: Letter %d\r\nMessage-ID: <%d@acme.example>\r\nDate: Mon, 2 Mar 2020 10:00:00 +0100\r\n\r\n%s",
		n, n, strings.Repeat(fmt.Sprintf("This is letter %d.\r\n", n), 20+n%50))
}

func letterDate(n int) time.Time {
	return time.Date(2020, 3, 2, 10, 0, 0, 0, time.FixedZone("", 3600)).Add(time.Duration(n) * time.Hour)
}

// fill puts letters into a folder.
func fill(s *lab.Server, folder string, from, to int) {
	for n := from; n < to; n++ {
		flags := [][]string{nil, {`\Seen`}, {`\Seen`, `\Answered`}, {`\Flagged`, "$Label1"}}[n%4]
		s.Put("anna", folder, letter(n), letterDate(n), flags...)
	}
}

// difference lists how the second multiset of messages differs from the first.
func difference(want, got map[string]map[string]int) []string {
	var out []string
	folders := maps.Clone(want)
	for f := range got {
		folders[f] = nil
	}
	for f := range folders {
		all := maps.Clone(want[f])
		if all == nil {
			all = map[string]int{}
		}
		for k := range got[f] {
			all[k] += 0
		}
		for k := range all {
			if want[f][k] != got[f][k] {
				out = append(out, fmt.Sprintf("%s: %s: %d, want %d", f, k, got[f][k], want[f][k]))
			}
		}
	}
	slices.Sort(out)
	return out
}

// same fails unless the new server holds exactly the mail of the old one.
func same(t *testing.T, from, to *lab.Server) {
	t.Helper()
	if diff := difference(from.Bodies("anna"), to.Bodies("anna")); len(diff) > 0 {
		t.Errorf("%d differences, as:\n%s", len(diff), strings.Join(diff[:min(len(diff), 12)], "\n"))
	}
}
