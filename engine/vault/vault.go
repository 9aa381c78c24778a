package vault

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"

	"filippo.io/age"
	"golang.org/x/text/unicode/norm"

	"mxodus/engine"
)

// Vault holds a project's secrets, unlocked. Its methods may be called from any
// goroutine.
type Vault struct {
	file engine.ProjectFile
	work int // scrypt's work factor, log2 of N

	write   sync.Mutex // one change at a time, from reading the file to writing it
	mu      sync.Mutex // guards what follows; only who holds write changes it
	key     *age.X25519Identity
	sealed  []byte // the key as sealed by the passphrase
	secrets map[string]engine.Secret
}

var _ engine.Vault = (*Vault)(nil)

// workFactor is log2 of scrypt's N.
const workFactor = 15

// Unlock opens a project's vault with its passphrase, or makes one when the
// project has none. A wrong passphrase is engine.ErrPassphrase; a damaged blob
// is an *engine.Fault. It computes for a third of a second and takes 64 MiB
// meanwhile.
func Unlock(ctx context.Context, f engine.ProjectFile, passphrase engine.Secret) (engine.Vault, error) {
	v, err := unlock(ctx, f, passphrase, workFactor)
	if err != nil {
		return nil, err
	}
	return v, nil
}

func unlock(ctx context.Context, f engine.ProjectFile, passphrase engine.Secret, work int) (*Vault, error) {
	blob, err := f.Sealed(ctx)
	if err != nil {
		return nil, err
	}
	v := &Vault{file: f, work: work, secrets: map[string]engine.Secret{}}
	if blob == nil {
		return v, v.ChangePassphrase(ctx, passphrase)
	}
	e, err := parse(blob)
	if err != nil {
		return nil, err
	}
	if v.key, err = e.openKey(normal(passphrase)); err != nil {
		return nil, err
	}
	v.sealed = e.Key
	v.secrets, err = e.openMap(v.key)
	return v, err
}

// normal is the passphrase in the form that every keyboard's spelling of an
// accented letter comes to (Unicode NFC).
func normal(passphrase engine.Secret) string { return norm.NFC.String(passphrase.Reveal()) }

// Get returns the secret of that name, or false.
func (v *Vault) Get(name string) (engine.Secret, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s, ok := v.secrets[name]
	return s, ok
}

// Set stores secrets (an empty one is removed) and seals the vault again. What
// another process has stored meanwhile is kept. On an error nothing changed.
func (v *Vault) Set(ctx context.Context, secrets map[string]engine.Secret) error {
	v.write.Lock()
	defer v.write.Unlock()
	now, err := v.reload(ctx)
	if err != nil {
		return err
	}
	for name, s := range secrets {
		if s == "" {
			delete(now, name)
		} else {
			now[name] = s
		}
	}
	return v.save(ctx, v.key, v.sealed, now)
}

// reload reads the secrets as they stand in the file.
func (v *Vault) reload(ctx context.Context) (map[string]engine.Secret, error) {
	blob, err := v.file.Sealed(ctx)
	if err != nil {
		return nil, err
	}
	if blob == nil { // somebody removed it; we still know
		return maps.Clone(v.secrets), nil
	}
	e, err := parse(blob)
	if err != nil {
		return nil, err
	}
	if string(e.Key) != string(v.sealed) {
		return nil, changedElsewhere()
	}
	return e.openMap(v.key)
}

// save seals and stores, and only then believes.
func (v *Vault) save(ctx context.Context, key *age.X25519Identity, sealedKey []byte, secrets map[string]engine.Secret) error {
	blob, err := seal(key, sealedKey, secrets)
	if err != nil {
		return err
	}
	if err := v.file.SaveSealed(ctx, blob); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.key, v.sealed, v.secrets = key, sealedKey, secrets
	return nil
}

// ChangePassphrase seals the vault with a new passphrase and a new key. Other
// processes that have it unlocked can't change it from then on.
func (v *Vault) ChangePassphrase(ctx context.Context, passphrase engine.Secret) error {
	v.write.Lock()
	defer v.write.Unlock()
	if passphrase == "" {
		return noPassphrase()
	}
	secrets := maps.Clone(v.secrets)
	if v.key != nil {
		var err error
		if secrets, err = v.reload(ctx); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return fmt.Errorf("make the vault's key: %w", err)
	}
	sealedKey, err := sealKey(key, normal(passphrase), v.work)
	if err != nil {
		return err
	}
	return v.save(ctx, key, sealedKey, secrets)
}

// Format hides the secrets and the key from every verb.
func (v *Vault) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte("vault")) }

// MarshalText hides them from encoders.
func (v *Vault) MarshalText() ([]byte, error) { return []byte("vault"), nil }

func noPassphrase() error {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: "you",
		What: "The passphrase of the vault is empty.", Do: "Choose a passphrase: a few words that you can remember."}
}

func changedElsewhere() error {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: "you",
		What: "Another mxodus has changed the passphrase of this project's vault.", Do: "Open the project again with the new passphrase."}
}

var errDamaged = errors.New("the vault's blob is damaged")

func damaged(err error) error {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: "you", Err: errors.Join(errDamaged, err),
		What: "The stored passwords of this project are damaged: no passphrase opens them.",
		Do:   "Go on from a copy or a backup of the project file, or make a new project and enter the passwords again."}
}
