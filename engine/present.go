package engine

import (
	"context"
	"slices"
	"time"
)

// findPresent finds the work that stands at the destination already, from an
// earlier attempt or another tool, and files it as Present. It costs nothing
// where nothing stands that isn't ours.
func (m *mailbox) findPresent(ctx context.Context, p *pair, works []*folderWork) error {
	for _, w := range works {
		if len(w.todo) == 0 || w.late() || !w.mayStand() {
			continue
		}
		if err := w.findPresent(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// mayStand says that the destination holds messages that we neither sent nor
// looked at before.
func (w *folderWork) mayStand() bool {
	st := w.dest.Status
	if !w.exists || w.created {
		return false
	}
	if st == nil {
		return true
	}
	return st.Messages > 0 && (st.UIDNext == 0 || st.UIDNext > w.rec.DestNext || w.rec.DestValidity != st.UIDValidity)
}

func (w *folderWork) findPresent(ctx context.Context, p *pair) error {
	from := max(w.rec.DestNext, 1)
	var c crew
	var stands, wanted []Header
	var dstErr, srcErr error
	c.do(&dstErr, func() (err error) { stands, err = w.foreign(ctx, p.dst, from); return err })
	c.do(&srcErr, func() (err error) { wanted, err = w.workHeaders(ctx, p.src); return err })
	c.Wait()
	stands = w.withoutOpen(stands)
	if err := worse(srcErr, dstErr); err != nil || len(stands) == 0 {
		return err
	}
	found, err := w.pairOff(ctx, p.dst, wanted, stands, w.sourceContents(p.src, wanted))
	if err != nil {
		return err
	}
	return w.filePresent(ctx, wanted, found)
}

// withoutOpen leaves out what may be ours: a message whose fate is unknown and
// that stands there must not be taken for its twin, which is still to be sent.
func (w *folderWork) withoutOpen(stands []Header) []Header {
	bounds := map[Identity][]uint32{} // lowest UIDs that the open ones can have
	for _, o := range w.open {
		bounds[o.rec.Identity] = append(bounds[o.rec.Identity], o.rec.DestUID)
	}
	return slices.DeleteFunc(stands, func(h Header) bool {
		low := bounds[h.Identity]
		i := slices.IndexFunc(low, func(uid uint32) bool { return h.UID >= uid })
		if i < 0 {
			return false
		}
		bounds[h.Identity] = slices.Delete(low, i, i+1)
		return true
	})
}

// sourceContents reads messages from the source to compare them.
func (w *folderWork) sourceContents(src Source, wanted []Header) contents {
	return contents{fetch: func(ctx context.Context, indexes []int) (map[int]Digest, error) {
		uids := make([]uint32, len(indexes))
		for i, at := range indexes {
			uids[i] = wanted[at].UID
		}
		f := w.mapping.Source
		_, normal, err := digests(ctx, src, f, f.validity(), uids, w.m.memory)
		got := make(map[int]Digest, len(indexes))
		for i, at := range indexes {
			if d, ok := normal[uids[i]]; ok {
				got[at] = d
			}
		}
		return got, err
	}}
}

// workHeaders reads the identities of the work.
func (w *folderWork) workHeaders(ctx context.Context, src Source) ([]Header, error) {
	uids := make([]uint32, len(w.todo))
	for i, t := range w.todo {
		uids[i] = t.uid
	}
	var wanted []Header
	res, err := src.Headers(ctx, ScanRequest{Folder: w.mapping.Source, UIDs: uids}, func(h Header) error {
		wanted = append(wanted, h)
		return nil
	})
	if err == nil {
		err = res.Err
	}
	return wanted, err
}

// filePresent takes what was found out of the work.
func (w *folderWork) filePresent(ctx context.Context, wanted []Header, found []uint32) error {
	at := make(map[uint32]int, len(found))
	for i, uid := range found {
		if uid != 0 {
			at[wanted[i].UID] = i
		}
	}
	var recs []Record
	left := w.todo[:0]
	for _, t := range w.todo {
		i, ok := at[t.uid]
		if !ok {
			left = append(left, t)
			continue
		}
		recs = append(recs, Record{UID: t.uid, State: Present, Size: t.size, Date: t.date(), Flags: t.flags,
			Identity: wanted[i].Identity, DestUID: found[i], At: time.Now()})
	}
	w.todo = left
	return w.settle(ctx, recs, 0, 0)
}

// dropElsewhere leaves out of a late folder what stands in another folder that
// was copied: Gmail's All Mail holds every message once more.
func (w *folderWork) dropElsewhere(ctx context.Context, src Source) error {
	wanted, err := w.workHeaders(ctx, src)
	if err != nil {
		return err
	}
	identity := make(map[uint32]Identity, len(wanted))
	for _, h := range wanted {
		identity[h.UID] = h.Identity
	}
	var recs []Record
	left := w.todo[:0]
	for _, t := range w.todo {
		id := identity[t.uid]
		has := false
		if id != (Identity{}) {
			if has, err = w.m.env.file.Has(ctx, w.m.user.ID, w.rec.ID, id); err != nil {
				return err
			}
		}
		if !has {
			left = append(left, t)
			continue
		}
		recs = append(recs, Record{UID: t.uid, State: Skipped, Size: t.size, Date: t.date(), Flags: t.flags,
			Identity: id, Reason: ReasonElsewhere, At: time.Now()})
	}
	w.todo = left
	return w.settle(ctx, recs, 0, 0)
}

// rebase keeps what is known of a folder whose messages have new UIDs at the
// source: records are paired with the messages by identity, size and date.
func (w *folderWork) rebase(ctx context.Context, src Source, validity uint32) error {
	var stands []Header
	res, err := src.Headers(ctx, ScanRequest{Folder: w.mapping.Source, From: 1}, func(h Header) error {
		stands = append(stands, h)
		return nil
	})
	if err == nil {
		err = res.Err
	}
	if err != nil {
		return err
	}
	var known []Header
	var states []State
	err = w.m.env.file.Records(ctx, w.rec.ID, func(r Record) error {
		if r.Identity != (Identity{}) {
			known = append(known, Header{UID: r.UID, Size: r.Size, Date: r.Date, Identity: r.Identity})
			states = append(states, r.Place())
		}
		return nil
	})
	if err != nil {
		return err
	}
	var from, to []uint32
	left := FolderCount{Folder: w.rec}
	for _, g := range groups(known, stands, false) {
		g.rebase(known, stands, func(a, b int) {
			from, to = append(from, known[a].UID), append(to, stands[b].UID)
			left.Messages[states[a]]++
			left.Bytes[states[a]] += known[a].Size
		})
	}
	w.rec.SourceValidity, w.rec.Done = validity, Status{}
	w.m.event(Attention, "The old server renumbered the folder "+Quoted(w.name(), 120)+"; its messages were recognised by their headers.", "")
	w.m.env.setCount(left) // what had no header to be known by is looked at as new
	return w.m.env.file.Rebase(ctx, w.rec, from, to)
}

// rebase pairs equal sizes first, then what is left, in order.
func (g *group) rebase(known, stands []Header, pair func(a, b int)) {
	for _, sameSize := range []bool{true, false} {
		g.a = slices.DeleteFunc(g.a, func(a int) bool {
			i := slices.IndexFunc(g.b, func(b int) bool { return !sameSize || known[a].Size == stands[b].Size })
			if i < 0 {
				return false
			}
			pair(a, g.b[i])
			g.b = slices.Delete(g.b, i, i+1)
			return true
		})
	}
}
