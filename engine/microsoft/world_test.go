package microsoft

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
)

const (
	tenant = "acme.onmicrosoft.example"
	appID  = "11111111-2222-3333-4444-555555555555"
	canary = "canary-client-secret-8Q~x"
)

// vault is an engine.Vault in memory.
type vault struct {
	mu   sync.Mutex
	kept map[string]engine.Secret
}

func (v *vault) Get(name string) (engine.Secret, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s, ok := v.kept[name]
	return s, ok
}

func (v *vault) Set(_ context.Context, secrets map[string]engine.Secret) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	maps.Copy(v.kept, secrets)
	return nil
}

// world is a cloud with an authority, and a project's endpoint in it.
type world struct {
	authority *lab.Authority
	endpoint  engine.Endpoint
	vault     *vault
}

func newWorld(t *testing.T) *world {
	t.Helper()
	a, err := lab.NewAuthority(tenant, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	a.AddApp(appID, canary)
	a.Seat("boss@acme.example")
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	write("ca.pem", a.Certificate())
	described, err := json.Marshal(map[string]any{"name": "lab", "authority": a.URL(), "graph": a.URL() + "/graph",
		"imap_host": "127.0.0.1", "imap_port": 9993, "ca_file": "ca.pem"})
	if err != nil {
		t.Fatal(err)
	}
	e, err := Endpoint(engine.Endpoint{Cloud: write("cloud.json", described), Tenant: tenant, ClientID: appID})
	if err != nil {
		t.Fatal(err)
	}
	return &world{authority: a, endpoint: e, vault: &vault{kept: map[string]engine.Secret{engine.AppSecretName(engine.SideDestination): canary}}}
}

func (w *world) tokens() *Tokens { return NewTokens(engine.SideDestination, w.endpoint, w.vault) }

func (w *world) signIn(t *testing.T, show func(engine.SignInPage) error) (string, error) {
	t.Helper()
	return SignIn(t.Context(), engine.SideDestination, w.endpoint, w.vault, show)
}

func mustToken(t *testing.T, s *Tokens) engine.Secret {
	t.Helper()
	got, err := s.Token(t.Context(), "anna@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	return got
}

var (
	formAction = regexp.MustCompile(`action="([^"]*)"`)
	formField  = regexp.MustCompile(`name="([^"]*)" value="([^"]*)"`)
)

// browse is a browser: it opens the page and sends its form on, aside, as a
// browser does.
func (w *world) browse(t *testing.T) func(engine.SignInPage) error {
	return func(p engine.SignInPage) error {
		cloud, err := FindCloud(w.endpoint.Cloud)
		if err != nil {
			return err
		}
		web, err := cloud.web()
		if err != nil {
			return err
		}
		resp, err := web.Get(p.URL)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		page := make([]byte, 64<<10)
		n := 0
		for n < len(page) {
			more, err := resp.Body.Read(page[n:])
			n += more
			if err != nil {
				break
			}
		}
		values := url.Values{}
		for _, f := range formField.FindAllStringSubmatch(string(page[:n]), -1) {
			values.Set(f[1], f[2])
		}
		back := formAction.FindStringSubmatch(string(page[:n]))
		resp, err = http.PostForm(back[1], values)
		if err != nil {
			t.Error(err)
			return err
		}
		return resp.Body.Close()
	}
}
