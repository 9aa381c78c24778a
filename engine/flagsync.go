package engine

import "context"

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
	if changes := w.fitChanges(); len(changes) > 0 {
		if err := dst.Store(ctx, w.dest, w.rec.DestValidity, changes); err != nil {
			return err
		}
		w.m.track.addFlags(len(changes))
	}
	return w.brought(ctx)
}
