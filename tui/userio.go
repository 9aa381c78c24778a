package tui

import (
	"context"
	"fmt"
	"io"
	"os"

	"mxodus/engine"
)

// Like io.go: these may wait, and run in commands only.

// usersSaved is the project after a change to its users.
type usersSaved struct {
	loaded
	note     string
	password int64 // the user whose passwords alone changed; 0: more did
}

// imported is a file of users; errs is why it is none.
type imported struct {
	table *engine.UserTable
	errs  []engine.RowError
}

func reload(ctx context.Context, l loaded, note string) (usersSaved, error) {
	l, err := load(ctx, l.file, l.vault)
	return usersSaved{loaded: l, note: note}, err
}

// addUsers takes new users in.
func addUsers(ctx context.Context, l loaded, rows []engine.UserRow, note string) (usersSaved, error) {
	if _, err := engine.AddUsers(ctx, l.file, l.vault, rows); err != nil {
		return usersSaved{}, err
	}
	return reload(ctx, l, note)
}

// changeUser writes one user back, with the passwords.
func changeUser(ctx context.Context, l loaded, row engine.UserRow, note string, same bool) (usersSaved, error) {
	if _, err := l.file.SaveUsers(ctx, []engine.User{row.User}); err != nil {
		return usersSaved{}, err
	}
	secrets := map[string]engine.Secret{
		engine.SecretName(engine.SideSource, row.User.ID):      row.SourcePassword,
		engine.SecretName(engine.SideDestination, row.User.ID): row.DestinationPassword,
	}
	if err := l.vault.Set(ctx, secrets); err != nil {
		return usersSaved{}, fmt.Errorf("keep the passwords: %w", err)
	}
	if _, err := engine.ForgetTested(ctx, l.file, row.User.ID); err != nil {
		return usersSaved{}, err
	}
	saved, err := reload(ctx, l, note)
	if same {
		saved.password = row.User.ID
	}
	return saved, err
}

// saveUsers writes users back without touching passwords.
func saveUsers(ctx context.Context, l loaded, users []engine.User, note string) (usersSaved, error) {
	if _, err := l.file.SaveUsers(ctx, users); err != nil {
		return usersSaved{}, err
	}
	ids := make([]int64, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	if _, err := engine.ForgetTested(ctx, l.file, ids...); err != nil {
		return usersSaved{}, err
	}
	return reload(ctx, l, note)
}

// deleteUsers forgets users and their passwords.
func deleteUsers(ctx context.Context, l loaded, ids []int64, note string) (usersSaved, error) {
	secrets := map[string]engine.Secret{}
	for _, id := range ids {
		if err := l.file.RemoveUser(ctx, id); err != nil {
			return usersSaved{}, err
		}
		secrets[engine.SecretName(engine.SideSource, id)] = ""
		secrets[engine.SecretName(engine.SideDestination, id)] = ""
	}
	if err := l.vault.Set(ctx, secrets); err != nil {
		return usersSaved{}, fmt.Errorf("forget the passwords: %w", err)
	}
	return reload(ctx, l, note)
}

// mostImported is more than any list of users, and less than what somebody
// could give by mistake.
const mostImported = 8 << 20

// readUsersFile reads rows from a file.
func readUsersFile(path string) (imported, error) {
	f, err := os.Open(path)
	if err != nil {
		return imported{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostImported))
	if err != nil {
		return imported{}, err
	}
	table, errs := engine.OpenUserTable(text)
	return imported{table, errs}, nil
}
