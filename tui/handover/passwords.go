package handover

import (
	"encoding/csv"
	"errors"
	"os"
	"strings"

	"mxodus/engine"
)

// PasswordFile is a new file (CSV) of first passwords, which its owner alone may
// read. Passwords stand nowhere else.
type PasswordFile struct {
	file *os.File
	told int
}

// NewPasswordFile makes the file; one that exists is an error.
func NewPasswordFile(path string) (*PasswordFile, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	p := &PasswordFile{file: f}
	if err := p.row("EmailAddress", "DisplayName", "Password"); err != nil {
		p.Discard()
		return nil, err
	}
	return p, nil
}

// Path is where the file stands.
func (p *PasswordFile) Path() string { return p.file.Name() }

// Empty says that it holds no password.
func (p *PasswordFile) Empty() bool { return p.told == 0 }

// Add writes one password, and is sure of it when it returns. Its error is a
// *engine.Fault that says how the user gets another.
func (p *PasswordFile) Add(t engine.TenantUser, s engine.Secret) error {
	p.told++
	if err := p.row(t.Address, t.DisplayName, s.Reveal()); err != nil {
		return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeInternal, Who: "you", Err: err,
			What: "The user " + t.Address + " was made, but the first password couldn't be written into the file.",
			Do:   "Make room, give the user another password in the Microsoft 365 admin center (Users, Reset password), then run again with another file."}
	}
	return nil
}

func (p *PasswordFile) row(cells ...string) error {
	for i, c := range cells {
		if c != "" && strings.ContainsRune("=+-@", rune(c[0])) {
			cells[i] = "'" + c // no formula for a spreadsheet
		}
	}
	w := csv.NewWriter(p.file)
	if err := w.Write(cells); err != nil {
		return err
	}
	w.Flush()
	return errors.Join(w.Error(), p.file.Sync())
}

// Discard takes the file away.
func (p *PasswordFile) Discard() {
	_ = p.file.Close()
	_ = os.Remove(p.file.Name())
}

// Close ends the file; one that holds no password is taken away.
func (p *PasswordFile) Close() error {
	if p.Empty() {
		p.Discard()
		return nil
	}
	return p.file.Close()
}
