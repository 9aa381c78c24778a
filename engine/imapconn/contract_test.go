package imapconn

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab/real"
)

func TestScratchDovecot(t *testing.T) {
	srv := real.Dovecot(t, real.Options{Users: map[string]string{"anna": "sun"}, InMemory: true})
	l := access{srv.Endpoint(), "anna", "sun"}
	dst := l.open(t, engine.SideDestination, engine.Limits{})
	list, err := dst.Folders(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Log(pathsOf(list))
	t.Logf("%+v", dst.Info())
	errs := dst.Create(t.Context(), []engine.CreateRequest{{Wire: dst.WireName([]string{"Entwürfe", "R & D"}), Create: true, Subscribe: true}, {Wire: "A", Create: true}, {Wire: "A", Create: true}})
	t.Log(errs)
	var mails []mail
	for i := range 1000 {
		mails = append(mails, mail{"A", fmt.Sprintf("Subject: %d\r\nMessage-ID: <%d@x>\r\n\r\n", i, i) + strings.Repeat("hello\r\n", i), []string{`\Seen`}, time.Date(2020, 1, 1, 0, i, 0, 0, time.FixedZone("", 5400))})
	}
	start := time.Now()
	got, err := appendAll(t, dst, mails)
	t.Log(err, len(got), got[0], got[999], time.Since(start))
	src := l.open(t, engine.SideSource, engine.Limits{})
	list, err = src.Folders(t.Context())
	t.Log(err, pathsOf(list))
	f := findFolder(t, list, "A")
	t.Logf("%+v %+v", f, f.Status)
	entries, res := scanOne(t, src, engine.ScanRequest{Folder: f})
	t.Logf("%d %+v %+v", len(entries), entries[999], res)
	bodies, failed, err := fetchAll(t, src, engine.FetchRequest{Folder: f, UIDValidity: f.Status.UIDValidity, UIDs: uidsOf(entries)}, engine.FetchRequest{Folder: f, UIDValidity: 7, UIDs: []uint32{5000}})
	t.Log(len(bodies), failed, err)
	for i, m := range mails {
		if bodies[got[i].UID] != m.raw {
			t.Fatalf("message %d differs", i)
		}
	}
	n := 0
	hres, err := src.Headers(t.Context(), engine.ScanRequest{Folder: f}, func(h engine.Header) error { n++; return nil })
	t.Log(n, hres, err)
	q, err := src.Quota(t.Context())
	t.Log(q, err)
	t.Log(dst.Store(t.Context(), f, f.Status.UIDValidity, []engine.FlagChange{{UID: 1, Add: []string{"$X", `\Flagged`}, Remove: []string{`\Seen`}}}))
	t.Log(dst.Remove(t.Context(), f, f.Status.UIDValidity, []uint32{2, 3}))
	entries, res = scanOne(t, src, engine.ScanRequest{Folder: f})
	t.Logf("%d %+v %+v", len(entries), entries[:3], res)
}
