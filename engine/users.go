package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// UserRow is a user as typed, pasted or imported, with passwords.
type UserRow struct {
	Line int // in the file, from 1; 0 when typed
	User User
	// The user's own passwords; empty with an administrator's log-in.
	SourcePassword, DestinationPassword Secret
}

// RowError is what is wrong with one cell of a users' file.
type RowError struct {
	Line   int    // from 1, the header's line included; 0: the whole file
	Column string // header of the column; empty: the whole row
	What   string // never holds anything from the file: it might be a password
	Do     string
}

func (e RowError) Error() string {
	s := e.What
	if e.Column != "" {
		s = e.Column + ": " + s
	}
	if e.Line > 0 {
		s = fmt.Sprintf("line %d: %s", e.Line, s)
	}
	return s
}

const (
	maxUsersBytes = 10 << 20
	maxUsersRows  = 50_000
	maxCell       = 1000 // bytes
)

// ReadUsers reads a users' file: comma, semicolon or tab between columns, UTF-8
// or UTF-16, with a first line that names the columns (EmailAddress, UserName,
// Password, UserRoot, DestinationUserName, DestinationPassword, DisplayName; any
// order, any case; only EmailAddress is needed, and UserName is the address
// where that column is missing). rows are those without an error; errs is
// everything that is wrong, by line.
func ReadUsers(r io.Reader) (rows []UserRow, errs []RowError) {
	raw, err := io.ReadAll(io.LimitReader(r, maxUsersBytes+1))
	if err != nil {
		return nil, []RowError{{What: "the file can't be read to its end", Do: "Open and save it again, or copy it to this computer."}}
	}
	return readUsers(raw, false)
}

// PasteUsers reads pasted text in the same way. The line that names the columns
// may be missing: then they are address, log-in and password, as far as there
// are any.
func PasteUsers(text string) (rows []UserRow, errs []RowError) {
	if len(text) > maxUsersBytes {
		text = text[:maxUsersBytes+1]
	}
	return readUsers([]byte(text), true)
}

// AddUsers stores users, then their passwords. A user who is there already, with
// the same address and log-in, is brought up to date. On an error about the
// passwords the users are stored and returned all the same.
func AddUsers(ctx context.Context, f ProjectFile, v Vault, rows []UserRow) ([]User, error) {
	old, err := f.Users(ctx)
	if err != nil {
		return nil, fmt.Errorf("read users: %w", err)
	}
	byAddress := make(map[string]User, len(old))
	for _, u := range old {
		byAddress[strings.ToLower(u.Address)] = u
	}
	users := make([]User, len(rows))
	for i, r := range rows {
		users[i] = r.User
		was, ok := byAddress[strings.ToLower(r.User.Address)]
		if ok && users[i].ID == 0 && was.SourceLogin == r.User.SourceLogin && was.UserRoot == r.User.UserRoot {
			users[i].ID, users[i].LeftOut, users[i].Language, users[i].Shared = was.ID, was.LeftOut, was.Language, was.Shared
		}
	}
	if users, err = f.SaveUsers(ctx, users); err != nil {
		return nil, fmt.Errorf("store users: %w", err)
	}
	secrets := map[string]Secret{}
	for i, r := range rows {
		for side, s := range map[Side]Secret{SideSource: r.SourcePassword, SideDestination: r.DestinationPassword} {
			if s != "" {
				secrets[SecretName(side, users[i].ID)] = s
			}
		}
	}
	if len(secrets) == 0 {
		return users, nil
	}
	if v == nil {
		return users, errors.New("the vault is locked: the passwords were not stored")
	}
	if err := v.Set(ctx, secrets); err != nil {
		return users, fmt.Errorf("store passwords: %w", err)
	}
	return users, nil
}
