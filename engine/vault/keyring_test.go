package vault

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"

	"mxodus/engine"
)

func TestKeyringKeepsPassphrasesByPath(t *testing.T) {
	keyring.MockInit()
	t.Chdir(t.TempDir())
	if s, err := get("acme.mxodus"); err == nil || s != "" {
		t.Error("an entry that nobody made")
	}
	must(t, set("acme.mxodus", passphrase))
	abs, err := filepath.Abs("acme.mxodus")
	must(t, err)
	if s, err := get(abs); err != nil || s.Reveal() != passphrase.Reveal() {
		t.Error(s.Reveal(), err)
	}
	if s, err := get("other.mxodus"); err == nil || s != "" {
		t.Error("another project's passphrase")
	}
	keyring.MockInitWithError(errors.New("locked"))
	if err := set("acme.mxodus", passphrase); err == nil {
		t.Error("no error")
	}
}

func TestHangingKeyringIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		defer close(hang)
		began := time.Now()
		_, err := within(patience, func() (engine.Secret, error) {
			<-hang
			return "late", nil
		})
		if !errors.Is(err, errSlow) || time.Since(began) > 5*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestPanickingKeyringIsAnError(t *testing.T) {
	if s, err := within(patience, func() (engine.Secret, error) { panic("no bus") }); err == nil || s != "" {
		t.Error("no error")
	}
}

func TestNoBusIsStartedWhereThereIsNone(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "bus")
	for _, c := range []struct {
		goos, address string
		socket        bool
		want          bool
	}{
		{"windows", "", false, true}, {"darwin", "", false, true},
		{"linux", "", false, false}, {"linux", "", true, true}, {"linux", "unix:path=/x", false, true},
		{"linux", "disabled:", true, false}, {"linux", "autolaunch:", true, false}, {"freebsd", "", false, false},
	} {
		if c.socket {
			must(t, os.WriteFile(socket, nil, 0o600))
		} else {
			_ = os.Remove(socket)
		}
		if got := hasKeyring(c.goos, c.address, socket); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestKeyringAnswersInTime(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
	path := filepath.Join(t.TempDir(), "never stored")
	began := time.Now()
	if s, err := KeyringGet(path); err == nil || s != "" {
		t.Error("an entry that nobody made")
	}
	if took := time.Since(began); took > 2*patience {
		t.Errorf("took %v", took)
	}
}
