package engine

import (
	"strings"
	"testing"
	"testing/synctest"
)

func TestAFolderNamedDotsIsExplained(t *testing.T) {
	for name, want := range map[string]string{"..": ". or ..", ".": ". or ..", " ": "blank", " a": "blank", "a/b": "characters"} {
		clean, why := cleanName(name, `^`)
		if clean == name || !strings.Contains(why, want) {
			t.Errorf("%q: %q because %q", name, clean, why)
		}
	}
}

func TestABodyLargerThanAnnouncedIsTooBigAndComesOnceTheLimitAllowsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.src.onFetch = func(uid uint32) error {
			if uid == 2 {
				return &Fault{Class: SkipMessage, Code: CodeTooBig, What: "The message has 99 bytes."}
			}
			return nil
		}
		w.src.bodySize = 200 << 20
		s := w.run()
		if s.Sum.Skipped != 1 || s.Sum.Failed != 0 || s.UsersAttention != 0 {
			t.Fatalf("%+v", s.Sum)
		}
		for _, r := range w.file.recs[1] {
			if r.State == Skipped && (r.Reason != ReasonTooBig || r.Size != 200<<20) {
				t.Errorf("%+v", r)
			}
		}
		w.src.onFetch = nil
		if s := w.run(); s.Sent != 0 {
			t.Errorf("it was tried below the limit: %+v", s)
		}
		w.project.Limits.MaxMessageBytes = 300 << 20
		if s := w.run(); s.Sent != 1 || s.Sum.Copied != 3 {
			t.Errorf("with a higher limit: %+v", s)
		}
	})
}
