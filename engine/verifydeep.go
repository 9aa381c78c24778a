package engine

import (
	"context"
	"maps"
	"slices"
)

const (
	deepMessages = 500
	deepBytes    = 32 << 20
)

// compare fetches messages from both sides and compares their bytes: with Deep
// all that were found, else those whose size leaves a doubt. What a server is
// known to change as it stores a message makes no difference.
func (u *userVerify) compare(ctx context.Context, f *verifyFolder) error {
	if u.rewrites {
		return nil
	}
	var chunk []*verifyMessage
	bytes := int64(0)
	flush := func() error {
		part := chunk
		chunk, bytes = nil, 0
		if len(part) == 0 {
			return nil
		}
		return u.step(ctx, func() error { return u.compareChunk(ctx, f, part) })
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

func (u *userVerify) compareChunk(ctx context.Context, f *verifyFolder, chunk []*verifyMessage) error {
	ours := make([]uint32, len(chunk))
	theirs := make([]uint32, len(chunk))
	for i, m := range chunk {
		ours[i], theirs[i] = m.uid, m.at
	}
	var c crew
	var srcExact, srcNormal, dstNormal map[uint32]Digest
	var srcErr, dstErr error
	c.do(&srcErr, func() (err error) {
		from := f.mapping.Source
		srcExact, srcNormal, err = digests(ctx, u.src, from, from.validity(), ours, u.memory)
		return err
	})
	c.do(&dstErr, func() (err error) {
		_, dstNormal, err = digests(ctx, u.dst, *f.dest, f.status.UIDValidity, theirs, u.memory)
		return err
	})
	c.Wait()
	if err := worse(srcErr, dstErr); err != nil {
		return err
	}
	if err := u.dropDeleted(ctx, f, chunk, dstNormal); err != nil {
		return err
	}
	for _, m := range chunk {
		theirs, there := dstNormal[m.at]
		ours, here := srcNormal[m.uid]
		switch {
		case m.outcome != 0: // deleted meanwhile
		case there && here && ours == theirs:
		case !here: // the source no longer gives it: nothing to compare with
			f.err = "some messages could not be read again at the old server, and were compared by their headers only"
		default:
			m.outcome = outChanged
			if f.changed == nil {
				f.changed = map[uint32]Digest{}
			}
			f.changed[m.uid] = srcExact[m.uid]
		}
	}
	return nil
}

// dropDeleted finds messages that somebody deleted at the destination since
// their headers were read: they have not changed.
func (u *userVerify) dropDeleted(ctx context.Context, f *verifyFolder, chunk []*verifyMessage, read map[uint32]Digest) error {
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
