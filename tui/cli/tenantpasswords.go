package cli

import (
	"encoding/csv"
	"errors"
	"os"
	"strings"

	"mxodus/engine"
)

// passwordKeeper tells first passwords once: into a new file that nobody else
// may read, or on the terminal.
type passwordKeeper struct {
	a    *app
	file *os.File // nil: the terminal
	told int
}

// passwordKeeper makes sure, before anybody is made, that passwords can be told.
func (a *app) passwordKeeper(p engine.StaffPlan, path string) (*passwordKeeper, error) {
	k := &passwordKeeper{a: a}
	makes := false
	for _, s := range p.Steps {
		makes = makes || s.New.Address != ""
	}
	switch {
	case !makes:
		return k, nil
	case path == "" && (!a.term.out || a.opts.json):
		return nil, usage("Write --passwords FILE.", "First passwords are shown to people only, on a terminal.")
	case path == "":
		return k, nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fileFault("The file for the first passwords can't be made", err)
	}
	k.file = f
	if err := k.row("EmailAddress", "DisplayName", "Password"); err != nil {
		k.discard()
		return nil, fileFault("The file for the first passwords can't be written", err)
	}
	return k, nil
}

// tell tells one, and is sure of it before the next user is made.
func (k *passwordKeeper) tell(t engine.TenantUser, p engine.Secret) error {
	k.told++
	if k.file == nil {
		k.a.printf("  First password of %s:  %s\n", t.Address, p.Reveal())
		return nil
	}
	if err := k.row(t.Address, t.DisplayName, p.Reveal()); err != nil {
		return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeInternal, Who: "you", Err: err,
			What: "The user " + t.Address + " was made, but the first password couldn't be written into the file.",
			Do:   "Make room, give the user another password in the Microsoft 365 admin center (Users, Reset password), then run again with another file."}
	}
	return nil
}

func (k *passwordKeeper) row(cells ...string) error {
	for i, c := range cells {
		if c != "" && strings.ContainsRune("=+-@", rune(c[0])) {
			cells[i] = "'" + c // no formula for a spreadsheet
		}
	}
	w := csv.NewWriter(k.file)
	if err := w.Write(cells); err != nil {
		return err
	}
	w.Flush()
	return errors.Join(w.Error(), k.file.Sync())
}

// discard takes a file away that holds no password.
func (k *passwordKeeper) discard() {
	if k.file != nil {
		_ = k.file.Close()
		_ = os.Remove(k.file.Name())
		k.file = nil
	}
}

// close ends the file, and says what is to be done with it.
func (k *passwordKeeper) close() error {
	switch {
	case k.told == 0:
		k.discard()
		return nil
	case k.file == nil:
		k.a.notef("  These passwords are shown once and kept nowhere. Each must be changed at the\n  first sign-in.\n")
		return nil
	}
	name := k.file.Name()
	k.a.notef("The first passwords are in %s, which only you may read. Hand them out one\nby one, then delete it. Each must be changed at the first sign-in.\n", asWritten(name))
	if err := k.file.Close(); err != nil {
		return fileFault("The file with the first passwords can't be written", err)
	}
	return nil
}
