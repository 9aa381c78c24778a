package engine

import (
	"slices"
	"testing"
	"testing/synctest"
)

func TestKeywordsThatTheDestinationCannotHoldAreCountedAndNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 0)
		w.dst.permanent, w.dst.noKeywords = []string{`\Seen`, `\Answered`, `\Flagged`, `\Deleted`, `\Draft`, "$MDNSent"}, true
		w.src.folder("INBOX").add(letter(1), []string{`\Seen`, "work", "$MDNSent", `\Recent`}, testDate)
		w.src.folder("INBOX").add(letter(2), []string{"work", "a b"}, testDate)
		b := w.batch()
		s, err := b.Run(t.Context())
		if err != nil || s.Sum.Copied != 2 || s.FlagsDropped != 3 {
			t.Fatalf("%v, %+v", err, s)
		}
		st := b.Status().Users[0]
		if st.Folders[0].FlagsDropped != 3 || len(st.Problems) != 1 || st.Problems[0].Count != 3 || st.Problems[0].Fault.Said != "a b, work" {
			t.Fatalf("%+v", st)
		}
		for _, m := range w.dst.folder("INBOX").msgs {
			if slices.Contains(m.flags, "work") || slices.Contains(m.flags, `\Recent`) {
				t.Fatalf("flags %q were sent", m.flags)
			}
		}
		appends, opened := w.dst.appends, w.dst.opened
		if s := w.run(); w.dst.appends != appends || w.dst.opened != opened || s.FlagChanges != 0 {
			t.Fatal("keywords that can't be held are no news")
		}
	})
}

func TestSystemFlagsNeedNoQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30)
		w.run()
		if w.dst.opened != 0 {
			t.Fatalf("%d folders were opened to ask", w.dst.opened)
		}
	})
}
