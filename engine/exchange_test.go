package engine

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestLineMeterAcrossChunks(t *testing.T) {
	for _, c := range []struct {
		parts []string
		want  int
	}{
		{[]string{"ab\n", "c"}, 3}, {[]string{"abc", "def\nx\n"}, 7}, {[]string{"a\nb", "cdef"}, 5}, {nil, 0},
	} {
		var m lineMeter
		for _, p := range c.parts {
			if n, err := m.Write([]byte(p)); n != len(p) || err != nil {
				t.Error(n, err)
			}
		}
		if got := max(m.most, m.now); got != c.want {
			t.Errorf("%q: %d, expected %d", c.parts, got, c.want)
		}
	}
}

func TestExchangeThatNeverTakesAMessageIsToldApartFromAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.dst.info = &SessionInfo{LiteralPlus: true, UIDPlus: true, Rewrites: true, FoldsCase: true}
		w.dst.onAppend = func(int, *Outgoing) fate {
			return fate{err: &Fault{Class: Retry, Code: CodeUnavailable, What: "Away.", Said: "Server Unavailable. 15"}}
		}
		start := time.Now()
		b := w.batch()
		s, err := b.Run(t.Context())
		u := b.Status().Users[0]
		if err != nil || s.UsersFailed != 1 || !strings.Contains(u.Why, "most likely the mailbox is full") {
			t.Errorf("%v, %+v, %s: %s", err, s, u.State, u.Why)
		}
		if took := time.Since(start); took < time.Minute || took > 10*time.Minute {
			t.Errorf("told after %v", took)
		}
	})
}

// The connection may end with each refusal, which is then told as one that is lost.
func TestAFullMailboxIsToldAlsoWhenEachRefusalEndsTheConnection(t *testing.T) {
	for _, class := range []Class{Retry, Reconnect} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, 3)
			w.dst.info = &SessionInfo{LiteralPlus: true, UIDPlus: true, Rewrites: true, FoldsCase: true}
			w.dst.onAppend = func(int, *Outgoing) fate {
				return fate{bye: true, err: &Fault{Class: class, Code: CodeUnavailable, What: "Away.", Said: "Server Unavailable. 15"}}
			}
			start := time.Now()
			b := w.batch()
			s, err := b.Run(t.Context())
			u := b.Status().Users[0]
			if err != nil || s.UsersFailed != 1 || !strings.Contains(u.Why, "most likely the mailbox is full") {
				t.Errorf("%v, %+v, %s: %s", err, s, u.State, u.Why)
			}
			if f := problemWith(t, b, CodeQuota); f.Said != "Server Unavailable. 15" || f.Who == "" {
				t.Errorf("%+v", f)
			}
			if took := time.Since(start); took < 40*time.Second || took > 4*time.Minute {
				t.Errorf("told after %v", took)
			}
		})
	}
}

func TestWhatWasGivenUpSaysWhatToDo(t *testing.T) {
	for _, do := range []string{"Nothing yet: mxodus connects again.", "Nothing yet: mxodus connects again. If it stays, look.", ""} {
		f := gaveUp(&Fault{Class: Reconnect, Do: do, Who: "nobody"})
		if strings.Contains(f.Do, "Nothing") || !strings.HasPrefix(f.Do, "Run again later") || f.Who != "you" {
			t.Errorf("%q: %q, %q", do, f.Do, f.Who)
		}
	}
}
