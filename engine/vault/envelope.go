package vault

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"filippo.io/age"

	"mxodus/engine"
)

// envelope is the blob, as JSON. []byte is base64 there.
type envelope struct {
	Version int    `json:"version"`
	Key     []byte `json:"key"` // age file, scrypt: the identity as text
	Map     []byte `json:"map"` // age file, X25519: secrets by name as JSON
	Sum     []byte `json:"sum"` // SHA-256 of Key and Map
}

const version = 1

func (e *envelope) sum() []byte {
	h := sha256.New()
	_ = json.NewEncoder(h).Encode([][]byte{e.Key, e.Map})
	return h.Sum(nil)
}

// parse reads a blob and says whether it is whole.
func parse(blob []byte) (*envelope, error) {
	var e envelope
	if err := json.Unmarshal(blob, &e); err != nil {
		return nil, damaged(errors.New("no JSON"))
	}
	if e.Version > version {
		return nil, &engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: "you",
			What: "The vault of this project was made by a newer mxodus.", Do: "Update mxodus on this computer, then open it again."}
	}
	if !bytes.Equal(e.Sum, e.sum()) {
		return nil, damaged(errors.New("its checksum is wrong"))
	}
	return &e, nil
}

// seal makes a blob.
func seal(key *age.X25519Identity, sealedKey []byte, secrets map[string]engine.Secret) ([]byte, error) {
	// An engine.Secret would encode as stars, and a string that is no UTF-8
	// (a password in Latin-1) would change.
	clear := make(map[string][]byte, len(secrets))
	for name, s := range secrets {
		clear[name] = []byte(s.Reveal())
	}
	plain, err := json.Marshal(clear)
	if err != nil {
		return nil, fmt.Errorf("seal the vault: %w", err)
	}
	sealed, err := encrypt(plain, key.Recipient())
	if err != nil {
		return nil, err
	}
	e := envelope{Version: version, Key: sealedKey, Map: sealed}
	e.Sum = e.sum()
	return json.Marshal(e)
}

func sealKey(key *age.X25519Identity, passphrase string, work int) ([]byte, error) {
	r, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, noPassphrase()
	}
	r.SetWorkFactor(work)
	defer debug.FreeOSMemory() // scrypt's table: the run has better uses for it
	return encrypt([]byte(key.String()), r)
}

// openKey is the only place where a passphrase is tried.
func (e *envelope) openKey(passphrase string) (*age.X25519Identity, error) {
	if passphrase == "" {
		return nil, engine.ErrPassphrase
	}
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, engine.ErrPassphrase
	}
	// A blob that somebody changed must not make us compute for hours.
	id.SetMaxWorkFactor(workFactor + 4)
	defer debug.FreeOSMemory()
	text, err := decrypt(e.Key, id)
	if _, wrong := errors.AsType[*age.NoIdentityMatchError](err); wrong {
		return nil, engine.ErrPassphrase
	}
	if err != nil {
		return nil, damaged(err)
	}
	key, err := age.ParseX25519Identity(string(text))
	if err != nil {
		// The error may quote the key.
		return nil, damaged(errors.New("its key can't be read"))
	}
	return key, nil
}

func (e *envelope) openMap(key *age.X25519Identity) (map[string]engine.Secret, error) {
	plain, err := decrypt(e.Map, key)
	if err != nil {
		return nil, damaged(err)
	}
	secrets := map[string]engine.Secret{}
	clear := map[string][]byte{}
	if err := json.Unmarshal(plain, &clear); err != nil {
		// The error may quote a secret.
		return nil, damaged(errors.New("its map can't be read"))
	}
	for name, s := range clear {
		secrets[name] = engine.Secret(s)
	}
	return secrets, nil
}

func encrypt(plain []byte, to age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err == nil {
		if _, err = w.Write(plain); err == nil {
			err = w.Close()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("seal the vault: %w", err)
	}
	return out.Bytes(), nil
}

func decrypt(sealed []byte, with age.Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), with)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
