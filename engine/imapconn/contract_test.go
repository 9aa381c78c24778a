package imapconn

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab/real"
)

// makes are the servers that the contract is held against, each a real one.
var makes = []struct {
	name  string
	start func(t *testing.T) access
	// What the server itself does to mail.
	refusesOdd bool // NUL, bare LF, a header that is none
	keepsZone  bool
	anyName    bool // any folder name is taken
}{
	{name: "memory", start: memoryServer, keepsZone: true, anyName: true},
	{name: "dovecot", start: realServer(real.KindDovecot, real.Options{}), anyName: true},
	{name: "dovecot INBOX.", start: realServer(real.KindDovecot, real.Options{Prefix: "INBOX.", Separator: "."}), anyName: true},
	{name: "cyrus", start: realServer(real.KindCyrus, real.Options{}), refusesOdd: true},
	{name: "courier", start: realServer(real.KindCourier, real.Options{})},
}

func realServer(kind real.Kind, o real.Options) func(t *testing.T) access {
	return func(t *testing.T) access {
		real.Have(t, kind)
		o.InMemory = true
		o.Users = map[string]string{"anna": "sun"}
		srv := real.Start(t, kind, o)
		t.Cleanup(func() {
			if t.Failed() {
				logs := srv.Logs()
				t.Log(logs[max(0, len(logs)-4000):])
			}
		})
		return access{srv.Endpoint(), "anna", "sun"}
	}
}

// TestEveryServerKeepsTheContract runs the same checks against every server, as
// source and as destination.
func TestEveryServerKeepsTheContract(t *testing.T) {
	for _, m := range makes {
		t.Run(m.name, func(t *testing.T) {
			l := m.start(t)
			c := &contract{src: l.open(t, engine.SideSource, engine.Limits{}), dst: l.open(t, engine.SideDestination, engine.Limits{}),
				refusesOdd: m.refusesOdd, keepsZone: m.keepsZone}
			t.Run("folders", func(t *testing.T) { c.folders(t, m.anyName) })
			t.Run("messages", c.messages)
			t.Run("scan", c.scan)
			t.Run("fetch", c.fetch)
			t.Run("hostile", c.hostile)
			t.Run("refusals", c.refusals)
			t.Run("flags", c.flags)
			t.Run("remove", c.remove)
			t.Run("quota", func(t *testing.T) {
				if _, err := c.src.Quota(t.Context()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

type contract struct {
	src, dst              *session
	refusesOdd, keepsZone bool
}

// makeFolder creates a folder and returns it as the destination lists it.
func (c *contract) makeFolder(t *testing.T, path ...string) engine.Folder {
	t.Helper()
	wire := c.dst.WireName(path)
	l, errs, err := c.dst.Create(t.Context(), []engine.CreateRequest{{Wire: wire, Create: true, Subscribe: true}})
	if err != nil || errs[0] != nil {
		t.Fatal(err, errs)
	}
	return findFolder(t, l, path...)
}

func (c *contract) folders(t *testing.T, any bool) {
	first, err := c.dst.Folders(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if findFolder(t, first, "INBOX").Use != engine.UseInbox {
		t.Error("INBOX has no use")
	}
	paths := [][]string{{"Archive"}, {"Archive", "2019"}, {"Archive", "2019", "März"}, {"Entwürfe"}, {"日本語"}, {"Входящие"}, {"صندوق"}, {"R & D"}, {"Two words"}}
	if any {
		paths = append(paths, []string{"50%"}, []string{`"quoted"`}, []string{"😀"}, []string{"a~b+c"}, []string{"{12}"}, []string{"(brackets)"})
	}
	var reqs []engine.CreateRequest
	for i, p := range slices.Backward(paths) { // children before their parents
		reqs = append(reqs, engine.CreateRequest{Wire: c.dst.WireName(p), Create: true, Subscribe: i%2 == 0})
	}
	for round := range 2 { // what is there already is no error
		_, errs, err := c.dst.Create(t.Context(), reqs)
		if err != nil {
			t.Fatal(err)
		}
		for i, err := range errs {
			if err != nil {
				t.Errorf("round %d, %q: %v", round, reqs[i].Wire, engine.AsFault(err))
			}
		}
	}
	for _, s := range []*session{c.src, c.dst} {
		l, err := s.Folders(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range paths {
			f := findFolder(t, l, p...)
			if f.Repaired || f.Shared || f.NoSelect || f.Subscribed != (i%2 == 0) || f.Status == nil || f.Status.UIDValidity == 0 || s.WireName(p) != f.Wire {
				t.Errorf("%q is listed as %+v %+v", p, f, f.Status)
			}
		}
	}
	_, errs, err := c.dst.Create(t.Context(), []engine.CreateRequest{{Wire: "no\r\nz1 CREATE Pwned", Create: true}, {Wire: c.dst.WireName([]string{"After"}), Create: true}})
	if err != nil || errs[0] == nil || errs[1] != nil {
		t.Errorf("a name with a line end: %v", errs)
	}
}

// messages sends a thousand in one go and reads them back.
func (c *contract) messages(t *testing.T) {
	f := c.makeFolder(t, "Thousand")
	zone := time.FixedZone("", 5*3600+1800)
	flagSets := [][]string{nil, {`\Seen`}, {`\Seen`, `\Flagged`, `\Answered`, `\Draft`}, {`\Seen`, "$Forwarded", "NonJunk"}, {`\Deleted`}}
	var mails []mail
	for i := range 1000 {
		mails = append(mails, mail{f.Wire, fmt.Sprintf("From: a@old.example\r\nMessage-ID: <%d@old.example>\r\nSubject: %d\r\n\r\n%s\r\n", i, i, strings.Repeat("ä line\r\n", i*i%997)),
			flagSets[i%len(flagSets)], time.Date(2019, 3, 1, 23, i%60, i%59, 0, zone).AddDate(0, 0, i)})
	}
	got, err := appendAll(t, c.dst, mails)
	if err != nil {
		t.Fatal(err)
	}
	entries, res := scanOne(t, c.src, engine.ScanRequest{Folder: f})
	if len(entries) != len(mails) || res.Err != nil || res.Status.Messages != len(mails) {
		t.Fatalf("%d of %d listed: %+v", len(entries), len(mails), res)
	}
	bodies, failed, err := fetchAll(t, c.src, engine.FetchRequest{Folder: f, UIDValidity: res.Status.UIDValidity, UIDs: uidsOf(entries)})
	if err != nil || len(failed) > 0 {
		t.Fatal(err, failed)
	}
	byUID := map[uint32]engine.Entry{}
	for _, e := range entries {
		byUID[e.UID] = e
	}
	for i, m := range mails {
		a := got[i]
		if a.Outcome != engine.Stored || a.UIDValidity != res.Status.UIDValidity || a.UID == 0 && c.dst.info.UIDPlus {
			t.Fatalf("message %d: %+v", i, a)
		}
		e := byUID[a.UID]
		if bodies[a.UID] != m.raw || e.Size != int64(len(m.raw)) {
			t.Errorf("message %d differs, %d bytes became %d", i, len(m.raw), e.Size)
		}
		if !e.Date.Equal(m.date) || c.keepsZone && e.Date.Format(time.RFC3339) != m.date.Format(time.RFC3339) {
			t.Errorf("message %d: date %v became %v", i, m.date, e.Date)
		}
		if !sameFlags(e.Flags, m.flags) {
			t.Errorf("message %d: flags %v became %v", i, m.flags, e.Flags)
		}
	}
	c.headers(t, f, mails, got)
}

// sameFlags compares but for \Recent, order and case.
func sameFlags(a, b []string) bool { return flagText(a) == flagText(b) }

func flagText(flags []string) string {
	words := strings.Fields(strings.ToLower(strings.Join(flags, " ")))
	words = slices.DeleteFunc(words, func(f string) bool { return f == `\recent` })
	slices.Sort(words)
	return strings.Join(words, " ")
}

func (c *contract) headers(t *testing.T, f engine.Folder, mails []mail, got map[int]engine.Appended) {
	index := map[uint32]int{}
	for i, a := range got {
		index[a.UID] = i
	}
	n := 0
	_, err := c.src.Headers(t.Context(), engine.ScanRequest{Folder: f, From: got[500].UID}, func(h engine.Header) error {
		n++
		i, ok := index[h.UID]
		if !ok || h.UID < got[500].UID || h.Identity != engine.IdentityOf([]byte(mails[i].raw)) || h.Size != int64(len(mails[i].raw)) || !h.Date.Equal(mails[i].date) {
			t.Errorf("UID %d: %+v", h.UID, h)
		}
		return nil
	})
	if err != nil || n != 500 {
		t.Errorf("%d headers, %v", n, err)
	}
}

func (c *contract) subjects(t *testing.T, f engine.Folder, uids []uint32, want []string) {
	var got []string
	_, err := c.src.Subjects(t.Context(), engine.ScanRequest{Folder: f, UIDs: uids}, func(s engine.Subject) error {
		if !slices.Contains(uids, s.UID) || s.Size == 0 {
			t.Errorf("%+v", s)
		}
		got = append(got, s.Subject)
		return nil
	})
	if slices.Sort(got); err != nil || !slices.Equal(got, want) {
		t.Errorf("subjects %q, %v", got, err)
	}
}

// scan asks in all the ways there are.
func (c *contract) scan(t *testing.T) {
	f := c.makeFolder(t, "Scanned")
	empty := c.makeFolder(t, "Empty")
	var mails []mail
	for i := range 60 {
		mails = append(mails, mail{f.Wire, fmt.Sprintf("Message-ID: <s%d@x>\r\nSubject: =?utf-8?q?gr=C3=BCn?= %d\r\n\r\n%d\r\n", i, i, i), nil, time.Time{}})
	}
	got, err := appendAll(t, c.dst, mails)
	if err != nil {
		t.Fatal(err)
	}
	uid := func(i int) uint32 { return got[i].UID }
	c.subjects(t, f, []uint32{uid(59), uid(3), uid(4)}, []string{"grün 3", "grün 4", "grün 59"})
	type wish struct {
		req  engine.ScanRequest
		want []uint32
	}
	var all []uint32
	for i := range mails {
		all = append(all, uid(i))
	}
	slices.Sort(all)
	missing := engine.Folder{Wire: c.dst.WireName([]string{"No such folder"})}
	wishes := []wish{
		{engine.ScanRequest{Folder: f}, all},
		{engine.ScanRequest{Folder: f, From: all[50]}, all[50:]},
		{engine.ScanRequest{Folder: f, From: all[59] + 1}, nil}, // servers give the last one then
		{engine.ScanRequest{Folder: missing}, nil},
		{engine.ScanRequest{Folder: f, UIDs: []uint32{all[7], all[3], all[4], all[7], all[59] + 10}}, []uint32{all[3], all[4], all[7]}},
		{engine.ScanRequest{Folder: f, UIDs: []uint32{}}, nil},
		{engine.ScanRequest{Folder: empty}, nil},
		{engine.ScanRequest{Folder: f, StatusOnly: true}, nil},
	}
	var reqs []engine.ScanRequest
	for _, w := range wishes {
		reqs = append(reqs, w.req)
	}
	for _, s := range []*session{c.src, c.dst} {
		saw := make([][]uint32, len(wishes))
		last := 0
		results, err := s.Scan(t.Context(), reqs, func(i int, e engine.Entry) error {
			if i < last {
				t.Errorf("request %d after %d", i, last)
			}
			last = i
			saw[i] = append(saw[i], e.UID)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range wishes {
			if !slices.Equal(saw[i], w.want) {
				t.Errorf("wish %d: %v, want %v", i, saw[i], w.want)
			}
			switch st := results[i].Status; {
			case w.req.Folder.Wire == missing.Wire:
				if !engine.IsCode(results[i].Err, engine.CodeNoFolder) {
					t.Errorf("a missing folder: %v", results[i].Err)
				}
			case results[i].Err != nil || st.UIDValidity == 0 || w.req.Folder.Wire == f.Wire && st.Messages != 60:
				t.Errorf("wish %d: %+v", i, results[i])
			}
		}
		if s == c.dst && results[0].Flags == nil {
			t.Errorf("no PERMANENTFLAGS at a destination")
		}
	}
	c.changed(t, f, got)
}

// changed asks for what changed since.
func (c *contract) changed(t *testing.T, f engine.Folder, got map[int]engine.Appended) {
	_, res := scanOne(t, c.src, engine.ScanRequest{Folder: f, StatusOnly: true})
	if !c.src.info.CondStore || res.Status.HighestModSeq == 0 {
		return
	}
	changes := []engine.FlagChange{{UID: got[5].UID, Add: []string{`\Flagged`}}, {UID: got[9].UID, Add: []string{`\Flagged`}}}
	if err := c.dst.Store(t.Context(), f, res.Status.UIDValidity, changes); err != nil {
		t.Fatal(err)
	}
	entries, now := scanOne(t, c.src, engine.ScanRequest{Folder: f, ChangedSince: res.Status.HighestModSeq})
	if !slices.Equal(uidsOf(entries), []uint32{got[5].UID, got[9].UID}) || now.Status.HighestModSeq <= res.Status.HighestModSeq {
		t.Errorf("changed since %d: %+v, %+v", res.Status.HighestModSeq, entries, now)
	}
}

// fetch asks for several folders in a row, for what is gone, and with a stale
// UIDVALIDITY.
func (c *contract) fetch(t *testing.T) {
	var mails []mail
	var folders []engine.Folder
	for k := range 3 {
		f := c.makeFolder(t, fmt.Sprintf("Fetched%d", k))
		folders = append(folders, f)
		for i := range 40 {
			mails = append(mails, mail{f.Wire, fmt.Sprintf("Subject: %d in %d\r\n\r\n%s", i, k, strings.Repeat("x", 10_000*(i%5))+"\r\n"), nil, time.Time{}})
		}
	}
	got, err := appendAll(t, c.dst, mails)
	if err != nil {
		t.Fatal(err)
	}
	var reqs []engine.FetchRequest
	for k := range 6 {
		f := folders[k%3]
		var uids []uint32
		for i := 40*(k%3) + k/3; i < 40*(k%3+1); i += 2 {
			uids = append(uids, got[i].UID)
		}
		uids = append(uids, uint32(100_000+k)) // was never there
		reqs = append(reqs, engine.FetchRequest{Folder: f, UIDValidity: f.Status.UIDValidity, UIDs: uids, Tag: k})
	}
	reqs = append(reqs, engine.FetchRequest{Folder: folders[0], UIDValidity: folders[0].Status.UIDValidity + 1, UIDs: []uint32{1, 2}, Tag: 6})
	reqs = append(reqs, engine.FetchRequest{Folder: engine.Folder{Wire: c.dst.WireName([]string{"Nowhere"})}, UIDs: []uint32{1}, Tag: 7})
	reqs = append(reqs, engine.FetchRequest{Folder: folders[1], Tag: 8}) // nothing
	ch := make(chan engine.FetchRequest, len(reqs))
	for _, r := range reqs {
		ch <- r
	}
	close(ch)
	seen := map[string]int{}
	err = c.src.Fetch(t.Context(), ch, budget.Alloc, func(m engine.Fetched) error {
		k := m.Tag.(int)
		switch {
		case k == 6 && errors.Is(m.Err, engine.ErrUIDValidity), k == 7 && engine.IsCode(m.Err, engine.CodeNoFolder):
			seen["told"]++
		case m.UID >= 100_000 && errors.Is(m.Err, engine.ErrGone):
			seen["gone"]++
		case m.Err != nil:
			t.Errorf("request %d, UID %d: %v", k, m.UID, m.Err)
		default:
			seen[string(m.Body.Head(1<<20))]++
			m.Body.Release()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen["told"] != 3 || seen["gone"] != 6 {
		t.Errorf("%d told, %d gone", seen["told"], seen["gone"])
	}
	for i, m := range mails {
		if seen[m.raw] != 1 {
			t.Errorf("message %d came %d times", i, seen[m.raw])
		}
	}
}
