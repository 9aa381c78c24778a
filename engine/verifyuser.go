package engine

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"
)

// userVerify verifies one user. Lists are kept small: a mailbox may have half a
// million messages.
type userVerify struct {
	v      *Verify
	index  int
	user   User
	memory *Share

	src      Source
	dst      Destination
	deadly   deadly
	rewrites bool // the destination changes messages as it stores them

	folders  []*verifyFolder
	others   []Folder // the destination's folders that no source folder goes to
	dateless bool     // the destination keeps no dates: what it was given has that of its arrival
	strays   []stray  // what stands at the destination and nobody claims
}

// verifyFolder is one source folder and where it should be.
type verifyFolder struct {
	mapping Mapping
	rec     FolderRecord // zero when the journal doesn't know it
	dest    *Folder      // nil when it isn't there
	status  Status       // of the destination's folder, as opened
	msgs    []verifyMessage
	changed map[uint32]Digest // of changed messages, by source UID
	differs map[uint32]string // how they differ, in words
	doubts  map[uint32]string // what could not be compared, and why; bounded
	dates   map[uint32]int64  // of those whose date is another there, by source UID
	altered alterations       // of its messages, as the journal says
	err     string
	counts  Account
	proven  Proven
}

// verifyMessage is one source message. It is kept to 64 bytes.
type verifyMessage struct {
	id      Identity // as compared; zero: its header can't be read
	size    int64
	fetched int64  // size as the journal says it was fetched
	date    int64  // INTERNALDATE, Unix seconds; undated: none that can be read
	uid     uint32 // at the source
	destUID uint32 // as the journal says
	at      uint32 // where it was found at the destination; 0: not in its place
	where   uint16 // for moved ones: which folder, as an index into strayNames
	state   State  // as the journal says; 0: not known there
	outcome outcome
	reason  uint8 // index into reasons
	doubt   bool  // found, but its size differs
	how     proof // how it was proven
}

// undated is the date of what has none.
const undated = math.MinInt64

func unixDate(t time.Time) int64 {
	if t.IsZero() {
		return undated
	}
	return t.Unix()
}

// stray is one message at the destination that no source message of its folder
// was found to be.
type stray struct {
	id   Identity
	size int64
	date int64 // as verifyMessage has it
	uid  uint32
	from uint16 // which folder: index into folders, then others
	used bool
}

func (u *userVerify) run(ctx context.Context) error {
	if err := u.step(ctx, func() error { return u.list(ctx) }); err != nil {
		return err
	}
	if err := u.step(ctx, func() error { return u.scan(ctx) }); err != nil {
		return err
	}
	for i, f := range u.folders {
		if f.mapping.Skip != "" {
			continue
		}
		if err := u.step(ctx, func() error { return u.find(ctx, uint16(i), f) }); err != nil {
			return err
		}
	}
	if err := u.findMoved(ctx); err != nil {
		return err
	}
	for _, f := range u.folders {
		if err := u.compare(ctx, f); err != nil {
			return err
		}
	}
	for _, f := range u.folders {
		if err := u.compareDates(ctx, f); err != nil {
			return err
		}
	}
	return u.report(ctx)
}

// step connects where needed, and does again what broke with its connection.
func (u *userVerify) step(ctx context.Context, do func() error) error {
	wait := func(until time.Time) { u.v.set(func() { u.v.users[u.index].Until = until }) }
	return patiently(ctx, backoffMost, wait, func() error {
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

func (u *userVerify) connect(ctx context.Context) error {
	var c crew
	var srcErr, dstErr error
	if u.src == nil {
		c.do(&srcErr, func() (err error) {
			u.src, err = dial(ctx, u.user, u.v.source, u.v.dialer.Source, SideSource)
			return err
		})
	}
	if u.dst == nil {
		c.do(&dstErr, func() (err error) {
			u.dst, err = dial(ctx, u.user, u.v.dest, u.v.dialer.Destination, SideDestination)
			return err
		})
	}
	c.Wait()
	return worse(srcErr, dstErr)
}

func (u *userVerify) close() {
	if u.src != nil {
		_ = u.src.Close()
		u.v.source.leave()
	}
	if u.dst != nil {
		_ = u.dst.Close()
		u.v.dest.leave()
	}
	u.src, u.dst = nil, nil
}

// list maps the source's folders onto the destination's, as a run would.
func (u *userVerify) list(ctx context.Context) error {
	src, err := u.src.Folders(ctx)
	if err != nil {
		return err
	}
	dst, err := u.dst.Folders(ctx)
	if err != nil {
		return err
	}
	known, err := u.v.file.Folders(ctx, u.user.ID)
	if err != nil {
		return err
	}
	byWire := make(map[string]FolderRecord, len(known))
	for _, r := range known {
		byWire[r.Source] = r
	}
	info := u.dst.Info()
	u.rewrites = info.Rewrites
	stands := ownFolders(dst)
	u.folders, u.others = nil, nil
	for _, m := range MapFolders(src, dst, MapOptions{Rules: u.v.project.Rules, UserRoot: u.user.UserRoot, Source: u.v.project.Source, FoldsCase: info.FoldsCase, Exchange: info.Rewrites, Known: known}) {
		f := &verifyFolder{mapping: m, rec: byWire[m.Source.Wire]}
		key := joinKey(m.DestPath)
		if d, ok := stands[key]; ok && m.Skip == "" && !d.NoSelect {
			f.dest = &d
			delete(stands, key)
		}
		u.folders = append(u.folders, f)
	}
	for _, d := range stands {
		if !d.NoSelect && (d.Status == nil || d.Status.Messages > 0) {
			u.others = append(u.others, d)
		}
	}
	slices.SortFunc(u.others, func(a, b Folder) int { return cmp.Compare(a.Wire, b.Wire) })
	return nil
}

// scan lists every message of the source, in one flight.
func (u *userVerify) scan(ctx context.Context) error {
	reqs := make([]ScanRequest, len(u.folders))
	for i, f := range u.folders {
		f.msgs, f.err = nil, ""
		reqs[i] = ScanRequest{Folder: f.mapping.Source, From: 1}
	}
	results, err := u.deadly.scan(ctx, u.src, reqs, func(i int, e Entry) error {
		u.folders[i].msgs = append(u.folders[i].msgs, verifyMessage{uid: e.UID, size: e.Size, date: unixDate(e.Date)})
		return nil
	})
	if err != nil {
		return err
	}
	for i, f := range u.folders {
		if err := results[i].Err; err != nil {
			if fault := AsFault(err); fault.Class < SkipMessage || fault.Class >= StopMailbox {
				return err
			}
			f.err = AsFault(err).Error()
			continue
		}
		st := results[i].Status
		f.mapping.Source.Status = &st
		slices.SortFunc(f.msgs, byUID)
		f.msgs = slices.CompactFunc(f.msgs, func(a, b verifyMessage) bool { return a.uid == b.uid })
		if err := u.recall(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

func byUID(a, b verifyMessage) int { return cmp.Compare(a.uid, b.uid) }

// recall notes what the journal says of each message.
func (u *userVerify) recall(ctx context.Context, f *verifyFolder) error {
	f.altered = alterations{}
	return u.records(ctx, f, func(m *verifyMessage, r Record) {
		f.altered.count(r)
		m.state, m.destUID, m.fetched, m.reason = r.State, r.DestUID, r.Size, reasonIndex(r.Reason)
	})
}

// records calls each with every message of a folder that the journal knows.
func (u *userVerify) records(ctx context.Context, f *verifyFolder, each func(*verifyMessage, Record)) error {
	if f.rec.ID == 0 || f.rec.SourceValidity != f.mapping.Source.validity() {
		return nil
	}
	i := 0
	return u.v.file.Records(ctx, f.rec.ID, func(r Record) error {
		for i < len(f.msgs) && f.msgs[i].uid < r.UID {
			i++
		}
		if i < len(f.msgs) && f.msgs[i].uid == r.UID {
			each(&f.msgs[i], r)
		}
		return nil
	})
}
