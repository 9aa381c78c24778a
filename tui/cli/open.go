package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"mxodus/engine"
)

// opened is a project that a command works on.
type opened struct {
	name    string // as the administrator wrote it, quoted to be written again
	path    string // the same, not quoted
	file    engine.ProjectFile
	project engine.Project
	users   []engine.User
	vault   engine.Vault
	dialer  engine.Dialer
}

// open opens a project's file for reading its settings; its vault stays shut.
func (a *app) open(ctx context.Context, path string) (*opened, error) {
	f, err := a.Adapters.Open(ctx, path)
	if err != nil {
		return nil, openFault(path, err)
	}
	a.onClose(func() { _ = f.Close() })
	o := &opened{name: asWritten(path), path: path, file: f}
	a.ours = o.name
	if o.project, err = f.Project(ctx); err != nil {
		return nil, err
	}
	o.users, err = f.Users(ctx)
	return o, err
}

// openFault keeps a fault of the adapter's and puts the rest into words.
func openFault(path string, err error) error {
	var f *engine.Fault
	if errors.As(err, &f) {
		return err
	}
	var at *fs.PathError
	if !errors.As(err, &at) {
		err = &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return fileFault("The project can't be opened", err)
}

// openLive opens a project with its vault and a dialer: ready to connect.
func (a *app) openLive(ctx context.Context, path string) (*opened, error) {
	o, err := a.open(ctx, path)
	if err != nil {
		return nil, err
	}
	if o.vault, err = a.unlock(ctx, o.file); err != nil {
		return nil, err
	}
	o.dialer = a.Adapters.Dial(o.project, o.vault, a.dialOptions())
	return o, nil
}

// choose returns the users to work on: those named, or all but those left out.
func (o *opened) choose(only []string) ([]engine.User, error) {
	if len(only) == 0 {
		return o.taken()
	}
	var out []engine.User
	var unknown []string
	for _, name := range only {
		u, ok := o.find(name)
		if !ok {
			unknown = append(unknown, engine.Clean(name, 100)+" is not in the project.")
			continue
		}
		u.LeftOut = false
		out = append(out, u)
	}
	if len(unknown) > 0 {
		return nil, &usageError{what: "Some users are not known.", lines: unknown, do: "See: mxodus users " + o.name}
	}
	return out, nil
}

func (o *opened) taken() ([]engine.User, error) {
	var out []engine.User
	for _, u := range o.users {
		if !u.LeftOut {
			out = append(out, u)
		}
	}
	if len(out) == 0 {
		return nil, usage(fmt.Sprintf("Add some: mxodus users %s --import users.csv", o.name), "The project has no users to move.")
	}
	return out, nil
}

// find knows a user by address or by the name at the source.
func (o *opened) find(name string) (engine.User, bool) {
	name = strings.TrimSpace(name)
	for _, u := range o.users {
		if strings.EqualFold(u.Address, name) {
			return u, true
		}
	}
	for _, u := range o.users {
		if u.UserRoot == "" && u.SourceLogin == name {
			return u, true
		}
	}
	return engine.User{}, false
}

// asWritten is a path as it is written in a command.
func asWritten(path string) string {
	return engine.Argument(path)
}
