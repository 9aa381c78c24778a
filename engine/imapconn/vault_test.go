package imapconn

import (
	"context"

	"mxodus/engine"
)

type memVaultX struct{ memVault }

func (memVaultX) Set(context.Context, map[string]engine.Secret) error { return nil }
