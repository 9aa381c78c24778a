package imapconn

import (
	"mxodus/engine"
)

// A BAD to an APPEND has two meanings. The server may have read the message and
// not want it: Exchange says BAD where others say NO. Or it took the command for
// something else, and then the lines of the message are commands to it. Which it
// was shows a moment later, because then each of those lines has a reply, with
// tags that aren't ours.
//
// So a BAD that may be a refusal makes its message a suspect. Nothing more is sent
// until everything in flight is answered, and then a NOOP alone: its tag, which
// nobody who wrote a mail can know, comes back only from a server that has read
// every byte before it as we meant it. With it, and no stranger's reply before it,
// the suspect was refused and the connection goes on. A stranger's reply closes
// the connection at once, and so does a BAD that comes before the whole message
// was sent, or that is no refusal in any words known.

// suspect is a shipment that drew a BAD, and the fault that it is if that was a
// refusal.
type suspect struct {
	sh *shipment
	f  *engine.Fault
}

// badMost is how many such refusals one connection takes: servers close one that
// draws many, whatever is in flight on it then.
const badMost = 5

// isUnfit says that a server's words are about the message: it takes none such.
func isUnfit(s status) bool {
	f := lookUp(s.code, s.text)
	return f != nil && f.Class == engine.SkipMessage && f.Code == engine.CodeRefused
}

// mayBeRefusal is asked for every BAD to an APPEND, as soon as it is read. A
// literal that waited for the server's go-ahead can't be taken for commands, so
// there the words don't matter.
func (a *appending) mayBeRefusal(tag string, s status) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, sh := range a.flying {
		if sh.tag != tag {
			continue
		}
		known := sh.waits || a.s.guard.saysBad.Load() && isUnfit(s)
		read := sh.ended && a.r.handed.Load() >= sh.upTo
		sh.suspect = known && !a.strangers && (read || sh.waits && a.r.asks(tag))
		return sh.suspect
	}
	return false
}

// asks says that the command's literal waits for the server.
func (r *rawIO) asks(tag string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asking == tag
}

// stranger takes a reply that nobody asked for: after a BAD it ends the connection.
func (a *appending) stranger() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.strangers = true
	if len(a.suspects) == 0 {
		return nil
	}
	return errBadAppend
}

// suspected keeps a suspect until it is proven.
func (a *appending) suspected(sh *shipment, f *engine.Fault) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.suspects = append(a.suspects, suspect{sh, f})
	a.s.bads++
}

// doubts says that nothing may be sent but the proof.
func (a *appending) doubts() bool { return len(a.suspects) > 0 || a.proof != "" }

// prove asks for the proof, once nothing else is in flight. The writer calls it.
func (a *appending) prove() {
	a.mu.Lock()
	due := len(a.suspects) > 0 && a.proof == "" && len(a.flying) == 0
	if due {
		a.proof = a.r.begin("NOOP")
	}
	a.mu.Unlock()
	if due {
		_ = a.r.end() // sticky
		a.change.Broadcast()
	}
}

// isProof takes the proof's tag.
func (a *appending) isProof(tag string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.proof != "" && a.proof == tag
}

// proven reports suspects as refused: whatever the NOOP was answered, it was read
// as one. An error ends a connection that has taken enough of them.
func (a *appending) proven(kind string, st status) error {
	a.mu.Lock()
	list := a.suspects
	a.suspects, a.busy = nil, true
	many := a.s.bads >= badMost
	if !many { // else the writer is kept from sending what could only be lost
		a.proof = ""
	}
	a.mu.Unlock()
	defer a.settled()
	if kind != "OK" {
		a.brake(a.s.refusal("store messages", kind, st, engine.SkipMessage))
	}
	for _, s := range list {
		a.refused(s.sh, s.f)
	}
	if !many {
		return nil
	}
	return &engine.Fault{Class: engine.Reconnect, Code: engine.CodeProtocol, Side: a.s.side, Who: nobody,
		What: "The new server refused several messages, so mxodus takes a new connection before the server closes this one.",
		Do:   "Nothing: mxodus goes on by itself."}
}
