package engine

import (
	"bytes"
	"cmp"
	"context"
	"slices"
)

// outcome is the field of Account that a message is counted in.
type outcome uint8

const (
	outCopied outcome = iota + 1
	outPresent
	outSkipped
	outFailed
	outNew
	outMoved
	outDeleted
	outMissing
	outChanged
)

func (o outcome) String() string {
	return [...]string{"", "copied", "present", "skipped", "failed", "new", "moved", "deleted", "missing", "changed"}[o]
}

func (a *Account) count(o outcome) {
	fields := [...]*int{nil, &a.Copied, &a.Present, &a.Skipped, &a.Failed, &a.New, &a.Moved, &a.Deleted, &a.Missing, &a.Changed}
	a.Source++
	*fields[o]++
}

// reasons are those that a journal may hold, as small numbers.
var reasons = [...]Reason{"", ReasonTooBig, ReasonBeyondLimit, ReasonElsewhere, ReasonGone, ReasonUnreadable, ReasonEmpty, ReasonRefused,
	ReasonFolder, ReasonQuota, ReasonExcluded, ReasonShared, ReasonView, ReasonLongLine, ReasonHollow, ReasonUnfit}

func reasonIndex(r Reason) uint8 { return uint8(max(0, slices.Index(reasons[:], r))) }

// findMoved looks for what was brought over, and is not in its place, in all
// other places at the destination.
func (u *userVerify) findMoved(ctx context.Context) error {
	var lost []*verifyMessage
	for _, f := range u.folders {
		for i := range f.msgs {
			m := &f.msgs[i]
			was := m.state == Copied || m.state == Present || m.state == Skipped && reasons[m.reason] == ReasonElsewhere
			if f.mapping.Skip == "" && m.at == 0 && was && !m.id.IsZero() {
				lost = append(lost, m)
			}
		}
	}
	if len(lost) == 0 {
		return nil
	}
	for i, d := range u.others {
		index := uint16(len(u.folders) + i)
		err := u.step(ctx, func() error {
			list, _, err := u.headers(ctx, d, index)
			if err == nil {
				u.strays = append(u.strays, list...)
			}
			return err
		})
		if f := AsFault(err); err != nil && (f.Class < SkipMessage || f.Class >= StopMailbox) {
			return err
		}
	}
	slices.SortStableFunc(u.strays, func(a, b stray) int { return bytes.Compare(a.id[:], b.id[:]) })
	for _, m := range lost {
		if s := u.strayOf(m); s != nil {
			s.used = true
			m.outcome, m.where = outMoved, s.from
		}
	}
	return nil
}

// strayOf is the stray that a message is, of the same size if there is one.
func (u *userVerify) strayOf(m *verifyMessage) (best *stray) {
	i, _ := slices.BinarySearchFunc(u.strays, m.id, func(s stray, id Identity) int { return bytes.Compare(s.id[:], id[:]) })
	for ; i < len(u.strays) && u.strays[i].id == m.id; i++ {
		s := &u.strays[i]
		if !s.used && (best == nil || s.size == m.size && best.size != m.size) {
			best = s
		}
	}
	return best
}

// strayFolder is where a stray stands, as a path for people.
func (u *userVerify) strayFolder(index uint16) string {
	if i := int(index); i < len(u.folders) {
		return joinPath(u.folders[i].mapping.DestPath)
	} else {
		return joinPath(u.others[i-len(u.folders)].Path)
	}
}

// judge decides what became of every message.
func (u *userVerify) judge() {
	elsewhere := u.takenIdentities()
	for _, f := range u.folders {
		f.counts, f.proven = Account{}, Proven{}
		if st := f.mapping.Source.Status; len(f.msgs) == 0 && f.err != "" && st != nil && f.mapping.Skip == "" {
			f.counts = Account{Source: st.Messages, Failed: st.Messages} // the whole folder can't be read
			continue
		}
		for i := range f.msgs {
			m := &f.msgs[i]
			if m.outcome == 0 {
				m.outcome = f.judge(m, u.v.limits.MaxMessageBytes)
			}
			if f.mapping.Rest && m.outcome != outCopied && m.outcome != outPresent && m.outcome != outChanged && !m.id.IsZero() {
				if _, ok := slices.BinarySearchFunc(elsewhere, m.id, compareIdentity); ok {
					m.outcome, m.reason = outSkipped, reasonIndex(ReasonElsewhere)
				}
			}
			f.counts.count(m.outcome)
			if m.outcome == outCopied || m.outcome == outPresent || m.outcome == outMoved {
				f.proven.count(m.how)
			}
		}
	}
}

// judge decides about one message that wasn't decided while looking. What every
// run leaves out is left out also when the journal doesn't know the message (any
// more): its folder was renumbered, say.
func (f *verifyFolder) judge(m *verifyMessage, most int64) outcome {
	switch {
	case f.mapping.Skip != "":
		m.reason = reasonIndex(f.mapping.Skip)
		return outSkipped
	case m.at != 0 && (m.state == Copied || m.state == Sending):
		return outCopied
	case m.at != 0:
		return outPresent
	case m.state == Failed:
		return outFailed
	case m.state == Skipped && reasons[m.reason] != ReasonGone && reasons[m.reason] != ReasonElsewhere:
		return outSkipped
	case m.state == Copied || m.state == Present:
		return f.judgeLost(m)
	case m.state == 0 && m.size == 0:
		m.reason = reasonIndex(ReasonEmpty)
		return outSkipped
	case m.state == 0 && m.size > most:
		m.reason = reasonIndex(ReasonTooBig)
		return outSkipped
	case f.seenByRun(m.uid) && m.state != Sending:
		return outMissing
	}
	return outNew
}

// judgeLost tells what somebody deleted from what never was there: the server
// gave a UID to it, and has given later ones or lost the whole folder.
func (f *verifyFolder) judgeLost(m *verifyMessage) outcome {
	if m.destUID == 0 || f.err != "" {
		return outMissing
	}
	if f.dest != nil && f.status.UIDValidity == f.rec.DestValidity && f.status.UIDNext != 0 && m.destUID >= f.status.UIDNext {
		return outMissing
	}
	return outDeleted
}

// seenByRun says that a complete pass has covered this UID.
func (f *verifyFolder) seenByRun(uid uint32) bool {
	done := f.rec.Done
	return done.UIDValidity != 0 && done.UIDValidity == f.mapping.Source.validity() && uid < done.UIDNext
}

// takenIdentities are those of all source folders that are copied for
// themselves; only asked for where a folder takes what is left.
func (u *userVerify) takenIdentities() (ids []Identity) {
	if !slices.ContainsFunc(u.folders, func(f *verifyFolder) bool { return f.mapping.Rest }) {
		return nil
	}
	for _, f := range u.folders {
		if f.mapping.Skip != "" || f.mapping.Rest {
			continue
		}
		for _, m := range f.msgs {
			ids = append(ids, m.id)
		}
	}
	slices.SortFunc(ids, compareIdentity)
	return ids
}

func compareIdentity(a, b Identity) int { return bytes.Compare(a[:], b[:]) }

// report counts, and tells of every message that isn't in its place.
func (u *userVerify) report(ctx context.Context) error {
	u.judge()
	var sum Account
	folders := make([]VerifiedFolder, len(u.folders))
	for i, f := range u.folders {
		folders[i] = VerifiedFolder{User: u.user, Source: f.mapping.Source.Path, Dest: f.mapping.DestPath, Counts: f.counts, Proof: u.proof().String(), Proven: f.proven,
			Receipts: f.altered.receipts, DatesMoved: f.altered.dates, Err: Clean(f.err, 300)}
		if f.mapping.Skip == "" && f.dest == nil {
			folders[i].Dest = nil
		}
		sum.add(f.counts)
	}
	proven, err := u.prove(ctx)
	if err != nil {
		return err
	}
	u.v.set(func() {
		u.v.users[u.index].Sum, u.v.users[u.index].Folders = sum, folders
		u.v.proven[u.index] = &proven
	})
	u.v.out.Lock()
	defer u.v.out.Unlock()
	for i, f := range u.folders {
		if u.v.o.Message != nil {
			if err := u.tell(ctx, f, proven.Messages); err != nil {
				return err
			}
		}
		if u.v.o.Folder != nil {
			u.v.o.Folder(folders[i])
		}
	}
	return nil
}

// tell hands out the messages of one folder that aren't in their place, with
// what the journal knows of them, and what those listed are known by.
func (u *userVerify) tell(ctx context.Context, f *verifyFolder, listed []ProvenMessage) error {
	known := listedOf(listed, f.mapping.Source.Path)
	emit := func(m *verifyMessage, r Record) {
		if m.outcome == outCopied || m.outcome == outPresent {
			return
		}
		v := VerifiedMessage{User: u.user, Folder: f.mapping.Source.Path, UID: m.uid, Size: m.size, Digest: r.Digest, Identity: cmp.Or(r.Identity, m.id),
			Outcome: m.outcome.String(), Reason: u.why(f, m)}
		if d, ok := f.changed[m.uid]; ok {
			v.Digest = d
		}
		if m.outcome == outSkipped || m.outcome == outFailed {
			v.Said, v.Code = r.Said, reasons[m.reason]
		}
		if p := listedAt(known, m.uid); p != nil {
			v.Date, v.Subject, v.From = p.Date, p.Subject, p.From
		}
		u.v.o.Message(v)
	}
	i := 0
	upTo := func(uid uint32) {
		for ; i < len(f.msgs) && f.msgs[i].uid < uid; i++ {
			emit(&f.msgs[i], Record{})
		}
	}
	err := u.records(ctx, f, func(m *verifyMessage, r Record) {
		upTo(m.uid)
		emit(m, r)
		i++
	})
	for ; err == nil && i < len(f.msgs); i++ {
		emit(&f.msgs[i], Record{})
	}
	return err
}

// listedOf are the listed messages of one folder, which stand together.
func listedOf(all []ProvenMessage, folder []string) []ProvenMessage {
	first := slices.IndexFunc(all, func(p ProvenMessage) bool { return slices.Equal(p.Folder, folder) })
	if first < 0 {
		return nil
	}
	last := first
	for last < len(all) && slices.Equal(all[last].Folder, folder) {
		last++
	}
	return all[first:last]
}

// why is a message's outcome in words.
func (u *userVerify) why(f *verifyFolder, m *verifyMessage) string {
	switch m.outcome {
	case outSkipped, outFailed:
		return reasons[m.reason].Text()
	case outNew:
		if m.state == Sending {
			return "the last run ended while it was being sent"
		}
		return "came after the last complete run"
	case outMoved:
		return "was moved to " + Quoted(u.strayFolder(m.where), 200) + " at the new server"
	case outDeleted:
		return "was deleted at the new server after it had been brought there"
	case outChanged:
		return f.differs[m.uid]
	}
	return "should be at the new server, and is not"
}
