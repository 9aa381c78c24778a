package imapconn

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"mxodus/engine"
)

// conn is one signed-in connection: go-imap's client on top of the guard. It is
// used by one goroutine at a time, but for traffic and close.
type conn struct {
	client *imapclient.Client // nil until signed in
	guard  *guard
	info   engine.SessionInfo
	side   engine.Side
	user   engine.User
	limits limits
	bounds engine.Limits // the project's, with defaults
	kind   engine.EndpointKind
	hide   *hider
	rest   *rest  // shared with the other connections into this mailbox; may be nil
	stale  func() // says that the token ran out; nil without one

	capSet     map[string]bool
	serverID   string // what it calls itself (ID), cleaned
	introduced string // tag of our ID; empty: not sent yet
	tags       atomic.Int64
	mark       string // begins our tags: nobody who wrote a mail can know it
	once       sync.Once
}

// do runs f, which waits for replies, under the watch: when ctx ends, or a due
// reply makes no progress, the socket is closed so that f returns. What f
// returns of the connection or the server becomes a *engine.Fault naming what,
// which completes "mxodus tried to": "list the folders". The cause (ctx's end, silence,
// the words of BYE) wins over what go-imap makes of it. Errors that have nothing
// to do with the connection, such as a callback's, are returned as they are.
// While the server has this mailbox wait, f isn't run.
func (c *conn) do(ctx context.Context, what string, f func() error) error {
	if err := c.rested(); err != nil {
		return err
	}
	return c.watched(ctx, what, f)
}

// rested is the fault of beginning anything while the server has this mailbox
// wait; nil otherwise.
func (c *conn) rested() error {
	if f := c.rest.left(); f != nil {
		return f
	}
	return nil
}

// watched is do for whoever sees to waits by itself.
func (c *conn) watched(ctx context.Context, what string, f func() error) error {
	if err := ctx.Err(); err != nil {
		return c.fault(what, context.Cause(ctx))
	}
	if err := c.guard.over(); err != nil {
		return c.fault(what, err)
	}
	stop := context.AfterFunc(ctx, func() { c.guard.fail(&cancelled{context.Cause(ctx)}) })
	defer stop()
	err := f()
	if err == nil {
		return nil
	}
	var known *engine.Fault
	var refused *imap.Error
	var bad *badReply
	why := c.guard.why()
	switch {
	case errors.As(err, &known):
		return err
	case errors.As(err, &refused), errors.As(err, &bad):
		return c.fault(what, err)
	case errors.Is(why, errAbandoned) && !errors.Is(err, errAbandoned):
		return err
	case why != nil && !errors.Is(why, net.ErrClosed):
		return c.fault(what, why)
	case c.guard.isDead() || isEnd(err) || isCut(err):
		return c.fault(what, err)
	}
	return err
}

// freshMark makes the beginning of a connection's tags.
func freshMark() string { return "M" + rand.Text()[:6] + "x" }

// cancelled says that we ended the connection ourselves.
type cancelled struct{ cause error }

func (e *cancelled) Error() string { return e.cause.Error() }
func (e *cancelled) Unwrap() error { return e.cause }

// caps are the server's capabilities after sign-in, in upper case.
func (c *conn) caps() map[string]bool { return c.capSet }

// Info never changes after sign-in.
func (c *conn) Info() engine.SessionInfo { return c.info }

// Traffic may be called from any goroutine at any time.
func (c *conn) Traffic() engine.Traffic { return c.traffic() }

// Close says good-bye and closes the socket.
func (c *conn) Close() error { return c.close() }

func (c *conn) traffic() engine.Traffic { return c.guard.traffic() }

// farewell is how long it may take to send LOGOUT.
const farewell = 2 * time.Second

// close ends the connection. It waits for nothing that the server says, and may
// be called twice and from any goroutine: whoever waits in do gets an error.
func (c *conn) close() error {
	c.once.Do(func() {
		if !c.guard.isDead() && !c.guard.isDue() {
			c.logout()
		}
		_ = c.guard.Close()
	})
	return nil
}

// logout is LOGOUT (RFC 3501 section 6.1.3), whose reply nobody needs: servers
// that count connections learn at once that this one is over. One that has us
// wait isn't even told good-bye.
func (c *conn) logout() {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	_ = c.raw(ctx, "log out", func(r *rawIO) error {
		r.command("LOGOUT", "")
		return r.flush()
	}) // the connection is closed whatever comes of it
}
