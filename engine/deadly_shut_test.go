package engine

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestAFolderThatCannotBeOpenedForAMomentIsNotLeftOut: neither when it is listed nor
// when its messages are read. One that stays shut costs only itself.
func TestAFolderThatCannotBeOpenedForAMomentIsNotLeftOut(t *testing.T) {
	away := &Fault{Class: Retry, Code: CodeUnavailable, Side: SideSource, What: "Away.", Said: "Server Unavailable. 15"}
	for _, c := range []struct {
		name    string
		listed  bool // shut as it is listed, else as it is read
		lasts   time.Duration
		copied  int
		failed  int
		because string
	}{
		{"listed", true, time.Second, 6, 0, ""},
		{"read", false, time.Second, 6, 0, ""},
		{"listed for good", true, time.Hour, 4, 0, "Away."},
		{"read for good", false, time.Hour, 0, 6, "Away."},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, 6)
			opens := time.Now().Add(c.lasts)
			if c.listed {
				w.src.broken = map[string]error{"Archive/2019": away}
				time.AfterFunc(c.lasts, func() {
					w.src.mu.Lock()
					defer w.src.mu.Unlock()
					delete(w.src.broken, "Archive/2019")
				})
			} else {
				w.src.onFetch = func(uint32) error {
					if time.Now().Before(opens) {
						return away
					}
					return nil
				}
			}
			b := w.batch()
			s, err := b.Run(t.Context())
			if err != nil || s.Sum.Copied != c.copied || s.Sum.Failed != c.failed || s.UsersFailed != 0 {
				t.Errorf("%s: %v %+v", c.name, err, s)
			}
			if c.because != "" {
				if f := problemWith(t, b, CodeUnavailable); f.What != c.because {
					t.Errorf("%s: %+v", c.name, f)
				}
			}
		})
	}
}
