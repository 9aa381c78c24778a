package engine

import (
	"context"
	"io"
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
	Line   int    // from 1, the header's line included
	Column string // header of the column; empty: the whole row
	What   string // never holds a password
	Do     string
}

// ReadUsers reads a users' CSV.
func ReadUsers(r io.Reader) (rows []UserRow, errs []RowError) { return nil, nil }

// AddUsers stores users and their passwords.
func AddUsers(ctx context.Context, f ProjectFile, v Vault, rows []UserRow) ([]User, error) {
	return nil, nil
}
