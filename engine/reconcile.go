package engine

import (
	"context"
	"time"
)

// reconcile looks for every open message at the destination. Those found are
// copied; those still missing after the quiet time (a server may store what it
// was sent up to half a minute after the connection died) are sent again; the
// others stay open.
func (m *mailbox) reconcile(ctx context.Context, dst Destination) error {
	for _, w := range m.works {
		if len(w.open) == 0 {
			continue
		}
		m.track.set(UserChecking, "looking for messages whose reply was lost", time.Time{})
		if err := w.lookFor(ctx, dst); err != nil {
			return err
		}
	}
	return nil
}

// lookFor settles or queues what is open in one folder.
func (w *folderWork) lookFor(ctx context.Context, dst Destination) error {
	open := w.open
	found, err := w.findOpen(ctx, dst, open)
	if err != nil {
		return err
	}
	var settledNow []Record
	var left []openRecord
	now := time.Now()
	for i, o := range open {
		switch quiet := now.Sub(o.since) >= w.m.limits.QuietTime; {
		case found[i] != 0:
			o.rec.State, o.rec.DestUID, o.rec.At = Copied, found[i], now
			o.rec.Said = ""
			settledNow = append(settledNow, o.rec)
		case quiet && o.spent:
			o.rec.State, o.rec.Reason, o.rec.DestUID, o.rec.At = Failed, ReasonRefused, 0, now
			if o.longLine {
				o.rec.State, o.rec.Reason = Skipped, ReasonLongLine
			}
			f := spentFault(o.last)
			o.rec.Said = f.Said
			settledNow = append(settledNow, o.rec)
			w.m.track.problem(w.name(), Attention, f)
		case quiet:
			w.m.work.giveBack(chunk{work: w, msgs: []todo{o.todoAgain()}, newest: o.rec.Date.Unix(), solo: o.solo})
		default:
			left = append(left, o)
		}
	}
	w.open = left
	return w.settle(context.WithoutCancel(ctx), settledNow, 0, 0)
}

// spentFault is why a message is given up whose fate became unknown again and
// again, the last time by last.
func spentFault(last *Fault) *Fault {
	f := &Fault{Class: SkipMessage, Code: CodeRefused, Side: SideDestination, Said: last.Said, Err: last, Who: "you",
		What: "The connection to the new server was lost each time this message was sent.",
		Do:   "Save the message by hand from the old server, or ask whoever runs the new one."}
	if last.Code == CodeRefused {
		f.What = "The new server did not understand this message, each time it was sent."
	}
	return f
}

// todoAgain is the work that an open message is if it has to be sent again.
func (o openRecord) todoAgain() todo {
	if o.todo.uid != 0 {
		return o.todo
	}
	return todoOf(Entry{UID: o.rec.UID, Size: o.rec.Size, Flags: o.rec.Flags, Date: o.rec.Date})
}

// findOpen returns, for each open message, the UID at which it stands at the
// destination, or 0.
func (w *folderWork) findOpen(ctx context.Context, dst Destination, open []openRecord) ([]uint32, error) {
	wanted := make([]Header, len(open))
	low := open[0].rec.DestUID
	for i, o := range open {
		low = min(low, o.rec.DestUID)
		wanted[i] = Header{UID: o.rec.UID, Size: o.rec.Size, Date: o.rec.Date, Identity: o.rec.Identity}
	}
	if !w.exists {
		return make([]uint32, len(open)), nil
	}
	stands, err := w.foreign(ctx, dst, low)
	if err != nil {
		return nil, err
	}
	sent := contents{digest: func(i int) Digest { return open[i].rec.Digest }}
	return w.pairOff(ctx, dst, wanted, stands, sent)
}

// foreign reads the headers of what stands at the destination from a UID on,
// without what the journal says is taken: messages of this folder that are
// copied or present already.
func (w *folderWork) foreign(ctx context.Context, dst Destination, from uint32) ([]Header, error) {
	st := w.dest.Status
	same := st != nil && w.rec.DestValidity == st.UIDValidity
	if !same {
		from = 1
	}
	byUID := map[uint32]bool{}
	byIdentity := map[Identity]int{}
	if w.rec.SourceValidity != 0 {
		err := w.m.env.file.Records(ctx, w.rec.ID, func(r Record) error {
			switch {
			case !same || r.DestUID == 0:
				byIdentity[r.Identity.kept(w.rewrites)]++
			case r.DestUID >= from:
				byUID[r.DestUID] = true
			}
			return nil
		}, Copied, Present)
		if err != nil {
			return nil, err
		}
	}
	var stands []Header
	res, err := dst.Headers(ctx, ScanRequest{Folder: w.dest, From: from}, func(h Header) error {
		switch {
		case byUID[h.UID]:
		case byIdentity[h.Identity.kept(w.rewrites)] > 0:
			byIdentity[h.Identity.kept(w.rewrites)]--
		default:
			stands = append(stands, h)
		}
		return nil
	})
	if err == nil && res.Err != nil && !IsCode(res.Err, CodeNoFolder) {
		err = res.Err
	}
	return stands, err
}
