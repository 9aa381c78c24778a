package imapconn

import (
	"crypto/md5"
	"encoding/hex"
	"strings"

	"mxodus/engine"
)

// authKerio marks the attempt by Kerio Connect's master password. It is no method
// that can be asked for by name.
const authKerio engine.AuthMethod = "x-masterauth"

// masterAuth is Kerio Connect's X-MASTERAUTH, an extension of its own: the server
// gives a challenge, the answer is the MD5 of challenge and master password in
// hexadecimal, and X-SETUSER opens a mailbox. MD5 is what the server asks for; TLS
// protects the connection.
func masterAuth(c *conn, r *rawIO, mailbox string, secret engine.Secret) (status, error) {
	tag := r.begin("X-MASTERAUTH")
	r.endLine()
	if err := r.flush(); err != nil {
		return status{}, err
	}
	for range talkMost {
		rep, err := r.next()
		if err != nil {
			return status{}, err
		}
		switch rep.tag {
		case "":
			_ = c.hearID(rep) // keeps or not, never fails
		case "+":
			sum := md5.Sum([]byte(challengeOf(rep.line) + secret.Reveal()))
			answer := hex.EncodeToString(sum[:])
			c.hide.add(engine.Secret(answer))
			r.hidden(answer)
			r.endLine()
			if err := r.flush(); err != nil {
				return status{}, err
			}
		case tag:
			st := statusOf(rep.line)
			if err := statusError(rep.kind, st); err != nil {
				return st, err
			}
			return setUser(c, r, mailbox)
		}
	}
	return status{}, &badReply{"the sign-in has no end"}
}

// challengeOf is what stands in a continuation: behind its plus, without blanks.
func challengeOf(line []byte) string {
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(string(line)), "+"))
}

// setUser opens a mailbox once the master password was right.
func setUser(c *conn, r *rawIO, mailbox string) (status, error) {
	tag := r.begin("X-SETUSER")
	r.astring(mailbox)
	r.endLine()
	if err := r.flush(); err != nil {
		return status{}, err
	}
	return r.wait(tag, c.hearID)
}
