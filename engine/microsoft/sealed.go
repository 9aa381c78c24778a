package microsoft

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/cache"

	"mxodus/engine"
)

// sealed keeps a person's tokens in the vault (cache.ExportReplace).
type sealed struct {
	vault engine.Vault
	name  string
	// fresh leaves out the access tokens, so that the refresh token is used.
	fresh bool
}

func (s *sealed) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "microsoft.sealed") }

// Replace gives the library what is kept.
func (s *sealed) Replace(ctx context.Context, c cache.Unmarshaler, _ cache.ReplaceHints) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	kept, ok := s.vault.Get(s.name)
	if !ok || kept == "" {
		return nil
	}
	b := []byte(kept.Reveal())
	if s.fresh {
		b = withoutAccess(b)
	}
	if c.Unmarshal(b) != nil { // its error may quote a token
		return errUnreadable
	}
	return nil
}

// Export keeps what the library knows. The vault skips nothing: what is the same
// as before is not written again.
func (s *sealed) Export(ctx context.Context, c cache.Marshaler, _ cache.ExportHints) error {
	b, err := c.Marshal()
	if err != nil {
		return errUnreadable
	}
	if kept, _ := s.vault.Get(s.name); kept.Reveal() == string(b) {
		return nil
	}
	return s.vault.Set(ctx, map[string]engine.Secret{s.name: engine.Secret(b)})
}

// withoutAccess takes the access tokens out of the library's cache; its form is
// the one that all libraries of Microsoft's share. One that looks otherwise stays
// as it is.
func withoutAccess(b []byte) []byte {
	var parts map[string]json.RawMessage
	if json.Unmarshal(b, &parts) != nil {
		return b
	}
	delete(parts, "AccessToken")
	out, err := json.Marshal(parts)
	if err != nil {
		return b
	}
	return out
}
