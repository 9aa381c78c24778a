package imapconn

import (
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"sync"

	"mxodus/engine"
)

// hider knows the secrets of one connection and takes them out of text: servers
// echo what they don't understand.
type hider struct {
	mu      sync.Mutex
	secrets []engine.Secret
}

// stars stand for a secret.
const stars = "••••••••"

// add hides a secret in all forms in which it is sent.
func (h *hider) add(s engine.Secret, messages ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range append([]string{s.Reveal()}, messages...) {
		for _, form := range []string{m, base64.StdEncoding.EncodeToString([]byte(m)), string(appendQuoted(nil, m))} {
			if len(form) >= 3 {
				h.secrets = append(h.secrets, engine.Secret(form))
			}
		}
	}
}

// scrub replaces every secret in s by stars.
func (h *hider) scrub(s string) string {
	if h == nil || s == "" {
		return s
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, secret := range h.secrets {
		s = strings.ReplaceAll(s, secret.Reveal(), stars)
	}
	return s
}

// Those who hold secrets print as their names, whatever the verb: fmt calls no
// method of an unexported field, so that engine.Secret alone hides nothing there.

func (h *hider) Format(f fmt.State, _ rune)  { _, _ = io.WriteString(f, "hider") }
func (s *signIn) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "signIn") }
func (r *rawIO) Format(f fmt.State, _ rune)  { _, _ = io.WriteString(f, "rawIO") }
func (c *conn) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, "conn") }

// Format prints nothing of what a Dialer knows.
func (d *Dialer) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "imapconn.Dialer") }
