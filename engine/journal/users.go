package journal

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"mxodus/engine"
)

const userColumns = `id, address, display_name, source_login, destination_login, user_root, left_out, language, shared`

const readUsers = `SELECT ` + userColumns + ` FROM user ORDER BY id`

func scanUser(row scanner) (u engine.User, err error) {
	err = row.Scan(&u.ID, &u.Address, &u.DisplayName, &u.SourceLogin, &u.DestinationLogin, &u.UserRoot, &u.LeftOut, &u.Language, &u.Shared)
	return u, err
}

// Users lists all users by ID.
func (f *File) Users(ctx context.Context) (list []engine.User, err error) {
	err = f.each(ctx, func(rows *sql.Rows) error {
		u, err := scanUser(rows)
		list = append(list, u)
		return err
	}, readUsers)
	return list, err
}

// SaveUsers updates users by ID, or inserts those whose ID is 0, all or none,
// and returns them with their IDs. An ID that isn't there is an error; so are
// two users who would have the same address, or the same log-in at the source
// and root there (upper and lower case are the same; what is empty is not
// compared).
func (f *File) SaveUsers(ctx context.Context, users []engine.User) (saved []engine.User, err error) {
	err = f.writer.do(ctx, anybody, len(users), func(t *tx) error {
		saved = slices.Clone(users)
		for i := range saved {
			if err := t.saveUser(&saved[i]); err != nil {
				return err
			}
		}
		all, err := t.users()
		if err != nil {
			return err
		}
		return duplicate(all)
	})
	if err != nil {
		return nil, err
	}
	return saved, nil
}

// saveUser writes one row and fills in its ID.
func (t *tx) saveUser(u *engine.User) error {
	fields := []any{u.Address, u.DisplayName, u.SourceLogin, u.DestinationLogin, u.UserRoot, u.LeftOut, u.Language, u.Shared}
	if u.ID == 0 {
		res, err := t.change(`INSERT INTO user (address, display_name, source_login, destination_login, user_root, left_out, language, shared)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, fields...)
		if err != nil {
			return err
		}
		u.ID, err = res.LastInsertId()
		return err
	}
	res, err := t.change(`UPDATE user SET address = ?, display_name = ?, source_login = ?, destination_login = ?,
		user_root = ?, left_out = ?, language = ?, shared = ? WHERE id = ?`, append(fields, u.ID)...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return newFault(err, "Open the project again: somebody removed that user.", "The user %s is not in the project any more.", engine.Clean(u.Address, 100))
	}
	return nil
}

func (t *tx) users() (list []engine.User, err error) {
	err = t.each(func(rows *sql.Rows) error {
		u, err := scanUser(rows)
		list = append(list, u)
		return err
	}, readUsers)
	return list, err
}

// duplicate is a fault that names two users who can't both be.
func duplicate(users []engine.User) error {
	byAddress, byLogin := map[string]engine.User{}, map[string]engine.User{}
	for _, u := range users {
		address := strings.ToLower(u.Address)
		if other, ok := byAddress[address]; ok && address != "" {
			return newDuplicate(other, u, "address "+u.Address)
		}
		byAddress[address] = u
		login := strings.ToLower(u.SourceLogin) + "\x00" + u.UserRoot
		if other, ok := byLogin[login]; ok && u.SourceLogin != "" {
			return newDuplicate(other, u, "log-in "+u.SourceLogin+" at the old server")
		}
		byLogin[login] = u
	}
	return nil
}

func newDuplicate(a, b engine.User, what string) error {
	return &engine.Fault{Class: engine.StopMailbox, Code: "duplicate-user", Who: "you",
		What: fmt.Sprintf("Two users have the %s: %s and %s.", engine.Clean(what, 150), called(a), called(b)),
		Do:   "Change or remove one of them."}
}

// called is a user's name that tells two of the same address apart.
func called(u engine.User) string {
	name := u.Address
	switch {
	case u.DisplayName != "":
		name = u.DisplayName + " <" + u.Address + ">"
	case u.SourceLogin != "":
		name += " (" + u.SourceLogin + ")"
	}
	return engine.Clean(name, 150)
}

// RemoveUser forgets a user, the journal of that mailbox and its events. It is
// refused while another process runs the project. A user who isn't there is no
// error.
func (f *File) RemoveUser(ctx context.Context, id int64) error {
	return f.writer.do(ctx, runner, maxGroup, func(t *tx) error {
		folders, err := t.folderIDs(id)
		if err != nil {
			return err
		}
		for _, folder := range folders {
			if err := t.dropRecords(folder); err != nil {
				return err
			}
		}
		for _, q := range []string{
			`DELETE FROM folder WHERE user_id = ?`,
			`DELETE FROM event WHERE user_id = ?`,
			`DELETE FROM delivery WHERE user_id = ?`,
			`DELETE FROM user WHERE id = ?`,
		} {
			if err := t.exec(q, id); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) folderIDs(userID int64) (ids []int64, err error) {
	err = t.each(func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT id FROM folder WHERE user_id = ?`, userID)
	return ids, err
}
