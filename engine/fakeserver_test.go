package engine

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// fakeServer is a mail server in memory for tests in virtual time. Everything
// over sockets is tested against real servers elsewhere.
type fakeServer struct {
	mu       sync.Mutex
	side     Side
	folders  map[string]*fakeFolder
	sessions int
	limit    int // connections; 0: no limit
	dials    int
	appends  int // APPENDs seen
	// onAppend decides the fate of the nth APPEND (from 1); nil stores it.
	onAppend   func(n int, o *Outgoing) fate
	onDial     func(n int) error
	slow       time.Duration // of every listing
	headers    int           // calls of Headers
	onHeaders  func(n int) error
	onUser     func(u User) error
	refuse     func(path []string) error // CREATE
	login      error
	permanent  []string // PERMANENTFLAGS, without "\*"
	noKeywords bool
	info       *SessionInfo
	quota      *Quota
	shared     map[string]bool  // folders of other people
	broken     map[string]error // folders that can't be opened
	opened     int              // folders opened to ask
}

// fate is what happens to one APPEND.
type fate struct {
	err   error // NO with this fault
	cut   bool  // the connection dies; nothing is replied
	store bool  // with cut: the message was stored all the same ...
	late  time.Duration
	lie   bool // OK with a UID, and nothing is stored
}

type fakeFolder struct {
	name     string
	path     []string
	use      SpecialUse
	validity uint32
	next     uint32
	modseq   uint64
	msgs     []*fakeMessage
}

type fakeMessage struct {
	uid    uint32
	raw    string
	flags  []string
	date   time.Time
	modseq uint64
}

func newFakeServer(side Side) *fakeServer {
	s := &fakeServer{side: side, folders: map[string]*fakeFolder{}}
	s.folder("INBOX")
	return s
}

func (s *fakeServer) folder(name string) *fakeFolder {
	f := s.folders[name]
	if f == nil {
		f = &fakeFolder{name: name, path: strings.Split(name, "/"), validity: 1000 + uint32(len(s.folders)), next: 1, modseq: 1}
		s.folders[name] = f
	}
	return f
}

func (f *fakeFolder) add(raw string, flags []string, date time.Time) uint32 {
	f.modseq++
	f.msgs = append(f.msgs, &fakeMessage{uid: f.next, raw: raw, flags: flags, date: date, modseq: f.modseq})
	f.next++
	return f.next - 1
}

func (f *fakeFolder) status() Status {
	return Status{Messages: len(f.msgs), UIDNext: f.next, UIDValidity: f.validity, HighestModSeq: f.modseq}
}

// bodies is every message of every folder as a multiset.
func (s *fakeServer) bodies() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	got := map[string]int{}
	for _, f := range s.folders {
		for _, m := range f.msgs {
			got[f.name+"\n"+m.raw]++
		}
	}
	return got
}

type fakeDialer struct{ src, dst *fakeServer }

func (d fakeDialer) Source(ctx context.Context, u User) (Source, error) { return d.src.dial(ctx, u) }
func (d fakeDialer) Destination(ctx context.Context, u User) (Destination, error) {
	return d.dst.dial(ctx, u)
}

func (s *fakeServer) dial(ctx context.Context, u User) (*fakeSession, error) {
	if s.onUser != nil {
		if err := s.onUser(u); err != nil {
			return nil, err
		}
	}
	if !sleep(ctx, time.Millisecond) {
		return nil, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dials++
	if s.onDial != nil {
		if err := s.onDial(s.dials); err != nil {
			return nil, err
		}
	}
	if s.login != nil {
		return nil, s.login
	}
	if s.limit > 0 && s.sessions >= s.limit {
		return nil, &Fault{Class: Retry, Code: CodeConnLimit, What: "Too many connections.", Side: s.side}
	}
	s.sessions++
	return &fakeSession{s: s}, nil
}

type fakeSession struct {
	s    *fakeServer
	dead bool
	once sync.Once
}

var errCut = &Fault{Class: Reconnect, Code: CodeLost, What: "The connection was lost.", Err: errors.New("cut")}

func (c *fakeSession) Info() SessionInfo {
	if c.s.info != nil {
		return *c.s.info
	}
	return SessionInfo{LiteralPlus: true, UIDPlus: true, CondStore: true}
}
func (c *fakeSession) Traffic() Traffic                                       { return Traffic{} }
func (c *fakeSession) Quota(context.Context) (*Quota, error)                  { return c.s.quota, nil }
func (c *fakeSession) WireName(path []string) string                          { return strings.Join(path, "/") }
func (c *fakeSession) Remove(context.Context, Folder, uint32, []uint32) error { return nil }
func (c *fakeSession) Close() error {
	c.once.Do(func() {
		c.s.mu.Lock()
		c.s.sessions--
		c.s.mu.Unlock()
	})
	return nil
}

func (c *fakeSession) Folders(ctx context.Context) (Listing, error) {
	if !sleep(ctx, c.s.slow) {
		return Listing{}, ctx.Err()
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	l := Listing{Separator: "/"}
	for _, name := range slices.Sorted(maps.Keys(c.s.folders)) {
		f := c.s.folders[name]
		st := f.status()
		l.Folders = append(l.Folders, Folder{Wire: name, Path: f.path, Use: f.use, Subscribed: true, Shared: c.s.shared[name], Status: &st})
	}
	return l, nil
}

func (c *fakeSession) each(req ScanRequest, do func(*fakeMessage) error) (ScanResult, error) {
	c.s.mu.Lock()
	f := c.s.folders[req.Folder.Wire]
	if f == nil {
		c.s.mu.Unlock()
		return ScanResult{Err: &Fault{Class: SkipFolder, Code: CodeNoFolder, What: "No such folder."}}, nil
	}
	msgs, st := slices.Clone(f.msgs), f.status()
	if err := c.s.broken[req.Folder.Wire]; err != nil {
		c.s.mu.Unlock()
		return ScanResult{Err: err}, nil
	}
	c.s.mu.Unlock()
	for _, m := range msgs {
		if req.StatusOnly || req.UIDs != nil && !slices.Contains(req.UIDs, m.uid) || req.UIDs == nil && m.uid < req.From || m.modseq <= req.ChangedSince {
			continue
		}
		if err := do(m); err != nil {
			return ScanResult{}, err
		}
	}
	if req.StatusOnly {
		c.s.opened++
	}
	return ScanResult{Status: st, Flags: c.s.permanent, AnyKeyword: !c.s.noKeywords}, nil
}

func (c *fakeSession) Scan(ctx context.Context, reqs []ScanRequest, each func(int, Entry) error) ([]ScanResult, error) {
	res := make([]ScanResult, len(reqs))
	for i, r := range reqs {
		var err error
		res[i], err = c.each(r, func(m *fakeMessage) error {
			return each(i, Entry{UID: m.uid, Size: int64(len(m.raw)), Flags: m.flags, Date: m.date})
		})
		if err != nil {
			return nil, err
		}
	}
	return res, nil
}

func (c *fakeSession) Headers(ctx context.Context, req ScanRequest, each func(Header) error) (ScanResult, error) {
	c.s.mu.Lock()
	c.s.headers++
	hook, n := c.s.onHeaders, c.s.headers
	c.s.mu.Unlock()
	if hook != nil {
		if err := hook(n); err != nil {
			return ScanResult{}, err
		}
	}
	return c.each(req, func(m *fakeMessage) error {
		head, _, _ := strings.Cut(m.raw, "\r\n\r\n")
		return each(Header{UID: m.uid, Size: int64(len(m.raw)), Date: m.date, Flags: m.flags, Identity: IdentityOf([]byte(head + "\r\n\r\n"))})
	})
}

func (c *fakeSession) Fetch(ctx context.Context, reqs <-chan FetchRequest, alloc func(context.Context, int64) (*Body, error), each func(Fetched) error) error {
	for {
		var req FetchRequest
		var ok bool
		select {
		case req, ok = <-reqs:
		case <-ctx.Done():
			return ctx.Err()
		}
		if !ok {
			return nil
		}
		if err := c.fetch(ctx, req, alloc, each); err != nil {
			return err
		}
	}
}

func (c *fakeSession) fetch(ctx context.Context, req FetchRequest, alloc func(context.Context, int64) (*Body, error), each func(Fetched) error) error {
	left := map[uint32]bool{}
	for _, uid := range req.UIDs {
		left[uid] = true
	}
	_, err := c.each(ScanRequest{Folder: req.Folder, UIDs: req.UIDs}, func(m *fakeMessage) error {
		body, err := alloc(ctx, int64(len(m.raw)))
		if err != nil {
			return err
		}
		if _, err := body.ReadFrom(strings.NewReader(m.raw)); err != nil {
			return err
		}
		delete(left, m.uid)
		return each(Fetched{Tag: req.Tag, UID: m.uid, Body: body})
	})
	for uid := range left {
		if err == nil {
			err = each(Fetched{Tag: req.Tag, UID: uid, Err: ErrGone})
		}
	}
	return err
}

func (c *fakeSession) Create(ctx context.Context, reqs []CreateRequest) []error {
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
		if errs[i] == nil {
			c.s.folder(r.Wire)
		}
	}
	return errs
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
		if ft.err == nil && (!ft.cut || ft.store) {
			if ft.late > 0 {
				time.AfterFunc(ft.late, func() {
					c.s.mu.Lock()
					defer c.s.mu.Unlock()
					f.add(raw.String(), o.Flags, o.Date)
				})
			} else {
				f.add(raw.String(), o.Flags, o.Date)
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
			done(o, Appended{Outcome: Unknown, Err: errCut})
			for _, rest := range flight[i+1:] {
				done(rest, Appended{Outcome: Unsent, Err: errCut})
			}
			return errCut
		case ft.err != nil:
			done(o, Appended{Outcome: Refused, Err: ft.err})
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
