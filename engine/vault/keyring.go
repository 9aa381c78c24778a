package vault

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/zalando/go-keyring"

	"mxodus/engine"
)

// service is our name in the keyring; the account is the project's path.
const service = "mxodus"

// patience is how long a keyring may take. Some ask the person first: those who
// can't answer in time are asked for the passphrase by us.
const patience = 4 * time.Second

var errSlow = errors.New("the system's keyring does not answer")

// KeyringGet reads a project's passphrase from the system's keyring. Any error,
// also that there is no such entry, means to ask for it elsewhere.
func KeyringGet(path string) (engine.Secret, error) {
	if !hasKeyring(runtime.GOOS, os.Getenv("DBUS_SESSION_BUS_ADDRESS"), sessionBus()) {
		return "", engine.ErrNoKeyring
	}
	return get(path)
}

func get(path string) (engine.Secret, error) {
	return within(patience, func() (engine.Secret, error) {
		s, err := keyring.Get(service, account(path))
		return engine.Secret(s), err
	})
}

// KeyringSet keeps a project's passphrase in the system's keyring. Its error
// says that it isn't there, and stops nothing.
func KeyringSet(path string, s engine.Secret) error {
	if !hasKeyring(runtime.GOOS, os.Getenv("DBUS_SESSION_BUS_ADDRESS"), sessionBus()) {
		return engine.ErrNoKeyring
	}
	return set(path, s)
}

func set(path string, s engine.Secret) error {
	_, err := within(patience, func() (engine.Secret, error) {
		return "", keyring.Set(service, account(path), s.Reveal())
	})
	return err
}

// account names a project whatever folder one stands in.
func account(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// hasKeyring says that asking makes sense. Without a session bus, the D-Bus
// library would start one.
func hasKeyring(goos, busAddress, busSocket string) bool {
	if goos == "windows" || goos == "darwin" {
		return true
	}
	switch busAddress {
	case "":
	case "disabled:", "autolaunch:":
		return false
	default:
		return true
	}
	_, err := os.Stat(busSocket)
	return err == nil
}

func sessionBus() string { return "/run/user/" + strconv.Itoa(os.Getuid()) + "/bus" }

// within bounds how long f may take. The goroutine of one that hangs is left
// behind: there is no way to end it.
func within(d time.Duration, f func() (engine.Secret, error)) (engine.Secret, error) {
	type answer struct {
		secret engine.Secret
		err    error
	}
	got := make(chan answer, 1)
	go func() {
		defer func() {
			if recover() != nil {
				got <- answer{err: errors.New("the system's keyring failed")}
			}
		}()
		s, err := f()
		if err != nil {
			err = fmt.Errorf("the system's keyring: %w", err)
		}
		got <- answer{s, err}
	}()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case a := <-got:
		return a.secret, a.err
	case <-timer.C:
		return "", errSlow
	}
}
