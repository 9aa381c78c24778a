package imapconn

import (
	"strings"
	"testing"

	"mxodus/engine"
	"mxodus/engine/lab/real"
)

func TestAFullMailboxTakesWhatFitsAndNamesTheRest(t *testing.T) {
	for _, kind := range []real.Kind{real.KindDovecot, real.KindCyrus} {
		t.Run(string(kind), func(t *testing.T) {
			const limit = 1 << 20
			l := realServer(kind, real.Options{QuotaBytes: limit})(t)
			ses := l.open(t, engine.SideDestination, engine.Limits{})
			mails := numbered(300)
			for i := range mails {
				mails[i].folder, mails[i].raw = "INBOX", "From: a@b\r\n"+mails[i].raw+strings.Repeat("z", 5000)+"\r\n"
			}
			got, err := appendAll(t, ses, mails)
			if err != nil {
				t.Fatal(err)
			}
			n := outcomes(got)
			if n[engine.Stored] < 150 || n[engine.Stored] > 220 || n[engine.Stored]+n[engine.Refused] != 300 {
				t.Errorf("%v", n)
			}
			for i, a := range got {
				if a.Outcome == engine.Refused && !engine.IsCode(a.Err, engine.CodeQuota) {
					t.Errorf("message %d: %+v", i, a)
				}
			}
			if q, err := ses.Quota(t.Context()); err != nil || q == nil || q.Limit != limit || q.Used < limit/2 {
				t.Errorf("%+v %v", q, err)
			}
			if entries, _ := scanOne(t, ses, engine.ScanRequest{Folder: folder("INBOX")}); len(entries) != n[engine.Stored] {
				t.Errorf("%d stored, %d listed", n[engine.Stored], len(entries))
			}
		})
	}
}
