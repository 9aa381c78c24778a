package tui

import (
	"context"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/tui/handover"
)

// tenantSaved is a project whose destination is at Microsoft 365.
type tenantSaved struct{ loaded }

// saveTenant completes an endpoint by what its cloud says, and keeps it with its
// secret.
func saveTenant(ctx context.Context, a engine.Adapters, l loaded, e engine.Endpoint, secret engine.Secret) (tenantSaved, error) {
	e, err := a.Cloud(e)
	if err != nil {
		return tenantSaved{}, &engine.Fault{What: "This cloud can't be used: " + engine.Clean(err.Error(), 300) + ".", Do: "Choose another, or mend its file.", Who: "you", Err: err}
	}
	if secret != "" {
		if err := a.CheckApp(secret); err != nil {
			return tenantSaved{}, err
		}
		if err := l.vault.Set(ctx, map[string]engine.Secret{engine.AppSecretName(engine.SideDestination): secret}); err != nil {
			return tenantSaved{}, err
		}
	}
	saved, err := saveEndpoint(ctx, l, engine.SideDestination, e, "")
	return tenantSaved{saved}, err
}

// setup makes the guided set-up of the project as it stands.
func (t *tenant) setup() engine.Setup {
	s, a := &t.session, t.adapters
	r := engine.SetupRequest{Project: s.project, Side: engine.SideDestination, Users: s.chosen(), Vault: s.vault,
		Dialer: a.Dial(s.project, s.vault, t.dialOptions()), File: s.file.Path(), ManageUsers: s.manages}
	if a.Directory != nil {
		if d, err := a.Directory(engine.SideDestination, s.project.Destination, s.vault); err == nil {
			r.Directory = d
		}
	}
	if secret, ok := s.vault.Get(engine.AppSecretName(engine.SideDestination)); ok && a.Certificate != nil {
		r.Certificate, _ = a.Certificate(secret) // a client secret is none
	}
	return a.Setup(r)
}

type setupSteps []engine.SetupStep

// readSteps shows the steps before anybody is asked.
func (t *tenant) readSteps() tea.Cmd {
	setup := t.setup()
	return t.ask("steps", func(context.Context) (any, error) { return setupSteps(setup.Steps()), nil })
}

// setupWatch holds how far a check is.
type setupWatch struct {
	mu     sync.Mutex
	report engine.SetupReport
}

func (w *setupWatch) put(r engine.SetupReport) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.report = r
}

func (w *setupWatch) get() engine.SetupReport {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.report
}

type (
	setupChecked struct{ report engine.SetupReport }
	setupPeek    struct {
		watch  *setupWatch
		report engine.SetupReport
	}
)

// check looks how far each step has taken effect.
func (t *tenant) check() tea.Cmd {
	watch, setup := &setupWatch{}, t.setup()
	t.watch, t.note = watch, ""
	run := t.ask("setup", func(ctx context.Context) (any, error) {
		r, err := setup.Check(ctx, watch.put)
		return setupChecked{r}, err
	})
	return tea.Batch(run, t.peek(watch))
}

const peekEvery = 300 * time.Millisecond

// peek looks at a check under way, after a while.
func (t *tenant) peek(w *setupWatch) tea.Cmd {
	return t.ask("peek", func(ctx context.Context) (any, error) {
		select {
		case <-time.After(peekEvery):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		return setupPeek{w, w.get()}, nil
	})
}

type scriptsWritten struct{ words string }

// writeScripts writes scripts for their owner only.
func writeScripts(dir string, files []engine.SetupFile) (scriptsWritten, error) {
	if err := handover.WriteScripts(dir, files); err != nil {
		return scriptsWritten{}, err
	}
	return scriptsWritten{"Two scripts are in " + clean(dir) + ". Open PowerShell 7 or Windows PowerShell there, and run the first: .\\" + files[0].Name}, nil
}

// signInWatch is a person's sign-in under way.
type signInWatch struct{ page engine.SignInPage }

type (
	pageShown struct{ page engine.SignInPage }
	signedIn  struct{ account string }
)

// signIn has a person sign in. The page is shown as soon as it is known.
func (t *tenant) signIn() tea.Cmd {
	a, e, v := t.adapters, t.endpoint(), t.session.vault
	t.page, t.note = &signInWatch{}, ""
	open := t.browse
	shown := make(chan engine.SignInPage, 1)
	run := t.ask("signin", func(ctx context.Context) (any, error) {
		account, err := a.SignIn(ctx, engine.SideDestination, e, v, func(p engine.SignInPage) error {
			shown <- p
			if p.Code == "" {
				_ = open(p.URL) // the address stands on screen as well
			}
			return nil
		})
		return signedIn{account}, err
	})
	look := t.ask("page", func(ctx context.Context) (any, error) {
		select {
		case p := <-shown:
			return pageShown{p}, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
	return tea.Batch(run, look)
}
