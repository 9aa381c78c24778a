package tui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"mxodus/engine"
)

// fakeFile is a project file in memory. What it embeds is nil: the tests copy
// no mail.
type fakeFile struct {
	engine.Journal
	mu      sync.Mutex
	path    string
	project engine.Project
	users   []engine.User
	runs    []engine.Run
	events  []engine.Event
	closed  bool
	kept    map[string][]byte
	posted  []engine.Delivery
	holder  *engine.LockedError // another process that runs it
	counts  []engine.FolderCount
	records map[int64][]engine.Record // of folders
	writes  int                       // changes of any kind
	broken  error                     // of reading the project
}

func (f *fakeFile) Holder(context.Context) (*engine.LockedError, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.holder, nil
}

func (f *fakeFile) Path() string { return f.path }
func (f *fakeFile) Project(context.Context) (engine.Project, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.project, f.broken
}
func (f *fakeFile) SaveProject(_ context.Context, p engine.Project) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.project = p
	f.writes++
	return nil
}
func (f *fakeFile) Users(context.Context) ([]engine.User, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.users), nil
}

func (f *fakeFile) SaveUsers(_ context.Context, users []engine.User) ([]engine.User, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := slices.Clone(users)
	for i, u := range out {
		for _, old := range f.users {
			if old.ID != u.ID && old.Address == u.Address {
				return nil, &engine.Fault{What: "There is a user " + u.Address + " already.", Do: "Edit that one."}
			}
		}
		if u.ID == 0 {
			out[i].ID = int64(len(f.users) + 1)
			f.users = append(f.users, out[i])
			continue
		}
		for j := range f.users {
			if f.users[j].ID == u.ID {
				f.users[j] = u
			}
		}
	}
	return out, nil
}

func (f *fakeFile) RemoveUser(_ context.Context, id int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.users = slices.DeleteFunc(f.users, func(u engine.User) bool { return u.ID == id })
	return nil
}
func (f *fakeFile) Lock(context.Context) (func(), error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.holder != nil {
		return nil, f.holder
	}
	return func() {}, nil
}
func (f *fakeFile) LastAlive(context.Context) (time.Time, error) { return time.Time{}, nil }
func (f *fakeFile) Counts(context.Context) ([]engine.FolderCount, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.counts), nil
}
func (f *fakeFile) Sealed(context.Context) ([]byte, error)   { return nil, nil }
func (f *fakeFile) SaveSealed(context.Context, []byte) error { return nil }
func (f *fakeFile) Folders(context.Context, int64) ([]engine.FolderRecord, error) {
	return nil, nil
}

func (f *fakeFile) Records(_ context.Context, folder int64, each func(engine.Record) error, want ...engine.State) error {
	for _, r := range f.records[folder] {
		if slices.Contains(want, r.State) {
			if err := each(r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *fakeFile) Keep(_ context.Context, name string, doc []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.kept == nil {
		f.kept = map[string][]byte{}
	}
	f.kept[name] = doc
	f.writes++
	return nil
}

func (f *fakeFile) Kept(_ context.Context, name string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.kept[name], nil
}

func (f *fakeFile) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	return nil
}

func (f *fakeFile) StartRun(_ context.Context, kind string) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.runs = append(f.runs, engine.Run{ID: int64(len(f.runs) + 1), Kind: kind, Started: time.Now()})
	return int64(len(f.runs)), nil
}

func (f *fakeFile) FinishRun(_ context.Context, id int64, s engine.Summary) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.runs[id-1].Finished, f.runs[id-1].Summary = time.Now(), s
	return nil
}

func (f *fakeFile) Runs(context.Context) ([]engine.Run, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.runs), nil
}

func (f *fakeFile) Event(_ context.Context, e engine.Event) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.events = append(f.events, e)
	f.writes++
	return nil
}

func (f *fakeFile) Events(context.Context, int64, int) ([]engine.Event, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := slices.Clone(f.events)
	slices.Reverse(out)
	return out, nil
}

// fakeVault is a vault in memory.
type fakeVault struct {
	mu      sync.Mutex
	secrets map[string]engine.Secret
}

func (v *fakeVault) Get(name string) (engine.Secret, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s, ok := v.secrets[name]
	return s, ok
}

func (v *fakeVault) Set(_ context.Context, secrets map[string]engine.Secret) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	for k, s := range secrets {
		if s == "" {
			delete(v.secrets, k)
			continue
		}
		v.secrets[k] = s
	}
	return nil
}

// fakeWorld is what the adapters of a test reach.
type fakeWorld struct {
	files      map[string]*fakeFile
	vault      *fakeVault
	passphrase engine.Secret
	remembered map[string]engine.Secret
	noKeyring  error // why nothing can be remembered; nil: it can
	check      func(engine.Endpoint) (engine.SessionInfo, error)
	dialer     engine.Dialer
	setup      *fakeSetup
	asked      engine.SetupRequest // of the last set-up
	signIn     chan string         // the account that signs in
	directory  engine.Directory
	letIn      chan string // the account that signs in for the tenant's users
	handOver   func(engine.HandOverOptions) (*engine.HandOver, error)
}

func newFakeWorld() *fakeWorld {
	return &fakeWorld{files: map[string]*fakeFile{}, vault: &fakeVault{secrets: map[string]engine.Secret{}},
		remembered: map[string]engine.Secret{}, dialer: deafDialer{},
		check: func(e engine.Endpoint) (engine.SessionInfo, error) { return seenInfo(e.Host), nil }}
}

func (w *fakeWorld) adapters() engine.Adapters {
	a := engine.Adapters{
		Create: func(_ context.Context, path string, p engine.Project) (engine.ProjectFile, error) {
			if w.files[path] != nil {
				return nil, &engine.Fault{What: "There is a file of this name already.", Do: "Choose another name."}
			}
			w.files[path] = &fakeFile{path: path, project: p}
			return w.files[path], nil
		},
		Open: func(_ context.Context, path string) (engine.ProjectFile, error) {
			if w.files[path] == nil {
				return nil, fmt.Errorf("open %s: %w", path, os.ErrNotExist)
			}
			return w.files[path], nil
		},
		Unlock: func(_ context.Context, _ engine.ProjectFile, secret engine.Secret) (engine.Vault, error) {
			if w.passphrase == "" {
				w.passphrase = secret
			}
			if secret != w.passphrase {
				return nil, engine.ErrPassphrase
			}
			return w.vault, nil
		},
		KeyringGet: func(path string) (engine.Secret, error) {
			if s, ok := w.remembered[path]; ok {
				return s, nil
			}
			return "", cmp.Or(w.noKeyring, errors.New("nothing is known of it"))
		},
		KeyringSet: func(path string, s engine.Secret) error {
			if w.noKeyring == nil {
				w.remembered[path] = s
			}
			return w.noKeyring
		},
		Dial: func(engine.Project, engine.Vault, engine.DialOptions) engine.Dialer { return w.dialer },
		Check: func(_ context.Context, e engine.Endpoint, _ engine.DialOptions) (engine.SessionInfo, error) {
			return w.check(e)
		},
		Cloud:    func(e engine.Endpoint) (engine.Endpoint, error) { return e, nil },
		CheckApp: func(engine.Secret) error { return nil },
		Setup: func(r engine.SetupRequest) engine.Setup {
			w.asked = r
			return w.setup
		},
		SignIn: func(ctx context.Context, _ engine.Side, _ engine.Endpoint, _ engine.Vault, show func(engine.SignInPage) error) (string, error) {
			if err := show(engine.SignInPage{URL: "https://login.example/device", Code: "ABCD-EFGH"}); err != nil {
				return "", err
			}
			select {
			case account := <-w.signIn:
				return account, nil
			case <-ctx.Done():
				return "", ctx.Err()
			}
		},
		HandOver: w.handOver,
	}
	w.tenant(&a)
	return a
}

// tenant adds what reads a service account's key, and what reaches a tenant, where
// there is one.
func (w *fakeWorld) tenant(a *engine.Adapters) {
	a.ServiceAccount = func(key engine.Secret) (engine.ServiceAccount, error) {
		if !strings.Contains(key.Reveal(), "mover") {
			return engine.ServiceAccount{}, &engine.Fault{What: "This is no key of a service account.", Do: "Choose the JSON file.", Who: "you"}
		}
		return engine.ServiceAccount{Address: "mover@acme.iam.example", ClientID: "1030001", Scope: "https://mail.google.com/"}, nil
	}
	if w.directory == nil {
		return
	}
	w.letIn = make(chan string, 1)
	a.Directory = func(engine.Side, engine.Endpoint, engine.Vault) (engine.Directory, error) { return w.directory, nil }
	a.SignInDirectory = func(ctx context.Context, _ engine.Side, _ engine.Endpoint, _ engine.Vault, show func(engine.SignInPage) error) (string, error) {
		if err := show(engine.SignInPage{URL: "https://login.example/device", Code: "ABCD-EFGH"}); err != nil {
			return "", err
		}
		select {
		case account := <-w.letIn:
			return account, nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

func seenInfo(host string) engine.SessionInfo {
	return engine.SessionInfo{Host: host, Greeting: "* OK Dovecot \x1b[2Jready.", TLS: "TLS 1.3", CertNames: []string{host, "*.old-host.example"},
		LiteralPlus: true, UIDPlus: true, CondStore: true}
}

// deafDialer reaches nobody: every mailbox fails at once, for a person to mend.
type deafDialer struct{}

var errDeaf = &engine.Fault{Class: engine.StopMailbox, Code: engine.CodeAuth, What: "The old server refused the password.",
	Do: "Ask for the current password.", Who: "you", Said: "NO [AUTHENTICATIONFAILED] Authentication failed."}

func (deafDialer) Source(context.Context, engine.User) (engine.Source, error) { return nil, errDeaf }
func (deafDialer) Destination(context.Context, engine.User) (engine.Destination, error) {
	return nil, errDeaf
}

// waitingDialer waits until its context ends.
type waitingDialer struct{}

func (waitingDialer) Source(ctx context.Context, _ engine.User) (engine.Source, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}
func (waitingDialer) Destination(ctx context.Context, _ engine.User) (engine.Destination, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// ClaimDelivery, SettleDelivery and Deliveries remember letters as the journal
// does.
func (f *fakeFile) ClaimDelivery(_ context.Context, d engine.Delivery, again bool) (engine.Delivery, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d.State = engine.DeliverySending
	for i, old := range f.posted {
		if old.UserID != d.UserID || old.Letter != d.Letter {
			continue
		}
		if old.State != engine.DeliveryFailed && !again {
			return old, false, nil
		}
		f.posted[i] = d
		return d, true, nil
	}
	f.posted = append(f.posted, d)
	return d, true, nil
}

func (f *fakeFile) SettleDelivery(_ context.Context, d engine.Delivery) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, old := range f.posted {
		if old.MessageID == d.MessageID {
			f.posted[i] = d
		}
	}
	return nil
}

func (f *fakeFile) Deliveries(context.Context) ([]engine.Delivery, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.posted), nil
}
