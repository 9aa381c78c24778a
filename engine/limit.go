package engine

import "slices"

// room is how many more messages the mailbox may take.
func (m *mailbox) room() int {
	m.env.mu.Lock()
	defer m.env.mu.Unlock()
	room := m.limits.MaxMessages
	for _, c := range m.env.counts {
		if c.Folder.UserID == m.user.ID {
			room -= c.Messages[Copied] + c.Messages[Present] + c.Messages[Failed] + c.Messages[Sending]
		}
	}
	return max(room, 0)
}

// limitMessages keeps the newest messages of the mailbox that it may take and
// leaves out the rest. Mail that came after a complete pass is always taken.
func (m *mailbox) limitMessages(works []*folderWork) {
	room, total := m.room(), 0
	for _, w := range works {
		total += len(w.todo)
	}
	if total <= room {
		return
	}
	type ref struct {
		unix int64
		uid  uint32
		work int
	}
	var old []ref
	for i, w := range works {
		for _, t := range w.todo {
			if !w.isNew(t.uid) {
				old = append(old, ref{t.unix, t.uid, i})
			}
		}
	}
	if len(old) <= room {
		return
	}
	slices.SortFunc(old, func(a, b ref) int {
		if c := compareDesc(a.unix, b.unix); c != 0 {
			return c
		}
		return compareDesc(int64(a.uid), int64(b.uid))
	})
	out := make([]map[uint32]bool, len(works))
	for _, r := range old[room:] {
		if out[r.work] == nil {
			out[r.work] = map[uint32]bool{}
		}
		out[r.work][r.uid] = true
	}
	for i, w := range works {
		w.leaveOut(out[i])
	}
}

// isNew says that a message came after a complete pass of its folder.
func (w *folderWork) isNew(uid uint32) bool {
	return w.rec.Done.UIDValidity != 0 && uid >= w.rec.Done.UIDNext
}

// leaveOut turns work into skips.
func (w *folderWork) leaveOut(uids map[uint32]bool) {
	if len(uids) == 0 {
		return
	}
	w.todo = slices.DeleteFunc(w.todo, func(t todo) bool {
		if uids[t.uid] {
			w.skip(t, ReasonBeyondLimit)
		}
		return uids[t.uid]
	})
	w.retally()
}
