package tui

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"mxodus/engine"
	"mxodus/engine/preset"
	"mxodus/engine/say"
	"mxodus/tui/agenda"
)

// Everything in this file may wait: it runs in commands only, with the
// command's context, and touches nothing that Update touches.

// loaded is an open project as read from its file. Without a vault it is still
// locked.
type loaded struct {
	reading int64 // which reading it is, in the order of their beginnings
	file    engine.ProjectFile
	vault   engine.Vault
	project engine.Project
	people  []person
	admins  map[engine.Side]engine.Secret
	runs    []engine.Run
	names   names
	post    postbox
	holder  *engine.LockedError // another process that runs the project; nil: none
	facts   engine.ScheduleFacts
	kept    engine.Tested       // what the last test said
	manages bool                // the set-up of Microsoft 365 is also for making users
	place   string              // the step that was last on screen
	stand   *engine.BatchStatus // how the last run stands; nil: there was none, or another process runs
	pass    passed              // how the passphrase was come by
}

// passed is what there is to say of a passphrase.
type passed struct {
	refused   bool // the one that was given beforehand opens nothing
	noKeyring bool // this system has none, or it took nothing
	unkept    bool // it was to be remembered, and wasn't
}

// openProject opens a file and unlocks it with the passphrase that was given, if
// one was, or with the system's keyring, if that knows it.
func openProject(ctx context.Context, a engine.Adapters, path string, given engine.Secret) (loaded, error) {
	f, err := a.Open(ctx, path)
	if err != nil {
		return loaded{}, err
	}
	l := loaded{file: f}
	l.vault, l.pass = unlockUnasked(ctx, a, f, given)
	if l.vault == nil {
		if l.project, err = f.Project(ctx); err == nil {
			l.holder, err = holderOf(ctx, f)
		}
	} else {
		l, err = begin(ctx, f, l.vault)
	}
	if err != nil {
		_ = f.Close()
		return loaded{}, err
	}
	return l, nil
}

// unlockUnasked opens the vault with what is at hand; nil: somebody has to be asked.
func unlockUnasked(ctx context.Context, a engine.Adapters, f engine.ProjectFile, given engine.Secret) (engine.Vault, passed) {
	var p passed
	if given != "" {
		if v, err := a.Unlock(ctx, f, given); err == nil {
			return v, p
		}
		p.refused = true
	}
	secret, err := a.KeyringGet(f.Path())
	if p.noKeyring = errors.Is(err, engine.ErrNoKeyring); err != nil {
		return nil, p
	}
	v, err := a.Unlock(ctx, f, secret)
	if err != nil {
		return nil, p
	}
	return v, passed{}
}

// unlockProject opens the vault with a passphrase.
func unlockProject(ctx context.Context, a engine.Adapters, f engine.ProjectFile, secret engine.Secret, remember bool) (loaded, error) {
	v, err := a.Unlock(ctx, f, secret)
	if err != nil {
		return loaded{}, err
	}
	unkept := remember && a.KeyringSet(f.Path(), secret) != nil // there may be no keyring
	l, err := begin(ctx, f, v)
	l.pass = passed{unkept: unkept, noKeyring: unkept}
	return l, err
}

// createProject makes a project file and its vault. It leaves no half-made file.
func createProject(ctx context.Context, a engine.Adapters, path string, p engine.Project, secret engine.Secret, remember bool) (loaded, error) {
	f, err := a.Create(ctx, path, p)
	if err != nil {
		return loaded{}, err
	}
	l, err := unlockProject(ctx, a, f, secret, remember)
	if err != nil {
		_ = f.Close()
		_ = os.Remove(path)
		return loaded{}, err
	}
	return l, nil
}

// practiceProject makes the project of the practice company.
func practiceProject(ctx context.Context, a engine.Adapters, o Options) (loaded, error) {
	l, err := createProject(ctx, a, o.PracticePath, o.Practice.Project, o.Passphrase, false)
	if err != nil {
		return loaded{}, err
	}
	if _, err := engine.AddUsers(ctx, l.file, l.vault, o.Practice.Users); err != nil {
		_ = l.file.Close()
		return loaded{}, err
	}
	return load(ctx, l.file, l.vault)
}

// readings counts what load began.
var readings atomic.Int64

// load reads what the steps need to know.
func load(ctx context.Context, f engine.ProjectFile, v engine.Vault) (loaded, error) {
	l := loaded{reading: readings.Add(1), file: f, vault: v, admins: map[engine.Side]engine.Secret{}}
	for _, side := range []engine.Side{engine.SideSource, engine.SideDestination} {
		l.admins[side], _ = v.Get(engine.AdminSecretName(side))
	}
	var err error
	if l.project, err = f.Project(ctx); err != nil {
		return loaded{}, err
	}
	users, err := f.Users(ctx)
	if err != nil {
		return loaded{}, err
	}
	for _, u := range users {
		p := person{User: u}
		p.source, _ = v.Get(engine.SecretName(engine.SideSource, u.ID))
		p.destination, _ = v.Get(engine.SecretName(engine.SideDestination, u.ID))
		l.people = append(l.people, p)
	}
	if l.runs, err = f.Runs(ctx); err != nil {
		return loaded{}, err
	}
	if l.names, err = readNames(ctx, f); err != nil {
		return loaded{}, err
	}
	if l.post, err = readPost(ctx, f); err != nil {
		return loaded{}, err
	}
	if l.facts, err = agenda.Read(ctx, f, time.Now()); err != nil {
		return loaded{}, err
	}
	if l.kept, err = engine.ReadTested(ctx, f); err != nil {
		return loaded{}, err
	}
	if l.manages, err = engine.ManagesUsers(ctx, f); err != nil {
		return loaded{}, err
	}
	if l.place, err = readPlace(ctx, f); err != nil {
		return loaded{}, err
	}
	if l.holder, err = holderOf(ctx, f); err != nil || l.holder != nil {
		return l, err
	}
	l.stand, err = engine.Standing(ctx, f, false)
	return l, err
}

// begin is load for a project that is being opened: that the last run was killed, if it
// was, gets into the history first, so that the log of this sitting has it.
func begin(ctx context.Context, f engine.ProjectFile, v engine.Vault) (loaded, error) {
	if holder, err := holderOf(ctx, f); err == nil && holder == nil {
		_ = engine.NoteInterrupted(ctx, f) // else the next run writes it
	}
	return load(ctx, f, v)
}

// holderOf is who else runs the project.
func holderOf(ctx context.Context, f engine.ProjectFile) (*engine.LockedError, error) {
	h, ok := f.(engine.Holder)
	if !ok {
		return nil, nil
	}
	holder, err := h.Holder(ctx)
	if here, _ := os.Hostname(); holder != nil && holder.PID == os.Getpid() && holder.Host == engine.Clean(here, 100) {
		holder = nil
	}
	return holder, err
}

// projectsHere lists project files in the current directory.
func projectsHere() ([]string, error) {
	found, err := filepath.Glob("*.mxodus")
	slices.Sort(found)
	return found, err
}

// saveProject writes the decisions back.
func saveProject(ctx context.Context, l loaded, p engine.Project) (loaded, error) {
	if err := l.file.SaveProject(ctx, p); err != nil {
		return loaded{}, err
	}
	return load(ctx, l.file, l.vault)
}

// saveEndpoint writes one side of the project, and its administrator's password.
func saveEndpoint(ctx context.Context, l loaded, side engine.Side, e engine.Endpoint, admin engine.Secret) (loaded, error) {
	p, err := l.file.Project(ctx)
	if err != nil {
		return loaded{}, err
	}
	if side == engine.SideSource {
		p.Source = e
		if known, ok := preset.ByName(e.Preset); ok {
			p.Limits = known.Apply(p.Limits)
		}
	} else {
		p.Destination = e
	}
	if e.Admin == "" {
		admin = ""
	}
	if err := l.vault.Set(ctx, map[string]engine.Secret{engine.AdminSecretName(side): admin}); err != nil {
		return loaded{}, fmt.Errorf("keep the administrator's password: %w", err)
	}
	return saveProject(ctx, l, p)
}

// seenServer is what a check of a connection saw, also where it failed.
type seenServer struct {
	endpoint engine.Endpoint
	info     engine.SessionInfo
	fault    *engine.Fault
}

// checkServer connects without signing in.
func checkServer(ctx context.Context, a engine.Adapters, e engine.Endpoint, o engine.DialOptions) (seenServer, error) {
	info, err := a.Check(ctx, e, o)
	if err != nil && ctx.Err() != nil {
		return seenServer{}, ctx.Err()
	}
	s := seenServer{endpoint: e, info: info, fault: engine.AsFault(err)}
	if info.Certificate == "" {
		s.info.Certificate, s.info.CertNames = refusedCertificate(err)
	}
	return s, nil
}

// refusedCertificate is the fingerprint and the names of a certificate that was
// shown but not trusted.
func refusedCertificate(err error) (fingerprint string, names []string) {
	var (
		shown *tls.CertificateVerificationError
		host  x509.HostnameError
		cert  *x509.Certificate
	)
	switch {
	case errors.As(err, &shown) && len(shown.UnverifiedCertificates) > 0:
		cert = shown.UnverifiedCertificates[0]
	case errors.As(err, &host):
		cert = host.Certificate
	}
	if cert == nil {
		return "", nil
	}
	sum := sha256.Sum256(cert.Raw)
	return hex.EncodeToString(sum[:]), cert.DNSNames
}

// faultOf is an error made for people, whatever it was.
func faultOf(err error) *engine.Fault {
	var locked *engine.LockedError
	switch {
	case errors.As(err, &locked):
		return &engine.Fault{What: "Another mxodus is running this project: process " + fmt.Sprint(locked.PID) + " on " + clean(locked.Host) + ", since " + say.Soon(locked.Since) + ".",
			Do: "Let it finish, or stop it, then try again.", Who: "you", Err: err}
	case errors.Is(err, os.ErrNotExist):
		return &engine.Fault{What: "There is no such file.", Do: "Check the path; a typed path may begin with ~ for your home.", Who: "you", Err: err}
	case errors.Is(err, os.ErrPermission):
		return &engine.Fault{What: "The file may not be read or written by you.", Do: "Choose another folder, or change the file's permissions.", Who: "you", Err: err}
	}
	return engine.AsFault(err)
}

// homePath makes ~ the home directory, and takes away the quotes that a
// terminal puts around a dropped file.
func homePath(path string) string {
	if n := len(path); n >= 2 && (path[0] == '\'' || path[0] == '"') && path[n-1] == path[0] {
		path = path[1 : n-1]
	}
	if path == "~" || len(path) > 1 && path[0] == '~' && os.IsPathSeparator(path[1]) {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, path[1:])
		}
	}
	return path
}
