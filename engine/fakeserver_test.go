package engine

import (
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
	rewrite    func(raw string) string // what it makes of a message as it stores it
	onFetch    func(uid uint32) error  // a message that isn't given
	bodySize   int64                   // of one too big to be held
	onRemove   func() (before, after error)
	onUser     func(u User) error
	refuse     func(path []string) error // CREATE
	folds      bool                      // takes names that differ in case for one
	login      error
	permanent  []string // PERMANENTFLAGS, without "\*"
	noKeywords bool
	info       *SessionInfo
	quota      *Quota
	holdable   func(time.Time) time.Time // the nearest date that it can hold
	dateless   bool                      // it gives messages the date of their arrival
	shared     map[string]bool           // folders of other people
	broken     map[string]error          // folders that can't be opened
	opened     int                       // folders opened to ask
}

// fate is what happens to one APPEND.
type fate struct {
	err   error // NO with this fault
	cut   bool  // the connection dies; nothing is replied, or with err a BAD
	bye   bool  // with err: the refusal is heard, then the connection dies
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
	once sync.Once
}

var errCut = &Fault{Class: Reconnect, Code: CodeLost, What: "The connection was lost.", Err: errors.New("cut")}

func (c *fakeSession) Info() SessionInfo {
	if c.s.info != nil {
		return *c.s.info
	}
	return SessionInfo{LiteralPlus: true, UIDPlus: true, CondStore: true}
}
func (c *fakeSession) HoldableDate(t time.Time) time.Time {
	if c.s.holdable == nil {
		return t
	}
	return c.s.holdable(t)
}
func (c *fakeSession) Traffic() Traffic                      { return Traffic{} }
func (c *fakeSession) Quota(context.Context) (*Quota, error) { return c.s.quota, nil }
func (c *fakeSession) WireName(path []string) string         { return strings.Join(path, "/") }
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
	wanted := slices.Sorted(slices.Values(req.UIDs))
	for _, m := range msgs {
		_, named := slices.BinarySearch(wanted, m.uid)
		if req.StatusOnly || req.UIDs != nil && !named || req.UIDs == nil && m.uid < req.From || m.modseq <= req.ChangedSince {
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
		if c.s.onFetch != nil {
			if err := c.s.onFetch(m.uid); err != nil {
				delete(left, m.uid)
				return each(Fetched{Tag: req.Tag, UID: m.uid, Size: c.s.bodySize, Err: err})
			}
		}
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
