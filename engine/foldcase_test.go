package engine

import (
	"testing"
	"testing/synctest"
)

func TestServerThatIgnoresCaseWithoutSayingSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 10)
		w.dst.folds = true
		w.src.folder("Reports").add(letter(100), nil, testDate)
		w.src.folder("reports").add(letter(101), nil, testDate)
		s := w.run()
		if s.Sum.Copied != 12 || s.Sum.Failed != 0 || s.UsersAttention != 0 {
			t.Fatalf("%+v; events: %v", s, w.file.events)
		}
		held := 0
		for _, name := range []string{"Reports", "reports", "Reports (2)", "reports (2)"} {
			f := w.dst.folders[name]
			if f == nil {
				continue
			}
			held += len(f.msgs)
			if len(f.msgs) != 1 {
				t.Errorf("%s holds %d messages: two folders were merged", name, len(f.msgs))
			}
		}
		if held != 2 {
			t.Errorf("the two folders hold %d messages", held)
		}
		if s = w.run(); s.Sent != 0 || s.Sum.Failed != 0 {
			t.Errorf("second run: %+v", s)
		}
	})
}
