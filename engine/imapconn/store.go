package imapconn

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"mxodus/engine"
)

// selects opens a folder for writing and waits for the answer. The folder must
// still have the UIDVALIDITY that UIDs to be named there belong to.
func (s *session) selects(ctx context.Context, what string, folder engine.Folder, uidValidity uint32) (*opening, error) {
	var open *opening
	err := s.raw(ctx, what, func(r *rawIO) (err error) {
		p := &pipeline{r: r}
		if open, err = s.opens(p, folder.Wire, true, nil); err != nil {
			return err
		}
		return p.drain()
	})
	switch {
	case err != nil:
		return nil, err
	case open.result.Err != nil:
		return nil, open.result.Err
	case uidValidity != 0 && open.result.Status.UIDValidity != uidValidity:
		return nil, engine.ErrUIDValidity
	}
	return open, nil
}

// Store adds and removes flags: one command for all messages that change alike,
// all commands in one flight. Flags that the folder can't hold are left out.
func (s *session) Store(ctx context.Context, folder engine.Folder, uidValidity uint32, changes []engine.FlagChange) error {
	const what = "change flags"
	open, err := s.selects(ctx, what, folder, uidValidity)
	if err != nil {
		return err
	}
	return s.do(ctx, what, func() error { return s.store(groupChanges(changes, open.can)) })
}

// can says that the folder holds a flag for good.
func (o *opening) can(flag string) bool {
	return o.result.Flags == nil || o.result.AnyKeyword || containsFold(o.result.Flags, flag)
}

// storing is one STORE command.
type storing struct {
	op    imap.StoreFlagsOp
	flags []imap.Flag
	uids  []uint32
}

// groupChanges puts together what changes alike.
func groupChanges(changes []engine.FlagChange, can func(string) bool) []*storing {
	var order []*storing
	byKey := map[string]*storing{}
	add := func(op imap.StoreFlagsOp, flags []string, uid uint32) {
		flags = slices.DeleteFunc(slices.Clone(safeFlags(flags)), func(f string) bool { return !can(f) })
		if len(flags) == 0 {
			return
		}
		slices.Sort(flags)
		key := string(rune('0'+op)) + strings.Join(flags, " ")
		st := byKey[key]
		if st == nil {
			st = &storing{op: op}
			for _, f := range flags {
				st.flags = append(st.flags, imap.Flag(f))
			}
			byKey[key] = st
			order = append(order, st)
		}
		st.uids = append(st.uids, uid)
	}
	for _, c := range changes {
		add(imap.StoreFlagsAdd, c.Add, c.UID)
		add(imap.StoreFlagsDel, c.Remove, c.UID)
	}
	return order
}

// store sends the commands, some at a time, and waits for all answers. A refused
// one doesn't keep the others from being carried out.
func (s *session) store(groups []*storing) error {
	const most = 32
	var refused error
	var flying []interface{ Close() error }
	land := func(leave int) error {
		for len(flying) > leave {
			err := flying[0].Close()
			flying = flying[1:]
			if isRefusal(err) {
				refused = firstOf(refused, err)
			} else if err != nil {
				return err
			}
		}
		return nil
	}
	for _, g := range groups {
		for _, part := range cutSpans(spansOf(g.uids), s.perCommand()) {
			if err := land(most - 1); err != nil {
				return err
			}
			if err := s.rested(); err != nil {
				return firstOf(land(0), err)
			}
			flying = append(flying, s.client.Store(uidSet(part), &imap.StoreFlags{Op: g.op, Silent: true, Flags: g.flags}, nil))
		}
	}
	return firstOf(land(0), refused)
}

func isRefusal(err error) bool {
	var refused *imap.Error
	return errors.As(err, &refused)
}

// uidSet is spans as go-imap spells them.
func uidSet(spans []span) imap.UIDSet {
	var set imap.UIDSet
	for _, sp := range spans {
		set.AddRange(imap.UID(sp.lo), imap.UID(sp.hi))
	}
	return set
}

// Remove deletes exactly these UIDs: it marks them and expunges only them (UID
// EXPUNGE, RFC 4315 section 2.1). A folder is never closed nor expunged as a
// whole, for that would take what somebody else has marked.
func (s *session) Remove(ctx context.Context, folder engine.Folder, uidValidity uint32, uids []uint32) error {
	const what = "remove messages"
	if !s.info.UIDPlus {
		return &engine.Fault{Class: engine.StopMailbox, Code: engine.CodeRefused, Side: s.side,
			What: "The server can't remove single messages (it lacks UIDPLUS), so nothing was removed.",
			Do:   "Remove them by hand.", Who: "you"}
	}
	if _, err := s.selects(ctx, what, folder, uidValidity); err != nil {
		return err
	}
	return s.do(ctx, what, func() error { return s.remove(spansOf(uids)) })
}

func (s *session) remove(uids []span) error {
	marked := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
	for _, part := range cutSpans(uids, s.perCommand()) {
		if err := s.rested(); err != nil {
			return err
		}
		set := uidSet(part)
		mark := s.client.Store(set, marked, nil)
		expunge := s.client.UIDExpunge(set)
		if err := firstOf(mark.Close(), expunge.Close()); err != nil { // both are read in any case
			return err
		}
	}
	return nil
}
