package engine

import (
	"context"
	"maps"
	"slices"
	"strings"
)

const (
	deepMessages = 500
	deepBytes    = 32 << 20
)

// proof is how a message at the destination was proven to be the one of the
// source.
type proof uint8

const (
	byIdentity proof = iota
	byMeaning
	byBytes
)

func (p proof) String() string { return [...]string{"identity", "meaning", "bytes"}[p] }

func (p *Proven) count(how proof) { *[...]*int{&p.Identity, &p.Meaning, &p.Bytes}[how]++ }

// proof is how this user's messages are to be proven.
func (u *userVerify) proof() proof {
	switch {
	case u.v.o.Deep && !u.rewrites:
		return byBytes
	case u.v.o.Deep && u.v.o.Meaning != nil:
		return byMeaning
	}
	return byIdentity
}

// compare fetches messages from both sides and compares them: with Deep all that
// were found, else those whose size leaves a doubt. What a server is known to
// change as it stores a message makes no difference.
func (u *userVerify) compare(ctx context.Context, f *verifyFolder) error {
	f.changed, f.differs, f.doubts = nil, nil, nil
	how := u.compareChunk
	if u.rewrites {
		how = u.compareMeanings
		if u.proof() != byMeaning {
			return nil
		}
	}
	var chunk []*verifyMessage
	bytes := int64(0)
	flush := func() error {
		part := chunk
		chunk, bytes = nil, 0
		if len(part) == 0 {
			return nil
		}
		return u.step(ctx, func() error { return how(ctx, f, part) })
	}
	for i := range f.msgs {
		m := &f.msgs[i]
		if m.at == 0 || !m.doubt && !u.v.o.Deep {
			continue
		}
		chunk = append(chunk, m)
		if bytes += m.size; len(chunk) == deepMessages || bytes >= deepBytes {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// bothSides reads the messages of a chunk from both sides at once.
func (u *userVerify) bothSides(ctx context.Context, f *verifyFolder, chunk []*verifyMessage, ours, theirs func(uid uint32, b *Body)) error {
	here := make([]uint32, len(chunk))
	there := make([]uint32, len(chunk))
	for i, m := range chunk {
		here[i], there[i] = m.uid, m.at
	}
	var c crew
	var srcErr, dstErr error
	c.do(&srcErr, func() error {
		from := f.mapping.Source
		return bodies(ctx, u.src, from, from.validity(), here, u.memory, ours)
	})
	c.do(&dstErr, func() error {
		return bodies(ctx, u.dst, *f.dest, f.status.UIDValidity, there, u.memory, theirs)
	})
	c.Wait()
	return worse(srcErr, dstErr)
}

// compareChunk compares bytes.
func (u *userVerify) compareChunk(ctx context.Context, f *verifyFolder, chunk []*verifyMessage) error {
	srcExact, srcNormal, dstNormal := map[uint32]Digest{}, map[uint32]Digest{}, map[uint32]Digest{}
	err := u.bothSides(ctx, f, chunk,
		func(uid uint32, b *Body) { srcExact[uid], srcNormal[uid] = digestsOf(b) },
		func(uid uint32, b *Body) { _, dstNormal[uid] = digestsOf(b) })
	if err != nil {
		return err
	}
	if err := dropDeleted(ctx, u, f, chunk, dstNormal); err != nil {
		return err
	}
	var changed []*verifyMessage
	for _, m := range chunk {
		theirs, there := dstNormal[m.at]
		ours, here := srcNormal[m.uid]
		switch {
		case m.outcome != 0: // deleted meanwhile
		case there && here && ours == theirs:
			m.how = byBytes
		case !here: // the source no longer gives it: nothing to compare with
			f.err = unreadAgain
		default:
			m.outcome = outChanged
			if f.changed == nil {
				f.changed = map[uint32]Digest{}
			}
			f.changed[m.uid] = srcExact[m.uid]
			f.differ(m, "its bytes differ at the new server")
			changed = append(changed, m)
		}
	}
	return u.explainBytes(ctx, f, changed)
}

const unreadAgain = "some messages could not be read again at the old server, and were compared by their headers only"

// explainBytes says what differs in messages whose bytes do.
func (u *userVerify) explainBytes(ctx context.Context, f *verifyFolder, changed []*verifyMessage) error {
	if u.v.o.Meaning == nil || len(changed) == 0 {
		return nil
	}
	like, err := u.meanings(ctx, f, changed)
	for uid, l := range like {
		switch {
		case len(l.Differs) > 0:
			f.differs[uid] += ": " + Clean(strings.Join(l.Differs, "; "), 300)
		case len(l.Doubts) == 0:
			f.differs[uid] += ", though it says the same"
		}
	}
	return err
}

// compareMeanings compares what messages say.
func (u *userVerify) compareMeanings(ctx context.Context, f *verifyFolder, chunk []*verifyMessage) error {
	like, err := u.meanings(ctx, f, chunk)
	if err != nil {
		return err
	}
	for _, m := range chunk {
		l, ok := like[m.uid]
		switch {
		case m.outcome != 0: // deleted meanwhile
		case !ok:
			f.err = unreadAgain
		case len(l.Differs) > 0:
			m.outcome = outChanged
			f.differ(m, Clean(strings.Join(l.Differs, "; "), 300))
		case len(l.Doubts) > 0:
			f.doubt(m, Clean(strings.Join(l.Doubts, "; "), 300))
		default:
			m.how = byMeaning
		}
	}
	return nil
}

// meanings compares what messages say, by the source's UIDs. What a side doesn't
// give any more is not among them.
func (u *userVerify) meanings(ctx context.Context, f *verifyFolder, chunk []*verifyMessage) (map[uint32]Likeness, error) {
	ours, theirs := map[uint32]Meaning{}, map[uint32]Meaning{}
	err := u.bothSides(ctx, f, chunk,
		func(uid uint32, b *Body) { ours[uid] = u.v.o.Meaning(b) },
		func(uid uint32, b *Body) { theirs[uid] = u.v.o.Meaning(b) })
	if err != nil {
		return nil, err
	}
	if err := dropDeleted(ctx, u, f, chunk, theirs); err != nil {
		return nil, err
	}
	like := map[uint32]Likeness{}
	for _, m := range chunk {
		a, b := ours[m.uid], theirs[m.at]
		switch {
		case a != nil && b != nil:
			like[m.uid] = a.Against(b)
		case a != nil:
			like[m.uid] = Likeness{Differs: []string{"the new server does not give it whole"}}
		}
	}
	return like, nil
}

// doubtsMost bounds what is kept of doubtful messages of one folder.
const doubtsMost = 200

func (f *verifyFolder) doubt(m *verifyMessage, why string) {
	if f.doubts == nil {
		f.doubts = map[uint32]string{}
	}
	if len(f.doubts) < doubtsMost {
		f.doubts[m.uid] = why
	}
}

// dropDeleted finds messages that somebody deleted at the destination since
// their headers were read: they have not changed.
func dropDeleted[T any](ctx context.Context, u *userVerify, f *verifyFolder, chunk []*verifyMessage, read map[uint32]T) error {
	gone := map[uint32]bool{}
	for _, m := range chunk {
		if _, ok := read[m.at]; !ok {
			gone[m.at] = true
		}
	}
	if len(gone) == 0 {
		return nil
	}
	uids := slices.Collect(maps.Keys(gone))
	_, err := u.dst.Scan(ctx, []ScanRequest{{Folder: *f.dest, UIDs: uids}}, func(_ int, e Entry) error {
		delete(gone, e.UID)
		return nil
	})
	for _, m := range chunk {
		if err == nil && gone[m.at] {
			m.at, m.outcome = 0, outDeleted
		}
	}
	return err
}
