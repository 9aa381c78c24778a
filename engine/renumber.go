package engine

import "context"

// pairAgain finds out under which UIDs our messages stand after the
// destination's folder got another UIDVALIDITY (RFC 3501 section 2.3.1.1): it
// was made anew, or its server counts anew. What isn't found keeps no UID, so
// that nobody else's message is ever taken for it.
func (w *folderWork) pairAgain(ctx context.Context, dst Destination) error {
	st := w.dest.Status
	if w.mapping.Skip != "" || !w.exists || st == nil || w.rec.DestValidity == 0 || st.UIDValidity == w.rec.DestValidity {
		return nil
	}
	stands, err := w.allStanding(ctx, dst)
	if err != nil {
		return err
	}
	var recs []Record
	var known []Header
	err = w.m.env.file.Records(ctx, w.rec.ID, func(r Record) error {
		h := Header{UID: r.UID, Size: r.Size, Identity: r.Identity}
		if r.DestUID = 0; r.State == Sending { // its lowest possible UID
			r.DestUID, h.Identity = 1, Identity{}
		}
		recs, known = append(recs, r), append(known, h)
		return nil
	}, Copied, Present, Sending)
	if err != nil {
		return err
	}
	for _, g := range groups(known, stands, w.rewrites) {
		g.rebase(known, stands, func(a, b int) { recs[a].DestUID = stands[b].UID })
	}
	ctx = context.WithoutCancel(ctx)
	if err := w.m.env.file.Put(ctx, w.rec.ID, recs); err != nil {
		return err
	}
	w.rename(recs)
	w.rec.DestValidity, w.rec.DestNext = st.UIDValidity, 0
	w.m.event(Attention, "The new server renumbered the folder "+quotedPath(w.mapping.DestPath)+"; its messages were recognised by their headers.", "")
	return w.m.env.file.SaveFolder(ctx, w.rec)
}

// allStanding reads the headers of everything in the destination's folder.
func (w *folderWork) allStanding(ctx context.Context, dst Destination) (stands []Header, err error) {
	if w.dest.Status.Messages == 0 {
		return nil, nil
	}
	res, err := dst.Headers(ctx, ScanRequest{Folder: w.dest, From: 1}, func(h Header) error {
		stands = append(stands, h)
		return nil
	})
	if err == nil {
		err = res.Err
	}
	return stands, err
}

// rename gives the new UIDs to the work that names messages by the old ones.
func (w *folderWork) rename(recs []Record) {
	now := make(map[uint32]uint32, len(recs))
	for _, r := range recs {
		now[r.UID] = r.DestUID
	}
	left := w.changes[:0]
	for _, c := range w.changes {
		if c.UID = now[c.sourceUID]; c.UID != 0 {
			left = append(left, c)
		}
	}
	w.changes = left
	for i := range w.open {
		w.open[i].rec.DestUID = 1
	}
}
