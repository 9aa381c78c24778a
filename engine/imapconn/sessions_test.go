package imapconn

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mxodus/engine"
)

// openVault holds passwords for tests.
type openVault map[string]engine.Secret

func (v openVault) Get(name string) (engine.Secret, bool) {
	s, ok := v[name]
	return s, ok
}

func (v openVault) Set(context.Context, map[string]engine.Secret) error { return nil }

// access is how a test reaches a mailbox.
type access struct {
	endpoint       engine.Endpoint
	user, password string
}

// open opens a session on one side; limits may be zero.
func (l access) open(tb testing.TB, side engine.Side, limits engine.Limits) *session {
	tb.Helper()
	p := engine.Project{Source: l.endpoint, Destination: l.endpoint, Limits: limits}
	v := openVault{engine.SecretName(engine.SideSource, 1): engine.Secret(l.password), engine.SecretName(engine.SideDestination, 1): engine.Secret(l.password)}
	c, err := NewDialer(p, v, engine.DialOptions{}).open(tb.Context(), side, engine.User{ID: 1, Address: l.user, SourceLogin: l.user})
	if err != nil {
		tb.Fatalf("sign in: %v (%v)", err, engine.AsFault(err).Err)
	}
	s := newSession(c)
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// budget is plenty of memory.
var budget = engine.NewBudget(256 << 20)

// mail is a message for tests.
type mail struct {
	folder string // wire
	raw    string
	flags  []string
	date   time.Time
}

// bodyOf makes a Body of text.
func bodyOf(tb testing.TB, text string) *engine.Body {
	tb.Helper()
	b, err := budget.Alloc(tb.Context(), int64(len(text)))
	if err == nil {
		_, err = b.ReadFrom(strings.NewReader(text))
	}
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func (m mail) outgoing(tb testing.TB, tag any) *engine.Outgoing {
	return &engine.Outgoing{Wire: m.folder, Flags: m.flags, Date: m.date, Body: bodyOf(tb, m.raw), Tag: tag}
}

// fates is what Append reported, by the message's index.
type fates struct {
	mu  sync.Mutex
	got map[int]engine.Appended
	dup []int
}

func (f *fates) done(o *engine.Outgoing, a engine.Appended) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := o.Tag.(int)
	if _, twice := f.got[i]; twice {
		f.dup = append(f.dup, i)
	}
	f.got[i] = a
	o.Body.Release()
}

// appendAll stores mails through a destination session and returns their fates;
// each must have come exactly once.
func appendAll(tb testing.TB, s *session, mails []mail) (map[int]engine.Appended, error) {
	tb.Helper()
	in := make(chan *engine.Outgoing, 64)
	f := &fates{got: map[int]engine.Appended{}}
	go func() {
		defer close(in)
		for i, m := range mails {
			in <- m.outgoing(tb, i)
		}
	}()
	err := s.Append(tb.Context(), in, f.done)
	taken := len(f.got)
	for range in { // what was never taken
		taken++
	}
	if taken != len(mails) || len(f.dup) > 0 {
		tb.Errorf("%d messages sent, %d reported or left, %v reported twice", len(mails), taken, f.dup)
	}
	return f.got, err
}

// fetchAll reads bodies and returns them by UID; errors are returned by UID too.
func fetchAll(tb testing.TB, s *session, reqs ...engine.FetchRequest) (bodies map[uint32]string, failed map[uint32]error, err error) {
	tb.Helper()
	ch := make(chan engine.FetchRequest)
	go func() {
		defer close(ch)
		for _, r := range reqs {
			select {
			case ch <- r:
			case <-tb.Context().Done():
			}
		}
	}()
	bodies, failed = map[uint32]string{}, map[uint32]error{}
	err = s.Fetch(tb.Context(), ch, budget.Alloc, func(f engine.Fetched) error {
		if bodies[f.UID] != "" || failed[f.UID] != nil {
			tb.Errorf("UID %d was delivered twice", f.UID)
		}
		if f.Err != nil {
			failed[f.UID] = f.Err
			return nil
		}
		var b bytes.Buffer
		_, _ = f.Body.WriteTo(&b)
		f.Body.Release()
		bodies[f.UID] = b.String()
		return nil
	})
	return bodies, failed, err
}

// scanOne lists one folder.
func scanOne(tb testing.TB, s *session, req engine.ScanRequest) (entries []engine.Entry, res engine.ScanResult) {
	tb.Helper()
	results, err := s.Scan(tb.Context(), []engine.ScanRequest{req}, func(_ int, e engine.Entry) error {
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		tb.Fatalf("scan: %v (%v)", err, engine.AsFault(err).Err)
	}
	return entries, results[0]
}

func folder(wire string) engine.Folder { return engine.Folder{Wire: wire} }

func uidsOf(entries []engine.Entry) []uint32 {
	var uids []uint32
	for _, e := range entries {
		uids = append(uids, e.UID)
	}
	return uids
}

// findFolder finds a folder by its path.
func findFolder(tb testing.TB, l engine.Listing, path ...string) engine.Folder {
	tb.Helper()
	for _, f := range l.Folders {
		if slices.Equal(f.Path, path) {
			return f
		}
	}
	tb.Fatalf("%q is not listed: %s", path, pathsOf(l))
	return engine.Folder{}
}

func pathsOf(l engine.Listing) string {
	var b strings.Builder
	for _, f := range l.Folders {
		fmt.Fprintf(&b, "%q=%q ", f.Wire, f.Path)
	}
	return b.String()
}
