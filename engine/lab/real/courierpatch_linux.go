package real

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// courierSocket is where Courier's library expects the daemon that knows its
// passwords. The path is compiled in, and fixed in length.
const courierSocket = "/run/courier/authdaemon/socket"

// newSocketPath is a path of the same length.
func newSocketPath() string { return "/tmp/mxodus-courier-" + randomHex(5) }

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// patchCourier copies into dir what Courier has compiled in for one server per
// machine, started by root, and changes it: where its sign-in library finds the
// passwords, and whom its log-in program becomes before STARTTLS. A user name
// longer than "courier" doesn't fit: then STARTTLS doesn't work.
func patchCourier(dir, socket, user string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	const library = "libcourierauth.so.0"
	err := patch(findFile(root(KindCourier), library), filepath.Join(dir, library), []change{
		{[]byte(courierSocket + "\x00"), []byte(socket + "\x00")},
		{overlapping(courierSocket), overlapping(socket)},
	})
	if err != nil {
		return err
	}
	name := []byte("courier\x00")
	changed := bytes.Clone(name)
	if len(user) < len(name) {
		clear(changed)
		copy(changed, user)
	}
	return patch(filepath.Join(root(KindCourier), "usr/lib/courier/courier/imaplogin"), filepath.Join(dir, "imaplogin"), []change{{name, changed}})
}

type change struct{ from, to []byte }

// overlapping is a path as compilers store it for two 16-byte moves.
func overlapping(path string) []byte {
	b := []byte(path + "\x00")
	return append(b[:16:16], b[len(b)-16:]...)
}

// patch copies a program with the first of the changes that fits.
func patch(from, to string, changes []change) error {
	program, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	for _, c := range changes {
		if bytes.Contains(program, c.from) {
			return os.WriteFile(to, bytes.Replace(program, c.from, c.to, 1), 0o755)
		}
	}
	return fmt.Errorf("%s is not the program that was expected: it lacks %q", from, changes[0].from)
}
