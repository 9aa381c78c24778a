package imapconn

import (
	"strings"

	"mxodus/engine"
)

// read takes replies until the writer has ended and everything is replied to.
func (a *appending) read() error {
	for a.await() {
		rep, err := a.r.next()
		if err != nil {
			return err
		}
		if rep.tag == "+" || rep.tag == "" && rep.kind == "BAD" {
			if err := a.stranger(); err != nil {
				return err
			}
		}
		if rep.tag == "" || rep.tag == "+" {
			continue
		}
		if a.isProof(rep.tag) {
			if err := a.proven(rep.kind, statusOf(rep.line)); err != nil {
				return err
			}
			continue
		}
		sh := a.replied(rep.tag)
		if sh == nil {
			continue
		}
		if err := a.settle(sh, rep.kind, statusOf(rep.line)); err != nil {
			return err
		}
	}
	return nil
}

// await reports what is settled already and waits until a reply is due; false
// when none will be.
func (a *appending) await() bool {
	for {
		a.report()
		a.mu.Lock()
		for len(a.flying)+len(a.ready) == 0 && a.proof == "" && !a.over {
			a.change.Wait()
		}
		due, ready := len(a.flying) > 0 || a.proof != "", len(a.ready) > 0
		a.mu.Unlock()
		if !ready {
			return due
		}
	}
}

// report hands out what was settled without the server.
func (a *appending) report() {
	a.mu.Lock()
	ready := a.ready
	a.ready = nil
	a.mu.Unlock()
	for _, f := range ready {
		a.done(f.o, f.Appended)
	}
}

// replied takes a shipment off the list of those in flight and waits until the
// writer is done with it: its bodies must not be released under its hands.
func (a *appending) replied(tag string) *shipment {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, sh := range a.flying {
		if sh.tag != tag {
			continue
		}
		sh.replied = true
		a.poke()
		for !sh.ended && !a.over {
			a.change.Wait()
		}
		a.flying, a.busy = append(a.flying[:i], a.flying[i+1:]...), true
		a.count -= len(sh.msgs)
		a.bytes -= sh.bytes
		return sh
	}
	return nil
}

// poke wakes the writer.
func (a *appending) poke() {
	select {
	case a.landed <- struct{}{}:
	default:
	}
}

// settle takes a tagged reply. An error ends the connection.
func (a *appending) settle(sh *shipment, kind string, st status) error {
	defer a.settled()
	if kind == "OK" && sh.whole == len(sh.msgs) {
		a.adapt(sh)
		a.stored(sh, st)
		return nil
	}
	if kind == "OK" { // to what it was never given
		kind = "BAD"
	}
	if st.code == "CANNOT" { // that is about names where folders are made, here it isn't
		st.code = ""
	}
	f := a.s.refusal("store the message in "+folderText(sh.wire), kind, st, engine.SkipMessage)
	if isUnfit(st) {
		f.Code = engine.CodeUnfit
	}
	switch {
	case kind == "NO", kind == "BAD" && a.s.guard.isItsNo(st):
		a.brake(f)
		a.refused(sh, f)
		return nil
	case sh.suspect:
		a.suspected(sh, f)
		return nil
	}
	a.doubtful(sh, f)
	return &engine.Fault{Class: engine.Reconnect, Code: engine.CodeProtocol, Side: a.s.side, Said: f.Said, Wait: f.Wait, Err: f,
		What: "The new server misunderstood a command, so the connection was closed.", Do: "Nothing: mxodus goes on with a new one.", Who: "nobody"}
}

// doubtful leaves open what became of a shipment that drew a BAD.
func (a *appending) doubtful(sh *shipment, f *engine.Fault) {
	f.Class, f.Code = engine.SkipMessage, engine.CodeRefused
	for _, o := range sh.msgs {
		a.doubt = append(a.doubt, fate{o, engine.Appended{Outcome: engine.Unknown, Err: f}})
	}
}

// settled lets the writer see that nothing comes of the last reply any more.
func (a *appending) settled() {
	a.mu.Lock()
	a.busy = false
	a.mu.Unlock()
	a.poke()
}

// stored reports an OK, with the UIDs that the server gave (APPENDUID, RFC 4315
// section 3): for several messages in their order.
func (a *appending) stored(sh *shipment, st status) {
	var validity uint32
	var uids []uint32
	if st.code == "APPENDUID" {
		v, set, _ := strings.Cut(st.arg, " ")
		validity = uint32(codeNumber(v, 32))
		uids, _ = parseSet(strings.TrimSpace(set), len(sh.msgs))
	}
	if len(uids) != len(sh.msgs) || validity == 0 {
		uids, validity = make([]uint32, len(sh.msgs)), 0
	}
	for i, o := range sh.msgs {
		a.done(o, engine.Appended{Outcome: engine.Stored, UID: uids[i], UIDValidity: validity})
	}
}

// refused reports a NO. Of several messages that shared a command none is stored
// (RFC 3502 section 4): unless the refusal is about all of them, each is sent
// again by itself.
func (a *appending) refused(sh *shipment, f *engine.Fault) {
	if len(sh.msgs) > 1 && !concernsEvery(f) {
		a.mu.Lock()
		a.redo = append(a.redo, sh.msgs...)
		a.mu.Unlock()
		return
	}
	for _, o := range sh.msgs {
		a.done(o, engine.Appended{Outcome: engine.Refused, Err: f})
	}
}

// concernsEvery says that a refusal would meet any other message just so.
func concernsEvery(f *engine.Fault) bool {
	switch f.Code {
	case engine.CodeNoFolder, engine.CodeThrottled, engine.CodeAuth, engine.CodeToken, engine.CodeConnLimit, engine.CodeFullHouse:
		return true
	}
	return f.Wait > 0
}
