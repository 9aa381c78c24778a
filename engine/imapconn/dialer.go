package imapconn

import (
	"context"
	"log/slog"
	"sync"

	"github.com/emersion/go-imap/v2/imapclient"

	"mxodus/engine"
)

// TokenSource gives OAuth access tokens. It is safe for many goroutines.
type TokenSource interface {
	// Token returns a token that opens this user's mailbox: a kept one while it
	// is good, else a new one. Its errors should be *engine.Fault.
	Token(ctx context.Context, user string) (engine.Secret, error)
	// Invalidate says that a server refused this token: the next Token must be
	// another.
	Invalidate(user string, token engine.Secret)
}

// Dialer opens sessions of one project. It implements engine.Dialer and is safe
// for many goroutines.
type Dialer struct {
	project engine.Project
	vault   engine.Vault
	limits  engine.Limits
	trace   *traceFile
	tokens  map[engine.Side]TokenSource
	spare   *spare
	log     *slog.Logger

	mu     sync.Mutex
	styles map[engine.Side]engine.AdminStyle // that worked
	rests  map[restKey]*rest
}

// NewDialer makes the dialer of a project. v must be unlocked. Nothing is opened
// before the first session, the trace file included.
func NewDialer(p engine.Project, v engine.Vault, o engine.DialOptions) *Dialer {
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Dialer{log: log, project: p, vault: v, limits: p.Bounds(), trace: newTraceFile(o.TraceFile), spare: newSpare(),
		tokens: map[engine.Side]TokenSource{}, styles: map[engine.Side]engine.AdminStyle{}, rests: map[restKey]*rest{}}
}

// UseTokens signs in to one side with tokens from t. Call it before the first
// session.
func (d *Dialer) UseTokens(side engine.Side, t TokenSource) { d.tokens[side] = t }

// Source opens a signed-in session to the old server.
func (d *Dialer) Source(ctx context.Context, u engine.User) (engine.Source, error) {
	c, err := d.open(ctx, engine.SideSource, u)
	if err != nil {
		return nil, err
	}
	return newSession(c), nil
}

// Destination opens a signed-in session to the new server.
func (d *Dialer) Destination(ctx context.Context, u engine.User) (engine.Destination, error) {
	c, err := d.open(ctx, engine.SideDestination, u)
	if err != nil {
		return nil, err
	}
	return newSession(c), nil
}

func (d *Dialer) endpoint(side engine.Side) engine.Endpoint {
	if side == engine.SideSource {
		return d.project.Source
	}
	return d.project.Destination
}

// open connects and signs in. Its errors are *engine.Fault.
func (d *Dialer) open(ctx context.Context, side engine.Side, u engine.User) (*conn, error) {
	s := &signIn{d: d, side: side, e: d.endpoint(side), user: u}
	if err := s.prepare(); err != nil {
		return nil, s.tell(err)
	}
	c, err := s.run(ctx)
	if err != nil {
		err = s.tell(err)
		d.log.Debug("could not sign in", "side", side, "user", engine.Clean(s.name, 200), "why", err)
		return nil, err
	}
	d.log.Debug("signed in", "side", side, "user", engine.Clean(s.name, 200), "tls", c.info.TLS)
	c.guard.literalPlus.Store(c.info.LiteralPlus)
	c.guard.saysBad.Store(c.info.Rewrites)
	c.guard.hand(c.libGreeting())
	c.client = imapclient.New(c.guard, nil)
	return c, nil
}

// hand gives the replies to go-imap from now on, this greeting first.
func (g *guard) hand(greeting string) {
	g.lib.out = []byte(greeting)
	g.setBusy(true)
	g.yield()
}

// dialing is an attempt to reach one side.
func (d *Dialer) dialing(side engine.Side) (*dialing, error) {
	hide := &hider{}
	tr, err := d.trace.connection(string(side), hide)
	if err != nil {
		return nil, err
	}
	return &dialing{e: d.endpoint(side), side: side, bounds: d.limits, hide: hide, trace: tr, spare: d.spare}, nil
}

// Check connects, protects the connection, and reads greeting and capabilities,
// without signing in. Its errors are *engine.Fault.
func Check(ctx context.Context, e engine.Endpoint, o engine.DialOptions) (engine.SessionInfo, error) {
	hide := &hider{}
	tr, err := newTraceFile(o.TraceFile).connection("check", hide)
	if err != nil {
		return engine.SessionInfo{}, err
	}
	dl := &dialing{e: e, bounds: engine.Limits{}.WithDefaults(), hide: hide, trace: tr, spare: newSpare()}
	c, err := dl.connect(ctx)
	if err != nil {
		return engine.SessionInfo{}, err
	}
	defer func() { _ = c.close() }()
	return c.info, nil
}
