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
