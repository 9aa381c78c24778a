package engine

import (
	"context"
	"slices"
	"strings"
	"time"
)

const undoMost = 1000 // messages removed at a time

// userUndo undoes one user's mailbox.
type userUndo struct {
	job     *undoJob
	user    User
	dst     Destination
	folders map[string]Folder         // at the destination, by wire name
	tried   map[int64]map[uint32]bool // by folder row: UIDs that we asked to remove
}

// step connects where needed, and does again what broke with its connection.
func (u *userUndo) step(ctx context.Context, do func() error) error {
	return patiently(ctx, backoffMost, func() error {
		if err := u.connect(ctx); err != nil {
			return err
		}
		err := do()
		if err != nil && AsFault(err).Class < SkipMessage {
			u.close()
		}
		return err
	})
}

func (u *userUndo) connect(ctx context.Context) (err error) {
	if u.dst != nil {
		return nil
	}
	if u.dst, err = dial(ctx, u.user, u.job.dest, u.job.dialer.Destination, SideDestination); err != nil {
		return err
	}
	if !u.dst.Info().UIDPlus {
		return &Fault{Class: StopMailbox, Code: CodeRefused, Side: SideDestination, Who: "you",
			What: "The new server can't delete single messages safely (it lacks UIDPLUS), so nothing was removed.",
			Do:   "Delete the folders by hand in the new mailbox, if nothing else stands in them."}
	}
	l, err := u.dst.Folders(ctx)
	if err != nil {
		u.close()
		return err
	}
	u.folders = make(map[string]Folder, len(l.Folders))
	for _, f := range l.Folders {
		if !f.Shared {
			u.folders[f.Wire] = f
		}
	}
	return nil
}

func (u *userUndo) close() {
	if u.dst != nil {
		_ = u.dst.Close()
		u.job.dest.leave()
	}
	u.dst = nil
}

// undoFolder removes what we put into one folder. Doing it again after a lost
// connection, or a crash, goes on where it stopped: what is about to be removed
// is journalled as Sending before, and is looked for by whatever comes next, be
// it another undo or a run.
func (u *userUndo) undoFolder(ctx context.Context, row FolderRecord) (r UndoResult, err error) {
	var sent []Record
	err = u.job.file.Records(ctx, row.ID, func(rec Record) error {
		if rec.DestUID == 0 {
			r.Modified++ // it has no name: we can't tell it from others for certain
			return nil
		}
		rec.Said, rec.Reason = "", ""
		sent = append(sent, rec)
		return nil
	}, Copied, Sending)
	if err != nil || len(sent) == 0 {
		return r, err
	}
	dest, exists := u.folders[row.Dest]
	if !exists {
		r.Gone += len(sent)
		return r, u.forget(ctx, row, sent)
	}
	if v := dest.validity(); v != row.DestValidity {
		r.Modified += len(sent) // the folder was made anew: its UIDs name other messages
		return r, nil
	}
	ours, gone, err := u.untouched(ctx, row, dest, sent)
	if err != nil {
		return r, err
	}
	before := u.tried[row.ID]
	for _, rec := range gone {
		if before[rec.DestUID] {
			r.Removed++
		} else {
			r.Gone++
		}
	}
	r.Removed += len(ours)
	r.Modified += len(sent) - len(ours) - len(gone)
	if u.job.dry {
		return r, nil
	}
	for part := range slices.Chunk(ours, undoMost) {
		if err := u.remove(ctx, row, dest, part); err != nil {
			return r, err
		}
	}
	return r, u.forget(ctx, row, append(ours, gone...))
}

// untouched are the records whose message stands where we put it, as we put it;
// gone are those whose message doesn't.
func (u *userUndo) untouched(ctx context.Context, row FolderRecord, dest Folder, sent []Record) (ours, gone []Record, err error) {
	uids := make([]uint32, len(sent))
	for i, rec := range sent {
		uids[i] = rec.DestUID
	}
	stands := make(map[uint32]Header, len(sent))
	res, err := u.dst.Headers(ctx, ScanRequest{Folder: dest, UIDs: uids}, func(h Header) error {
		stands[h.UID] = h
		return nil
	})
	if err == nil {
		err = res.Err
	}
	if err != nil {
		return nil, nil, err
	}
	there := map[uint32]bool{}
	_, err = u.dst.Scan(ctx, []ScanRequest{{Folder: dest, UIDs: uids}}, func(_ int, e Entry) error {
		there[e.UID] = true
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	rewrites := u.dst.Info().Rewrites
	fit := flagFit{res.Flags, res.AnyKeyword}
	for _, rec := range sent {
		h, read := stands[rec.DestUID]
		set, _ := fit.keep(rec.Flags)
		switch {
		case !there[rec.DestUID]:
			gone = append(gone, rec)
		case read && sameMessage(rec, h, rewrites) && !touched(set, ownMark(rec, h.Flags), rewrites):
			ours = append(ours, rec)
		}
	}
	return ours, gone, nil
}

// sameMessage says that what stands at a UID is what we put there.
func sameMessage(rec Record, h Header, rewrites bool) bool {
	return !rec.Identity.IsZero() && rec.Identity.kept(rewrites) == h.Identity.kept(rewrites)
}

// ownMark leaves out \Deleted where an undo that broke off may have set it.
func ownMark(rec Record, flags []string) []string {
	if rec.State != Sending || containsFold(rec.Flags, `\Deleted`) {
		return flags
	}
	return slices.DeleteFunc(slices.Clone(flags), func(f string) bool { return strings.EqualFold(f, `\Deleted`) })
}

// touched says that somebody changed flags since. Keywords that a server adds by
// itself, or doesn't keep, are nobody's doing.
func touched(set, now []string, rewrites bool) bool {
	added, lost := FlagDelta(set, now)
	byUser := func(f string) bool {
		return !strings.EqualFold(f, `\Recent`) && !containsFold([]string{"$HasAttachment", "$HasNoAttachment"}, f)
	}
	system := func(f string) bool { return strings.HasPrefix(f, `\`) }
	return slices.ContainsFunc(added, byUser) || !rewrites && slices.ContainsFunc(lost, system)
}

// remove removes messages, after it was written down that it may have happened.
func (u *userUndo) remove(ctx context.Context, row FolderRecord, dest Folder, part []Record) error {
	open := make([]Record, len(part))
	uids := make([]uint32, len(part))
	tried := u.tried[row.ID]
	if tried == nil {
		tried = map[uint32]bool{}
		u.tried[row.ID] = tried
	}
	for i, rec := range part {
		open[i], uids[i] = rec, rec.DestUID
		open[i].State, open[i].At = Sending, time.Now()
		tried[rec.DestUID] = true
	}
	if err := u.job.file.Put(ctx, row.ID, open); err != nil {
		return err
	}
	return u.dst.Remove(ctx, dest, row.DestValidity, uids)
}

// forget drops records from the journal, and what says that the folder is
// complete, so that a run takes the messages as new.
func (u *userUndo) forget(ctx context.Context, row FolderRecord, drop []Record) error {
	if u.job.dry || len(drop) == 0 {
		return nil
	}
	dropped := make(map[uint32]bool, len(drop))
	for _, rec := range drop {
		dropped[rec.UID] = true
	}
	ctx = context.WithoutCancel(ctx)
	var keep []uint32
	err := u.job.file.Records(ctx, row.ID, func(rec Record) error {
		if !dropped[rec.UID] {
			keep = append(keep, rec.UID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	row.Done = Status{}
	return u.job.file.Rebase(ctx, row, keep, keep)
}
