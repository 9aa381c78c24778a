package engine

import (
	"cmp"
	"context"
	"slices"
)

// pairOff finds, for each wanted message, the UID of the one at the destination
// that is the same, or 0. Each is taken once: twins stay two. Where identity and
// size don't decide, contents are compared; exact is nil where they may only be
// compared as normalised, because the wanted ones were never sent by us.
func (w *folderWork) pairOff(ctx context.Context, dst Reader, wanted, stands []Header, p contents) ([]uint32, error) {
	found := make([]uint32, len(wanted))
	for _, g := range groups(wanted, stands, w.rewrites) {
		if g.clear(wanted, stands, w.rewrites) {
			found[g.a[0]] = stands[g.b[0]].UID
			continue
		}
		if err := w.pairGroup(ctx, dst, g, wanted, stands, p, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// group is the messages of one identity on both sides.
type group struct{ a, b []int }

// clear says that one message stands against one of the same size.
func (g group) clear(wanted, stands []Header, rewrites bool) bool {
	return len(g.a) == 1 && len(g.b) == 1 && (rewrites || wanted[g.a[0]].Size == stands[g.b[0]].Size)
}

func groups(wanted, stands []Header, rewrites bool) []group {
	byID := make(map[Identity]*group, len(wanted))
	order := make([]*group, 0, len(wanted))
	for i, h := range wanted {
		if h.Identity == (Identity{}) {
			continue
		}
		id := h.Identity.kept(rewrites)
		g := byID[id]
		if g == nil {
			g = &group{}
			byID[id] = g
			order = append(order, g)
		}
		g.a = append(g.a, i)
	}
	for i, h := range stands {
		if g := byID[h.Identity.kept(rewrites)]; g != nil {
			g.b = append(g.b, i)
		}
	}
	var full []group
	for _, g := range order {
		if len(g.b) > 0 {
			full = append(full, *g)
		}
	}
	return full
}

// contents tells what the wanted messages contain.
type contents struct {
	// digest is the SHA-256 of a wanted message's bytes, if known.
	digest func(i int) Digest
	// fetch reads the wanted messages of these indexes and returns their
	// normalised digests; nil when the source need not be asked.
	fetch func(ctx context.Context, indexes []int) (map[int]Digest, error)
}

// pairGroup compares contents. Messages that we sent ourselves are paired by
// nearest size when no content decides: something of this identity that came
// after the recorded UIDNEXT is ours.
func (w *folderWork) pairGroup(ctx context.Context, dst Reader, g group, wanted, stands []Header, p contents, found []uint32) error {
	uids := make([]uint32, len(g.b))
	for i, b := range g.b {
		uids[i] = stands[b].UID
	}
	exact, normal, err := digests(ctx, dst, w.dest, w.dest.validity(), uids, w.m.memory)
	if err != nil {
		return err
	}
	if p.fetch == nil {
		g.take(found, stands, func(a, b int) bool { return p.digest(a) == exact[stands[b].UID] })
		slices.SortStableFunc(g.a, func(x, y int) int { return cmp.Compare(wanted[x].Size, wanted[y].Size) })
		slices.SortStableFunc(g.b, func(x, y int) int { return cmp.Compare(stands[x].Size, stands[y].Size) })
		g.take(found, stands, func(a, b int) bool { return wanted[a].Size == stands[b].Size })
		g.take(found, stands, func(int, int) bool { return true })
		return nil
	}
	ours, err := p.fetch(ctx, g.a)
	if err != nil {
		return err
	}
	g.take(found, stands, func(a, b int) bool {
		d, ok := ours[a]
		return ok && (w.rewrites || d == normal[stands[b].UID])
	})
	return nil
}

// take pairs whatever same accepts, each once, and removes it from the group.
func (g *group) take(found []uint32, stands []Header, same func(a, b int) bool) {
	g.a = slices.DeleteFunc(g.a, func(a int) bool {
		i := slices.IndexFunc(g.b, func(b int) bool { return same(a, b) })
		if i < 0 {
			return false
		}
		found[a] = stands[g.b[i]].UID
		g.b = slices.Delete(g.b, i, i+1)
		return true
	})
}

func (f Folder) validity() uint32 {
	if f.Status == nil {
		return 0
	}
	return f.Status.UIDValidity
}

// digests fetches messages and returns the digests of their bytes, exact and
// normalised for what servers are known to change.
func digests(ctx context.Context, r Reader, f Folder, validity uint32, uids []uint32, memory *Share) (exact, normal map[uint32]Digest, err error) {
	exact, normal = map[uint32]Digest{}, map[uint32]Digest{}
	err = bodies(ctx, r, f, validity, uids, memory, func(uid uint32, b *Body) { exact[uid], normal[uid] = digestsOf(b) })
	return exact, normal, err
}

// digestsOf are both digests of one message. Fields that ask for a read receipt
// are renamed first for the normalised one, so that a message that was sent with
// them renamed is still the same.
func digestsOf(b *Body) (exact, normal Digest) {
	exact = b.Digest()
	silenceReceipts(b)
	return exact, b.NormalDigest()
}

// bodies fetches messages and calls each with those that came, one at a time. The
// body is not to be kept.
func bodies(ctx context.Context, r Reader, f Folder, validity uint32, uids []uint32, memory *Share, each func(uid uint32, b *Body)) error {
	reqs := make(chan FetchRequest, 1)
	reqs <- FetchRequest{Folder: f, UIDValidity: validity, UIDs: uids}
	close(reqs)
	return r.Fetch(ctx, reqs, memory.Alloc, func(m Fetched) error {
		if m.Err != nil {
			return nil // it can't be the one
		}
		defer m.Body.Release()
		each(m.UID, m.Body)
		return nil
	})
}
