package cli_test

import (
	"context"

	"mxodus/engine"
	"mxodus/engine/imapconn"
	"mxodus/engine/journal"
	"mxodus/engine/lab"
	"mxodus/engine/vault"
)

// adapters are the real ones, wired as main wires them, but without the
// system's keyring.
func adapters() engine.Adapters {
	return engine.Adapters{
		Create: func(ctx context.Context, path string, p engine.Project) (engine.ProjectFile, error) {
			return journal.Create(ctx, path, p)
		},
		Open: func(ctx context.Context, path string) (engine.ProjectFile, error) { return journal.Open(ctx, path) },
		Dial: func(p engine.Project, v engine.Vault, o engine.DialOptions) engine.Dialer {
			return imapconn.NewDialer(p, v, o)
		},
		Check:    imapconn.Check,
		Practice: lab.Start,
		Unlock:   vault.Unlock,
	}
}
