package vault

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"mxodus/engine"
	"mxodus/engine/journal"
)

const (
	quick      = 4 // scrypt's work factor in tests
	passphrase = engine.Secret("canary correct horse")
	canary     = "canary-secret-51f2"
)

func newProject(t *testing.T) *journal.File {
	t.Helper()
	f, err := journal.Create(t.Context(), filepath.Join(t.TempDir(), "acme.mxodus"), engine.Project{})
	must(t, err)
	t.Cleanup(func() { must(t, f.Close()) })
	return f
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func opened(t *testing.T, f engine.ProjectFile, p engine.Secret) *Vault {
	t.Helper()
	v, err := unlock(t.Context(), f, p, quick)
	must(t, err)
	return v
}

func wantSecret(t *testing.T, v engine.Vault, name, want string) {
	t.Helper()
	if got, ok := v.Get(name); got.Reveal() != want || ok != (want != "") {
		t.Errorf("%s is %q (%v), want %q", name, got.Reveal(), ok, want)
	}
}

func TestSecretsSurviveClosing(t *testing.T) {
	f := newProject(t)
	v := opened(t, f, passphrase)
	must(t, v.Set(t.Context(), map[string]engine.Secret{"source/1": canary, "source/2": "ü\x00\xff", "source/3": "x"}))
	must(t, v.Set(t.Context(), map[string]engine.Secret{"source/3": "", "source/1": canary + "!"}))
	for _, v := range []engine.Vault{v, opened(t, f, passphrase)} {
		wantSecret(t, v, "source/1", canary+"!")
		wantSecret(t, v, "source/2", "ü\x00\xff")
		wantSecret(t, v, "source/3", "")
	}
}

func TestWrongPassphrase(t *testing.T) {
	f := newProject(t)
	opened(t, f, passphrase)
	for _, wrong := range []engine.Secret{"", "Canary correct horse", passphrase + " "} {
		if v, err := unlock(t.Context(), f, wrong, quick); v != nil || !errors.Is(err, engine.ErrPassphrase) {
			t.Errorf("%q: %v", wrong.Reveal(), err)
		}
	}
	if _, err := unlock(t.Context(), newProject(t), "", quick); err == nil || errors.Is(err, engine.ErrPassphrase) {
		t.Errorf("a vault without a passphrase: %v", err)
	}
}

func TestPassphraseFromAnyKeyboard(t *testing.T) {
	f := newProject(t)
	opened(t, f, "Stra\u00dfe nach K\u00f6ln")
	opened(t, f, "Stra\u00dfe nach Ko\u0308ln")
}

func TestUnlockIsExported(t *testing.T) {
	f := newProject(t)
	began := time.Now()
	v, err := Unlock(t.Context(), f, passphrase)
	must(t, err)
	took := time.Since(began)
	must(t, v.Set(t.Context(), map[string]engine.Secret{"a": canary}))
	again, err := Unlock(t.Context(), f, passphrase)
	must(t, err)
	wantSecret(t, again, "a", canary)
	blob, err := f.Sealed(t.Context())
	must(t, err)
	e, err := parse(blob)
	must(t, err)
	if !bytes.Contains(e.Key, []byte(fmt.Sprintf(" %d\n", workFactor))) {
		t.Errorf("the key is not sealed with work factor %d:\n%s", workFactor, e.Key[:100])
	}
	t.Logf("making a vault took %v", took)
}

func TestDamagedBlobIsNoWrongPassphrase(t *testing.T) {
	f := newProject(t)
	must(t, opened(t, f, passphrase).Set(t.Context(), map[string]engine.Secret{"a": canary}))
	whole, err := f.Sealed(t.Context())
	must(t, err)
	blobs := map[string][]byte{"empty": {}, "text": []byte("hello"), "cut": whole[:len(whole)-40], "null": []byte("null")}
	for i := 0; i < len(whole); i += 7 {
		changed := bytes.Clone(whole)
		changed[i] ^= 1
		blobs[fmt.Sprint("bit of byte ", i)] = changed
	}
	for name, blob := range blobs {
		must(t, f.SaveSealed(t.Context(), blob))
		v, err := unlock(t.Context(), f, passphrase, quick)
		if err == nil && !bytes.Equal(blob, whole) {
			// A flipped bit may leave the JSON with the same meaning.
			if got, _ := v.Get("a"); got.Reveal() != canary {
				t.Errorf("%s: opened with other secrets", name)
			}
			continue
		}
		if errors.Is(err, engine.ErrPassphrase) || engine.AsFault(err).Code != engine.CodeSecret || engine.AsFault(err).Do == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNewerVaultIsRefused(t *testing.T) {
	f := newProject(t)
	must(t, f.SaveSealed(t.Context(), []byte(`{"version":2}`)))
	if _, err := unlock(t.Context(), f, passphrase, quick); err == nil || !strings.Contains(err.Error(), "newer mxodus") {
		t.Error(err)
	}
}

func TestSetKeepsWhatAnotherProcessStored(t *testing.T) {
	f := newProject(t)
	one, two := opened(t, f, passphrase), opened(t, f, passphrase)
	must(t, one.Set(t.Context(), map[string]engine.Secret{"a": "1"}))
	must(t, two.Set(t.Context(), map[string]engine.Secret{"b": "2"}))
	wantSecret(t, two, "a", "1")
	wantSecret(t, opened(t, f, passphrase), "a", "1")
}

func TestChangedPassphrase(t *testing.T) {
	f := newProject(t)
	v, other := opened(t, f, passphrase), opened(t, f, passphrase)
	must(t, v.Set(t.Context(), map[string]engine.Secret{"a": canary}))
	before, _ := f.Sealed(t.Context())
	must(t, v.ChangePassphrase(t.Context(), "new"))
	wantSecret(t, v, "a", canary)
	wantSecret(t, opened(t, f, "new"), "a", canary)
	if _, err := unlock(t.Context(), f, passphrase, quick); !errors.Is(err, engine.ErrPassphrase) {
		t.Error(err)
	}
	if err := v.ChangePassphrase(t.Context(), ""); err == nil {
		t.Error("an empty passphrase was taken")
	}
	// Who has the old key can neither undo the change nor read on.
	if err := other.Set(t.Context(), map[string]engine.Secret{"b": "2"}); err == nil || !strings.Contains(err.Error(), "passphrase") {
		t.Error(err)
	}
	now, _ := f.Sealed(t.Context())
	e, err := parse(now)
	must(t, err)
	if _, err := e.openMap(other.key); err == nil || bytes.Equal(before, now) {
		t.Errorf("the old key opens the new map: %v", err)
	}
}

// fullDisk is a project file that can't be written.
type fullDisk struct{ engine.ProjectFile }

func (fullDisk) SaveSealed(context.Context, []byte) error { return errors.New("full") }

func TestFailedSetChangesNothing(t *testing.T) {
	f := newProject(t)
	v := opened(t, f, passphrase)
	must(t, v.Set(t.Context(), map[string]engine.Secret{"a": "1"}))
	v.file = fullDisk{f}
	if err := v.Set(t.Context(), map[string]engine.Secret{"a": "2", "b": "3"}); err == nil {
		t.Error("no error")
	}
	wantSecret(t, v, "a", "1")
	wantSecret(t, v, "b", "")
}

func TestManyGoroutinesSetAndGet(t *testing.T) {
	f := newProject(t)
	v := opened(t, f, passphrase)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			name := fmt.Sprint("source/", i)
			if err := v.Set(t.Context(), map[string]engine.Secret{name: engine.Secret(name)}); err != nil {
				t.Error(err)
			}
			v.Get("source/0")
		})
	}
	all.Wait()
	for i := range 8 {
		name := fmt.Sprint("source/", i)
		wantSecret(t, opened(t, f, passphrase), name, name)
	}
}

func TestSecretsStayInside(t *testing.T) {
	f := newProject(t)
	v := opened(t, f, passphrase)
	must(t, v.Set(t.Context(), map[string]engine.Secret{"a": canary}))
	_, wrong := unlock(t.Context(), f, "canary wrong", quick)
	v.file = fullDisk{f}
	said := []string{}
	for _, x := range []any{v, any(engine.Vault(v)), struct{ V engine.Vault }{v}, []*Vault{v}, wrong, v.Set(t.Context(), map[string]engine.Secret{"b": canary})} {
		said = append(said, fmt.Sprintf("%v %+v %#v %s %q %x %d", x, x, x, x, x, x, x))
	}
	blob, err := json.Marshal(v)
	said = append(said, string(blob), fmt.Sprint(err))
	v.file = f
	// A map that holds no JSON, with a secret in what the decoder would quote.
	sealed, err := encrypt([]byte(`{"a": 1`+canary), v.key.Recipient())
	must(t, err)
	_, err = (&envelope{Map: sealed}).openMap(v.key)
	said = append(said, fmt.Sprintf("%v %+v", err, errors.Unwrap(err)))
	sealed, err = encrypt([]byte("AGE-SECRET-KEY-canary"), scryptRecipient(t))
	must(t, err)
	_, err = (&envelope{Key: sealed}).openKey(passphrase.Reveal())
	said = append(said, fmt.Sprintf("%v %+v", err, errors.Unwrap(err)))
	for _, s := range said {
		for _, secret := range []string{"canary", fmt.Sprintf("%x", canary), v.key.String()} {
			if strings.Contains(s, secret) {
				t.Errorf("a secret in %q", s)
			}
		}
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		b, err := os.ReadFile(f.Path() + suffix)
		must(t, err)
		for _, secret := range []string{"canary", v.key.String()} {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%q stands in %s", secret, suffix)
			}
		}
	}
}

func scryptRecipient(t *testing.T) *age.ScryptRecipient {
	t.Helper()
	r, err := age.NewScryptRecipient(passphrase.Reveal())
	must(t, err)
	r.SetWorkFactor(quick)
	return r
}
