package lab

import (
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-sasl"
)

// tokenSession is a session of a server that signs in with tokens only, as Gmail
// does where passwords are off.
type tokenSession struct{ *session }

var (
	_ imapserver.SessionIMAP4rev2 = tokenSession{}
	_ imapserver.SessionSASL      = tokenSession{}
)

func (tokenSession) AuthenticateMechanisms() []string { return []string{"XOAUTH2"} }

func (tokenSession) Login(string, string) error {
	return no("AUTHENTICATIONFAILED", "Invalid credentials (Failure)")
}

func (t tokenSession) Authenticate(mechanism string) (sasl.Server, error) {
	if mechanism != "XOAUTH2" {
		return nil, no("", "Unsupported mechanism (Failure)")
	}
	return &gmailAuth{session: t.session}, nil
}

// gmailAuth is the server's side of XOAUTH2. A refusal is told in a challenge
// first, and then in the reply.
type gmailAuth struct {
	session *session
	refused bool
}

func (g *gmailAuth) Next(response []byte) (challenge []byte, done bool, err error) {
	if g.refused {
		return nil, false, no("AUTHENTICATIONFAILED", "Invalid credentials (Failure)")
	}
	if response == nil {
		return []byte{}, false, nil
	}
	user, token, ok := readXOAUTH2(response)
	s := g.session
	if err := s.server.decide(Command{Name: "AUTHENTICATE", User: user}, s.wire); err != nil {
		return nil, false, err
	}
	a := s.server.account(user)
	if !ok || a == nil || !s.server.o.Opens(user, token) {
		g.refused = true
		return []byte(`{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}`), false, nil
	}
	if err := s.server.enter(s, a); err != nil {
		return nil, false, no("ALERT", "Too many simultaneous connections. (Failure)")
	}
	s.account, s.token = a, token
	s.wire.signedIn()
	return nil, true, nil
}

// lapsed ends a session whose token has run out.
func (s *session) lapsed() error {
	if s.account == nil || s.server.o.Opens == nil || s.server.o.Opens(s.account.name, s.token) {
		return nil
	}
	return s.wire.bye("Session expired, please login again.")
}
