package engine

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestTheServerIsAskedWhatItTakes: the first message that is too large for it tells
// about the others, and a day later it is asked again.
func TestTheServerIsAskedWhatItTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.project.Destination.Kind = KindMicrosoft365
		for i := range 40 {
			w.src.folder("INBOX").add(letter(100+i)+strings.Repeat("x", 5000), nil, testDate.Add(-time.Hour))
		}
		limit, tried := 2000, 0
		w.dst.onAppend = func(_ int, o *Outgoing) fate {
			if o.Body.Size() <= int64(limit) {
				return fate{}
			}
			tried++
			return fate{err: &Fault{Class: SkipMessage, Code: CodeTooBig, What: "Too large.", Said: "Maximum size of appendable message has been exceeded"}}
		}
		if s := w.run(); s.Sum.Copied != 3 || s.Sum.Skipped != 40 || s.UsersAttention != 0 {
			t.Errorf("%+v", s)
		}
		for _, r := range w.file.recs[1] {
			if r.State == Skipped && (r.Reason != ReasonTooBig || !strings.HasPrefix(r.Said, "Maximum size")) {
				t.Errorf("skipped for %s %q", r.Reason, r.Said)
			}
		}
		before := tried
		if w.run(); tried != before {
			t.Error("the next run asked again")
		}
		limit = 10_000
		time.Sleep(25 * time.Hour)
		if s := w.run(); s.Sum.Copied != 43 {
			t.Errorf("a day after the limit was raised: %+v", s.Sum)
		}
	})
}

func TestATenantsRaisedLimitIsNotOurs(t *testing.T) {
	p := Project{Destination: Endpoint{Kind: KindMicrosoft365}}
	if n := p.Bounds().MaxMessageBytes; n != 150<<20 {
		t.Errorf("%d bytes", n)
	}
	p.Limits.MaxMessageBytes = 20 << 20
	if n := p.Bounds().MaxMessageBytes; n != 20<<20 {
		t.Errorf("the administrator's own limit became %d", n)
	}
	if n := (Project{}).Bounds().MaxMessageBytes; n != 35<<20 {
		t.Errorf("to another server: %d", n)
	}
}
