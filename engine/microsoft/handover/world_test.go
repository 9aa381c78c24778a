package handover_test

import (
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/microsoft/handover"
)

// safe is a vault in memory.
type safe map[string]engine.Secret

func (s safe) Get(name string) (engine.Secret, bool) { v, ok := s[name]; return v, ok }
func (s safe) Set(_ context.Context, secrets map[string]engine.Secret) error {
	for k, v := range secrets {
		s[k] = v
	}
	return nil
}

// options are a project of these users, written "address login password [root]".
func options(users ...[]string) engine.HandOverOptions {
	v := safe{}
	o := engine.HandOverOptions{Vault: v, Program: "mxodus v1", Now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC),
		Project: engine.Project{Domain: "acme.example",
			Source:      engine.Endpoint{Kind: engine.KindIMAP, Host: "mail.acme.example", Port: 993, Security: engine.TLS},
			Destination: engine.Endpoint{Kind: engine.KindMicrosoft365}}}
	for i, u := range users {
		id := int64(i + 1)
		x := engine.User{ID: id, Address: u[0], SourceLogin: u[1]}
		if len(u) > 3 {
			x.UserRoot = u[3]
		}
		o.Users = append(o.Users, x)
		v[engine.SecretName(engine.SideSource, id)] = engine.Secret(u[2])
	}
	return o
}

func anna() []string { return []string{"anna@acme.example", "anna", "secret-a"} }

// written prepares and writes into a new folder.
func written(t *testing.T, o engine.HandOverOptions) (string, *engine.HandOver) {
	t.Helper()
	h, err := handover.Prepare(o)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "there")
	if _, err := h.Write(dir, false); err != nil {
		t.Fatal(err)
	}
	return dir, h
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func table(t *testing.T, text string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll() // all rows with as many cells as the first
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// refusals are what Prepare says of each user.
func refusals(t *testing.T, o engine.HandOverOptions) map[string]string {
	t.Helper()
	_, err := handover.Prepare(o)
	var e *engine.HandOverError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want users that are refused", err)
	}
	all := map[string]string{}
	for _, r := range e.Refused {
		if r.What == "" || r.Do == "" {
			t.Errorf("%s: no words: %+v", r.User, r)
		}
		all[r.User] += r.What + " "
	}
	return all
}

func refusal(t *testing.T, o engine.HandOverOptions) *engine.Fault {
	t.Helper()
	_, err := handover.Prepare(o)
	f, ok := errors.AsType[*engine.Fault](err)
	if !ok || f.What == "" || f.Do == "" || f.Who == "" {
		t.Fatalf("got %v, want a fault with its words", err)
	}
	return f
}

func warned(h *engine.HandOver, words string) bool {
	for _, w := range h.Warnings {
		if strings.Contains(w.What+" "+w.Do, words) {
			return true
		}
	}
	return false
}
