package imapconn

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
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

	name   string // the mailbox: the user's own login name
	secret engine.Secret
	tokens TokenSource // nil: by password
}

// attempt is one way to sign in.
type attempt struct {
	method  engine.AuthMethod
	style   engine.AdminStyle // empty without an administrator
	login   string            // authentication identity: whose password it is
	mailbox string            // authorization identity; empty: the login's own
}

// prepare finds the secret. Nothing is connected before it is there.
func (s *signIn) prepare() error {
	s.name = s.user.SourceLogin
	if s.side == engine.SideDestination {
		s.name = s.user.DestinationName()
	}
	if atMicrosoft(s.e) && s.d.tokens[s.side] == nil {
		return ownSignInFault()
	}
	if s.usesTokens() {
		s.tokens = s.d.tokens[s.side]
		if s.tokens == nil {
			return noTokenFault()
		}
		return nil
	}
	name := engine.SecretName(s.side, s.user.ID)
	if s.e.Admin != "" {
		name = engine.AdminSecretName(s.side)
	}
	secret, ok := s.d.vault.Get(name)
	if !ok || secret == "" {
		return noSecretFault(s.e, s.name)
	}
	if strings.ContainsAny(s.name+s.e.Admin+secret.Reveal(), "\x00\r\n") {
		return oddSecretFault(s.name)
	}
	s.secret = secret
	return nil
}

// usesTokens says that this side signs in with OAuth.
func (s *signIn) usesTokens() bool {
	switch s.e.Auth {
	case engine.AuthXOAuth2, engine.AuthOAuthBearer:
		return true
	case engine.AuthAuto:
		return s.d.tokens[s.side] != nil
	}
	return false
}

// run connects and tries what may work, most likely first. A server that hangs
// up after a refusal is called again for the next attempt.
func (s *signIn) run(ctx context.Context) (*conn, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	ways, err := s.attempts(c)
	for i, a := range ways {
		if i > 0 {
			err = s.retry(ctx, c, func() error { return s.try(ctx, c, a) })
		} else {
			err = s.try(ctx, c, a)
		}
		if err == nil {
			err = s.prove(ctx, c, a)
		}
		if err == nil {
			s.d.remember(s.side, a.style)
			return c, nil
		}
		if !mayTryAnother(err, a) {
			break
		}
	}
	_ = c.guard.Close()
	return nil, err
}

// retry runs f after a refusal, on a new connection if the server has hung up.
func (s *signIn) retry(ctx context.Context, c *conn, f func() error) error {
	if !c.guard.isDead() {
		if err := f(); !engine.IsCode(err, engine.CodeLost) {
			return err
		}
	}
	fresh, err := s.connect(ctx)
	if err != nil {
		return err
	}
	c.become(fresh)
	return f()
}

// prove makes sure that a server which took an administrator's authorization
// identity looked at it: some ignore it and open the administrator's own mailbox,
// which would then be copied as everybody's. Such a server also opens the mailbox
// of somebody who doesn't exist. It is asked once, unless it is known to be
// honest or the style was asked for by name.
func (s *signIn) prove(ctx context.Context, c *conn, a attempt) error {
	if a.style != engine.AdminAuthzid || s.e.AdminStyle != engine.AdminAuto || s.d.remembered(s.side) == a.style || c.calls("cyrus", "zimbra") {
		return nil
	}
	stranger := a
	stranger.mailbox = "mxodus-nobody-" + strings.ToLower(rand.Text()[:8])
	other, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = other.close() }()
	switch err := s.try(ctx, other, stranger); {
	case err == nil:
		return ignoresNameFault(s.e)
	case engine.IsCode(err, engine.CodeAuth):
		return nil
	default:
		return err
	}
}

// calls says that the server calls itself one of these, in lower case.
func (c *conn) calls(names ...string) bool {
	self := strings.ToLower(c.info.Greeting + " " + c.serverID)
	return slices.ContainsFunc(names, func(n string) bool { return strings.Contains(self, n) })
}

// mayTryAnother says that a refusal speaks against this way of signing in, not
// against the password: asking again with the same password could lock somebody
// out. Which administrator's style a server wants can only be tried.
func mayTryAnother(err error, a attempt) bool {
	if !engine.IsCode(err, engine.CodeAuth) {
		return false
	}
	var e *imap.Error
	return a.style != "" || errors.As(err, &e) && e.Type == imap.StatusResponseTypeBad
}

func (s *signIn) connect(ctx context.Context) (*conn, error) {
	dl, err := s.d.dialing(s.side)
	if err != nil {
		return nil, err
	}
	dl.rest = s.d.restOf(s.side, s.name)
	if f := dl.rest.left(); f != nil {
		return nil, f
	}
	c, err := dl.connect(ctx)
	if err != nil {
		return nil, err
	}
	c.user = s.user
	return c, nil
}

// attempts lists what may work with what the server offers, most likely first.
func (s *signIn) attempts(c *conn) ([]attempt, error) {
	var ways []attempt
	switch {
	case s.tokens != nil:
		if m := s.tokenMethod(c); m != engine.AuthAuto {
			ways = append(ways, attempt{method: m, login: s.name, mailbox: s.name})
		}
	case s.e.Admin == "":
		for _, m := range s.methods(c) {
			ways = append(ways, attempt{method: m, login: s.name})
		}
	default:
		ways = s.adminAttempts(c)
	}
	if len(ways) == 0 {
		return nil, noMethodFault(c)
	}
	return ways, nil
}

// methods are the password methods that the endpoint asks for, or that the
// server offers.
func (s *signIn) methods(c *conn) (m []engine.AuthMethod) {
	plain, login := c.capSet["AUTH=PLAIN"], !c.capSet["LOGINDISABLED"]
	if (s.e.Auth == engine.AuthAuto && plain) || s.e.Auth == engine.AuthPlain {
		m = append(m, engine.AuthPlain)
	}
	if login && (s.e.Auth == engine.AuthAuto || s.e.Auth == engine.AuthLogin) {
		m = append(m, engine.AuthLogin)
	}
	return m
}

func (s *signIn) tokenMethod(c *conn) engine.AuthMethod {
	switch {
	case s.e.Auth != engine.AuthAuto:
		return s.e.Auth
	case c.capSet["AUTH=XOAUTH2"]:
		return engine.AuthXOAuth2
	case c.capSet["AUTH=OAUTHBEARER"]:
		return engine.AuthOAuthBearer
	}
	return engine.AuthAuto
}

// adminAttempts are the ways of an administrator into this mailbox.
func (s *signIn) adminAttempts(c *conn) (ways []attempt) {
	for _, style := range s.styles(c) {
		a := attempt{style: style}
		switch style {
		case engine.AdminAuthzid:
			a.login, a.mailbox = s.e.Admin, s.name
			if c.capSet["AUTH=PLAIN"] || s.e.Auth == engine.AuthPlain {
				a.method = engine.AuthPlain
				ways = append(ways, a)
			}
			continue
		case engine.AdminKerio:
			a.login, a.mailbox, a.method = s.e.Admin, s.name, authKerio
			ways = append(ways, a)
			continue
		case engine.AdminMaster:
			sep := s.e.AdminSeparator
			if sep == "" {
				sep = "*"
			}
			a.login = s.name + sep + s.e.Admin
		case engine.AdminExchange:
			a.login = strings.ReplaceAll(s.e.Admin, `\`, "/") + "/" + s.name
		case engine.AdminMirapoint:
			a.login = "#" + s.name + "#" + s.e.Admin + "#"
		}
		if m := s.methods(c); len(m) > 0 {
			a.method = m[0]
			ways = append(ways, a)
		}
	}
	return ways
}

// styles are the administrator's styles to try: the one that was asked for, the
// one that worked before, or all in the order of what the greeting suggests.
func (s *signIn) styles(c *conn) []engine.AdminStyle {
	if s.e.AdminStyle != engine.AdminAuto {
		return []engine.AdminStyle{s.e.AdminStyle}
	}
	if style := s.d.remembered(s.side); style != engine.AdminAuto {
		return []engine.AdminStyle{style}
	}
	order := []engine.AdminStyle{engine.AdminMaster, engine.AdminExchange}
	switch {
	case c.calls("exchange"):
		slices.Reverse(order)
	case c.calls("kerio"):
		order = []engine.AdminStyle{engine.AdminKerio}
	case c.calls("mirapoint"):
		order = []engine.AdminStyle{engine.AdminMirapoint}
	case c.calls("cyrus", "zimbra"):
		order = []engine.AdminStyle{engine.AdminAuthzid}
	default:
		order = append(order, engine.AdminAuthzid)
	}
	return order
}

func (d *Dialer) remembered(side engine.Side) engine.AdminStyle {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.styles[side]
}

func (d *Dialer) remember(side engine.Side, style engine.AdminStyle) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.styles[side] = style
}

// tell completes a fault.
func (s *signIn) tell(err error) error { return complete(s.side, err) }
