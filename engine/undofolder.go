package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

const (
	partMost = 20_000 // messages looked at together
	undoMost = 1000   // messages removed at a time
)

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
	return patiently(ctx, backoffMost, func(time.Time) {}, func() error {
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

// undoFolder removes what we put into one folder, part by part. Doing it again
// after a lost connection, or a crash, goes on where it stopped: what is about
// to be removed is journalled as Sending before, and is looked for by whatever
// comes next, be it another undo or a run.
func (u *userUndo) undoFolder(ctx context.Context, row FolderRecord) (r UndoResult, err error) {
	var drop []uint32
	for from := uint32(1); from != 0; {
		var sent []Record
		if sent, from, err = u.sentFrom(ctx, row, from); err != nil {
			return r, err
		}
		part, dropped, err := u.undoPart(ctx, row, sent)
		if err != nil {
			return r, err
		}
		r.add(part)
		drop = append(drop, dropped...)
	}
	return r, u.forget(ctx, row, drop)
}

// sentFrom reads the next records of what we sent, and where to go on; 0 at the
// end.
func (u *userUndo) sentFrom(ctx context.Context, row FolderRecord, from uint32) (sent []Record, next uint32, err error) {
	err = u.job.file.RecordsFrom(ctx, row.ID, from, func(rec Record) error {
		if len(sent) == partMost {
			next = rec.UID
			return errPartFull
		}
		if rec.State == Copied || rec.State == Sending {
			rec.Said, rec.Reason = "", ""
			sent = append(sent, rec)
		}
		return nil
	})
	if errors.Is(err, errPartFull) {
		err = nil
	}
	return sent, next, err
}

// errPartFull ends a reading of records early.
var errPartFull = errors.New("enough for one part")

// standing is the folder that a row's messages went to; under another name, if
// Exchange calls it otherwise since.
func (u *userUndo) standing(row FolderRecord) (found Folder, exists bool) {
	if f, ok := u.folders[row.Dest]; ok || !u.dst.Info().Rewrites || row.DestValidity == 0 {
		return f, ok
	}
	for _, f := range u.folders {
		if f.validity() != row.DestValidity {
			continue
		}
		if exists { // not unique
			return Folder{}, false
		}
		found, exists = f, true
	}
	return found, exists
}

// undoPart removes some of what we sent, and says what the journal can forget.
func (u *userUndo) undoPart(ctx context.Context, row FolderRecord, sent []Record) (r UndoResult, drop []uint32, err error) {
	all := len(sent)
	sent = slices.DeleteFunc(sent, func(rec Record) bool { return rec.DestUID == 0 })
	r.Modified = all - len(sent) // without a UID they can't be told from others for certain
	dest, exists := u.standing(row)
	switch {
	case len(sent) == 0:
		return r, nil, nil
	case !exists:
		r.Gone = len(sent)
		return r, uidsOf(sent), nil
	case dest.validity() != row.DestValidity: // the folder was made anew: its UIDs name other messages
		r.Modified += len(sent)
		return r, nil, nil
	}
	ours, gone, err := u.untouched(ctx, row, dest, sent)
	if err != nil {
		return r, nil, err
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
	if !u.job.dry {
		for part := range slices.Chunk(ours, undoMost) {
			if err := u.remove(ctx, row, dest, part); err != nil {
				return r, nil, err
			}
		}
	}
	return r, append(uidsOf(ours), uidsOf(gone)...), nil
}

func uidsOf(recs []Record) []uint32 {
	uids := make([]uint32, len(recs))
	for i, rec := range recs {
		uids[i] = rec.UID
	}
	return uids
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
func (u *userUndo) forget(ctx context.Context, row FolderRecord, drop []uint32) error {
	if u.job.dry || len(drop) == 0 {
		return nil
	}
	slices.Sort(drop)
	ctx = context.WithoutCancel(ctx)
	var keep []uint32
	err := u.job.file.Records(ctx, row.ID, func(rec Record) error {
		if _, dropped := slices.BinarySearch(drop, rec.UID); !dropped {
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
