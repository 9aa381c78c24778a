package engine

import (
	"bytes"
	"cmp"
	"context"
	"slices"
)

// find looks for every message of a folder in its place at the destination.
func (u *userVerify) find(ctx context.Context, index uint16, f *verifyFolder) error {
	for i := range f.msgs {
		f.msgs[i].at, f.msgs[i].outcome, f.msgs[i].doubt = 0, 0, false
	}
	f.dates = nil
	u.strays = slices.DeleteFunc(u.strays, func(s stray) bool { return s.from == index }) // of an attempt that broke off
	if len(f.msgs) == 0 && f.dest == nil || f.err != "" {
		return nil
	}
	var stands []stray
	var srcErr, dstErr error
	var c crew
	c.do(&srcErr, func() error { return u.identify(ctx, f) })
	c.do(&dstErr, func() (err error) { stands, err = u.stands(ctx, index, f); return err })
	c.Wait()
	if err := worse(srcErr, dstErr); err != nil {
		return err
	}
	u.match(f, stands)
	for _, s := range stands {
		if !s.used {
			u.strays = append(u.strays, s)
		}
	}
	return nil
}

// identify reads the identities of the source's messages. Those that are gone
// since the scan are no longer the source's.
func (u *userVerify) identify(ctx context.Context, f *verifyFolder) error {
	if len(f.msgs) == 0 {
		return nil
	}
	res, err := u.src.Headers(ctx, ScanRequest{Folder: f.mapping.Source, From: 1}, func(h Header) error {
		if i, ok := slices.BinarySearchFunc(f.msgs, verifyMessage{uid: h.UID}, byUID); ok {
			f.msgs[i].id = h.Identity.kept(u.rewrites)
		}
		return nil
	})
	if err == nil {
		err = res.Err
	}
	if err != nil {
		return err
	}
	var unread []uint32
	for _, m := range f.msgs {
		if m.id.IsZero() {
			unread = append(unread, m.uid)
		}
	}
	if len(unread) == 0 {
		return nil
	}
	still := map[uint32]bool{}
	_, err = u.src.Scan(ctx, []ScanRequest{{Folder: f.mapping.Source, UIDs: unread}}, func(_ int, e Entry) error {
		still[e.UID] = true
		return nil
	})
	f.msgs = slices.DeleteFunc(f.msgs, func(m verifyMessage) bool { return err == nil && m.id.IsZero() && !still[m.uid] })
	return err
}

// stands reads what is in the folder at the destination, by UID.
func (u *userVerify) stands(ctx context.Context, index uint16, f *verifyFolder) (list []stray, err error) {
	if f.dest == nil {
		return nil, nil
	}
	list, f.status, err = u.headers(ctx, *f.dest, index)
	if fault := AsFault(err); err != nil && fault.Class >= SkipMessage && fault.Class < StopMailbox {
		f.err = fault.Error()
		return nil, nil
	}
	return list, err
}

// headers reads one folder of the destination.
func (u *userVerify) headers(ctx context.Context, folder Folder, index uint16) (list []stray, st Status, err error) {
	res, err := u.dst.Headers(ctx, ScanRequest{Folder: folder, From: 1}, func(h Header) error {
		list = append(list, stray{id: h.Identity.kept(u.rewrites), size: h.Size, date: unixDate(h.Date), uid: h.UID, from: index})
		return nil
	})
	if err == nil {
		err = res.Err
	}
	slices.SortFunc(list, func(a, b stray) int { return cmp.Compare(a.uid, b.uid) })
	return list, res.Status, err
}

// match pairs messages with what stands at the destination, each once: twins
// stay two. Between equal identities, the one that the journal names comes
// first, then one of the same size, then any.
func (u *userVerify) match(f *verifyFolder, stands []stray) {
	pair := func(m *verifyMessage, s *stray) { u.pair(f, m, s) }
	same := f.status.UIDValidity != 0 && f.status.UIDValidity == f.rec.DestValidity
	named := func(m *verifyMessage) *stray {
		if !same || m.destUID == 0 {
			return nil
		}
		i, ok := slices.BinarySearchFunc(stands, m.destUID, func(s stray, uid uint32) int { return cmp.Compare(s.uid, uid) })
		if !ok || stands[i].used {
			return nil
		}
		return &stands[i]
	}
	for i := range f.msgs {
		m := &f.msgs[i]
		if s := named(m); s != nil && s.id == m.id && !m.id.IsZero() && (m.state == Copied || m.state == Present) {
			pair(m, s)
		}
	}
	pairEqual(f.msgs, stands, pair)
	for i := range f.msgs { // the server named a UID for it, but the header there is another
		m := &f.msgs[i]
		if s := named(m); s != nil && m.at == 0 && m.state == Copied {
			pair(m, s)
			if u.rewrites {
				continue
			}
			m.doubt = true
		}
	}
}

// pair notes where a message stands. A size that differs is a doubt, unless the
// server only announced another size than it gave.
func (u *userVerify) pair(f *verifyFolder, m *verifyMessage, s *stray) {
	m.at, s.used = s.uid, true
	f.noteDate(m, s.date)
	m.doubt = !u.rewrites && s.size != m.size && (m.state != Copied || s.size != m.fetched)
}

// pairEqual pairs what has the same identity and isn't paired yet: first those
// of the same size, then the others.
func pairEqual(msgs []verifyMessage, stands []stray, pair func(*verifyMessage, *stray)) {
	var want []*verifyMessage
	for i := range msgs {
		if m := &msgs[i]; m.at == 0 && !m.id.IsZero() {
			want = append(want, m)
		}
	}
	var have []*stray
	for i := range stands {
		if s := &stands[i]; !s.used && !s.id.IsZero() {
			have = append(have, s)
		}
	}
	slices.SortStableFunc(want, func(a, b *verifyMessage) int {
		return cmp.Or(bytes.Compare(a.id[:], b.id[:]), cmp.Compare(a.size, b.size), cmp.Compare(a.date, b.date))
	})
	slices.SortStableFunc(have, func(a, b *stray) int {
		return cmp.Or(bytes.Compare(a.id[:], b.id[:]), cmp.Compare(a.size, b.size), cmp.Compare(a.date, b.date))
	})
	for _, bySize := range []bool{true, false} {
		i, j := 0, 0
		for i < len(want) && j < len(have) {
			m, s := want[i], have[j]
			c := bytes.Compare(m.id[:], s.id[:])
			if c == 0 && bySize {
				c = cmp.Compare(m.size, s.size)
			}
			switch {
			case m.at != 0 || c < 0:
				i++
			case s.used || c > 0:
				j++
			default:
				pair(m, s)
				i, j = i+1, j+1
			}
		}
	}
}
