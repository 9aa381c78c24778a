package tui

import (
	"context"
	"os"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
)

// A Google service account opens all mailboxes of the old server: the key's file is
// read once, and the key sealed in the project.

// keyRead is a key that can be used.
type keyRead struct {
	key     engine.Secret
	account engine.ServiceAccount
}

// readKey reads the key that the form names, and goes on as if there were no more
// than an address to check. Without a file the key in the project stays.
func (s *server) readKey(path string) tea.Cmd {
	if path == "" {
		return s.useAccount(s.account)
	}
	a, path := s.adapters, homePath(path)
	return s.ask("key", func(context.Context) (any, error) { return keyOf(a, path) })
}

// mostKey is how large a key's file may be: they have some 2 KB.
const mostKey = 1 << 20

func keyOf(a engine.Adapters, path string) (keyRead, error) {
	info, err := os.Stat(path)
	if err == nil && (info.IsDir() || info.Size() > mostKey) {
		return keyRead{}, &engine.Fault{What: "This is not the file of a key.", Do: "Choose the JSON file that Google gave you when the key was made.", Who: "you"}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return keyRead{}, &engine.Fault{What: "The key's file can't be read: " + engine.Clean(err.Error(), 200) + ".", Do: "Look at the path.", Who: "you", Err: err}
	}
	r := keyRead{key: engine.Secret(b)}
	r.account, err = a.ServiceAccount(r.key)
	return r, err
}

// useAccount makes a service account open the mailboxes of the draft.
func (s *server) useAccount(account engine.ServiceAccount) tea.Cmd {
	s.account = account
	s.draft.ServiceAccount, s.draft.Auth, s.draft.Admin = account.Address, engine.AuthXOAuth2, ""
	return s.check()
}

// knownAccount is the service account whose key the project keeps; zero: there is
// none.
func (s *server) knownAccount() engine.ServiceAccount {
	e := s.session.endpoint(s.side)
	key, ok := s.session.vault.Get(engine.AppSecretName(s.side))
	if e.ServiceAccount == "" || !ok || s.adapters.ServiceAccount == nil {
		return engine.ServiceAccount{Address: e.ServiceAccount}
	}
	account, err := s.adapters.ServiceAccount(key)
	if err != nil {
		account.Address = e.ServiceAccount
	}
	return account
}

// saveServer keeps an endpoint with its secrets. A key that is no longer used goes.
func saveServer(ctx context.Context, l loaded, side engine.Side, e engine.Endpoint, admin, key engine.Secret) (loaded, error) {
	p, err := l.file.Project(ctx)
	if err != nil {
		return loaded{}, err
	}
	if was := p.Endpoint(side); key != "" || was.ServiceAccount != "" && e.ServiceAccount == "" {
		if err := l.vault.Set(ctx, map[string]engine.Secret{engine.AppSecretName(side): key}); err != nil {
			return loaded{}, err
		}
	}
	return saveEndpoint(ctx, l, side, e, admin)
}

// delegationLines say what has to be entered at Google before the key opens anything.
func (s *server) delegationLines(w int) []string {
	a := s.account
	if s.draft.ServiceAccount == "" || a.Scope == "" {
		return nil
	}
	id := clean(a.ClientID)
	if id == "" {
		id = "the Unique ID of " + clean(a.Address)
	}
	out := append([]string{""}, paragraph("The key is in the project, sealed: delete its file. So that it opens mailboxes, enter once at admin.google.com, Security > Access and data control > API controls > Manage domain-wide delegation > Add new:", w)...)
	out = append(out, labelled(s.look, "Client ID", id, w)...)
	out = append(out, labelled(s.look, "OAuth scope", clean(a.Scope), w)...)
	return append(out, paragraph("And see that IMAP is on: Apps > Google Workspace > Gmail > End User Access. The step Test says whether it works.", w)...)
}
