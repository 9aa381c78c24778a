package cli_test

import (
	"context"
	"encoding/json"

	"mxodus/engine"
)

type fakeVault struct {
	f    engine.ProjectFile
	Pass string
	S    map[string]string
}

func unlockFake(ctx context.Context, f engine.ProjectFile, p engine.Secret) (engine.Vault, error) {
	v := &fakeVault{f: f, Pass: p.Reveal(), S: map[string]string{}}
	b, err := f.Sealed(ctx)
	if err != nil {
		return nil, err
	}
	if b == nil {
		return v, v.Set(ctx, nil)
	}
	for i := range b {
		b[i] ^= 0x55
	}
	json.Unmarshal(b, v)
	if v.Pass != p.Reveal() {
		return nil, engine.ErrPassphrase
	}
	return v, nil
}
func (v *fakeVault) Get(n string) (engine.Secret, bool) {
	s, ok := v.S[n]
	return engine.Secret(s), ok
}
func (v *fakeVault) Set(ctx context.Context, m map[string]engine.Secret) error {
	for k, s := range m {
		v.S[k] = s.Reveal()
		if s == "" {
			delete(v.S, k)
		}
	}
	b, _ := json.Marshal(v)
	for i := range b {
		b[i] ^= 0x55
	}
	return v.f.SaveSealed(ctx, b)
}
