package imapconn

import (
	"context"

	"mxodus/engine"
)

// session is engine.Source and engine.Destination on a conn.
type session struct {
	*conn
	unbuilt
}

// unbuilt are the calls that still come.
type unbuilt interface {
	engine.Reader
	engine.Writer
	Quota(ctx context.Context) (*engine.Quota, error)
}

func newSession(c *conn) *session { return &session{conn: c} }
