package imapconn

import (
	"time"

	"mxodus/engine"
)

// write sends messages until none can come any more and all are replied to, or
// the connection is gone.
func (a *appending) write() {
	defer func() {
		a.mu.Lock()
		a.over = true
		a.mu.Unlock()
		a.change.Broadcast()
	}()
	for a.r.err == nil {
		o, alone := a.next()
		if o == nil {
			return
		}
		if !a.ship(o, alone) {
			a.mu.Lock()
			a.redo = append(a.redo, o) // taken, and never sent
			a.mu.Unlock()
			return
		}
	}
}

// next takes the next message; nil when there is none left. While it waits,
// nothing stays unsent.
func (a *appending) next() (o *engine.Outgoing, alone bool) {
	for {
		if a.ctx.Err() != nil {
			a.in = nil
		}
		if o := a.takeRedo(); o != nil {
			return o, true
		}
		select {
		case o, ok := <-a.in:
			if ok {
				return o, false
			}
			a.in = nil
			continue
		default:
		}
		if a.pause(); a.r.err != nil || a.in == nil && a.idle() {
			return nil, false
		}
		var cancelled <-chan struct{}
		if a.in != nil {
			cancelled = a.ctx.Done()
		}
		select {
		case o, ok := <-a.in:
			if ok {
				return o, false
			}
			a.in = nil
		case <-a.landed:
		case <-cancelled:
		case <-a.s.guard.closed:
			return nil, false
		}
	}
}

func (a *appending) takeRedo() *engine.Outgoing {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.redo) == 0 {
		return nil
	}
	o := a.redo[0]
	a.redo = a.redo[1:]
	return o
}

// idle says that every message has its reply.
func (a *appending) idle() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.flying)+len(a.redo) == 0 && !a.doubts() && !a.busy
}

// pause sends what is written. An open command stays open as long as another one
// is in flight: more messages can join it without costing any time.
func (a *appending) pause() {
	a.prove()
	if sh := a.open; sh != nil {
		a.mu.Lock()
		last := len(a.flying) == 1 || sh.replied
		a.mu.Unlock()
		if last || a.in == nil {
			a.close()
		}
	}
	_ = a.r.flush() // sticky
}

// close ends the open command.
func (a *appending) close() {
	sh := a.open
	if sh == nil {
		return
	}
	a.open = nil
	_ = a.r.end() // sticky
	a.land(sh)
}

// land lets the reader have a shipment: the writer touches it no more.
func (a *appending) land(sh *shipment) {
	a.mu.Lock()
	sh.ended, sh.upTo = true, a.r.written()
	sh.since = time.Now()
	a.mu.Unlock()
	a.change.Broadcast()
}

// ship sends one message; false when that is not possible any more.
func (a *appending) ship(o *engine.Outgoing, alone bool) bool {
	if refusal := a.unfit(o); refusal != nil {
		return a.turnBack(o, refusal)
	}
	if !a.waitRoom(o.Body.Size()) {
		return false
	}
	if refusal := a.s.rested(); refusal != nil {
		return a.turnBack(o, refusal)
	}
	if a.open != nil && !a.joins(o, alone) {
		a.close()
	}
	sh := a.open
	if sh == nil {
		sh = a.begin(o.Wire)
	}
	a.mu.Lock()
	sh.msgs = append(sh.msgs, o)
	sh.bytes += o.Body.Size()
	a.count++
	a.bytes += o.Body.Size()
	a.mu.Unlock()
	a.message(sh, o)
	if a.open != nil && (alone || !a.shares(o)) {
		a.close()
	}
	return true
}

// turnBack refuses a message that is not sent.
func (a *appending) turnBack(o *engine.Outgoing, why error) bool {
	a.mu.Lock()
	a.ready = append(a.ready, fate{o, engine.Appended{Outcome: engine.Refused, Err: why}})
	a.mu.Unlock()
	a.change.Broadcast()
	return true
}

// unfit is why a message is not sent at all.
func (a *appending) unfit(o *engine.Outgoing) error {
	size := o.Body.Size()
	switch {
	case size == 0:
		return &engine.Fault{Class: engine.SkipMessage, Code: engine.CodeRefused, Side: a.s.side, What: "The message is empty: no server stores that."}
	case !sendable(o.Wire):
		return a.s.unsendable(o.Wire)
	case a.most > 0 && size > a.most:
		return &engine.Fault{Class: engine.SkipMessage, Code: engine.CodeTooBig, Side: a.s.side,
			What: "The message is larger than the new server takes.", Do: "Raise the limit there, or save the message by hand.", Who: "the administrator of the new server"}
	}
	return nil
}

// waitRoom waits until so many more bytes may be in flight; false when nothing
// more is to be sent.
func (a *appending) waitRoom(size int64) bool {
	for {
		a.mu.Lock()
		room := !a.doubts() && (a.count < a.window && a.bytes+size <= windowBytes || a.count == 0)
		a.mu.Unlock()
		if room {
			return a.r.err == nil
		}
		if a.pause(); a.r.err != nil {
			return false
		}
		select {
		case <-a.landed:
		case <-a.s.guard.closed:
			return false
		case <-a.ctx.Done():
			return false
		}
	}
}

// shares says that a message may share its command with others.
func (a *appending) shares(o *engine.Outgoing) bool {
	return a.multi && o.Body.Size() <= multiSize
}

// joins says that a message may go into the open command.
func (a *appending) joins(o *engine.Outgoing, alone bool) bool {
	sh := a.open
	a.mu.Lock()
	defer a.mu.Unlock()
	return !alone && a.shares(o) && !sh.replied && sh.wire == o.Wire &&
		len(sh.msgs) < multiMessages && sh.bytes+o.Body.Size() <= multiBytes
}

// begin opens a command.
func (a *appending) begin(wire string) *shipment {
	sh := &shipment{tag: a.r.begin("APPEND"), wire: wire}
	a.mu.Lock()
	a.flying = append(a.flying, sh)
	a.mu.Unlock()
	a.change.Broadcast()
	a.r.folder(wire)
	a.open = sh
	return sh
}

// message writes one message into the open command (RFC 3501 section 6.3.11, RFC
// 3502). Its arguments are such that no server has cause to answer BAD.
func (a *appending) message(sh *shipment, o *engine.Outgoing) {
	r := a.r
	r.line = appendArguments(r.line, o.Flags, a.s.HoldableDate(o.Date))
	r.ask = o.Alone
	if !r.goesAhead(o.Body.Size()) {
		a.mu.Lock()
		sh.waits = len(sh.msgs) == 1
		a.mu.Unlock()
	}
	err := r.announce(o.Body.Size())
	if r.ask = false; err != nil { // refused before the body, or the connection is gone
		a.open = nil
		a.land(sh)
		return
	}
	_, _ = o.Body.WriteTo(literalWriter{r}) // sticky
	if r.err == nil {
		a.mu.Lock()
		sh.whole++
		a.mu.Unlock()
	}
}

// appendArguments writes " (flags) "date" ", up to the literal.
func appendArguments(b []byte, named []string, date time.Time) []byte {
	if flags := safeFlags(named); len(flags) > 0 {
		b = append(b, " ("...)
		for i, f := range flags {
			if i > 0 {
				b = append(b, ' ')
			}
			b = append(b, f...)
		}
		b = append(b, ')')
	}
	b = append(b, ' ')
	if !date.IsZero() {
		b = append(appendDate(b, date), ' ')
	}
	return b
}

// literalWriter writes into the open literal of a rawIO.
type literalWriter struct{ r *rawIO }

func (w literalWriter) Write(b []byte) (int, error) {
	w.r.put(b)
	return len(b), w.r.err
}
