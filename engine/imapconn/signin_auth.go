package imapconn

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/emersion/go-imap/v2"

	"mxodus/engine"
)

// try signs in one way and learns what is offered afterwards. With a token that
// is refused, a new one is asked for, once.
func (s *signIn) try(ctx context.Context, c *conn, a attempt) error {
	if s.tokens == nil {
		c.hide.add(s.secret)
		return s.exchange(ctx, c, a, s.secret)
	}
	token, err := s.tokens.Token(ctx, a.mailbox)
	if err != nil {
		return err
	}
	err = s.exchange(ctx, c, a, token)
	if !engine.IsCode(err, engine.CodeAuth) && !engine.IsCode(err, engine.CodeToken) {
		return err
	}
	c.stale()
	if token, err = s.tokens.Token(ctx, a.mailbox); err != nil {
		return err
	}
	return s.retry(ctx, c, func() error { return s.exchange(ctx, c, a, token) })
}

// become makes c the other connection: what it had is over.
func (c *conn) become(o *conn) {
	c.guard, c.info, c.capSet, c.hide = o.guard, o.info, o.capSet, o.hide
}

// exchange is the sign-in itself.
func (s *signIn) exchange(ctx context.Context, c *conn, a attempt, secret engine.Secret) error {
	c.hide.add(secret)
	if s.tokens != nil {
		c.stale = func() { s.tokens.Invalidate(a.mailbox, secret) }
	}
	return c.raw(ctx, "sign in", func(r *rawIO) error {
		c.introduce(r)
		st, err := s.authenticate(c, r, a, secret)
		var refused *imap.Error
		if errors.As(err, &refused) {
			return s.refused(c, a, refused)
		}
		if err != nil {
			return err
		}
		return c.settle(r, st)
	})
}

func (s *signIn) authenticate(c *conn, r *rawIO, a attempt, secret engine.Secret) (status, error) {
	bearer := "auth=Bearer " + secret.Reveal() + "\x01\x01"
	switch a.method {
	case engine.AuthPlain: // RFC 4616
		return sasl(c, r, "PLAIN", a.mailbox+"\x00"+a.login+"\x00"+secret.Reveal())
	case engine.AuthXOAuth2: // developers.google.com/workspace/gmail/imap/xoauth2-protocol
		return sasl(c, r, "XOAUTH2", "user="+a.mailbox+"\x01"+bearer)
	case engine.AuthOAuthBearer: // RFC 7628 section 3.1
		return sasl(c, r, "OAUTHBEARER", "n,a="+saslName(a.mailbox)+",\x01"+bearer)
	}
	if a.method == authKerio {
		return masterAuth(c, r, a.mailbox, secret)
	}
	return login(c, r, a.login, secret)
}

// saslName escapes a name (RFC 5801 section 4).
func saslName(s string) string { return strings.NewReplacer("=", "=3D", ",", "=2C").Replace(s) }

// login is LOGIN (RFC 3501 section 6.2.3). It writes aside, for a name or a
// password may have to wait for the server as a literal.
func login(c *conn, r *rawIO, name string, secret engine.Secret) (status, error) {
	tag := r.begin("LOGIN")
	written := make(chan error, 1)
	go func() {
		r.astring(name)
		r.secret = true
		r.astring(secret.Reveal())
		if r.over {
			written <- nil
			return
		}
		r.endLine()
		written <- r.flush()
	}()
	st, err := r.wait(tag, c.hearID)
	if err != nil {
		var refused *imap.Error
		if !errors.As(err, &refused) {
			r.g.fail(err) // or the writer might wait for ever
		}
	}
	if writeErr := <-written; err == nil {
		err = writeErr
	}
	return st, err
}

// sasl is AUTHENTICATE with one message from us (RFC 3501 section 6.2.2, RFC
// 4959). A challenge behind it is the description of an error (RFC 7628 section
// 3.2.3): it is answered with an empty line, and the server refuses then.
func sasl(c *conn, r *rawIO, mechanism, message string) (status, error) {
	encoded := base64.StdEncoding.EncodeToString([]byte(message))
	c.hide.add(engine.Secret(message), encoded)
	tag := r.begin("AUTHENTICATE")
	r.text(" " + mechanism)
	if c.capSet["SASL-IR"] {
		r.text(" ")
		r.hidden(encoded)
		encoded = ""
	}
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
			r.hidden(encoded)
			encoded = ""
			r.endLine()
			if err := r.flush(); err != nil {
				return status{}, err
			}
		case tag:
			st := statusOf(rep.line)
			return st, statusError(rep.kind, st)
		}
	}
	return status{}, &badReply{"the sign-in has no end"}
}

// introduce says who we are and asks who the server is (RFC 2971), in one flight
// with the sign-in where that is offered before it. Exchange is spared: it is
// known by its greeting.
func (c *conn) introduce(r *rawIO) {
	if !c.capSet["ID"] || c.introduced != "" || c.calls("microsoft exchange") {
		return
	}
	c.introduced = r.command("ID", ` ("name" "mxodus")`)
}

// settle learns what is offered to those who are signed in, and who the server
// is, in one flight.
func (c *conn) settle(r *rawIO, st status) error {
	var asked []string
	if c.guard.isDue() { // a server that answered the sign-in first
		asked = append(asked, c.introduced)
	}
	if st.code == "CAPABILITY" {
		c.setCaps(st.arg)
	} else {
		asked = append(asked, r.command("CAPABILITY", ""))
	}
	if c.introduced == "" && c.capSet["ID"] {
		c.introduced = r.command("ID", ` ("name" "mxodus")`)
		asked = append(asked, c.introduced)
	}
	if err := r.flush(); err != nil {
		return err
	}
	for _, tag := range asked {
		var refused *imap.Error
		_, err := r.wait(tag, c.hear)
		if err != nil && (tag != c.introduced || !errors.As(err, &refused)) {
			return err
		}
	}
	c.judge()
	return c.rested() // whatever was answered so: nothing more may follow
}

// hear takes the untagged replies to settle's questions.
func (c *conn) hear(rep *reply) error {
	if err := c.hearCapability(rep); err != nil {
		return err
	}
	return c.hearID(rep)
}

// hearID keeps what the server calls itself.
func (c *conn) hearID(rep *reply) error {
	if rep.kind == "ID" && len(c.serverID) == 0 {
		c.serverID = engine.Clean(string(rep.line[:min(len(rep.line), 1000)]), 0)
	}
	return nil
}

// judge decides what kind of server this is by what it calls itself.
func (c *conn) judge() {
	exchange := c.kind == engine.KindMicrosoft365 || c.calls("microsoft exchange", "microsoft.exchange")
	c.info.Rewrites = exchange
	c.info.FoldsCase = exchange || c.calls("gimap", "zimbra", "kerio", "mdaemon", "hmailserver", "mailenable")
}

// refused is the fault of a sign-in that the server answered with NO or BAD.
func (s *signIn) refused(c *conn, a attempt, e *imap.Error) error {
	f := c.fault("sign in", e)
	switch {
	case f.Code == engine.CodeRefused || f.Code == engine.CodeNoFolder || f.Class == engine.SkipMessage || f.Class == engine.SkipFolder:
		f = c.say(&engine.Fault{Class: badPassword.class, Code: badPassword.code, What: badPassword.what, Do: badPassword.do, Who: badPassword.who, Said: f.Said}, "sign in", errors.Unwrap(f.Err))
	case f.Code == engine.CodeToken:
		f.Class = engine.StopMailbox
	}
	if f.Code != engine.CodeAuth || f.What != c.fill(badPassword.what) {
		return f
	}
	who := engine.Clean(s.name, 200)
	switch {
	case s.tokens != nil && s.e.Kind == engine.KindMicrosoft365:
		f.What = c.fill("{Server} refused the sign-in for " + who + ".")
		f.Do = "Usually Exchange doesn't know the app by the right object ID, or gives it no access to this mailbox; or the mailbox isn't there yet. " +
			"To find out which: mxodus microsoft check FILE"
	case s.tokens != nil:
		f.What = c.fill("{Server} refused the sign-in for " + who + ".")
		f.Do = "Check that the app or the account may open this mailbox and that IMAP is switched on for it, then sign in again."
	case s.e.Admin != "":
		f.What = c.fill("{Server} refused the administrator's log-in for " + who + ".")
		f.Do = "Check the administrator's name and password, that it may open other mailboxes, and that " + who + " is right."
	default:
		f.What = c.fill("{Server} refused the password of " + who + ".")
	}
	return f
}
