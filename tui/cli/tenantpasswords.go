package cli

import (
	"mxodus/engine"
	"mxodus/tui/handover"
)

// passwordKeeper tells first passwords once: into a new file that nobody else
// may read, or on the terminal.
type passwordKeeper struct {
	a    *app
	file *handover.PasswordFile // nil: the terminal
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
	var err error
	if k.file, err = handover.NewPasswordFile(path); err != nil {
		return nil, fileFault("The file for the first passwords can't be written", err)
	}
	return k, nil
}

// tell tells one, and is sure of it before the next user is made.
func (k *passwordKeeper) tell(t engine.TenantUser, p engine.Secret) error {
	k.told++
	if k.file != nil {
		return k.file.Add(t, p)
	}
	k.a.printf("  First password of %s:  %s\n", t.Address, p.Reveal())
	return nil
}

// discard takes the file away before anybody was made.
func (k *passwordKeeper) discard() {
	if k.file != nil {
		k.file.Discard()
		k.file = nil
	}
}

// close ends the file, and says what is to be done with the passwords.
func (k *passwordKeeper) close() error {
	if k.file != nil {
		if err := k.file.Close(); err != nil {
			return fileFault("The file with the first passwords can't be written", err)
		}
	}
	switch {
	case k.told == 0:
	case k.file == nil:
		k.a.notef("  These passwords are shown once and kept nowhere. Each must be changed at the\n  first sign-in.\n")
	default:
		k.a.notef("The first passwords are in %s, which only you may read. Hand them out one\nby one, then delete it. Each must be changed at the first sign-in.\n", asWritten(k.file.Path()))
	}
	return nil
}
