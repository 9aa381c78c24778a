package imapconn

import (
	"mxodus/engine"
)

// session is engine.Source and engine.Destination on a conn.
//
// What moves in bulk, or names folders, goes past go-imap: it can't spell every
// folder's name, books unasked FETCH replies as answers, waits a round trip for
// every literal over 4,096 bytes, and one reply it can't read ends it. Single
// commands about UIDs and quotas are go-imap's.
type session struct {
	*conn
	names    naming   // as Folders found it
	selected *opening // the folder that is selected now; nil: none that we know of
	zones    zones
	flags    flagLists
	bads     int // messages that drew a BAD and were refused by it
}

func newSession(c *conn) *session {
	return &session{conn: c, names: naming{personal: namespace{sep: "/"}}, zones: zones{}, flags: flagLists{}}
}

var (
	_ engine.Source      = (*session)(nil)
	_ engine.Destination = (*session)(nil)
)

// has says that the server offers a capability, in upper case.
func (s *session) has(capability string) bool { return s.caps()[capability] }

// WireName is the server's spelling of a path that may not exist yet. It rests on
// what Folders found.
func (s *session) WireName(path []string) string { return s.names.wire(path) }
