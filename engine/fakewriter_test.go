package engine

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

func (c *fakeSession) Create(ctx context.Context, reqs []CreateRequest) (Listing, []error, error) {
	errs := c.create(reqs)
	after, err := c.Folders(ctx)
	return after, errs, err
}

func (c *fakeSession) create(reqs []CreateRequest) []error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	errs := make([]error, len(reqs))
	for i, r := range reqs {
		if !r.Create {
			continue
		}
		if c.s.refuse != nil {
			errs[i] = c.s.refuse(strings.Split(r.Wire, "/"))
		}
		if errs[i] == nil && !c.s.hasTwin(r.Wire) {
			c.s.folder(r.Wire)
		}
	}
	return errs
}

// hasTwin says that the server takes name for a folder that it has.
func (s *fakeServer) hasTwin(name string) bool {
	for have := range s.folders {
		if s.folds && strings.EqualFold(have, name) {
			return true
		}
	}
	return false
}

// decide asks the test, whose panic must not leave the server locked.
func (s *fakeServer) decide(o *Outgoing) fate {
	asked := false
	defer func() {
		if !asked {
			s.mu.Unlock()
		}
	}()
	ft := s.onAppend(s.appends, o)
	asked = true
	return ft
}

// Append answers each message only when the next one is there or the input
// dries up, so that several are in flight when a connection is cut.
func (c *fakeSession) Append(ctx context.Context, in <-chan *Outgoing, done func(*Outgoing, Appended)) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case o, ok := <-in:
			if !ok {
				return nil
			}
			flight := []*Outgoing{o}
			for range 2 {
				select {
				case o, ok := <-in:
					if ok {
						flight = append(flight, o)
					}
				default:
				}
			}
			if err := c.land(flight, done); err != nil {
				return err
			}
		}
	}
}

// dateOf is the date that the server gives a message.
func (c *fakeSession) dateOf(o *Outgoing) time.Time {
	if c.s.dateless {
		return time.Now()
	}
	return c.HoldableDate(o.Date)
}

func (c *fakeSession) land(flight []*Outgoing, done func(*Outgoing, Appended)) error {
	for i, o := range flight {
		var raw bytes.Buffer
		_, _ = o.Body.WriteTo(&raw)
		c.s.mu.Lock()
		c.s.appends++
		var ft fate
		if c.s.onAppend != nil {
			ft = c.s.decide(o)
		}
		f := c.s.folders[o.Wire]
		if f == nil {
			ft.err = &Fault{Class: SkipFolder, Code: CodeNoFolder, What: "No such folder."}
		}
		stored := raw.String()
		if c.s.rewrite != nil {
			stored = c.s.rewrite(stored)
		}
		if ft.err == nil && (!ft.cut || ft.store) {
			if ft.late > 0 {
				time.AfterFunc(ft.late, func() {
					c.s.mu.Lock()
					defer c.s.mu.Unlock()
					f.add(stored, o.Flags, c.dateOf(o))
				})
			} else {
				f.add(stored, o.Flags, c.dateOf(o))
			}
		}
		if ft.lie {
			f.msgs = f.msgs[:len(f.msgs)-1]
			f.next--
		}
		uid, validity := uint32(0), uint32(0)
		if f != nil {
			uid, validity = f.next-1, f.validity
			if ft.lie {
				uid++
			}
		}
		c.s.mu.Unlock()
		switch {
		case ft.cut:
			done(o, Appended{Outcome: Unknown, Err: cmp.Or(ft.err, error(errCut))})
			for _, rest := range flight[i+1:] {
				done(rest, Appended{Outcome: Unsent, Err: errCut})
			}
			return errCut
		case ft.err != nil:
			done(o, Appended{Outcome: Refused, Err: ft.err})
			if ft.bye {
				for _, rest := range flight[i+1:] {
					done(rest, Appended{Outcome: Unsent, Err: errCut})
				}
				return errCut
			}
		default:
			done(o, Appended{Outcome: Stored, UID: uid, UIDValidity: validity})
		}
	}
	return nil
}

func (c *fakeSession) Store(ctx context.Context, folder Folder, validity uint32, changes []FlagChange) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for _, ch := range changes {
		for _, m := range c.s.folders[folder.Wire].msgs {
			if m.uid == ch.UID {
				m.flags = slices.DeleteFunc(append(slices.Clone(m.flags), ch.Add...), func(f string) bool { return slices.Contains(ch.Remove, f) })
			}
		}
	}
	return nil
}

func (c *fakeSession) Remove(ctx context.Context, folder Folder, validity uint32, uids []uint32) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var before, after error
	if c.s.onRemove != nil {
		before, after = c.s.onRemove()
	}
	f := c.s.folders[folder.Wire]
	if before != nil || f.validity != validity {
		return cmp.Or(before, error(ErrUIDValidity))
	}
	f.msgs = slices.DeleteFunc(f.msgs, func(m *fakeMessage) bool { return slices.Contains(uids, m.uid) })
	return after
}
