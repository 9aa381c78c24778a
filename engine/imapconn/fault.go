package imapconn

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"mxodus/engine"
)

// fault turns an error of the connection or of the server into a *engine.Fault.
// what completes "mxodus tried to": "list the folders". What a server refuses
// for reasons of its own is SkipMessage and CodeRefused; callers that asked for
// something else than a message raise the class.
func (c *conn) fault(what string, err error) *engine.Fault {
	f := c.classify(what, err)
	if f.Code == engine.CodeToken && c.stale != nil {
		c.stale()
	}
	if c.guard != nil && c.guard.isDead() && f.Class == engine.Retry && !isConnLimit(f) {
		f.Class = engine.Reconnect
	}
	return f
}

func (c *conn) classify(what string, err error) *engine.Fault {
	var (
		done    *cancelled
		known   *engine.Fault
		refused *imap.Error
		bye     *byeError
		long    *tooLong
	)
	switch {
	case errors.As(err, &done):
		return c.stopped(what, done.cause)
	case errors.As(err, &known):
		return known
	case errors.As(err, &refused):
		return c.told(what, refused)
	case errors.As(err, &bye):
		return c.farewell(what, bye)
	case errors.As(err, &long):
		return c.flooded(what, long)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return c.stopped(what, err)
	case errors.Is(err, errSilent):
		return c.say(&engine.Fault{Class: engine.Reconnect, Code: engine.CodeSilent,
			What: "{Server} stopped answering while mxodus tried to {what}.",
			Do:   "Nothing yet: mxodus connects again. If it happens often, look at the server's load and at firewalls on the way.", Who: "nobody"}, what, err)
	case errors.Is(err, errBadAppend):
		return c.say(&engine.Fault{Class: engine.Reconnect, Code: engine.CodeRefused,
			What: "{Server} did not understand how a message was sent to it.",
			Do:   "Nothing yet: mxodus connects again, looks which messages arrived, and sends the others one by one.", Who: "nobody"}, what, err)
	}
	return c.lost(what, err)
}

// lost is a connection that ended without a word. What go-imap makes of it, or
// of a reply that it can't read, is kept as the cause.
func (c *conn) lost(what string, err error) *engine.Fault {
	f := &engine.Fault{Class: engine.Reconnect, Code: engine.CodeLost,
		What: "The connection to {server} was lost while mxodus tried to {what}.",
		Do:   "Nothing yet: mxodus connects again. If it happens often, look at the network and at the server's log.", Who: "nobody"}
	var op *net.OpError
	if !isEnd(err) && !errors.Is(err, errHungUp) && !errors.As(err, &op) && !errors.Is(err, net.ErrClosed) {
		f.Code = engine.CodeProtocol
		f.What = "{Server} sent something that mxodus can't read while it tried to {what}."
		f.Do = "Nothing yet: mxodus connects again. If it stays, run with --trace trace.txt and send that file to whoever looks after mxodus."
	}
	return c.say(f, what, err)
}

// isConnLimit says that a refusal is about connections: another one may be borne.
func isConnLimit(f *engine.Fault) bool {
	return f.Code == engine.CodeConnLimit || f.Code == engine.CodeFullHouse
}

// stopped is our own end of a call: the context's. Its code says that nobody is
// to blame, so that another side's fault is shown rather than this one.
func (c *conn) stopped(what string, cause error) *engine.Fault {
	if errors.Is(cause, context.DeadlineExceeded) {
		return c.say(&engine.Fault{Class: engine.Reconnect, Code: engine.CodeSilent,
			What: "{Server} took too long when mxodus tried to {what}.",
			Do:   "Try again. If it stays, look at the server's load and at the network.", Who: "you"}, what, cause)
	}
	return c.say(&engine.Fault{Class: engine.Retry, Code: engine.CodeInternal,
		What: "mxodus was stopped while it tried to {what}.", Do: "Run again: it goes on where it stopped.", Who: "you"}, what, cause)
}

// told is a tagged NO or BAD.
func (c *conn) told(what string, e *imap.Error) *engine.Fault {
	clean := &imap.Error{Type: e.Type, Code: imap.ResponseCode(engine.Clean(string(e.Code), 100)), Text: engine.Clean(c.scrub(e.Text), maxSaid)}
	f := lookUp(string(clean.Code), clean.Text)
	if f == nil {
		f = &engine.Fault{Class: engine.SkipMessage, Code: engine.CodeRefused, What: "{Server} refused to {what}.",
			Do: "Read its own words; they say why.", Who: "the administrator of {server}"}
	}
	f.Said = c.said(status{code: string(clean.Code), text: clean.Text}.words())
	if f.Wait > 0 {
		f.Until = time.Now().Add(f.Wait)
	}
	return c.say(f, what, clean)
}

// farewell is a BYE: the connection is over in any case.
func (c *conn) farewell(what string, e *byeError) *engine.Fault {
	s := statusOf([]byte(e.said))
	f := lookUp(s.code, s.text)
	if f == nil {
		f = &engine.Fault{Class: engine.Reconnect, Code: engine.CodeLost, What: "{Server} closed the connection while mxodus tried to {what}.",
			Do: "Nothing yet: mxodus connects again.", Who: "nobody"}
	}
	if f.Class == engine.Retry && !isConnLimit(f) || f.Class == engine.SkipMessage || f.Class == engine.SkipFolder {
		f.Class = engine.Reconnect
	}
	f.Said = c.said(e.said)
	return c.say(f, what, e)
}

// flooded is a line or a literal that is longer than anything useful.
func (c *conn) flooded(what string, e *tooLong) *engine.Fault {
	f := &engine.Fault{Class: engine.Reconnect, Code: engine.CodeProtocol,
		What: "{Server} sent far more than mxodus takes while it tried to {what}, so mxodus hung up.",
		Do:   "Nothing yet: mxodus connects again. If it stays, the server is broken or not what it claims to be.", Who: "the administrator of {server}"}
	if e.what == "a literal" && e.size > 0 {
		f.Code = engine.CodeTooBig
		f.What = fmt.Sprintf("{Server} announced a message of %d bytes, more than mxodus takes, so mxodus hung up.", e.size)
	}
	return c.say(f, what, e)
}

// said is the server's words, with those of the last alert behind them.
func (c *conn) said(words string) string {
	words = engine.Clean(c.scrub(words), maxSaid)
	if c.guard == nil {
		return words
	}
	c.guard.mu.Lock()
	alert := c.guard.alert
	c.guard.mu.Unlock()
	if alert = c.scrub(alert); alert != "" && !strings.Contains(words, alert) {
		words = strings.TrimSpace(words + " / " + alert)
	}
	return words
}

// scrub removes secrets that a server echoes.
func (c *conn) scrub(s string) string { return c.hide.scrub(s) }

// say fills in the names of things.
func (c *conn) say(f *engine.Fault, what string, err error) *engine.Fault {
	fill(c.side, f, what)
	f.Err = fmt.Errorf("%s: %w", what, err)
	return f
}

// fill puts the server's name into words.
func (c *conn) fill(s string) string { return c.fillWhat(s, "") }

// fillWhat also puts in what was tried.
func (c *conn) fillWhat(s, what string) string { return filler(c.side, what).Replace(s) }
