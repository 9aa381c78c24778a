package microsoft

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

func TestEveryRefusalNamesCauseRemedyAndWho(t *testing.T) {
	w := newWorld(t)
	for _, e := range entries {
		for _, n := range e.numbers {
			w.authority.Fail(n, 1)
			_, err := w.tokens().Token(t.Context(), "anna")
			var f *engine.Fault
			if !errors.As(err, &f) {
				t.Errorf("%s: %v", n, err)
				continue
			}
			if f.What != e.what || f.Do == "" || f.Who == "" || f.Code != e.code || !strings.HasPrefix(f.Said, "AADSTS"+n+": The request was refused.") {
				t.Errorf("%s: %+v", n, f)
			}
			noSecret(t, err)
		}
	}
}

// noSecret looks for secrets in an error, however it is printed.
func noSecret(t *testing.T, err error) {
	t.Helper()
	for ; err != nil; err = errors.Unwrap(err) {
		if s := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(s, canary) || strings.Contains(s, "client_secret=") {
			t.Errorf("the secret is in %T", err)
		}
	}
}

func TestNumbersStandInTheTableOnce(t *testing.T) {
	var seen []string
	for _, e := range entries {
		for _, n := range e.numbers {
			if slices.Contains(seen, n) {
				t.Errorf("%s stands there twice", n)
			}
			seen = append(seen, n)
		}
	}
}

func TestUnknownRefusalKeepsTheAuthoritysWords(t *testing.T) {
	w := newWorld(t)
	w.authority.Fail("999999", 1)
	_, err := w.tokens().Token(t.Context(), "anna")
	if f := engine.AsFault(err); f.Code != engine.CodeAuth || !strings.Contains(f.Said, "AADSTS999999") || f.Do == "" {
		t.Errorf("%+v", f)
	}
}

func TestWrongSettingsAreToldApart(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*world)
		code  engine.Code
		want  string
	}{
		"wrong secret": {func(w *world) { w.vault.kept[engine.AppSecretName(engine.SideDestination)] = "wrong-but-secret" }, engine.CodeAuth, "client secret is wrong"},
		"no secret":    {func(w *world) { clear(w.vault.kept) }, engine.CodeSecret, "client secret or certificate"},
		"other app":    {func(w *world) { w.endpoint.ClientID = "66666666-2222-3333-4444-555555555555" }, engine.CodeAuth, "no app"},
		"other tenant": {func(w *world) { w.endpoint.Tenant = "nobody.example" }, engine.CodeAuth, "no such tenant"},
		"no tenant":    {func(w *world) { w.endpoint.Tenant = "" }, engine.CodeSecret, "tenant"},
		"no client":    {func(w *world) { w.endpoint.ClientID = "" }, engine.CodeSecret, "client ID"},
		"no cloud":     {func(w *world) { w.endpoint.Cloud = "nowhere" }, engine.CodeAuth, "cloud"},
		"bad PEM": {func(w *world) {
			w.vault.kept[engine.AppSecretName(engine.SideDestination)] = "-----BEGIN CERTIFICATE-----\nxxx"
		}, engine.CodeSecret, "certificate"},
		"away": {func(w *world) { w.authority.Close() }, engine.CodeDial, "can't be reached"},
		"busy": {func(w *world) { w.authority.Busy(7 * time.Second) }, engine.CodeUnavailable, "busy"},
	} {
		w := newWorld(t)
		c.spoil(w)
		_, err := w.tokens().Token(t.Context(), "anna")
		f := engine.AsFault(err)
		if f.Code != c.code || !strings.Contains(f.What, c.want) || f.Do == "" || f.Who == "" {
			t.Errorf("%s: %+v", name, f)
		}
		if name == "busy" && f.Wait != 7*time.Second {
			t.Errorf("busy: waits %v", f.Wait)
		}
		if strings.Contains(fmt.Sprintf("%v%+v", err, f), "wrong-but-secret") {
			t.Errorf("%s: the secret is in the error", name)
		}
		noSecret(t, err)
	}
}

func TestAuthorityWithAStrangersCertificate(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	c, err := FindCloud(w.endpoint.Cloud)
	if err != nil {
		t.Fatal(err)
	}
	o, err := FindCloud(other.endpoint.Cloud)
	if err != nil {
		t.Fatal(err)
	}
	c.CAFile = o.CAFile
	s := &signer{side: engine.SideDestination, e: w.endpoint, vault: w.vault}
	_, err = s.app(t.Context(), c)
	if f := engine.AsFault(err); f.Code != engine.CodeCertificate {
		t.Errorf("%+v", f)
	}
}
