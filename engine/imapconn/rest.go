package imapconn

import (
	"sync"
	"time"

	"mxodus/engine"
)

// rest is a wait that a server asked for. All connections of one project into one
// mailbox share it: while it lasts, none of them begins a command, a connection
// or even a good-bye. nil is one that nobody asks for. It is safe for many
// goroutines.
type rest struct {
	mu    sync.Mutex
	until time.Time
	why   *engine.Fault
}

// ask makes the wait last until f's does, if that is later.
func (r *rest) ask(f *engine.Fault) {
	if r == nil || f.Wait <= 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if f.Until.After(r.until) {
		r.until, r.why = f.Until, f
	}
}

// left is the fault of whoever would begin something now, with the time that is
// left; nil when nobody has to wait.
func (r *rest) left() *engine.Fault {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	wait := time.Until(r.until)
	if wait <= 0 {
		return nil
	}
	f := *r.why
	f.Wait = wait
	return &f
}

// restKey names a mailbox at a server.
type restKey struct {
	side engine.Side
	name string // its log-in name
}

// restOf is the wait that all connections into a mailbox share.
func (d *Dialer) restOf(side engine.Side, name string) *rest {
	d.mu.Lock()
	defer d.mu.Unlock()
	k := restKey{side, name}
	if d.rests[k] == nil {
		d.rests[k] = &rest{}
	}
	return d.rests[k]
}

// isThrottle says that a refusal is about how much is asked of the server, not
// about what. A bare LIMIT may be about one folder or one message.
func isThrottle(s status) bool {
	f := lookUp(s.code, s.text)
	return f != nil && f.Code == engine.CodeThrottled && (f.Wait > 0 || s.code != "LIMIT")
}

// throttled is the fault of a reply that asks to go slower; nil when it doesn't.
// However it came and whoever sees to it, the wait is noted.
func (c *conn) throttled(kind string, s status) *engine.Fault {
	if kind != "NO" && kind != "BAD" && kind != "BYE" || !isThrottle(s) {
		return nil
	}
	f := c.fault("go on", statusError(kind, s))
	c.rest.ask(f)
	return f
}
