package tui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/tui/agenda"
)

// staffing is what goes on in the tenant: reading it, making users, waiting for
// their mailboxes. It is told by the goroutine that does so.
type staffing struct {
	mu     sync.Mutex
	snap   staffSnap
	firsts []firstPassword
}

// staffSnap is a staffing at one moment. It holds no password.
type staffSnap struct {
	until   time.Time // the tenant asked to wait until then
	results []engine.StaffResult
	boxes   map[string]staffBox // of new mailboxes, by the user's ID in the tenant
}

// staffBox is how far a new mailbox is.
type staffBox struct {
	state engine.MailboxState
	tried bool // somebody signed in, or was refused
	fault *engine.Fault
}

// firstPassword is the password of somebody who was made. It is shown once and
// kept nowhere.
type firstPassword struct {
	user     engine.User
	password engine.Secret
}

func (w *staffing) status() *staffSnap {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.snap
	s.results = slices.Clone(s.results)
	return &s
}

func (w *staffing) change(f func(s *staffSnap)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(&w.snap)
}

// tenant reaches the tenant, and hears of the waits that it asks for.
func (w *staffing) tenant(a engine.Adapters, l loaded, e engine.Endpoint) (engine.Directory, error) {
	d, err := a.Directory(engine.SideDestination, e, l.vault)
	if err != nil {
		return nil, err
	}
	if waits, ok := d.(engine.Waiter); ok {
		waits.OnWait(func(d time.Duration) { w.change(func(s *staffSnap) { s.until = time.Now().Add(d) }) })
	}
	return d, nil
}

// read reads the tenant.
func (s *staff) read() tea.Cmd {
	work, a, l, e := &staffing{}, s.adapters, s.held(), s.session.project.Destination
	s.phase, s.fault, s.works.staff, s.session.staffing = staffReading, nil, work, nil
	return s.ask("staff read", func(ctx context.Context) (any, error) {
		d, err := work.tenant(a, l, e)
		if err != nil {
			return nil, err
		}
		return engine.ReadTenant(ctx, d)
	})
}

// maySignIn says that a person signs in to the tenant, not an app.
func (s *staff) maySignIn() bool {
	return s.session.project.Destination.SignIn.ByPerson() && s.adapters.SignInDirectory != nil
}

type (
	staffPage     struct{ page engine.SignInPage }
	staffSignedIn struct{}
)

// signIn has a person sign in for the tenant's users. The page is shown as soon
// as it is known.
func (s *staff) signIn() tea.Cmd {
	a, e, v, open := s.adapters, s.session.project.Destination, s.session.vault, s.browse
	s.fault = nil
	shown := make(chan engine.SignInPage, 1)
	run := s.ask("staff sign in", func(ctx context.Context) (any, error) {
		_, err := a.SignInDirectory(ctx, engine.SideDestination, e, v, func(p engine.SignInPage) error {
			select {
			case shown <- p:
			default: // one page is on screen already
			}
			if p.Code == "" {
				_ = open(p.URL) // the address stands on screen as well
			}
			return nil
		})
		return staffSignedIn{}, err
	})
	return tea.Batch(run, s.ask("staff page", func(ctx context.Context) (any, error) {
		select {
		case p := <-shown:
			return staffPage{p}, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}))
}

// staffApplied is how making users ended, and the project after it.
type staffApplied struct {
	of     *staffing
	snap   *staffSnap
	firsts []firstPassword
	loaded *loaded
}

// carryOut carries out a plan. The faults of single users are in the snapshot;
// the error is the project's, or that the tenant can't be reached at all.
func (w *staffing) carryOut(ctx context.Context, a engine.Adapters, l loaded, e engine.Endpoint, p engine.StaffPlan) error {
	d, err := w.tenant(a, l, e)
	if err != nil {
		return err
	}
	login := map[string]engine.User{}
	for _, s := range p.Steps {
		u := s.User
		u.DestinationLogin = s.New.Address
		login[s.New.Address] = u
	}
	_, err = p.Apply(ctx, d, l.file, engine.StaffHooks{
		Password: func(t engine.TenantUser, secret engine.Secret) error {
			u, ok := login[t.Address]
			if !ok {
				u = engine.User{Address: t.Address, DisplayName: t.DisplayName}
			}
			w.mu.Lock()
			defer w.mu.Unlock()
			w.firsts = append(w.firsts, firstPassword{u, secret})
			return nil
		},
		Done: func(r engine.StaffResult) { w.change(func(s *staffSnap) { s.results = append(s.results, r) }) },
	})
	return err
}

// told takes the first passwords out.
func (w *staffing) told() []firstPassword {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.firsts
	w.firsts = nil
	return out
}

// How long new mailboxes are waited for, and how often they are looked for.
const (
	staffPatience = 15 * time.Minute
	staffEvery    = 15 * time.Second
)

type staffAwaited struct{ snap *staffSnap }

// await waits until the new mailboxes are there, and signs in to each: only that
// proves that mail can go there.
func (w *staffing) await(ctx context.Context, d engine.Directory, dialer engine.Dialer, users map[string]engine.User, ids []string) error {
	limited, cancel := context.WithTimeout(ctx, staffPatience)
	defer cancel()
	seen, err := engine.AwaitMailboxes(limited, d, ids, staffEvery, func(seen []engine.TenantUser) {
		boxes := map[string]staffBox{}
		for _, t := range seen {
			boxes[t.ID] = staffBox{state: t.Mailbox}
		}
		w.change(func(s *staffSnap) { s.boxes = boxes })
	})
	if err != nil && (ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded)) {
		return err
	}
	for _, t := range seen {
		if t.Mailbox != engine.MailboxReady {
			continue
		}
		box := staffBox{state: t.Mailbox, tried: true, fault: openMailbox(ctx, dialer, users[t.ID])}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		w.change(func(s *staffSnap) {
			boxes := map[string]staffBox{t.ID: box}
			for id, b := range s.boxes {
				if id != t.ID {
					boxes[id] = b
				}
			}
			s.boxes = boxes // snapshots have the one before
		})
	}
	return nil
}

// openMailbox signs in to a mailbox; nil: it opens.
func openMailbox(ctx context.Context, dialer engine.Dialer, u engine.User) *engine.Fault {
	d, err := dialer.Destination(ctx, u)
	if err != nil {
		return engine.AsFault(err)
	}
	defer func() { _ = d.Close() }()
	_, err = d.Folders(ctx)
	return engine.AsFault(err)
}

// sheetVault lends first passwords to the sheet for paper.
type sheetVault map[string]engine.Secret

func (v sheetVault) Get(name string) (engine.Secret, bool) { s, ok := v[name]; return s, ok }
func (sheetVault) Set(context.Context, map[string]engine.Secret) error {
	return errors.New("this vault keeps nothing")
}

// sheetName is the file that letter.WriteSheet writes.
const sheetName = "first-passwords-print.html"

// writeFirsts writes first passwords as a sheet for paper, for its owner only.
func writeFirsts(ctx context.Context, l loaded, firsts []firstPassword, dir string, now time.Time) (filesWritten, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return filesWritten{}, err
	}
	if _, err := os.Lstat(filepath.Join(dir, sheetName)); err == nil {
		return filesWritten{}, &engine.Fault{Code: engine.CodeRefused, Who: "you", What: "That folder holds a sheet of passwords already.", Do: "Choose another folder: nothing is written over."}
	}
	vault := sheetVault{}
	var users []engine.User
	for i, f := range firsts {
		if f.user.ID == 0 {
			f.user.ID = -int64(i + 1) // nobody of the project
		}
		vault[engine.SecretName(engine.SideDestination, f.user.ID)] = f.password
		users = append(users, f.user)
	}
	facts, err := agenda.Letters(ctx, l.file, users, time.Now())
	if err != nil {
		return filesWritten{}, err
	}
	maker, err := letter.NewMaker(facts)
	if err != nil {
		return filesWritten{}, err
	}
	html, _, err := maker.PasswordSheet(vault, users)
	if err != nil {
		return filesWritten{}, err
	}
	file, err := letter.WriteSheet(dir, html)
	if err != nil {
		return filesWritten{}, err
	}
	out := filesWritten{dir: dir, kind: passwordSheet, show: filepath.Join(dir, file)}
	out.post, err = noteWritten(ctx, l.file, firstsDoc, written{At: now, Dir: dir, Files: []string{file}})
	return out, err
}
