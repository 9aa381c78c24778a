package engine

import (
	"strings"
	"time"
)

const (
	holdMost    = 10 * time.Second // a longer wait is waited without connections and without memory
	resendMost  = 8                // times a message is sent again after a refusal that may pass
	soloAfter   = 3                // times its fate may become unknown before it is sent alone
	unknownMost = 5                // times before it is given up for this run
)

// replied takes the fate of one message from the destination's pipeline.
func (l *lane) replied(o *Outgoing, a Appended) {
	it := o.Tag.(*item)
	defer l.poke()
	switch a.Outcome {
	case Stored:
		it.body.Release()
		l.takesMail()
		it.work.gave(a.UID)
		it.work.lose(it.lost)
		l.starred(it, o, a)
		it.rec.State, it.rec.DestUID, it.rec.At = Copied, a.UID, time.Now()
		_ = l.file(it, 1, it.rec.Size)
	case Refused:
		l.refused(it, AsFault(a.Err))
	case Unknown:
		l.unknown(it, AsFault(a.Err))
	default:
		l.unsent(it)
	}
	l.fly(-1) // last: what is to be sent again must be seen before nothing flies
}

// unknown leaves a message open: it may have been stored.
func (l *lane) unknown(it *item, f *Fault) {
	longLine := f.Code == CodeRefused && l.tooLongLine(it)
	it.body.Release()
	by := 1
	if f.Code == CodeRefused { // it drew a BAD: suspect at once
		by = soloAfter
	}
	n := l.m.tried(it.work, it.rec.UID, by)
	it.work.leaveOpen(openRecord{rec: it.rec, since: time.Now(), solo: n >= soloAfter, todo: it.todo, spent: n > unknownMost, last: f, longLine: longLine})
}

// refused decides what a NO means for the message, and for the others.
func (l *lane) refused(it *item, f *Fault) {
	if f.Wait > 0 { // that is about the server, not about this message
		l.m.hold.extend(f.waitEnd(time.Now()), holdWords(f))
	} else {
		it.tries++
		l.notedAway(it, f)
	}
	switch {
	case f.Code == CodeNoFolder:
		l.folderGone(it, f)
	case f.Code == CodeQuota:
		l.giveUp(it, Failed, ReasonQuota, f)
		l.end(quotaFault(f))
	case f.Wait > holdMost:
		l.unsent(it)
		g := *f
		g.Until = f.waitEnd(time.Now()) // the lane may take a while to end
		l.end(&g)
	case f.Class == Retry && (f.Wait > 0 || it.tries <= resendMost):
		l.later(it, f)
	case f.Code == CodeThrottled && f.Class == Retry: // nor is this, without a word of how long
		l.unsent(it)
		l.end(f)
	case l.likelyFull(it, f):
		l.giveUp(it, Failed, ReasonQuota, f)
		l.end(likelyFullFault(f))
	case f.Class == Reconnect && f.Code == CodeUnavailable: // the connection is gone as well
		l.unsent(it)
		l.end(f)
	case f.Class >= StopMailbox:
		l.giveUp(it, Failed, ReasonRefused, f)
		l.end(f)
	case f.Code == CodeTooBig:
		l.m.learnTooBig(it, f)
		l.giveUp(it, Skipped, ReasonTooBig, f)
	case it.hasKeywords():
		it.bare = true
		l.again(it)
	case l.tooLongLine(it):
		l.giveUp(it, Skipped, ReasonLongLine, f)
	case f.Code == CodeUnfit:
		l.giveUp(it, Skipped, ReasonUnfit, f)
	default:
		l.giveUp(it, Failed, ReasonRefused, f)
	}
}

// later sends a message again after the wait that the server asked for.
func (l *lane) later(it *item, f *Fault) {
	if f.Wait == 0 {
		l.m.hold.extend(time.Now().Add(jitter(250*time.Millisecond<<min(it.tries, 7))), holdWords(f))
	}
	l.again(it)
}

func (l *lane) again(it *item) {
	l.mu.Lock()
	over := l.laneOver
	if !over {
		l.resend = append(l.resend, it)
	}
	l.mu.Unlock()
	if over {
		l.unsent(it)
	}
}

// giveUp files a message that the destination won't have.
func (l *lane) giveUp(it *item, s State, why Reason, f *Fault) {
	it.body.Release()
	it.rec.State, it.rec.Reason, it.rec.Said, it.rec.DestUID, it.rec.At = s, why, f.Said, 0, time.Now()
	if it.rec.Said == "" {
		it.rec.Said = f.What
	}
	l.m.track.problem(it.work.name(), Attention, f)
	_ = l.file(it, 0, 0)
}

// folderGone makes the mailbox plan again, which makes the folder again; after
// that it is the folder that is refused.
func (l *lane) folderGone(it *item, f *Fault) {
	if l.isOver() { // it is being made again already
		l.unsent(it)
		return
	}
	if l.m.remade(it.work) > 2 {
		l.giveUp(it, Failed, ReasonFolder, f)
		return
	}
	l.unsent(it)
	l.m.replan()
	l.end(&Fault{Class: Reconnect, Code: CodeNoFolder, Side: SideDestination, Said: f.Said, Err: f,
		What: "The folder " + quotedPath(it.work.mapping.DestPath) + " disappeared at the new server.", Do: "Nothing: mxodus makes it again.", Who: "nobody"})
}

func quotaFault(f *Fault) *Fault {
	return &Fault{Class: StopMailbox, Code: CodeQuota, Side: SideDestination, Said: f.Said, Err: f,
		What: "The new mailbox is full.", Do: "Give it more room, or leave folders out. Then run again: it goes on where it stopped.", Who: "the administrator of the new server"}
}

// hasKeywords says that the message is sent with flags beyond the system's.
func (it *item) hasKeywords() bool {
	sent := it.flagsFor()
	return len(systemFlags(sent)) < len(sent)
}

// systemFlags are those without keywords.
func systemFlags(flags []string) []string {
	var kept []string
	for _, f := range flags {
		if strings.HasPrefix(f, `\`) {
			kept = append(kept, f)
		}
	}
	return kept
}

// leaveOpen keeps a message to be looked for.
func (w *folderWork) leaveOpen(o openRecord) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open = append(w.open, o)
}
