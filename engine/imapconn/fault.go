package imapconn

import (
	"errors"

	"github.com/emersion/go-imap/v2"

	"mxodus/engine"
)

// fault turns an error of the connection or of the server into a *engine.Fault.
// what completes "could not": "list the folders".
func (c *conn) fault(what string, err error) *engine.Fault {
	var f *engine.Fault
	if errors.As(err, &f) {
		return f
	}
	f = &engine.Fault{Class: engine.Reconnect, Code: engine.CodeLost, What: "could not " + what, Side: c.side, Err: err}
	var refused *imap.Error
	if errors.As(err, &refused) {
		f.Class, f.Code, f.Said = engine.StopMailbox, engine.CodeRefused, engine.Clean(refused.Text, maxSaid)
	}
	return f
}
