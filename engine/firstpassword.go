package engine

import (
	"crypto/rand"
	"strings"
)

// The alphabet of first passwords leaves out what looks alike: I, l, 1, O, o, 0.
// The groups of four stand apart for whoever types them from paper.
const (
	passwordUpper  = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	passwordLower  = "abcdefghijkmnpqrstuvwxyz"
	passwordDigits = "23456789"
	passwordGroups = 4
	passwordGroup  = 4
)

// FirstPassword makes a password for somebody's first sign-in: sixteen letters
// and digits at random (over 90 bits), in groups with hyphens between. It begins
// with a letter, so that no spreadsheet takes it for a formula, and has capital
// and small letters, digits and a sign, as Microsoft asks for.
func FirstPassword() Secret {
	for {
		var b strings.Builder
		for i := range passwordGroups * passwordGroup {
			if i > 0 && i%passwordGroup == 0 {
				b.WriteByte('-')
			}
			b.WriteByte(pickFrom(passwordUpper + passwordLower + passwordDigits))
		}
		s := b.String()
		if strings.ContainsAny(s, passwordUpper) && strings.ContainsAny(s, passwordLower) && strings.ContainsAny(s, passwordDigits) &&
			!strings.ContainsAny(s[:1], passwordDigits) {
			return Secret(s)
		}
	}
}

// pickFrom takes one of the characters, each as likely as the others.
func pickFrom(alphabet string) byte {
	fair := 256 / len(alphabet) * len(alphabet)
	for {
		var b [1]byte
		_, _ = rand.Read(b[:]) // never fails
		if int(b[0]) < fair {
			return alphabet[int(b[0])%len(alphabet)]
		}
	}
}
