package imapconn

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/emersion/go-imap/v2"

	"mxodus/engine"
)

// signIn opens one user's mailbox on one side.
type signIn struct {
	d    *Dialer
	side engine.Side
	e    engine.Endpoint
	user engine.User

	name   string // the user's own login name
	secret engine.Secret
	tokens TokenSource // nil: by password
}

// attempt is one way to sign in.
type attempt struct {
	method  engine.AuthMethod
	style   engine.AdminStyle // empty without an administrator
	login   string            // whose password or token it is
	mailbox string            // authorization identity; empty: the login's own
}

// prepare finds the secret. Nothing is connected before it is there.
func (s *signIn) prepare(ctx context.Context) error {
	s.name = s.user.SourceLogin
	if s.side == engine.SideDestination {
		s.name = s.user.DestinationName()
	}
	if t := s.d.tokens[s.side]; t != nil && s.e.Auth != engine.AuthLogin && s.e.Auth != engine.AuthPlain {
		s.tokens = t
		return nil
	}
	name := engine.SecretName(s.side, s.user.ID)
	if s.e.Admin != "" {
		name = engine.AdminSecretName(s.side)
	}
	secret, ok := s.d.vault.Get(name)
	if !ok || secret == "" {
		return noSecretFault(s.e, s.user)
	}
	s.secret = secret
	return nil
}

// run connects and tries what may work, most likely first. A server that hangs
// up on a refused attempt is called again for the next one.
func (s *signIn) run(ctx context.Context) (*conn, error) {
	var c *conn
	var last error
	for i := 0; ; i++ {
		if c == nil || c.guard.isDead() {
			fresh, err := s.connect(ctx)
			if err != nil {
				return nil, err
			}
			c = fresh
		}
		ways, err := s.attempts(c)
		if err != nil || i >= len(ways) {
			_ = c.guard.Close()
			return nil, errors.Join(last, err)
		}
		last = s.try(ctx, c, ways[i])
		if last == nil {
			s.remember(ways[i].style)
			return c, nil
		}
		if !engine.IsCode(last, engine.CodeAuth) {
			_ = c.guard.Close()
			return nil, last
		}
	}
}

func (s *signIn) connect(ctx context.Context) (*conn, error) {
	dl, err := s.d.dialing(s.side)
	if err != nil {
		return nil, err
	}
	c, err := dl.connect(ctx)
	if err != nil {
		return nil, err
	}
	c.user = s.user
	return c, nil
}

// try signs in one way and learns what is offered afterwards.
func (s *signIn) try(ctx context.Context, c *conn, a attempt) error {
	return c.raw(ctx, "sign in", func(r *rawIO) error {
		st, err := s.authenticate(ctx, c, r, a)
		if err != nil {
			var refused *imap.Error
			if errors.As(err, &refused) {
				return s.refused(c, refused)
			}
			return err
		}
		return c.settle(r, st)
	})
}

func (s *signIn) authenticate(ctx context.Context, c *conn, r *rawIO, a attempt) (status, error) {
	switch a.method {
	case engine.AuthPlain:
		return s.sasl(c, r, "PLAIN", a.mailbox+"\x00"+a.login+"\x00"+s.secret.Reveal())
	case engine.AuthXOAuth2, engine.AuthOAuthBearer:
		return s.oauth(ctx, c, r, a)
	}
	tag := r.begin("LOGIN")
	r.astring(a.login)
	r.secret = true
	r.astring(s.secret.Reveal())
	if err := r.end(); err != nil {
		return status{}, err
	}
	if err := r.flush(); err != nil {
		return status{}, err
	}
	return r.wait(tag, nil)
}

func (s *signIn) oauth(ctx context.Context, c *conn, r *rawIO, a attempt) (status, error) {
	token, err := s.tokens.Token(ctx, a.mailbox)
	if err != nil {
		return status{}, err
	}
	if a.method == engine.AuthOAuthBearer {
		return s.sasl(c, r, "OAUTHBEARER", "n,a="+saslName(a.mailbox)+",\x01auth=Bearer "+token.Reveal()+"\x01\x01")
	}
	return s.sasl(c, r, "XOAUTH2", "user="+a.mailbox+"\x01auth=Bearer "+token.Reveal()+"\x01\x01")
}

// saslName escapes a name (RFC 5801 section 4).
func saslName(s string) string { return strings.NewReplacer("=", "=3D", ",", "=2C").Replace(s) }

// sasl is AUTHENTICATE with one message from us (RFC 3501 section 6.2.2, RFC
// 4959). A challenge after it is an error's description: it is answered with an
// empty line, and the server refuses then.
func (s *signIn) sasl(c *conn, r *rawIO, mechanism, message string) (status, error) {
	tag := r.begin("AUTHENTICATE")
	r.text(" " + mechanism)
	first := base64.StdEncoding.EncodeToString([]byte(message))
	if c.capSet["SASL-IR"] {
		r.text(" ")
		r.hidden(first)
		first = ""
	}
	r.endLine()
	if err := r.flush(); err != nil {
		return status{}, err
	}
	for {
		rep, err := r.next()
		if err != nil {
			return status{}, err
		}
		switch rep.tag {
		case "+":
			r.hidden(first)
			first = ""
			r.endLine()
			if err := r.flush(); err != nil {
				return status{}, err
			}
		case tag:
			st := statusOf(rep.line)
			return st, statusError(rep.kind, st)
		}
	}
}

// settle learns what is offered to those who are signed in, and who the server
// is (RFC 2971).
func (c *conn) settle(r *rawIO, st status) error {
	ask := ""
	if st.code == "CAPABILITY" {
		c.setCaps(st.arg)
	} else {
		ask = r.command("CAPABILITY", "")
	}
	id := ""
	if c.capSet["ID"] {
		id = r.command("ID", ` ("name" "mxodus")`)
	}
	if err := r.flush(); err != nil {
		return err
	}
	if ask != "" {
		if _, err := r.wait(ask, c.hearCapability); err != nil {
			return err
		}
	}
	if id != "" {
		var refused *imap.Error
		if _, err := r.wait(id, nil); err != nil && !errors.As(err, &refused) {
			return err
		}
	}
	return nil
}

// attempts lists what may work with what the server offers.
func (s *signIn) attempts(c *conn) ([]attempt, error) {
	if s.tokens != nil {
		m := s.e.Auth
		if m == engine.AuthAuto {
			m = engine.AuthXOAuth2
		}
		return []attempt{{method: m, mailbox: s.name}}, nil
	}
	m := s.e.Auth
	if m == engine.AuthAuto {
		m = engine.AuthLogin
		if c.capSet["AUTH=PLAIN"] {
			m = engine.AuthPlain
		}
	}
	return []attempt{{method: m, login: s.name}}, nil
}

func (s *signIn) remember(engine.AdminStyle) {}

func (s *signIn) refused(c *conn, e *imap.Error) error {
	f := c.fault("sign in", e)
	f.Code, f.Class = engine.CodeAuth, engine.StopMailbox
	return f
}

func (s *signIn) tell(err error) error {
	f := engine.AsFault(err)
	if f.Side == "" {
		f.Side = s.side
	}
	return f
}
