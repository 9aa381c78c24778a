package engine

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"
)

// How many messages that are not in their place are listed by name: for all
// users and outcomes together, and for one user and outcome.
const (
	provenMost     = 50_000
	provenUserMost = 2_000
)

// prove makes the account of this user as it is kept. The messages are judged.
func (u *userVerify) prove(ctx context.Context) (ProvenUser, error) {
	p := ProvenUser{ID: u.user.ID, Address: u.user.Address, At: time.Now(), Deep: u.v.o.Deep, Rewrites: u.rewrites,
		Folders: []ProvenFolder{}, Messages: []ProvenMessage{}, More: map[string]int{}, Reasons: u.countReasons()}
	listed := map[outcome]int{}
	for _, f := range u.folders {
		row := u.proveFolder(f)
		p.Folders = append(p.Folders, row)
		p.Counts.add(row.Counts)
		p.Bytes.add(row.Bytes)
		p.Proven.add(row.Proven)
		p.Receipts += row.Receipts
		p.DatesMoved += row.DatesMoved
		list, err := u.listAbsent(ctx, f, listed, p.More)
		if err != nil {
			return p, err
		}
		p.Messages = append(p.Messages, list...)
	}
	p.OK, p.Dateless = p.Counts.OK(), u.dateless
	var err error
	p.Doubtful, err = u.listDoubtful(ctx)
	return p, err
}

func (u *userVerify) proveFolder(f *verifyFolder) ProvenFolder {
	row := ProvenFolder{Source: f.mapping.Source.Path, Destination: f.mapping.DestPath, Counts: f.counts, Proof: u.proof().String(), Proven: f.proven,
		Receipts: f.altered.receipts, DatesMoved: f.altered.dates,
		Reason: f.mapping.Skip, Err: Clean(f.err, 300), UIDValidity: f.mapping.Source.validity()}
	if f.mapping.Skip != "" || f.dest == nil {
		row.Destination = nil
	}
	bound, bounded := u.v.bound(u.user.Address, row)
	d := newFolderDigest()
	for i := range f.msgs {
		m := &f.msgs[i]
		if bounded && m.uid > bound {
			u.v.noteHeld(u.index, row.Source, heldFolder{d.sum(), i})
			bounded = false
		}
		d.add(m)
		row.LastUID = m.uid
		row.Bytes.Source += m.size
		switch m.outcome {
		case outCopied, outPresent, outMoved:
			row.Bytes.There += m.size
		default:
			row.Bytes.Left += m.size
		}
	}
	row.Digest = d.sum()
	if bounded {
		u.v.noteHeld(u.index, row.Source, heldFolder{row.Digest, len(f.msgs)})
	}
	return row
}

// countReasons counts all messages that are not in their place.
func (u *userVerify) countReasons() []ReasonCount {
	list := []ReasonCount{}
	for _, f := range u.folders {
		for i := range f.msgs {
			m := &f.msgs[i]
			if m.outcome == outCopied || m.outcome == outPresent {
				continue
			}
			c := ReasonCount{Outcome: m.outcome.String()}
			if m.outcome == outSkipped || m.outcome == outFailed {
				c.Reason = reasons[m.reason]
			}
			at := slices.IndexFunc(list, func(o ReasonCount) bool { return o.Outcome == c.Outcome && o.Reason == c.Reason })
			if at < 0 {
				at, list = len(list), append(list, c)
			}
			list[at].Messages++
			list[at].Bytes += m.size
		}
	}
	return list
}

// listAbsent lists the messages of one folder that are not in their place, as far as
// the bounds allow.
func (u *userVerify) listAbsent(ctx context.Context, f *verifyFolder, listed map[outcome]int, more map[string]int) ([]ProvenMessage, error) {
	most := max(20, min(provenUserMost, provenMost/max(len(u.v.users), 1)/4))
	var list []ProvenMessage
	for i := range f.msgs {
		m := &f.msgs[i]
		if m.outcome == outCopied || m.outcome == outPresent || f.mapping.Skip != "" || m.reason != 0 && reasons[m.reason] == ReasonElsewhere {
			continue
		}
		if listed[m.outcome] >= most {
			more[m.outcome.String()]++
			continue
		}
		listed[m.outcome]++
		p := ProvenMessage{Folder: f.mapping.Source.Path, UID: m.uid, Size: m.size, Outcome: m.outcome.String(), Text: u.why(f, m)}
		if m.outcome == outSkipped || m.outcome == outFailed {
			p.Reason = reasons[m.reason]
		}
		if d, ok := f.changed[m.uid]; ok {
			p.SHA256 = hex.EncodeToString(d[:])
		}
		list = append(list, p)
	}
	if len(list) == 0 {
		return nil, nil
	}
	if err := u.recallListed(ctx, f, list); err != nil {
		return nil, err
	}
	return list, u.subjects(ctx, f, list)
}

// listDoubtful lists the messages that only their identity proves, though their
// meanings were compared.
func (u *userVerify) listDoubtful(ctx context.Context) (all []ProvenMessage, err error) {
	for _, f := range u.folders {
		var list []ProvenMessage
		for i := range f.msgs {
			m := &f.msgs[i]
			why, ok := f.doubts[m.uid]
			if !ok || m.outcome != outCopied && m.outcome != outPresent || len(all)+len(list) == doubtsMost {
				continue
			}
			list = append(list, ProvenMessage{Folder: f.mapping.Source.Path, UID: m.uid, Size: m.size, Outcome: m.outcome.String(), Text: why})
		}
		if len(list) > 0 {
			if err := u.recallListed(ctx, f, list); err != nil {
				return nil, err
			}
			if err := u.subjects(ctx, f, list); err != nil {
				return nil, err
			}
			all = append(all, list...)
		}
	}
	return all, nil
}

// subjects reads what a person knows the listed messages by. One that can't be
// read has none.
func (u *userVerify) subjects(ctx context.Context, f *verifyFolder, list []ProvenMessage) error {
	uids := make([]uint32, len(list))
	for i, p := range list {
		uids[i] = p.UID
	}
	err := u.step(ctx, func() error {
		src, ok := u.src.(SubjectReader)
		if !ok {
			return nil
		}
		res, err := src.Subjects(ctx, ScanRequest{Folder: f.mapping.Source, UIDs: uids}, func(s Subject) error {
			if p := listedAt(list, s.UID); p != nil {
				p.Subject, p.From = Clean(s.Subject, 200), Clean(s.From, 200)
				if p.Date.IsZero() {
					p.Date = s.Date
				}
			}
			return nil
		})
		return cmp.Or(err, res.Err)
	})
	if fault := AsFault(err); err != nil && ctx.Err() == nil && fault.Class >= SkipMessage && fault.Class < StopMailbox {
		return nil
	}
	return err
}

// listedAt finds a message in a list by its UID.
func listedAt(list []ProvenMessage, uid uint32) *ProvenMessage {
	i, ok := slices.BinarySearchFunc(list, uid, func(p ProvenMessage, uid uint32) int { return cmp.Compare(p.UID, uid) })
	if !ok {
		return nil
	}
	return &list[i]
}

// recallListed adds what the journal knows of the listed messages.
func (u *userVerify) recallListed(ctx context.Context, f *verifyFolder, list []ProvenMessage) error {
	return u.records(ctx, f, func(m *verifyMessage, r Record) {
		p := listedAt(list, m.uid)
		if p == nil {
			return
		}
		p.Date = r.Date
		if p.Outcome == "skipped" || p.Outcome == "failed" {
			p.Said = r.Said
		}
		if p.SHA256 == "" && r.Digest != (Digest{}) {
			p.SHA256 = hex.EncodeToString(r.Digest[:])
		}
	})
}

// keep writes the account of those who were verified over what is kept of them.
// Of a user who could not be verified the earlier account stays, with why.
func (v *Verify) keep(ctx context.Context) error {
	was, err := LastProof(ctx, v.file)
	if err != nil {
		was = nil // of another version, or damaged: it proves nothing
	}
	users, err := v.file.Users(ctx)
	if err != nil {
		return err
	}
	p := Proof{Users: []ProvenUser{}}
	before := map[int64]ProvenUser{}
	if was != nil {
		for _, u := range was.Users {
			before[u.ID] = u
		}
	}
	v.mu.Lock()
	now := slices.Clone(v.users)
	v.mu.Unlock()
	for i, r := range now {
		one, known := before[r.User.ID]
		delete(before, r.User.ID)
		switch {
		case v.proven[i] != nil && r.State != CheckFailed:
			fresh := *v.proven[i]
			fresh.remember(one)
			p.Users = append(p.Users, fresh)
		case r.State == CheckFailed:
			one.ID, one.Address = r.User.ID, r.User.Address
			one.Tried = &ProofTried{At: time.Now(), What: r.Fault.What, Do: r.Fault.Do, Said: r.Fault.Said}
			p.Users = append(p.Users, one)
		case known:
			p.Users = append(p.Users, one)
		}
	}
	v.set(func() { v.contents = earlierContents(p.Users) })
	for _, u := range users { // those whom this verification was not about
		if one, ok := before[u.ID]; ok && !u.LeftOut {
			one.Address = u.Address
			p.Users = append(p.Users, one)
		}
	}
	p.seal()
	doc, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return v.file.Keep(ctx, proofName, doc)
}
