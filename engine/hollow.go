package engine

import "strings"

// takeAgain notes that a message which wasn't brought over is still listed.
func (w *folderWork) takeAgain(r Record) {
	delete(w.again, r.UID)
	if r.Reason != ReasonGone {
		return
	}
	if w.wasGone == nil {
		w.wasGone = map[uint32]bool{}
	}
	w.wasGone[r.UID] = true
}

// goneReason is why a message that was listed isn't there. Who is listed again, and
// is gone again, never was there; at iCloud that is so at once.
func (w *folderWork) goneReason(uid uint32) Reason {
	if w.wasGone[uid] || w.m.env.project.Source.listsHollow() {
		return ReasonHollow
	}
	return ReasonGone
}

// listsHollow says that the server is known to list numbers that have no message
// behind them: iCloud.
func (e Endpoint) listsHollow() bool {
	return e.Preset == "icloud" || strings.EqualFold(e.Host, "imap.mail.me.com")
}

func hollowFault() *Fault {
	return &Fault{Class: SkipMessage, Code: Code(ReasonHollow), Side: SideSource, Who: "nobody",
		What: "The old server lists a number that has no message behind it.", Do: "Nothing: it isn't asked for again."}
}
