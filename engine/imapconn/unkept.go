package imapconn

import (
	"strings"

	"mxodus/engine"
)

// renumbered says that a folder's UIDs name other messages than they did when
// its status was read.
func (s *session) renumbered(f engine.Folder, validity uint32, now engine.Status) bool {
	if now.UIDValidity == 0 || validity == 0 || now.UIDValidity == validity {
		return false
	}
	return !s.unkept(f, validity, now)
}

// unkept says that UIDVALIDITY changed for no other reason than that time went
// by. Courier writes a folder's UIDs down when it is first opened with SELECT;
// a folder that nobody has ever opened so (a mailbox read by POP3 only, or one
// restored from a backup) is numbered from 1 in the order of its files at every
// look, and its UIDVALIDITY is the server's clock. EXAMINE never changes that,
// so waiting for a UIDVALIDITY that stays would be waiting for ever. While as
// many messages stand there as before, the numbers are the same; the next run
// pairs the messages again by their headers in any case.
func (s *session) unkept(f engine.Folder, validity uint32, now engine.Status) bool {
	was := f.Status
	return strings.Contains(s.info.Greeting, "Courier-IMAP") && was != nil && now.UIDValidity > validity &&
		was.Messages == now.Messages && int64(was.UIDNext) == int64(was.Messages)+1 &&
		(now.UIDNext == 0 || now.UIDNext == was.UIDNext)
}
