package engine

import (
	"context"
	"time"
)

// flagChange is a copied message whose flags changed at the source.
type flagChange struct {
	FlagChange
	sourceUID uint32
	now       []string
}

// seeKnown compares a message that was copied before with what the source says
// of it now. Only what changed at the source since is brought over: what a user
// changed at the destination stays.
func (w *folderWork) seeKnown(k knownRecord, e Entry) {
	if k.state != Copied || k.destUID == 0 || !w.wantFlags() {
		return
	}
	now, _ := KeepFlags(e.Flags, nil, true)
	add, remove := FlagDelta(k.flags, now)
	if len(add)+len(remove) == 0 {
		return
	}
	w.changes = append(w.changes, flagChange{FlagChange{UID: k.destUID, Add: add, Remove: remove}, e.UID, now})
}

// syncFlags brings the changes over and remembers them.
func (w *folderWork) syncFlags(ctx context.Context, dst Destination) error {
	if len(w.changes) == 0 {
		return nil
	}
	if st := w.dest.Status; !w.exists || st == nil || st.UIDValidity != w.rec.DestValidity {
		w.changes = nil // the messages have other UIDs now: we can't name them safely
		return nil
	}
	changes := make([]FlagChange, len(w.changes))
	byUID := make(map[uint32]flagChange, len(w.changes))
	for i, c := range w.changes {
		changes[i] = c.FlagChange
		byUID[c.sourceUID] = c
	}
	if err := dst.Store(ctx, w.dest, w.rec.DestValidity, changes); err != nil {
		return err
	}
	var recs []Record
	err := w.m.env.file.Records(ctx, w.rec.ID, func(r Record) error {
		if c, ok := byUID[r.UID]; ok {
			r.Flags, r.At = c.now, time.Now()
			recs = append(recs, r)
		}
		return nil
	}, Copied)
	if err != nil {
		return err
	}
	w.m.track.addFlags(len(changes))
	w.changes = nil
	return w.m.env.file.Put(context.WithoutCancel(ctx), w.rec.ID, recs)
}
